"""Lease a slice of due rows, so that no other process takes them, and read what their messages need."""

import time
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import uuid4

from siegelpost.delivery import seen, tally
from siegelpost.delivery.compose import Recipient
from siegelpost.delivery.errors import DatabaseOlder
from siegelpost.delivery.journal import Journal
from siegelpost.delivery.models import Delivery, Outgoing, Slice
from siegelpost.delivery.settle import OUTGOING, Lease
from siegelpost.delivery.statements import change, ids, read
from siegelpost.mailings.reads import in_state
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import Home, boot_id, name_of

LEASE_SECONDS: Final = 120
MARGIN_SECONDS: Final = 10
"""The sender stops this long before the end of its lease, of a short one at three quarters of it."""
CONSENT_SECONDS: Final = 50
"""Consent was asked at the claim; nothing begins later than this, so that no final dot comes after 60 s without asking."""


@dataclass(frozen=True, slots=True)
class Claimer:
    """Who claims: this process on this machine. `lease` is in seconds."""

    home: Home
    installation: str
    worker: str
    lease: int = LEASE_SECONDS

    @property
    def usable(self) -> float:
        """Seconds of a lease in which we send."""
        return self.lease - min(MARGIN_SECONDS, self.lease / 4)


@dataclass(slots=True)
class Claimed:
    """A slice that is ours: fencing number, journal, rows to send, and rows whose person withdrew since the launch."""

    who: Claimer
    lease: Lease
    journal: Journal
    lease_until: float
    """CLOCK_BOOTTIME, seconds; the margin is taken off."""
    begin_until: float
    rows: list[Recipient] = field(default_factory=list)
    withdrawn: list[Recipient] = field(default_factory=list)
    outgoing: dict[int, Outgoing] = field(default_factory=dict)

    def is_half_over(self) -> bool:
        """Time to renew the lease."""
        return boottime() > self.lease_until - self.who.usable / 2


def boottime() -> float:
    """Seconds since the machine was started, counting sleep; never jumps back."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def is_due(tenant: TenantDB, mailing_id: int, now: int) -> bool:
    """Ask without writing whether there is something to claim; 0 asks for the outgoing table."""
    rows: Any = tenant.objects(Delivery).filter(mailing_id=mailing_id) if mailing_id else tenant.objects(Outgoing)
    return bool(rows.filter(state__in=("due", "retry"), due_at__lte=now).exists())


def claim(tenant: TenantDB, who: Claimer, lease: Lease, list_ids: tuple[int, ...], *, limit: int, now: int) -> Claimed | None:
    """Take up to `limit` rows that are due; None where there are none.

    `lease.slice_id` is filled in here. The journal exists before the claim, so whoever finds one without the other knows
    that nothing was begun; the claim is durable (fsync) before the first message goes out. Raises DatabaseOlder.
    """
    name = f"{tenant.number:x}-{uuid4().hex}"
    boot, start = boot_id(), boottime()
    header = {"boot": boot, "installation": who.installation, "tenant": tenant.slug, "mailing": lease.mailing_id, "slice": name}
    noted = seen.numbers(who.home, tenant)
    journal = Journal(who.home.journals, name, header)
    try:
        with tenant.atomic(durable=True):
            row = tenant.objects(Slice).create(
                mailing_id=lease.mailing_id, journal=name, worker=who.worker, boot_id=boot, home=name_of(who.home), size=0, claimed_at=now,
                lease_until=int(start + who.lease),
            )  # fmt: skip
            if seen.is_older(tenant, noted):
                raise DatabaseOlder
            if not (noted or _goes_on(tenant, lease)):
                limit = 0
            taken = Claimed(who, replace(lease, slice_id=row.pk), journal, start + who.usable, start + CONSENT_SECONDS)
            size = _take(tenant, taken, list_ids, limit, now)
            if not size:
                row.delete()
            else:
                tenant.objects(Slice).filter(pk=row.pk).update(size=size)
        if size:
            seen.note(who.home, tenant, row.pk)
    except BaseException:
        journal.leave()  # a connection that breaks in the commit leaves open whether there is a claim: whoever finds it will see
        raise
    if not size:
        journal.end()
        return None
    return taken


def _goes_on(tenant: TenantDB, lease: Lease) -> bool:
    """Whether the mailing has not been paused since we looked; asked where no slice is known, as after an older database was found."""
    return lease.table == OUTGOING or lease.mailing_id in in_state(tenant, "sending")


def _take(tenant: TenantDB, taken: Claimed, list_ids: tuple[int, ...], limit: int, now: int) -> int:
    slice_id, mailing_id = taken.lease.slice_id, taken.lease.mailing_id
    if taken.lease.table == OUTGOING:
        change(tenant, "claim_outgoing", now=now, slice=slice_id, limit=limit)
        for mail in tenant.objects(Outgoing).filter(slice_id=slice_id, state="claimed"):
            taken.outgoing[mail.pk] = mail
            taken.rows.append(Recipient(mail.pk, 0, 0, mail.attempt, mail.to, "{}"))
        return len(taken.rows)
    if not change(tenant, "claim", mailing=mailing_id, now=now, slice=slice_id, limit=limit):
        return 0
    for row_id, subscriber_id, variant_id, attempt, email, fields, reason in read(
        tenant, "claimed", slice=slice_id, lists=ids(tenant, list_ids)
    ):
        one = Recipient(row_id, subscriber_id, variant_id, attempt, email or "", fields or "{}")
        (taken.withdrawn if reason or not email else taken.rows).append(one)
    everyone = [*taken.rows, *taken.withdrawn]
    again = sum(1 for one in everyone if one.attempt)
    tally.add(tenant, mailing_id, {"due": again - len(everyone), "retry": -again, "claimed": len(everyone)})
    return len(everyone)


def renew(tenant: TenantDB, taken: Claimed) -> bool:
    """Lengthen the lease of a slice that is still being sent; False where somebody has taken it from us."""
    start = boottime()
    with tenant.atomic():
        kept = tenant.objects(Slice).filter(pk=taken.lease.slice_id, state="open").update(lease_until=int(start + taken.who.lease))
    if kept:
        taken.lease_until = start + taken.who.usable
    return bool(kept)
