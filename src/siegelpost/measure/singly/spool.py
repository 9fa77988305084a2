"""Between edge and table: requests by personal links, in files of one process, handed over twice a second.

A line is `<tenant> <variant> <position> <minute> <block>`; the block (`sign.pseudonyms`) says nothing without the key of its mailing, so
no line names anybody, and whether somebody may be named is decided when it is taken in. While the edge writes, it holds the file locked.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Final

from siegelpost.sign.pseudonyms import BYTES

SUFFIX: Final = ".singly"
MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One request: target, minute since 1970, and whose it may be."""

    tenant: int
    variant: int
    position: int
    minute: int
    block: bytes


class SinglySpool:
    """The writing end, one per edge process; may be used by many threads."""

    def __init__(self, folder: Path, epoch: str) -> None:
        self._folder, self._epoch = folder, epoch
        self._lock = Lock()
        self._file, self._number = -1, 0

    def write(self, target: tuple[int, int, int], block: bytes, now: float) -> None:
        """Keep one request; now in seconds since 1970. Raises OSError where the disk refuses."""
        tenant, variant, position = target
        with self._lock:
            if self._file < 0:
                self._begin()
            os.write(self._file, f"{tenant} {variant} {position} {int(now // MINUTE)} {block.hex()}\n".encode())

    def hand_over(self) -> None:
        """Finish the file; called about twice a second, and at the end."""
        with self._lock:
            if self._file >= 0:
                file, self._file = self._file, -1
                os.close(file)

    def _begin(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._number += 1
        path = self._folder / f"{self._epoch}-{self._number}{SUFFIX}"
        file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        self._file = file


def waiting(folder: Path) -> list[Path]:
    """All files, finished or not."""
    return sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []


@contextmanager
def taken(path: Path) -> Iterator[list[Line] | None]:
    """Read a finished file and keep others away from it; None while its writer lives, or when it is gone."""
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield None
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield list(_lines(path)) if path.exists() else None
    except BlockingIOError:
        yield None
    finally:
        os.close(file)


def _lines(path: Path) -> Iterator[Line]:
    whole = path.read_text(encoding="ascii", errors="replace").split("\n")[:-1]  # what follows the last line break was cut by a crash
    for line in whole:
        words = line.split(" ")
        try:
            numbers, block = [int(word) for word in words[:4]], bytes.fromhex(words[4])
        except (ValueError, IndexError):
            continue
        if len(words) == 5 and len(block) == BYTES:
            tenant, variant, position, minute = numbers
            yield Line(tenant, variant, position, minute, block)
