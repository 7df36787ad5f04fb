"""python -m kanal.bench NAME."""

import sys

from kanal.bench import main

sys.exit(main(sys.argv[1:]))
