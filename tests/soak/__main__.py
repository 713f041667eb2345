"""`python -m tests.soak kill`: the long runs, each with a default short enough for every day."""

from __future__ import annotations

import argparse
import logging
import sys
import time

from tests.soak import fuzz, kill, load, replicate, size


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    runs = parser.add_subparsers(dest="run", required=True)
    one = runs.add_parser("kill", help=kill.__doc__)
    one.add_argument("--seconds", type=float, default=30)
    one.add_argument("--mode", choices=["polling", "webhook"], default="polling")
    one.add_argument("--workers", type=int, default=1, help="behind one webhook")
    one.add_argument("--seed", type=int, default=int(time.time()))
    two = runs.add_parser("load", help=load.__doc__)
    two.add_argument("--seconds", type=float, default=20)
    three = runs.add_parser("replicate", help=replicate.__doc__)
    three.add_argument("--rounds", type=int, default=3)
    three.add_argument("--seed", type=int, default=int(time.time()))
    four = runs.add_parser("size", help=size.__doc__)
    four.add_argument("--facts", type=int, default=100_000)
    five = runs.add_parser("fuzz", help=fuzz.__doc__)
    five.add_argument("--minutes", type=float, default=1)
    options = parser.parse_args()
    # The in-memory Telegram refuses much in these runs, as it should.
    logging.getLogger("tornado.access").setLevel(logging.ERROR)
    if options.run == "kill":
        good = kill.run(options.seconds, options.mode, options.workers, options.seed)
    elif options.run == "fuzz":
        good = fuzz.run(options.minutes)
    elif options.run == "size":
        good = size.run(options.facts)
    elif options.run == "replicate":
        good = replicate.run(options.rounds, options.seed)
    else:
        good = load.run(options.seconds)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
