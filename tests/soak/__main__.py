"""`python -m tests.soak kill`: the long runs, each with a default short enough for every day."""

from __future__ import annotations

import argparse
import sys
import time

from tests.soak import kill


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    runs = parser.add_subparsers(dest="run", required=True)
    one = runs.add_parser("kill", help=kill.__doc__)
    one.add_argument("--seconds", type=float, default=30)
    one.add_argument("--mode", choices=["polling", "webhook"], default="polling")
    one.add_argument("--seed", type=int, default=int(time.time()))
    options = parser.parse_args()
    good = kill.run(options.seconds, options.mode, options.seed)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
