"""Lease a slice of due rows, so that no other process takes them, and read what their messages need."""

import json
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, cast
from uuid import uuid4

from siegelpost.consent.inherited import heed_parent
from siegelpost.consent.listed.gate import heed_lists
from siegelpost.delivery import seen, tally
from siegelpost.delivery.compose import Recipient
from siegelpost.delivery.errors import DatabaseOlder
from siegelpost.delivery.journal import Journal
from siegelpost.delivery.launch import last_of
from siegelpost.delivery.models import Delivery, Outgoing, Slice
from siegelpost.delivery.personal import agreed_now, count_made
from siegelpost.delivery.purse import Grant
from siegelpost.delivery.settle import OUTGOING, Lease
from siegelpost.delivery.statements import change, ids, read
from siegelpost.mailings.reads import in_state
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import Home, boot_id, name_of

LEASE_SECONDS: Final = 120
MARGIN_SECONDS: Final = 10
"""The sender stops this long before the end of its lease, of a short one at three quarters of it."""
NO_GROUPS: Final[Mapping[int, int]] = MappingProxyType({})
CONSENT_SECONDS: Final = 50
"""Consent was asked at the claim; nothing begins later than this, so that there is time to end it."""
DOT_SECONDS: Final = 59
"""No final dot comes later than this; people may rely on 60 s after which whoever withdrew gets nothing."""


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
    end_until: float
    rows: list[Recipient] = field(default_factory=list)
    withdrawn: list[Recipient] = field(default_factory=list)
    outgoing: dict[int, Outgoing] = field(default_factory=dict)
    grant: Grant | None = None
    """What was taken from limits for these rows; None where nothing limits them."""
    receivers: dict[int, int] = field(default_factory=dict)
    """Row -> group of receiving domains, for those in a group."""

    def is_half_over(self) -> bool:
        """Time to renew the lease."""
        return boottime() > self.lease_until - self.who.usable / 2


def boottime() -> float:
    """Seconds since the machine was started, counting sleep; never jumps back."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def due(tenant: TenantDB, mailing_id: int, groups: Collection[int], now: int) -> list[int]:
    """Ask without writing what there is to claim: groups of receiving domains, 0 for the rest. Mailing 0 is the outgoing table.

    groups  those to which this mailing may go at all
    """
    if not mailing_id:
        return [one for (one,) in read(tenant, "due_outgoing", now=now)]
    found = [one for (one,) in read(tenant, "due", mailing=mailing_id, now=now)]
    if groups:
        found += [one for (one,) in read(tenant, "due_receivers", mailing=mailing_id, groups=ids(tenant, groups), now=now)]
    return found


def claim(
    tenant: TenantDB, who: Claimer, lease: Lease, list_ids: tuple[int, ...], *, limit: int, now: int, groups: Mapping[int, int] = NO_GROUPS
) -> Claimed | None:
    """Take up to `limit` rows that are due; None where there are none.

    groups  of each of these groups of receiving domains at most so many; the others are left alone

    `lease.slice_id` is filled in here. The journal exists before the claim, so whoever finds one without the other knows that nothing
    was begun; the claim is durable (fsync) before the first message goes out. Raises DatabaseOlder, ParentAway where the list of a client
    account has changed and cannot be read, and ListHolds while mailings wait for a list of others. Nothing of a tenant that only tries
    things out, or that has ended.
    """
    if not tenant.sends:
        return None
    name = f"{tenant.number:x}-{uuid4().hex}"
    boot, start = boot_id(), boottime()  # whoever is put on the parent's list from here on is within the time of this slice
    heed_parent(tenant)
    if lease.mailing_id:
        heed_lists(tenant, lambda: last_of(tenant, lease.mailing_id), now)
    header = {"boot": boot, "installation": who.installation, "tenant": tenant.slug, "mailing": lease.mailing_id, "slice": name}
    noted = seen.numbers(who.home, tenant)
    journal = Journal(who.home.journals, name, header)
    try:
        with tenant.atomic(durable=True):
            row = tenant.objects(Slice).create(
                mailing_id=lease.mailing_id, journal=name, worker=who.worker, boot_id=boot, home=name_of(who.home), relay=lease.relay,
                size=0, claimed_at=now, lease_until=int(start + who.lease),
            )  # fmt: skip
            if seen.is_older(tenant, noted):
                raise DatabaseOlder
            if not (noted or _goes_on(tenant, lease)):
                limit = 0
            taken = Claimed(who, replace(lease, slice_id=row.pk), journal, start + who.usable, start + CONSENT_SECONDS, start + DOT_SECONDS)
            size = _lease_rows(tenant, taken, limit, groups, now) and _read_rows(tenant, taken, list_ids, now)
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


def _lease_rows(tenant: TenantDB, taken: Claimed, limit: int, groups: Mapping[int, int], now: int) -> int:
    where = {"now": now, "slice": taken.lease.slice_id}
    if taken.lease.table == OUTGOING:
        return change(tenant, "claim_outgoing", limit=limit, **where)
    left = limit
    for group, most in groups.items():
        left -= change(tenant, "claim_receivers", mailing=taken.lease.mailing_id, group=group, limit=min(most, left), **where)
    return limit - left + change(tenant, "claim", mailing=taken.lease.mailing_id, limit=left, **where)


def _read_rows(tenant: TenantDB, taken: Claimed, list_ids: tuple[int, ...], now: int) -> int:
    slice_id, mailing_id = taken.lease.slice_id, taken.lease.mailing_id
    if taken.lease.table == OUTGOING:
        for mail in tenant.objects(Outgoing).filter(slice_id=slice_id, state="claimed"):
            taken.outgoing[mail.pk] = mail
            one = Recipient(mail.pk, 0, 0, mail.attempt, mail.to, {})
            (taken.rows if mail.to else taken.withdrawn).append(one)  # blanked while it waited: its person was erased
        return len(taken.rows) + len(taken.withdrawn)
    found = read(tenant, "claimed", slice=slice_id, lists=ids(tenant, list_ids))
    ends, told = taken.lease.plain_ends, _newcomers(tenant, taken, list_ids)
    for (row_id, who, variant, attempt, email, _texts, reason, refused), values in zip(
        found, _values([row[5] or "{}" for row in found]), strict=True
    ):
        plain = bool(refused) or (email or "").endswith(ends)
        one = Recipient(row_id, who, variant, attempt, email or "", values, plain, told.get(who, ""))
        (taken.withdrawn if reason or not email else taken.rows).append(one)
    if taken.lease.personal:
        _make_personal(tenant, taken, now)
    if plain := [one.delivery_id for one in taken.rows if one.plain]:
        tenant.objects(Delivery).filter(pk__in=plain).update(plain=True)
    everyone = [*taken.rows, *taken.withdrawn]
    again = sum(1 for one in everyone if one.attempt)
    tally.add(tenant, mailing_id, {"due": again - len(everyone), "retry": -again, "claimed": len(everyone)})
    return len(everyone)


def _newcomers(tenant: TenantDB, taken: Claimed, list_ids: tuple[int, ...]) -> dict[int, str]:
    """Whoever came by an import and gets the first mail with this -> the source that the import named."""
    if not taken.lease.has_notice:
        return {}
    return dict(read(tenant, "newcomers", slice=taken.lease.slice_id, lists=ids(tenant, list_ids)))


def _make_personal(tenant: TenantDB, taken: Claimed, now: int) -> None:
    """Whoever agrees at this moment, and refuses nothing, gets personal links; the others the shared ones, like everybody else."""
    measured = [one.subscriber_id for one in taken.rows if not one.plain]
    agreed = agreed_now(tenant, taken.lease.mailing_id, measured, now=now)
    if agreed:
        first = sum(1 for one in taken.rows if one.subscriber_id in agreed and not one.attempt)
        taken.rows = [one._replace(plain=True, personal=True) if one.subscriber_id in agreed else one for one in taken.rows]
        count_made(tenant, taken.lease.mailing_id, first)


def _values(texts: list[str]) -> Sequence[str | dict[str, Any]]:
    """What the slots of each person may read. Read all at once, which takes a third of the time; where that fails, as they are.

    Then the composer fails at the one whose values cannot be read, and the others get their mail.
    """
    try:
        return cast("list[dict[str, Any]]", json.loads(f"[{','.join(texts)}]"))
    except (ValueError, RecursionError):
        return texts


def groups_of(tenant: TenantDB, rows: Collection[int]) -> dict[int, int]:
    """Row -> group of receiving domains, without those in no group."""
    return dict(tenant.objects(Delivery).filter(pk__in=rows, receivers__gt=0).values_list("pk", "receivers"))


def renew(tenant: TenantDB, taken: Claimed) -> bool:
    """Lengthen the lease of a slice that is still being sent; False where somebody has taken it from us."""
    start = boottime()
    with tenant.atomic():
        kept = tenant.objects(Slice).filter(pk=taken.lease.slice_id, state="open").update(lease_until=int(start + taken.who.lease))
    if kept:
        taken.lease_until = start + taken.who.usable
    return bool(kept)
