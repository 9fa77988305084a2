"""Everything of a tenant leaves as one encrypted file: as it is at one moment, in the register before it has its name, and opened again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO, Final

from siegelpost import __version__
from siegelpost.accounts.approvals.acts import EXPORT as EXPORT_ACT
from siegelpost.accounts.approvals.errors import Wish
from siegelpost.audience import export as audience
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.evidence.reads import entries
from siegelpost.evidence.seal import seal
from siegelpost.evidence.services import append
from siegelpost.flows import tenant_parts as parts
from siegelpost.flows.approved_export import ensure_may_export
from siegelpost.flows.approving import cover
from siegelpost.flows.handing_out import Hashing, file_of_command
from siegelpost.governance.departure import tables
from siegelpost.governance.departure.archive import Archive
from siegelpost.governance.departure.contents import ELSEWHERE, NOT_OF_A_TENANT, WITHHELD
from siegelpost.governance.departure.errors import ExportDamaged, ExportUnusable, KeyFileWrong, NotLookedAt, NotThisExport, RecipientWrong
from siegelpost.governance.departure.locked import decrypted, encrypted
from siegelpost.governance.departure.opening import Opened, look_through
from siegelpost.governance.departure.readme import NAME as README
from siegelpost.governance.departure.readme import readme
from siegelpost.governance.disclosures.rules import CATEGORIES, COMMAND, EVERYBODY, EXPORT
from siegelpost.governance.disclosures.services import FOR_ONESELF, Given, Outflow, record
from siegelpost.governance.handover.age_lock import is_recipient, new_pair, secret_in
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.snapshot import sign_up_snapshot, snapshot

BEGUN: Final = "tenant.export_begun"
ACT: Final = "tenant.exported"
LOOKED_AT: Final = "tenant.export_looked_at"
SUBJECT: Final = "tenant"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written.

    digest   SHA-256 of the file as it lies there, in hex
    people   how many it holds
    members  files inside
    rows     of all tables together
    secret   what opens it, shown once; "" where it was encrypted to a key of the caller's
    opened   whether it was read again, from its beginning to its end
    """

    digest: str
    size: int
    people: int
    members: int
    rows: int
    secret: str
    opened: bool


def export_tenant(
    tenant: TenantDB,
    path: Path,
    *,
    recipient: str = "",
    given: Given = FOR_ONESELF,
    actor: Actor,
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> Exported:
    """Write everything of a tenant into `path`, encrypted for `recipient` ("age1…") or for a new key.

    Raises RecipientWrong, ExportUnusable, NotLookedAt, and as `export_list` where a right, a reason or a second person is missing.

    Source: control 1.4-03; Art. 28(3)(g) GDPR (return of all data), Art. 5(1)(f).
    """
    secret, key = ("", recipient) if recipient else new_pair()
    if not is_recipient(key):
        raise RecipientWrong
    wish = _wish(tenant, audience.how_many(tenant))
    ensure_may_export(tenant, wish, given.purpose, actor=actor, now=now)
    _begin(tenant, actor, now)
    try:
        with file_of_command(tenant, path, ACT, now=now) as file:
            hashing = Hashing(file)
            with encrypted(hashing, key) as plain:  # type: ignore[arg-type]
                people, members, rows = _write(tenant, plain, now, progress or (lambda done: None))
            file.flush()
            _write_down(tenant, _outflow(people, hashing, given), wish, actor, now)
    except OSError as reason:
        raise ExportUnusable(why=reason.strerror or path.name) from reason
    if secret:
        _look_again(tenant, path, secret, actor, now)
    return Exported(hashing.digest, hashing.size, people, members, rows, secret, bool(secret))


def look_at_export(tenant: TenantDB, path: Path, key_file: Path, *, actor: Actor, now: datetime) -> Opened:
    """Open an export of this tenant and prove that it is whole; the log says that somebody did.

    Raises ExportUnusable, KeyFileWrong, ExportDamaged, NotThisExport.
    """
    try:
        secret = secret_in(key_file.read_text(encoding="utf-8", errors="replace"))
        if not secret:
            raise KeyFileWrong
        return _look(tenant, path, secret, actor, now)
    except OSError as reason:
        raise ExportUnusable(why=reason.strerror or path.name) from reason


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest export of a tenant: its entry, when, its hash, and whether it was opened."""

    entry: int
    at: datetime
    digest: str
    opened: bool


def latest_export(tenant: TenantDB) -> Latest | None:
    """None where there was none, or none that was opened; one that was opened goes before a newer one that was not."""
    opened = {one["details"]["hash"] for one in entries(tenant, act=LOOKED_AT)}
    made = [Latest(one["id"], one["at"], one["details"]["hash"], one["details"]["hash"] in opened) for one in entries(tenant, act=ACT)]
    return next((one for one in made if one.opened), made[0] if made else None)


def _wish(tenant: TenantDB, people: int) -> Wish:
    return Wish(act=EXPORT_ACT, matter=SUBJECT, what={"tenant": tenant.number, "name": tenant.slug}, size=people)


def _begin(tenant: TenantDB, actor: Actor, now: datetime) -> None:
    """What leaves is said before it does, and is in the log that leaves."""
    audience.note_copies(tenant, actor, ACT)
    with tenant.atomic():
        append(tenant, BEGUN, subject=SUBJECT, actor=actor, at=now)
    seal(tenant, now=now)


def _write(tenant: TenantDB, plain: BinaryIO, now: datetime, progress: Callable[[int], None]) -> tuple[int, int, int]:
    done = 0

    def heard(more: int) -> None:
        nonlocal done
        done += more
        progress(done)

    archive, made_at = Archive(plain, at=now), f"{now.astimezone(UTC):%Y-%m-%d %H:%M}"
    archive.put(README, readme(tenant.name, made_at))
    with snapshot(tenant) as still:
        people = parts.write_people(archive, still, heard)
        parts.write_consents(archive, still, heard)
        parts.write_mailings(archive, still, now=now, environment=process_settings().environment)
        parts.write_log(archive, still)
        parts.write_accesses(archive, still, now.astimezone(UTC).date())
        parts.write_staff(archive, still)
        rows = tables.write_tables(archive, still, tenant, heard)
    with sign_up_snapshot(tenant) as still_asking:
        rows |= tables.write_tables(archive, still_asking, tenant, heard)
    rows |= tables.write_control(archive, tenant, heard)
    parts.write_files(archive, tenant)
    parts.write_keys(archive, tenant)
    archive.close(_facts(tenant, rows, people))
    return people, len(archive.members), sum(rows.values())


def _facts(tenant: TenantDB, rows: dict[str, int], people: int) -> dict[str, Any]:
    return {
        "release": __version__,
        "tenant": {"number": tenant.number, "slug": tenant.slug, "name": tenant.name},
        "people": people,
        "tables": rows,
        "elsewhere": dict(ELSEWHERE),
        "left_out": {**NOT_OF_A_TENANT, **{f"{label}.{name}": why for (label, name), why in WITHHELD.items()}},
    }


def _outflow(people: int, made: Hashing, given: Given) -> Outflow:
    return Outflow(
        kind=EXPORT, categories=tuple(CATEGORIES), records=people, people=EVERYBODY, channel=COMMAND, act=ACT, digest=made.digest,
        size=made.size, given=given,
    )  # fmt: skip


def _write_down(tenant: TenantDB, outflow: Outflow, wish: Wish, actor: Actor, now: datetime) -> None:
    with tenant.atomic():
        used = cover(tenant, wish, actor=actor, now=now)
        details: dict[str, Any] = {"people": outflow.records, "hash": outflow.digest, "bytes": outflow.size}
        details["disclosure"] = record(tenant, outflow, actor=actor, now=now)
        if used:
            details["approval"] = used.id
        append(tenant, ACT, subject=SUBJECT, details=details, actor=actor, at=now)


def _look_again(tenant: TenantDB, path: Path, secret: str, actor: Actor, now: datetime) -> None:
    try:
        _look(tenant, path, secret, actor, now)
    except ExportDamaged as reason:
        raise NotLookedAt(what=reason.facts["what"]) from reason


def _look(tenant: TenantDB, path: Path, secret: str, actor: Actor, now: datetime) -> Opened:
    with path.open("rb") as file:
        reading = _Reading(file)
        with decrypted(reading, secret) as plain:  # type: ignore[arg-type]
            found = look_through(plain)
    known = {one["details"]["hash"]: one["id"] for one in entries(tenant, act=ACT)}
    if reading.digest not in known or found.manifest.get("tenant", {}).get("number") != tenant.number:
        raise NotThisExport
    with tenant.atomic():
        details = {"hash": reading.digest, "members": found.members, "entries": found.entries}
        append(tenant, LOOKED_AT, subject=SUBJECT, details=details, actor=actor, at=now)
    return found


class _Reading:
    """A file that is hashed while it is read to its end."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash = file, sha256()

    def read(self, size: int = -1) -> bytes:
        """Read and hash."""
        piece = self._file.read(size)
        self._hash.update(piece)
        return piece

    @property
    def digest(self) -> str:
        """Of all that was read, in hex."""
        return self._hash.hexdigest()
