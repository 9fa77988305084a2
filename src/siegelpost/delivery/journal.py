"""The sender's own memory of one slice: a line before the final dot of a message and one after the answer.

A plain write survives the death of the process; a file lock tells whether the owner lives. The first line names boot,
place, tenant, mailing and slice: a journal of another boot, or a copied one, proves nothing by its silence.
"""

import errno
import fcntl
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from siegelpost.delivery.rules import Outcome

if TYPE_CHECKING:
    from siegelpost.delivery.settle import Result

ENDING = ".journal"
OUTCOMES = frozenset(one.value for one in Outcome)


class Journal:
    """The journal that this process writes; locked until it is closed. Open it after the last fork."""

    __slots__ = ("_fd", "path")

    def __init__(self, folder: Path, name: str, header: dict[str, object]) -> None:
        self.path = folder / f"{name}{ENDING}"
        self._fd = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        self._write(json.dumps({**header, "place": _place(self._fd)}).encode() + b"\n")

    def note(self, answers: Iterable["Result"] = (), dots: Iterable[int] = ()) -> None:
        """In one write: answers that came, or refusals before the dot; then rows whose final dot is about to be sent.

        Raises OSError where it cannot be written down whole.
        """
        lines = [f"A {one.row_id} {one.outcome.value} {one.code}\n".encode() for one in answers]
        lines += [b"D %d\n" % row_id for row_id in dots]
        self._write(b"".join(lines))

    def _write(self, line: bytes) -> None:
        if os.write(self._fd, line) != len(line):  # a full disk takes the beginning of a line and says nothing
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def end(self) -> None:
        """Everything in it is in the database: remove it."""
        self.path.unlink(missing_ok=True)
        os.close(self._fd)

    def leave(self) -> None:
        """Let go of it unsettled: it is found like that of a dead process."""
        os.close(self._fd)


@dataclass(slots=True)
class Found:
    """What the journal of a dead process says.

    dots     rows whose final dot was sent or about to be sent, without an answer
    answers  row -> (outcome, code)
    torn     a line cannot be read: what else stood there is unknown
    """

    header: dict[str, str]
    dots: set[int] = field(default_factory=set)
    answers: dict[int, tuple[str, str]] = field(default_factory=dict)
    place_now: str = ""
    torn: bool = False

    def speaks_for(self, boot: str, *, original: bool) -> bool:
        """Whether silence about a row proves that it was never begun: same boot, same file, same home, whole lines."""
        return original and not self.torn and self.header.get("boot") == boot and self.header.get("place") == self.place_now


class Orphan:
    """The journal of a dead process, locked by us while we settle it."""

    def __init__(self, path: Path, fd: int) -> None:
        self.path = path
        self._fd = fd

    @classmethod
    def take(cls, path: Path) -> "Orphan | None":
        """Return the journal if its owner is dead, None while it lives (or where another took it)."""
        try:
            fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(fd)
            return None
        if not path.exists() or path.stat().st_ino != os.fstat(fd).st_ino:
            os.close(fd)
            return None
        return cls(path, fd)

    def read(self) -> Found:
        """Everything it says."""
        return read(self.path)

    def remove(self) -> None:
        """It is settled."""
        self.path.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of it; where it was not removed it is found again."""
        os.close(self._fd)


def read(path: Path) -> Found:
    """Everything a journal says; a last line that was cut off by a crash of the machine is left out. Nothing where there is none."""
    try:
        with path.open("rb") as file:
            lines, place = file.read().split(b"\n")[:-1], _place(file.fileno())
    except FileNotFoundError:
        return Found(header={})
    try:
        header = json.loads(lines[0]) if lines else {}
    except ValueError:
        header = {}
    found = Found(header=header if isinstance(header, dict) else {}, place_now=place)
    for line in lines[1:]:
        _read_line(line.decode("ascii", "replace"), found)
    return found


def _read_line(line: str, found: Found) -> None:
    kind, _, rest = line.partition(" ")
    row, _, outcome = rest.partition(" ")
    if kind == "D" and row.isdigit():
        found.dots.add(int(row))
    elif kind == "A" and row.isdigit() and outcome.partition(" ")[0] in OUTCOMES:
        name, _, code = outcome.partition(" ")
        found.answers[int(row)] = (name, code)
        found.dots.discard(int(row))
    else:
        found.torn = True


def _place(fd: int) -> str:
    """Device and inode: a copy of the file is another file."""
    found = os.fstat(fd)
    return f"{found.st_dev}:{found.st_ino}"
