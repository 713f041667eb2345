"""`python -m bot` is `annual-report-bot`."""

import sys

from bot.cli import main

sys.exit(main())
