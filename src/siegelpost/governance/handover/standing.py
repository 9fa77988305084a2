"""Whether the desk kept its rules: read by the checks of its controls."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from siegelpost.evidence.reads import since
from siegelpost.governance.handover import files, rules
from siegelpost.governance.handover.models import Deviation, Encryption, HandOver
from siegelpost.governance.handover.reads import HandOverView, hand_overs
from siegelpost.governance.handover.services import receiver_key
from siegelpost.governance.instructions.reads import InstructionView, instructions
from siegelpost.governance.instructions.rules import TRANSFER
from siegelpost.governance.instructions.services import today
from siegelpost.sign.files import MAGIC
from siegelpost.tenancy.handle import TenantDB

CLEARED_WITHIN: Final = timedelta(hours=1)
"""The worker clears away every minute."""
ACTS: Final = ("handover.prepared", "handover.encrypted")


def differing(tenant: TenantDB) -> int:
    """Hand-overs that are not as the log has them: gone, changed, or never written there."""
    rows = {row.pk: row for row in tenant.objects(HandOver)}
    locks = {row.hand_over_id: row for row in tenant.objects(Encryption)}
    wrong, prepared, encrypted = set(), set(), set()
    for entry in since(tenant, ACTS, 0):
        number = int(entry.subject.partition(":")[2])
        row, lock = rows.get(number), locks.get(number)
        if entry.act == ACTS[0]:
            prepared.add(number)
            same = row is not None and (row.digest, receiver_key(tenant, row.receiver, row.email)) == (
                entry.details.get("hash"),
                entry.details.get("receiver"),
            )
        else:
            encrypted.add(number)
            same = lock is not None and (lock.digest, lock.algorithm) == (entry.details.get("hash"), entry.details.get("algorithm"))
        if not same:
            wrong.add(number)
    return len(wrong | (set(rows) - prepared) | (set(locks) - encrypted))


def left_in_clear(tenant: TenantDB, *, now: datetime) -> tuple[int, int]:
    """Files that left: without encryption on a deviation, and without one that held then (or with too weak an algorithm)."""
    deviations = {row.pk: row for row in tenant.objects(Deviation)}
    allowed = weak = 0
    for one in hand_overs(tenant, now=now):
        taken = one.step(*rules.TAKINGS)
        if taken is None:
            continue
        lock = one.encryption
        if lock is not None and one.format != rules.PLAIN and lock.has_password and lock.algorithm == rules.ALGORITHMS.get(one.format):
            continue
        row = deviations.get(one.deviation_id or 0)
        fits = row is not None and row.weakness == rules.UNENCRYPTED and row.at <= taken.at and row.until >= today(taken.at)
        allowed, weak = allowed + fits, weak + (not fits)
    return allowed, weak


@dataclass(frozen=True, slots=True)
class Passwords:
    """Passwords by what is known of their path: open for more than a day, for more than three, and recorded on a forbidden one."""

    recorded: int
    late: int
    missing: int
    forbidden: int


def passwords(tenant: TenantDB, *, now: datetime) -> Passwords:
    """Of all hand-overs."""
    by_mail = {row.pk for row in tenant.objects(Deviation).filter(weakness=rules.BY_MAIL)}
    found = hand_overs(tenant, now=now)
    late = [one for one in found if one.password_late(now)]
    missing = [one for one in late if one.encryption and now - one.encryption.at > rules.ALARM_AFTER]
    forbidden = [one for one in found if one.path and _is_forbidden(one, one.deviation_id in by_mail)]
    return Passwords(sum(one.path is not None for one in found), len(late), len(missing), len(forbidden))


def _is_forbidden(one: HandOverView, by_mail: bool) -> bool:
    path, target = (one.path.path, one.path.target) if one.path else ("", "")
    way = rules.Way(path, address=target) if path == rules.EMAIL else rules.Way(path, number=target)
    return bool(rules.why_not(way, email=one.email, phone=one.phone, by_mail=by_mail))


def unfounded(tenant: TenantDB, *, now: datetime) -> tuple[int, int]:
    """Deviations that hold now, and those that no instruction covers, or that were used after their end."""
    known = {one.id: one for one in instructions(tenant, now=now) if one.kind == TRANSFER}
    rows = list(tenant.objects(Deviation))
    uses: dict[int, list[datetime]] = {}
    for one in hand_overs(tenant, now=now):
        if one.deviation_id is not None:
            uses.setdefault(one.deviation_id, []).extend(_used(one))
    late = {number for number, times in uses.items() for row in rows if row.pk == number and any(today(at) > row.until for at in times)}
    bad = sum(1 for row in rows if row.pk in late or not _covered(row, known.get(row.instruction_id)))
    lost = len(set(uses) - {row.pk for row in rows})
    return sum(1 for row in rows if row.until >= today(now)), bad + lost


def _used(one: HandOverView) -> Iterable[datetime]:
    yield one.at
    if (taken := one.step(*rules.TAKINGS)) is not None:
        yield taken.at


def _covered(row: Deviation, found: InstructionView | None) -> bool:
    """Whether it rests on an instruction that began before it and does not end before it, and names its risk."""
    if found is None or not row.risk:
        return False
    return found.valid_from <= today(row.at) and (found.valid_until is None or row.until <= found.valid_until)


def overdue_files(tenant: TenantDB, folder: Path, *, now: datetime) -> int:
    """Files that should be destroyed by now."""
    known = {one.id: one for one in hand_overs(tenant, now=now)}
    late = 0
    for number, since_then in files.numbers(folder).items():
        one = known.get(number)
        over = now - since_then > rules.KEPT if one is None else _is_over(one, now)
        late += over
    return late


def _is_over(one: HandOverView, now: datetime) -> bool:
    taken = one.step(*rules.TAKINGS, rules.DESTROYED, rules.INFECTED)
    return now > (taken.at if taken else one.expires) + CLEARED_WITHIN


def unsealed(folders: Iterable[Path]) -> int:
    """Files that are not sealed, or that others of the machine may read."""
    wrong = 0
    for path in (one for folder in folders for one in folder.glob("*.sealed")):
        try:
            with path.open("rb") as file:
                wrong += file.read(len(MAGIC)) != MAGIC or bool(path.stat().st_mode & 0o077)
        except FileNotFoundError:
            continue
    return wrong
