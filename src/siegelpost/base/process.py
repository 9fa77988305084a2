"""Children that end with their parent, and a clean end on SIGTERM."""

import ctypes
import os
import signal
from collections.abc import Callable
from types import FrameType

PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int, sign: int = signal.SIGTERM) -> None:
    """Ask the kernel to send `sign` when the parent process ends, however it ends; end now where it is gone already.

    parent  process id that the parent gave; a parent that died before this call cannot be noticed in another way
    """
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, sign)
    if os.getppid() != parent:
        os.kill(os.getpid(), sign)


def on_end(call: Callable[[], None]) -> None:
    """Call `call` at SIGTERM and SIGINT."""

    def handle(_signal: int, _frame: FrameType | None) -> None:
        call()

    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
