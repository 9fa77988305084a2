"""An offline copy of OSV: a folder of JSON files, of ZIP files with them, or one such ZIP file. Nobody is asked over the network."""

import json
import zipfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from siegelpost.base.zips import UNREADABLE
from siegelpost.governance.release.holes import Hole, holes_in, once_each
from siegelpost.governance.release.parts import Part, normal

LONGEST: Final = 5_000_000
"""Bytes of one entry; the longest of OSV have a tenth of that."""


@dataclass(slots=True)
class Look:
    """What one look into the copy told.

    entries     read; `unreadable` of them, or of the files, could not be used
    newest      when the newest entry was last changed, None where there is none: as old is the copy
    """

    entries: int = 0
    unreadable: int = 0
    newest: datetime | None = None
    holes: list[Hole] = field(default_factory=list)


def look(place: Path, parts: Collection[Part]) -> Look:
    """Hold every entry against our parts, one at a time. What cannot be read is counted, never passed over in silence."""
    by_name: dict[tuple[str, str], list[Part]] = {}
    for part in parts:
        by_name.setdefault((part.ecosystem, normal(part.ecosystem, part.name)), []).append(part)
    told, found = Look(), list[Hole]()
    for data in _entries(place):
        told.entries += 1
        try:
            entry = _read(data)
            changed = datetime.fromisoformat(str(entry["modified"])).astimezone(UTC)
            found += holes_in(entry, by_name)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            told.unreadable += 1
        else:
            told.newest = max(told.newest or changed, changed)
    told.holes = once_each(found)
    return told


def _read(data: bytes | None) -> Mapping[str, Any]:
    if data is None:
        raise ValueError
    entry = json.loads(data)
    if not isinstance(entry, dict) or not isinstance(entry["id"], str):
        raise ValueError
    return entry


def _entries(place: Path) -> Iterator[bytes | None]:
    """The bytes of each entry, None for what cannot be read."""
    files = [place] if place.is_file() else sorted(place.rglob("*"))
    for path in files:
        if path.suffix == ".zip":
            yield from _packed(path)
        elif path.suffix == ".json":
            try:
                yield path.read_bytes() if path.stat().st_size <= LONGEST else None
            except OSError:
                yield None


def _packed(path: Path) -> Iterator[bytes | None]:
    try:
        with zipfile.ZipFile(path) as archive:
            for one in archive.infolist():
                if one.filename.endswith(".json"):
                    yield archive.read(one) if one.file_size <= LONGEST else None
    except UNREADABLE:
        yield None
