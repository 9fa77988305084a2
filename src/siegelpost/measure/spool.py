"""Between edge and counters: files of short lines, written by one process, read once by another.

A file belongs to one edge process and one hour; its name is `<epoch>-<hour>-<number>.spool`. While the edge writes, it
holds the file locked; whoever gets the lock reads a finished file, even if the edge was killed. A line is one `write`, so
a crash loses at most the last line. Lines:

    h <tenant> <variant> <position>                a person asked; the hour stands in the file's name
    c <tenant> <variant> <what> <name> <n>         when the file is finished: so many opens by this class (see CLASSES)
    u <tenant> <variant> <position> <estimate>     when it is finished: about so many people so far today, in this process
    x <tenant> <variants>                          the day is over: the salts of so many variants were thrown away

Classes must not stand beside each request: lines follow each other as people do, deliveries too, and whoever
knows who reads with what could lay the two side by side. Nor beside each other: device, family of clients and kind of machine
are added up each for itself. A crash loses the classes of one hour, and nothing else.
In production a file is closed when its hour is over and read after that. So the order of lines, the times that the file
system keeps and the pages that a database appends to its log never meet the times of single deliveries within an hour.
"""

import fcntl
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Final

from siegelpost.measure.devices import DEVICES, FAMILIES, MACHINES, Kind
from siegelpost.measure.policy import PIXEL
from siegelpost.measure.uniques import Uniques

SUFFIX: Final = ".spool"
HOUR_SECONDS: Final = 3600
DAY_HOURS: Final = 24
DEVICE: Final = "device"
FAMILY: Final = "family"
MACHINE: Final = "machine"
FOLLOWED: Final = "followed"
CLASSES: Final = {DEVICE: DEVICES, FAMILY: FAMILIES, MACHINE: MACHINES, FOLLOWED: MACHINES}
"""What is added up -> its classes: devices and families of opens, machines that opened, machines that followed links."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One request. `kind` is known while it happens, and is not written beside it."""

    tenant: int
    variant: int
    position: int
    kind: Kind = field(default=Kind(), compare=False)


@dataclass(frozen=True, slots=True)
class Classed:
    """Requests of one variant by one class; `what` is one of CLASSES."""

    tenant: int
    variant: int
    what: str
    name: str
    n: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """People so far today, rounded."""

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
    classes: list[Classed] = field(default_factory=list)
    estimates: list[Estimate] = field(default_factory=list)
    forgotten: dict[int, int] = field(default_factory=dict)
    """Tenant -> variants whose salts were thrown away at the end of the day before."""
    skipped: int = 0
    """Lines that are no lines of ours."""

    @property
    def day(self) -> int:
        """Whole days since 1970, UTC."""
        return self.hour // DAY_HOURS

    @property
    def tenants(self) -> set[int]:
        """Numbers of the tenants of which it says something."""
        return {one.tenant for each in (self.hits, self.classes, self.estimates) for one in each} | set(self.forgotten)


class Spool:
    """The writing end, one per edge process; may be used by many threads."""

    def __init__(self, folder: Path, epoch: str, uniques: Uniques, *, at_once: bool) -> None:
        """at_once  hand over every second instead of every hour (environment "test")."""
        self._folder, self._epoch, self._uniques, self._at_once = folder, epoch, uniques, at_once
        self._lock = Lock()
        self._file = -1
        self._hour = -1
        self._number = 0
        self._classes: Counter[tuple[int, int, str, str]] = Counter()
        self._gone: Counter[int] = Counter()
        """Tenant -> salts that were thrown away and of which no line says it yet."""

    def turn(self, now: float) -> None:
        """Let an hour end that is over, and with a day everything that the edge knew of people. Before somebody is counted."""
        hour = int(now // HOUR_SECONDS)
        with self._lock:
            if hour != self._hour:
                self._finish()
            self._gone.update(self._uniques.turn(hour // DAY_HOURS))

    def write(self, hit: Hit, now: float) -> None:
        """Keep one request. now  seconds since 1970. Raises OSError where the disk refuses."""
        hour = int(now // HOUR_SECONDS)
        with self._lock:
            if self._file < 0 or hour != self._hour:
                self._finish()
                self._begin(hour)
            if not hit.kind.machine:
                os.write(self._file, f"h {hit.tenant} {hit.variant} {hit.position}\n".encode())
            self._blur()
            for what, name in _classes_of(hit):
                self._classes[hit.tenant, hit.variant, what, name] += 1

    def tick(self, now: float) -> None:
        """Hand over what is due; called about once a second."""
        self.turn(now)
        with self._lock:
            if self._at_once:
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
                break
            os.close(file)
        os.write(file, "".join(f"x {tenant} {n}\n" for tenant, n in sorted(self._gone.items())).encode())
        self._gone.clear()

    def _finish(self) -> None:
        if self._file < 0:
            return
        lines = [f"c {tenant} {variant} {what} {name} {n}\n" for (tenant, variant, what, name), n in sorted(self._classes.items())]
        lines += [f"u {tenant} {variant} {position} {people}\n" for (tenant, variant, position), people in self._uniques.news()]
        self._classes.clear()
        file, self._file = self._file, -1
        try:
            os.write(file, "".join(lines).encode())
        finally:
            os.close(file)

    def _blur(self) -> None:
        """Set the file's times to the full hour: the moment of the last line is nobody's business."""
        os.utime(self._file, (self._hour * HOUR_SECONDS,) * 2)


def _classes_of(hit: Hit) -> list[tuple[str, str]]:
    if hit.kind.machine:
        return [(MACHINE if hit.position == PIXEL else FOLLOWED, hit.kind.machine)]
    return [(DEVICE, hit.kind.device), (FAMILY, hit.kind.family)] if hit.position == PIXEL else []


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
        if kind == "h" and len(words) == 3:
            found.hits.append(Hit(int(words[0]), int(words[1]), int(words[2])))
        elif kind == "c" and len(words) == 5 and words[3] in CLASSES.get(words[2], ()):
            found.classes.append(Classed(int(words[0]), int(words[1]), words[2], words[3], int(words[4])))
        elif kind == "x" and len(words) == 2:
            found.forgotten[int(words[0])] = int(words[1])
        elif kind == "u" and len(words) == 4:
            found.estimates.append(Estimate(*(int(word) for word in words)))
        else:
            found.skipped += 1
    except ValueError:
        found.skipped += 1


def lines_of(folder: Path) -> Iterator[tuple[int, Hit]]:
    """Every request that lies in the spool, also of the running hour, with its hour: what whoever can read the disk sees."""
    for path in waiting(folder):
        with suppress(FileNotFoundError), path.open("rb") as file:
            yield from ((hour_of(path), hit) for hit in _read(file.fileno(), path).hits)
