"""`python -m tests.soak kill`: the long runs, each with a default short enough for every day."""

from __future__ import annotations

import argparse
import logging
import sys
import time

from tests.soak import crowd, fuzz, kill, load, replicate


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    runs = parser.add_subparsers(dest="run", required=True)
    one = runs.add_parser("kill", help=kill.__doc__)
    one.add_argument("--seconds", type=float, default=30)
    one.add_argument("--mode", choices=["polling", "webhook"], default="polling")
    one.add_argument("--faults", action="store_true", help="429, 502 and resets beside the kills")
    one.add_argument("--seed", type=int, default=int(time.time()))
    two = runs.add_parser("load", help=load.__doc__)
    two.add_argument("--seconds", type=float, default=60)
    two.add_argument("--pace", type=float, default=20, help="questions a second")
    two.add_argument(
        "--changes", type=float, default=0, metavar="SECONDS", help="make a change every so often"
    )
    two.add_argument("--shipped", action="store_true", help="the base that ships")
    six = runs.add_parser("crowd", help=crowd.__doc__)
    six.add_argument("--people", type=int, default=5_000)
    three = runs.add_parser("replicate", help=replicate.__doc__)
    three.add_argument("--rounds", type=int, default=3)
    three.add_argument("--seed", type=int, default=int(time.time()))
    five = runs.add_parser("fuzz", help=fuzz.__doc__)
    five.add_argument("--minutes", type=float, default=1)
    options = parser.parse_args()
    # The in-memory Telegram refuses much in these runs, as it should.
    logging.getLogger("tornado.access").setLevel(logging.ERROR)
    if options.run == "kill":
        good = kill.run(options.seconds, options.mode, options.faults, options.seed)
    elif options.run == "fuzz":
        good = fuzz.run(options.minutes)
    elif options.run == "crowd":
        good = crowd.run(options.people)
    elif options.run == "replicate":
        good = replicate.run(options.rounds, options.seed)
    else:
        good = load.run(options.seconds, options.pace, options.changes, options.shipped)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
