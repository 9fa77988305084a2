"""`python -m siegelpost.workbench.child PARENT PROGRAM WORDS…`: becomes a program that the kernel ends with its parent.

What the demo starts must not outlive it, even where it is killed and cannot clean up.
"""

import os
import sys
from collections.abc import Sequence

from siegelpost.base.process import die_with_parent


def leashed(program: Sequence[str]) -> list[str]:
    """The command line that starts `program` as a child which gets SIGTERM as soon as this process ends, however it ends."""
    return [sys.executable, "-m", __name__, str(os.getpid()), *program]


if __name__ == "__main__":
    die_with_parent(int(sys.argv[1]))
    os.execv(sys.argv[2], sys.argv[2:])  # noqa: S606 - no shell; the wish survives it (prctl(2), PR_SET_PDEATHSIG)
