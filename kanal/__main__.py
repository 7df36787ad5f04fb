"""python -m kanal COMMAND."""

import sys

from kanal.cli import main

sys.exit(main(sys.argv[1:]))
