"""Children that end with their parent, and a clean end on SIGTERM."""

import ctypes
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
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
    """Call `call` at SIGTERM and SIGINT, in a thread of its own, where it may wait for locks.

    A handler runs in the main thread wherever that is, also while it holds the lock of the very `threading.Event` that `call` would
    set: it would wait for itself for ever. So the handler only writes a byte.
    """
    heard, said = os.pipe2(os.O_CLOEXEC)
    os.set_blocking(said, False)

    def handle(_signal: int, _frame: FrameType | None) -> None:
        with suppress(BlockingIOError):  # full: it was said often enough
            os.write(said, b"!")

    def listen() -> None:
        while os.read(heard, 1):
            call()

    threading.Thread(target=listen, name="end", daemon=True).start()
    signal.signal(signal.SIGTERM, handle)
    signal.signal(signal.SIGINT, handle)
