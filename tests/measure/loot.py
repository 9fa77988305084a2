"""What a thief carries away: a copy of the whole home folder, its file times, and each row of each table."""

import os
import re
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from siegelpost.measure.spool import SUFFIX
from tests.patience import PATIENCE

Rows = list[dict[str, object]]
Scores = dict[int, float]
LOG = ".log"


@dataclass(frozen=True)
class Person:
    """What is publicly known about a recipient."""

    subscriber_id: int
    email: str
    address: str
    agent: str


@dataclass
class Loot:
    """A copied home folder; all tables of all databases as "database.table" -> rows; when each file and folder was touched."""

    folder: Path
    tables: dict[str, Rows] = field(default_factory=dict)
    touched: list[float] = field(default_factory=list)

    def files(self) -> Iterator[Path]:
        return (path for path in sorted(self.folder.rglob("*")) if path.is_file())

    def bytes(self) -> bytes:
        """Everything that lies there, with pages of databases that are in use no more."""
        return b"\n".join(path.read_bytes() for path in self.files())

    def rows(self, table: str) -> Rows:
        return [row for name, rows in self.tables.items() if name.endswith(f".{table}") for row in rows]

    def all_rows(self, at_most: int = 10**9) -> Iterator[dict[str, object]]:
        """Rows of all tables that have no more than `at_most`."""
        return (row for rows in self.tables.values() if len(rows) <= at_most for row in rows)

    def delivered(self) -> dict[int, float]:
        """Person -> second of the delivery."""
        return {int(str(row["subscriber_id"])): float(str(row["at"])) for row in self.rows("delivery_delivery") if row["at"] is not None}

    def order(self) -> list[int]:
        """People in the order in which they were delivered to, as far as it can be told."""
        return [person_id for person_id, _moment in sorted(self.delivered().items(), key=lambda pair: (pair[1], pair[0]))]

    def spool_lines(self) -> list[str]:
        return self._lines(SUFFIX)

    def log_lines(self) -> list[str]:
        return self._lines(LOG)

    def _lines(self, suffix: str) -> list[str]:
        files = (path for path in self.files() if path.suffix == suffix)
        return [line for path in files for line in path.read_text("utf-8", "replace").split("\n") if line]

    def traces(self) -> Iterator[tuple[str, list[str]]]:
        """Everything that requests may have left, as named columns of words: spool, logs, and tables without recipients."""
        for kind, lines in (("spool", self.spool_lines()), ("log", self.log_lines())):
            words = [re.split(r"[\s/=?&]+", line) for line in lines]
            width = max(map(len, words), default=0)
            for place, column in enumerate(zip(*(line + [""] * (width - len(line)) for line in words), strict=True)):
                yield f"{kind}.{place}", list(column)
        for name, rows in self.tables.items():
            if ".measure_" in name and rows:
                for column_name in rows[0]:
                    yield f"{name}.{column_name}", [str(row[column_name]) for row in rows]

    def history(self) -> Iterator[tuple[set[int], int]]:
        """What SQLite's write-ahead logs still know: after each commit, who had got the mail and how many requests were counted."""
        for database in self.folder.rglob("tenant.sqlite3"):
            yield from _commits(database)


def loot_of(folder: Path, into: Path) -> Loot:
    """Copy a home folder as it lies there, and open each SQLite database of the copy."""
    known = _copied(folder, into)
    loot = Loot(into, touched=[moment for each in known for moment in (each.st_mtime, each.st_ctime)])
    for path in sorted(into.rglob("*.sqlite3")):
        loot.tables |= {f"{path.relative_to(into)}.{table}": rows for table, rows in tables_of(path).items()}
    return loot


def _copied(folder: Path, into: Path) -> list[os.stat_result]:
    """Copy it and return what its files and folders say of themselves; anew where something in it went or came meanwhile."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            known = [path.stat() for path in (folder, *folder.rglob("*"))]
            shutil.copytree(folder, into)
        except (FileNotFoundError, shutil.Error):
            assert time.monotonic() < end, "it never stands still"
            shutil.rmtree(into, ignore_errors=True)
        else:
            return known


def tables_of(path: Path) -> dict[str, Rows]:
    """All rows of all tables, in the order of their row ids. Works on a second copy: reading a WAL changes it."""
    with tempfile.TemporaryDirectory() as place:
        for part in path.parent.glob(f"{path.name}*"):
            shutil.copy(part, place)
        with closing(sqlite3.connect(Path(place) / path.name)) as connection:
            connection.row_factory = sqlite3.Row
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in names}


def _commits(database: Path) -> Iterator[tuple[set[int], int]]:
    wal = database.with_name(f"{database.name}-wal")
    if not wal.exists():
        return
    log = wal.read_bytes()
    page = int.from_bytes(log[8:12], "big") if len(log) >= 32 else 0
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copy(database, place))
        for end in range(32 + 24 + page, len(log) + 1, 24 + page) if page else ():
            frame = log[end - 24 - page : end]
            if frame[8:16] != log[16:24]:
                break
            number, pages = int.from_bytes(frame[:4], "big"), int.from_bytes(frame[4:8], "big")
            with copy.open("r+b") as image:  # as SQLite itself puts its log back into the database
                image.seek((number - 1) * page)
                image.write(frame[24:])
                if pages:
                    image.truncate(pages * page)
            if pages and (found := _at_commit(copy)):
                yield found


def _at_commit(image: Path) -> tuple[set[int], int] | None:
    with closing(sqlite3.connect(f"file:{image}?immutable=1", uri=True)) as connection:
        try:
            sent = {row[0] for row in connection.execute("SELECT subscriber_id FROM delivery_delivery WHERE state = 'sent'")}
            [(asked,)] = connection.execute("SELECT coalesce(sum(n), 0) FROM measure_counter")
        except sqlite3.OperationalError:  # before the tables
            return None
    return sent, asked
