"""Take over a list of people who must not be written to."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from siegelpost.audience.addresses import Judged, address_reader
from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.consent.inherited import about_to_change
from siegelpost.consent.models import Suppression
from siegelpost.consent.opt_outs import known_keys, write
from siegelpost.consent.rules import BLACKLIST, EXCLUSION, OPTOUT, PatternWrong, is_pattern, like_pattern
from siegelpost.evidence import inputs
from siegelpost.evidence.services import append
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.statistics import look_again

CHUNK: Final = 1_000
PAUSE: Final = 0.01  # seconds; SQLite's busy handler has no queue, so a bulk writer lets others in
KEY_DIGITS: Final = 32
"""Hexadecimal digits of an address key."""
SEPARATORS: Final = ";,\t"
HASH: Final = "hash:"
"""Before the keyed hash of an address that was anonymised, in a file of ours."""
HEADINGS: Final = frozenset({"email", "e-mail", "mail", "e-mail-adresse", "adresse", "address", "pattern", "muster"})


class ReplaceRefused(BadInput):
    """What would be taken away is not known for sure, or not the tenant's to take away."""

    code = "suppression.replace_refused"
    message = _(
        "This file cannot take the place of what is there: it is empty, {wrong} of its lines cannot be used, or its kind is another."
    )
    hint = _("Mend the file. Only a blacklist and an exclusion list can be replaced: what people said themselves stays.")


@dataclass(frozen=True, slots=True)
class SuppressionImport:
    """What became of the lines of a file; `refused` counts by reason, never names an address."""

    rows: int
    added: int
    unchanged: int
    refused: dict[str, int]
    removed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SuppressionFile:
    """What the lines mean.

    kind      optout | blacklist | complaint | retained | exclusion; only a blacklist may hold patterns with `%`
    source    where the file comes from
    list_id   one list, or None for everything
    replaces  what stands in the file counts instead of what was there; for what the tenant itself decided alone
    """

    kind: str
    source: str
    list_id: int | None = None
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class WrongLine:
    """A line that cannot be used: its number from 1, its text, and the code of the reason as `SuppressionImport` counts it."""

    number: int
    text: str
    reason: str


def wrong_lines(lines: Iterable[str], kind: str) -> list[WrongLine]:
    """Those of `lines` that `import_entries` would refuse, for somebody who can mend them at once."""
    read = address_reader()
    found = []
    for number, line in enumerate(lines):
        if entry := _entry(number, line):
            reason = _pattern_fault(entry, kind) if is_pattern(entry) else "" if _key(entry, kind) else read(entry).reason
            if reason:
                found.append(WrongLine(number + 1, line.strip(), reason))
    return found


def import_entries(tenant: TenantDB, lines: Iterable[str], file: SuppressionFile, *, actor: Actor, now: datetime) -> SuppressionImport:
    """Suppress everybody whom `lines` name, one address (or pattern) a line; opens its own transactions of 1,000 lines.

    Further columns, empty lines, comments (#) and a heading are passed over. A file of our own opt-outs may name people by their keyed
    hash, as far as these lists know it. What is there already stays; wrong lines
    are counted by reason and do not stop the others. After a fault half-way the file can simply be taken again: what is to go,
    goes last. Raises ReplaceRefused.
    """
    lines = list(lines) if file.replaces else lines
    if file.replaces:
        _ensure_replaceable(lines, file)
    counts, refused = Counter[str](), Counter[str]()
    entries, read = _entries(lines), address_reader()
    wanted: set[bytes | str] = set()
    while chunk := list(islice(entries, CHUNK)):
        with tenant.atomic():
            inputs.name(tenant, str(actor), "suppression.imported")
            rows = _rows(tenant, chunk, file, read, refused)
            new = _new_ones(tenant, rows, file)
            wanted.update(rows if file.replaces else ())
            for row in new:
                row.at = now
            if new and file.kind == BLACKLIST:
                about_to_change(tenant)
            tenant.objects(Suppression).bulk_create(new)
            write(tenant, new, None, actor)
        time.sleep(PAUSE)
        counts.update(rows=len(chunk), added=len(new))
    unchanged = counts["rows"] - counts["added"] - refused.total()
    removed = _remove_others(tenant, wanted, file) if file.replaces else 0
    result = SuppressionImport(counts["rows"], counts["added"], unchanged, dict(refused), removed)
    with tenant.atomic():
        details = {"kind": file.kind, "source": file.source, "list": file.list_id, "rows": result.rows, "added": result.added}
        if file.replaces:
            details["removed"] = removed
        append(tenant, "suppression.imported", details=details, actor=actor, at=now)
    look_again(tenant, result.added)
    return result


def _ensure_replaceable(lines: Iterable[str], file: SuppressionFile) -> None:
    wrong = len(wrong_lines(lines, file.kind))
    if wrong or file.kind not in (BLACKLIST, EXCLUSION) or not any(_entries(lines)):
        raise ReplaceRefused(wrong=wrong)


def _remove_others(tenant: TenantDB, wanted: set[bytes | str], file: SuppressionFile) -> int:
    """Take away what the file does not name; returns how many."""
    rows = tenant.objects(Suppression).filter(kind=file.kind, list_id=file.list_id).values_list("pk", "key", "pattern")
    gone = [number for number, key, pattern in rows if (pattern or bytes(key or b"")) not in wanted]
    for start in range(0, len(gone), CHUNK):
        with tenant.atomic():
            if file.kind == BLACKLIST:
                about_to_change(tenant)
            tenant.objects(Suppression).filter(pk__in=gone[start : start + CHUNK]).delete()
        time.sleep(PAUSE)
    return len(gone)


def _entries(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if entry := _entry(number, line):
            yield entry


def _entry(number: int, line: str) -> str:
    """The address or pattern of one line, "" for lines that say nothing."""
    entry = line.strip().lstrip("\ufeff")
    for separator in SEPARATORS:
        entry = entry.split(separator, 1)[0]
    entry = entry.strip().strip('"').strip()
    return "" if entry.startswith("#") or (number == 0 and entry.lower() in HEADINGS) else entry


def _rows(
    tenant: TenantDB, entries: list[str], file: SuppressionFile, read: Callable[[str], Judged], refused: Counter[str]
) -> dict[bytes | str, Suppression]:
    """The readable entries, once each, by key or pattern."""
    rows: dict[bytes | str, Suppression] = {}
    known = known_keys(tenant, [key for entry in entries if (key := _key(entry, file.kind))])
    for entry in entries:
        fixed = {"kind": file.kind, "source": file.source, "list_id": file.list_id}
        if is_pattern(entry):
            if pattern := _pattern(entry, file, refused):
                rows[pattern] = Suppression(pattern=pattern, **fixed)
            continue
        if key := _key(entry, file.kind):
            if key in known:
                rows[key] = Suppression(key=key, **fixed)
            else:
                refused["hash_unknown"] += 1
            continue
        address, reason = read(entry)
        if reason:
            refused[reason] += 1
            continue
        key = address_key(address, tenant.keys.addresses)
        rows[key] = Suppression(key=key, **fixed)
    return rows


def _key(entry: str, kind: str) -> bytes:
    """The keyed hash that a line of our own opt-outs names, b"" for any other line."""
    text = entry.removeprefix(HASH)
    try:
        return bytes.fromhex(text) if kind == OPTOUT and text != entry and len(text) == KEY_DIGITS else b""
    except ValueError:
        return b""


def _pattern(entry: str, file: SuppressionFile, refused: Counter[str]) -> str:
    """The pattern of one line, "" where it cannot be used."""
    if fault := _pattern_fault(entry, file.kind):
        refused[fault] += 1
        return ""
    return like_pattern(entry)


def _pattern_fault(entry: str, kind: str) -> str:
    """Why a pattern cannot be used, "" if it can: only a blacklist keeps clear text."""
    if kind != BLACKLIST:
        return "pattern_outside_blacklist"
    try:
        like_pattern(entry)
    except PatternWrong:
        return "pattern_wrong"
    return ""


def _new_ones(tenant: TenantDB, rows: dict[bytes | str, Suppression], file: SuppressionFile) -> list[Suppression]:
    mine = tenant.objects(Suppression).filter(kind=file.kind, list_id=file.list_id)
    keys = [key for key in rows if isinstance(key, bytes)]
    patterns = [pattern for pattern in rows if isinstance(pattern, str)]
    known: set[bytes | str] = set(mine.filter(pattern__in=patterns).exclude(pattern="").values_list("pattern", flat=True))
    known.update(bytes(key) for key in mine.filter(key__in=keys).values_list("key", flat=True) if key is not None)
    return [row for key, row in rows.items() if key not in known]
