"""Encryption on the way: what is written ends up encrypted in a file, and nothing in clear touches the disk."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from siegelpost.governance.departure.errors import ExportDamaged
from siegelpost.governance.handover.age_lock import LockFailed, decrypt_stream, encrypt_stream

PIECE: Final = 1 << 18


@contextmanager
def encrypted(file: BinaryIO, recipient: str) -> Iterator[BinaryIO]:
    """A file to write into. Raises OSError where `file` takes no more.

    Left by an exception, `file` holds something that opens and is not whole: it must not get its name.
    """
    with _beside(lambda plain: encrypt_stream(plain, file, recipient), reads=True) as plain:
        yield plain


@contextmanager
def decrypted(file: BinaryIO, secret: str) -> Iterator[BinaryIO]:
    """A file to read from, to its end. Raises ExportDamaged where it opens with another key only, or was changed."""
    try:
        with _beside(lambda plain: decrypt_stream(file, plain, secret), reads=False) as plain:
            yield plain
    except LockFailed as reason:
        raise ExportDamaged(what="age") from reason


@contextmanager
def _beside(work: Callable[[BinaryIO], None], *, reads: bool) -> Iterator[BinaryIO]:
    """Give `work` one end of a pipe, in a thread of its own, and the caller the other one; what went wrong there is raised here."""
    read_end, write_end = os.pipe()
    theirs, ours = (read_end, write_end) if reads else (write_end, read_end)
    failed: list[Exception] = []

    def run() -> None:
        try:
            with os.fdopen(theirs, "rb" if reads else "wb") as plain:
                work(plain)
        except Exception as reason:  # noqa: BLE001 - raised again where somebody hears it
            failed.append(reason)

    thread = threading.Thread(target=run, name="age", daemon=True)
    thread.start()
    try:
        with os.fdopen(ours, "wb" if reads else "rb") as plain:
            try:
                yield plain
            finally:
                if not reads:
                    _to_the_end(plain)  # or the other side would fail because we left
    except Exception as reason:
        thread.join()
        if failed:
            raise failed[0] from reason
        raise
    thread.join()
    if failed:
        raise failed[0]


def _to_the_end(plain: BinaryIO) -> None:
    while plain.read(PIECE):
        pass
