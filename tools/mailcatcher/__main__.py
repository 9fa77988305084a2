"""`python tools/mailcatcher …`: see mailcatcher/program.py."""

import sys

from mailcatcher.program import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
