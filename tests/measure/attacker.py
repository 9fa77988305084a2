"""A program that tries to find out who opened and who clicked, with everything that lies in a home folder.

It has every byte of every file, every row of every table, the master key, the source code (so it knows each layout and
each hash), and it knows each recipient: address, id, network address, mail program, and the second of the delivery.
Each tactic gives every person a score; whoever has the highest scores is accused. Where a tactic sees nothing, its
scores are equal, and the accusation is a lottery.
"""

from __future__ import annotations

import hashlib
import hmac
import random
import re
import shutil
import sqlite3
import tempfile
from base64 import urlsafe_b64decode
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from siegelpost.measure.devices import device_of
from siegelpost.measure.spool import SUFFIX
from siegelpost.sign.keys import KeyRefused, TenantKeys, unwrap

Rows = list[dict[str, object]]
Scores = dict[int, float]


@dataclass(frozen=True)
class Person:
    """What is publicly known about a recipient."""

    subscriber_id: int
    email: str
    address: str
    agent: str


@dataclass
class Loot:
    """A copied home folder, and all tables of all databases as "database.table" -> rows."""

    folder: Path
    tables: dict[str, Rows] = field(default_factory=dict)

    def files(self) -> Iterator[Path]:
        return (path for path in sorted(self.folder.rglob("*")) if path.is_file())

    def rows(self, table: str) -> Rows:
        return [row for name, rows in self.tables.items() if name.endswith(f".{table}") for row in rows]

    def spool_lines(self) -> list[str]:
        return [line for path in self.files() if path.suffix == SUFFIX for line in path.read_text("ascii", "replace").split("\n") if line]

    def traces(self) -> Iterator[tuple[str, list[str]]]:
        """Everything that requests may have left, as named columns of words: spool, logs, and tables without recipients."""
        for place, column in enumerate(zip(*self._spool_words(), strict=True)):
            yield f"spool.{place}", list(column)
        for name, rows in self.tables.items():
            if ".measure_" in name and rows:
                for column_name in rows[0]:
                    yield f"{name}.{column_name}", [str(row[column_name]) for row in rows]

    def _spool_words(self) -> list[list[str]]:
        words = [line.split(" ") for line in self.spool_lines()]
        width = max(map(len, words), default=0)
        return [line + [""] * (width - len(line)) for line in words]


def loot_of(folder: Path, into: Path) -> Loot:
    """Copy a home folder as it lies there, and open each SQLite database of the copy."""
    shutil.copytree(folder, into)
    loot = Loot(into)
    for path in sorted(into.rglob("*.sqlite3")):
        loot.tables |= {f"{path.relative_to(into)}.{table}": rows for table, rows in tables_of(path).items()}
    return loot


def tables_of(path: Path) -> dict[str, Rows]:
    """All rows of all tables, in the order of their row ids. Works on a second copy: reading a WAL changes it."""
    with tempfile.TemporaryDirectory() as place:
        for part in path.parent.glob(f"{path.name}*"):
            shutil.copy(part, place)
        connection = sqlite3.connect(Path(place) / path.name)
        connection.row_factory = sqlite3.Row
        try:
            names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in names}
        finally:
            connection.close()


# --- Tactics ---------------------------------------------------------------------------------------------------------


def by_ids(loot: Loot, people: list[Person]) -> Scores:
    """A column of what requests left whose values are ids of recipients, or of their deliveries."""
    owners = {str(row["id"]): int(str(row["subscriber_id"])) for row in loot.rows("delivery_delivery")}
    known = [{str(person.subscriber_id): person.subscriber_id for person in people}, owners]
    best: list[int] = []
    for _name, column in loot.traces():
        for ids in known:
            hits = [ids[word] for word in column if word in ids]
            if len(hits) == len([word for word in column if word]) and len(set(hits)) > len(set(best)):
                best = hits
    return _counted(best)


_TOKENS = re.compile(rb"(?<![\w-])[\w-]{20,120}(?![\w-])")


def by_tokens(loot: Loot, people: list[Person]) -> Scores:
    """Tokens anywhere in the folder that name a recipient; the layout of tokens is public."""
    ids = {person.subscriber_id for person in people}
    named: list[int] = []
    for path in loot.files():
        for text in _TOKENS.findall(path.read_bytes()):
            named += [number for number in set(_numbers_of(text)) if number in ids]
    return _counted(named)


def by_addresses(loot: Loot, people: list[Person]) -> Scores:
    """E-mail or network addresses and agents in spool, logs and measuring tables, in clear."""
    text = "\n".join(word for _name, column in loot.traces() for word in column)
    text += "\n".join(path.read_text("utf-8", "replace") for path in loot.files() if path.suffix in (SUFFIX, ".log"))
    found = Counter(re.findall(r"[\w.+-]+@[\w.-]+|\d{1,3}(?:\.\d{1,3}){3}", text))
    return {person.subscriber_id: float(found[person.email] + found[person.address]) for person in people}


def by_hashes(loot: Loot, people: list[Person]) -> Scores:
    """Hashes of what is known about each person, with each salt and key that lies in the folder, looked for in all bytes."""
    haystack = b"\n".join(path.read_bytes() for path in loot.files())
    haystack += b"\n".join(bytes(value) for row in _all_rows(loot) for value in row.values() if isinstance(value, bytes | memoryview))
    windows = _windows(haystack)
    scores: Scores = dict.fromkeys((person.subscriber_id for person in people), 0.0)
    for salt in sorted(salts_of(loot)):
        for person in people:
            for digest in _digests(salt, person):
                if digest[:8] in windows or digest.hex()[:16].encode() in windows:
                    scores[person.subscriber_id] += 1
    return scores


def by_hours(loot: Loot, people: list[Person]) -> Scores:
    """Who got the mail in or just before an hour with many requests."""
    asked: Counter[int] = Counter()
    for row in loot.rows("measure_counter"):
        asked[int(str(row["hour"]))] += int(str(row["n"]))
    for path in loot.files():
        if path.suffix == SUFFIX:
            asked[int(path.name.split("-")[1])] += path.read_bytes().count(b"\nh ") + 1
    delivered = {person_id: int(moment) // 3600 for person_id, moment in _delivered(loot).items()}
    cohort = Counter(delivered.values())
    return {person_id: asked[hour] / cohort[hour] for person_id, hour in delivered.items()}


def by_order(loot: Loot, people: list[Person]) -> Scores:
    """The n-th request is by the person at the same place of the order of deliveries."""
    order = [person_id for person_id, _moment in sorted(_delivered(loot).items(), key=lambda pair: (pair[1], pair[0]))]
    lines = [line for line in loot.spool_lines() if line.startswith("h ")] or [str(row) for row in loot.rows("measure_counter")]
    if not lines or not order:
        return {}
    return _counted(order[place * len(order) // len(lines)] for place in range(len(lines)))


def by_file_times(loot: Loot, people: list[Person]) -> Scores:
    """Who got the mail right before a spool or log file was last touched."""
    touched = [path.stat().st_mtime for path in loot.files() if path.suffix in (SUFFIX, ".log")]
    return {person_id: sum(1.0 for moment in touched if 0 <= moment - delivered < 2) for person_id, delivered in _delivered(loot).items()}


def by_journal(loot: Loot, people: list[Person]) -> Scores:
    """SQLite's write-ahead log keeps the order of commits: who was delivered to right before a counter rose?"""
    scores: Scores = defaultdict(float)
    for database in loot.folder.rglob("tenant.sqlite3"):
        history = list(_history(database))
        last: set[int] = set()
        for (sent_before, asked_before), (sent, asked) in pairwise(history):
            last = sent - sent_before or last
            for person_id in last if asked > asked_before else ():
                scores[person_id] += (asked - asked_before) / len(last)
    return scores


def by_devices(loot: Loot, people: list[Person]) -> Scores:
    """Who uses a class of device that opened more than the others."""
    opened: Counter[str] = Counter()
    for row in loot.rows("measure_devicecounter"):
        opened[str(row["device"])] += int(str(row["n"]))
    for line in loot.spool_lines():
        opened[line.split(" ")[-1]] += line.startswith("h ")
    owned = Counter(device_of(person.agent) for person in people)
    return {person.subscriber_id: opened[device_of(person.agent)] / owned[device_of(person.agent)] for person in people}


Tactic = Callable[[Loot, list[Person]], Scores]
TACTICS: tuple[Tactic, ...] = (by_ids, by_tokens, by_addresses, by_hashes, by_hours, by_order, by_file_times, by_journal, by_devices)


def accuse(loot: Loot, people: list[Person], many: int, chance: random.Random) -> dict[str, set[int]]:
    """Name `many` people by each tactic; ties are drawn by lot."""
    accused = {}
    for tactic in TACTICS:
        scores = tactic(loot, people)
        lots = [person.subscriber_id for person in people]
        chance.shuffle(lots)
        accused[tactic.__name__] = set(sorted(lots, key=lambda person_id: -scores.get(person_id, 0))[:many])
    return accused


# --- Tools -----------------------------------------------------------------------------------------------------------


def salts_of(loot: Loot) -> set[bytes]:
    """Everything in the folder that may be a salt or a key, and what comes from the master key."""
    found = {b"", *(bytes.fromhex(text.decode()) for text in _hex_words(loot))}
    for row in _all_rows(loot, at_most=100):  # a salt is not one of hundreds in a column
        found |= {bytes(value) for value in row.values() if isinstance(value, bytes | memoryview) and len(value) <= 64}
        found |= {value.encode() for value in row.values() if isinstance(value, str) and 8 <= len(value) <= 64 and value.isalnum()}
    for key in [one for one in found if len(one) == 32]:
        for row in _all_rows(loot):
            if "wrapped_key" in row:
                found |= _derived(key, bytes(row["wrapped_key"]))  # type: ignore[call-overload]
    return found


def _derived(master: bytes, wrapped: bytes) -> set[bytes]:
    try:
        keys = TenantKeys(unwrap(master, wrapped))
    except KeyRefused:
        return set()
    return {keys.root, keys.tokens, keys.message_ids, keys.addresses, keys.files, keys.wrapping}


def _hex_words(loot: Loot) -> set[bytes]:
    words: set[bytes] = set()
    for path in loot.files():
        if not path.name.startswith(("tenant.sqlite3", "signups.sqlite3", "control.sqlite3")):
            words |= {word for word in re.findall(rb"[0-9a-f]{8,64}", path.name.encode() + b"\n" + path.read_bytes()) if len(word) % 2 == 0}
    return words


def _digests(salt: bytes, person: Person) -> Iterator[bytes]:
    for text in (f"{person.address}\n{person.agent}".encode(), person.email.encode()):
        yield hashlib.blake2b(text, key=salt[:64], digest_size=8).digest()
        yield hashlib.sha256(salt + text).digest()
        yield hmac.digest(salt, text, "sha256")


def _windows(haystack: bytes) -> set[bytes]:
    """All runs of 8 bytes, and all of 16 hexadecimal digits."""
    runs = {haystack[place : place + 8] for place in range(len(haystack) - 7)}
    for match in re.finditer(rb"(?=([0-9a-f]{16}))", haystack):
        runs.add(match.group(1))
    return runs


def _numbers_of(text: bytes) -> list[int]:
    """The numbers of a token, MAC unchecked; [] for anything that has not their layout."""
    try:
        raw = urlsafe_b64decode(text + b"=" * (-len(text) % 4))
        if raw[0] >> 4 != 1:
            return []
        place = 2 + raw[1]
        count, place, numbers = raw[place], place + 1, []
        for _each in range(count):
            size = raw[place]
            numbers.append(int.from_bytes(raw[place + 1 : place + 1 + size], "big"))
            place += 1 + size
        return numbers if place + 12 == len(raw) else []
    except (ValueError, IndexError):
        return []


def _delivered(loot: Loot) -> dict[int, float]:
    return {int(str(row["subscriber_id"])): float(str(row["at"])) for row in loot.rows("delivery_delivery") if row["at"] is not None}


def _all_rows(loot: Loot, at_most: int = 10**9) -> Iterator[dict[str, object]]:
    return (row for rows in loot.tables.values() if len(rows) <= at_most for row in rows)


def _counted(found: Iterable[int]) -> Scores:
    return {person_id: float(n) for person_id, n in Counter(found).items()}


def _history(database: Path) -> Iterator[tuple[set[int], int]]:
    """Put the database back to each of its commits: who had got the mail, and how many requests were counted."""
    wal = database.with_name(f"{database.name}-wal")
    if not wal.exists():
        return
    log = wal.read_bytes()
    page = int.from_bytes(log[8:12], "big") if len(log) >= 32 else 0
    for end in range(32 + 24 + page, len(log) + 1, 24 + page) if page else ():
        frame = end - 24 - page
        if log[frame + 8 : frame + 16] != log[16:24]:
            break
        if log[frame + 4 : frame + 8] == b"\0\0\0\0":
            continue  # no commit
        with tempfile.TemporaryDirectory() as place:
            copy = Path(place) / database.name
            shutil.copy(database, copy)
            copy.with_name(wal.name).write_bytes(log[:end])
            connection = sqlite3.connect(copy)
            try:
                sent = {row[0] for row in connection.execute("SELECT subscriber_id FROM delivery_delivery WHERE state = 'sent'")}
                [(asked,)] = connection.execute("SELECT coalesce(sum(n), 0) FROM measure_counter")
            except sqlite3.OperationalError:  # before the tables
                continue
            finally:
                connection.close()
            yield sent, asked
