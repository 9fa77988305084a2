"""Read the hand-overs."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from siegelpost.governance.handover.errors import HandOverUnknown
from siegelpost.governance.handover.models import Encryption, HandOver, PasswordPath, Step
from siegelpost.governance.handover.rules import EXPIRED, REFUSED, REMIND_AFTER, Standing, expires, state_of
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class StepView:
    """What happened to the file."""

    step: str
    outgoing_id: int | None
    note: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class EncryptionView:
    """The file as it leaves."""

    digest: str
    size: int
    algorithm: str
    has_password: bool
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PathView:
    """By which path the password went, by somebody's word."""

    path: str
    to_whom: str
    target: str
    went_at: datetime
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True)
class HandOverView:
    """One hand-over; `state` is one of rules.STATES, `expires` when its file is destroyed at the latest."""

    id: int
    receiver: str
    email: str
    phone: str
    purpose: str
    categories: str
    records: int
    format: str
    source: str
    digest: str
    size: int
    deviation_id: int | None
    actor: str
    at: datetime
    state: str
    expires: datetime
    steps: tuple[StepView, ...]
    encryption: EncryptionView | None
    path: PathView | None

    def step(self, *names: str) -> StepView | None:
        """The first that happened of these."""
        return next((one for one in self.steps if one.step in names), None)

    def password_open(self, now: datetime) -> bool:
        """Whether nobody has said yet by which path the password went; a file that nobody took has none that matters."""
        waits = self.encryption is not None and self.encryption.has_password and self.path is None
        return waits and self.state not in (EXPIRED, REFUSED)

    def password_late(self, now: datetime) -> bool:
        """Whether that is so for more than a day."""
        return self.password_open(now) and self.encryption is not None and now - self.encryption.at > REMIND_AFTER


def hand_overs(tenant: TenantDB, *, now: datetime, number: int | None = None) -> list[HandOverView]:
    """All of them, the newest first; or the one."""
    rows = tenant.objects(HandOver).order_by("-id")
    rows = rows if number is None else rows.filter(pk=number)
    found = list(rows)
    ids = [row.pk for row in found]
    steps = defaultdict(list)
    for step in tenant.objects(Step).filter(hand_over__in=ids).order_by("id"):
        steps[step.hand_over_id].append(StepView(step.step, step.outgoing_id, step.note, step.actor, step.at))
    locks = {
        one.hand_over_id: EncryptionView(one.digest, one.size, one.algorithm, one.password_letters > 0, one.actor, one.at)
        for one in tenant.objects(Encryption).filter(hand_over__in=ids)
    }
    paths = {
        one.hand_over_id: PathView(one.path, one.to_whom, one.target, one.went_at, one.actor, one.at)
        for one in tenant.objects(PasswordPath).filter(hand_over__in=ids)
    }
    return [_view(row, tuple(steps[row.pk]), locks.get(row.pk), paths.get(row.pk), now) for row in found]


def hand_over(tenant: TenantDB, number: int, *, now: datetime) -> HandOverView:
    """One of them. Raises HandOverUnknown."""
    found = hand_overs(tenant, now=now, number=number) if 0 < number < 2**63 else []
    if not found:
        raise HandOverUnknown(id=number)
    return found[0]


def late_passwords(tenant: TenantDB, *, now: datetime) -> list[HandOverView]:
    """Those whose password's path should have been recorded by now, the oldest first."""
    return [one for one in reversed(hand_overs(tenant, now=now)) if one.password_late(now)]


def _view(row: HandOver, steps: tuple[StepView, ...], lock: EncryptionView | None, path: PathView | None, now: datetime) -> HandOverView:
    standing = Standing(frozenset(one.step for one in steps), row.at, lock.at if lock else None)
    return HandOverView(
        row.pk, row.receiver, row.email, row.phone, row.purpose, row.categories, row.records, row.format, row.source, row.digest,
        row.size, row.deviation_id, row.actor, row.at, state_of(standing, now), expires(standing), steps, lock, path,
    )  # fmt: skip
