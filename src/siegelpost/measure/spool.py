"""Between edge and counters: files of short lines, written by one process, read once by another.

A file belongs to one edge process and one hour; its name is `<epoch>-<hour>-<number>.spool`. While the edge writes, it
holds the file locked; whoever gets the lock reads a finished file, even if the edge was killed. A line is one `write`, so
a crash loses at most the last line. Lines:

    h <tenant> <variant> <position>                somebody asked; the hour stands in the file's name
    b <tenant> <variant> <position>                a program asked
    d <tenant> <variant> <device> <n>              when the file is finished: so many opens by this class of device
    u <tenant> <variant> <position> <estimate>     when it is finished: about so many people so far, in this process

The class of device must not stand beside each request: lines follow each other as people do, deliveries too, and whoever
knows who reads with what could lay the two side by side. A crash loses the classes of one hour, and nothing else.
In production a file is closed when its hour is over and read after that. So the order of lines, the times that the file
system keeps and the pages that a database appends to its log never meet the times of single deliveries within an hour.
"""

import fcntl
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

from siegelpost.measure.devices import BOT, DEVICES, UNKNOWN
from siegelpost.measure.policy import PIXEL
from siegelpost.measure.uniques import Uniques

SUFFIX: Final = ".spool"
HOUR_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True)
class Hit:
    """One request."""

    tenant: int
    variant: int
    position: int
    device: str
    """Known while it happens; of what is read from a file, only whether it was a program."""


@dataclass(frozen=True, slots=True)
class Devices:
    """Opens of one variant by one class of device."""

    tenant: int
    variant: int
    device: str
    n: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """People so far, rounded."""

    tenant: int
    variant: int
    position: int
    people: int


@dataclass(slots=True)
class Contents:
    """What one file says."""

    name: str
    epoch: str
    hour: int
    hits: list[Hit] = field(default_factory=list)
    devices: list[Devices] = field(default_factory=list)
    estimates: list[Estimate] = field(default_factory=list)
    skipped: int = 0
    """Lines that are no lines of ours."""


class Spool:
    """The writing end, one per edge process; may be used by many threads."""

    def __init__(self, folder: Path, epoch: str, uniques: Uniques, *, at_once: bool) -> None:
        """at_once  hand over every second instead of every hour (environment "test")."""
        self._folder, self._epoch, self._uniques, self._at_once = folder, epoch, uniques, at_once
        self._lock = Lock()
        self._file = -1
        self._hour = -1
        self._number = 0
        self._devices: Counter[tuple[int, int, str]] = Counter()

    def write(self, hit: Hit, now: float) -> None:
        """Keep one line. now  seconds since 1970. Raises OSError where the disk refuses."""
        hour = int(now // HOUR_SECONDS)
        with self._lock:
            if self._file < 0 or hour != self._hour:
                self._finish()
                self._begin(hour)
            os.write(self._file, f"{'b' if hit.device == BOT else 'h'} {hit.tenant} {hit.variant} {hit.position}\n".encode())
            self._blur()
            if hit.position == PIXEL:
                self._devices[hit.tenant, hit.variant, hit.device] += 1

    def tick(self, now: float) -> None:
        """Hand over what is due; called about once a second."""
        with self._lock:
            if self._file >= 0 and (self._at_once or int(now // HOUR_SECONDS) != self._hour):
                self._finish()

    def close(self) -> None:
        """Hand over everything."""
        with self._lock:
            self._finish()

    def _begin(self, hour: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        while True:
            self._number += 1
            path = self._folder / f"{self._epoch}-{hour}-{self._number}{SUFFIX}"
            file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o600)
            if _lock(file) and path.exists():  # a reader may have taken the empty file in between: next number
                self._file, self._hour = file, hour
                return
            os.close(file)

    def _finish(self) -> None:
        if self._file < 0:
            return
        lines = [f"d {tenant} {variant} {device} {n}\n" for (tenant, variant, device), n in sorted(self._devices.items())]
        lines += [f"u {tenant} {variant} {position} {people}\n" for (tenant, variant, position), people in self._uniques.news()]
        self._devices.clear()
        file, self._file = self._file, -1
        try:
            os.write(file, "".join(lines).encode())
        finally:
            os.close(file)

    def _blur(self) -> None:
        """Set the file's times to the full hour: the moment of the last line is nobody's business."""
        os.utime(self._file, (self._hour * HOUR_SECONDS,) * 2)


def _lock(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def waiting(folder: Path) -> list[Path]:
    """All spool files, finished or not."""
    return sorted(folder.glob(f"*{SUFFIX}")) if folder.is_dir() else []


def hour_of(path: Path) -> int:
    """The hour in a file's name, -1 in a foreign name."""
    parts = path.name.removesuffix(SUFFIX).split("-")
    return int(parts[1]) if len(parts) == 3 and parts[1].isdecimal() else -1


@contextmanager
def taken(path: Path) -> Iterator[Contents | None]:
    """Read a finished file and keep others away from it; None while its writer lives, or when it is gone."""
    try:
        file = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        yield None
        return
    try:
        yield _read(file, path) if _lock(file) and path.exists() else None
    finally:
        os.close(file)


def _read(file: int, path: Path) -> Contents:
    with os.fdopen(os.dup(file), "rb") as stream:
        lines = stream.read().decode("ascii", "replace").split("\n")
    found = Contents(path.name, path.name.split("-")[0], hour_of(path))
    for line in lines[:-1]:  # what follows the last line break was cut by a crash
        _take(line, found)
    return found


def _take(line: str, found: Contents) -> None:
    kind, *words = line.split(" ")
    try:
        if kind in ("h", "b") and len(words) == 3:
            tenant, variant, position = (int(word) for word in words)
            found.hits.append(Hit(tenant, variant, position, BOT if kind == "b" else UNKNOWN))
        elif kind == "d" and len(words) == 4 and words[2] in DEVICES:
            found.devices.append(Devices(int(words[0]), int(words[1]), words[2], int(words[3])))
        elif kind == "u" and len(words) == 4:
            found.estimates.append(Estimate(*(int(word) for word in words)))
        else:
            found.skipped += 1
    except ValueError:
        found.skipped += 1
