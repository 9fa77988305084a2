"""Write again to somebody who complained: only where they ask for it themselves, and two people look at their request.

The operator's privacy officer asks, with the document in which the person asks. A second person (another privacy officer, or somebody
who runs the installation) has the same document in hand and lifts the block. Of the document the log keeps the hash alone; it is kept
where the officers keep their letters. The complaint was a withdrawal, too: without a new consent nothing is sent to the address.

Source: Art. 21(3) GDPR (an objection to marketing ends it); Art. 5(2) (that the person came back must be provable).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from siegelpost.accounts.approval_rules import LIFE, OVER, Asked, Second, is_open, why_not
from siegelpost.accounts.errors import RightMissing
from siegelpost.accounts.officers import officer_since
from siegelpost.accounts.reads import Person, person_by_id
from siegelpost.base.actor import Actor
from siegelpost.consent.blacklist import complained_at, lift_complaint
from siegelpost.evidence.reads import Act, about, entries
from siegelpost.evidence.services import append
from siegelpost.flows.approving import human
from siegelpost.flows.errors import ComplaintMissing, LiftNotAsked, NotTheSecond
from siegelpost.flows.helped import made_link
from siegelpost.governance.instructions import documents
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.installation import operator_db
from siegelpost.tenancy.registry import all_tenants
from siegelpost.tenancy.visits import visit_of

MANY: Final = 50
"""Requests of a tenant that are looked back on; only some of seven days matter."""
ASKED: Final = "suppression.lift_asked"
LIFTED: Final = "suppression.lifted"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A request that a second person can answer; `by` is the number of the officer. The address nobody knows by it."""

    tenant: TenantDB
    by: int
    at: datetime

    @property
    def until(self) -> datetime:
        """From then on it is over."""
        return self.at + LIFE


def may_ask(person: Person) -> bool:
    """Whether somebody is the operator's privacy officer."""
    return _officer_since(person) is not None


def tenants_for(person: Person, *, now: datetime) -> list[TenantDB]:
    """Where somebody of the house may do this: the operator's own tenants, and those of others that have let them in."""
    return [one for one in all_tenants() if one.own or (person.operator and visit_of(one, person.pk, now=now) is not None)]


def asked(tenants: Iterable[TenantDB], *, now: datetime) -> list[Waiting]:
    """What waits for a second person in these tenants, the newest first."""
    found = []
    for tenant in tenants:
        recent = [one for one in entries(tenant, act=ASKED, limit=MANY) if is_open(one["at"], now=now)]
        later = {one["subject"]: one["at"] for one in reversed(entries(tenant, act=LIFTED, limit=MANY))}
        for subject in dict.fromkeys(one["subject"] for one in recent):
            last = next(one for one in recent if one["subject"] == subject)
            if subject not in later or later[subject] < last["at"]:
                found.append(Waiting(tenant, int(last["actor"].partition(":")[2]), last["at"]))
    return sorted(found, key=lambda one: one.at, reverse=True)


def ask(tenant: TenantDB, key: bytes, document: bytes, *, asker: Person, now: datetime) -> None:
    """Ask for a second person; open for seven days, and in the place of what was asked before.

    key       16 bytes of `sign.addresses.address_key`
    document  what the person wrote, as it came

    Raises RightMissing for everybody but the operator's privacy officer, ComplaintMissing, DocumentUnusable.
    """
    if _officer_since(asker) is None:
        raise RightMissing
    documents.check(document)
    with tenant.atomic():
        number, _at = _complaint(tenant, key)
        details = {"kind": "complaint", "hash": documents.digest_of(document)}
        append(tenant, ASKED, subject=f"suppression:{number}", details=details, actor=Actor.staff(asker.pk), at=now)


def lift(tenant: TenantDB, key: bytes, document: bytes, *, by: Person, proved_at: datetime | None, now: datetime) -> None:
    """Lift the block as the second person, who holds the same document.

    proved_at  when they last showed password or passkey

    Raises ComplaintMissing, LiftNotAsked (nobody did within seven days, with another document, or the person complained again since),
    NotTheSecond.
    """
    with tenant.atomic():
        number, complained = _complaint(tenant, key)
        asked = next(iter(about(tenant, [f"suppression:{number}"], acts=[ASKED, LIFTED], limit=1)), None)
        if asked is None or asked.act != ASKED or asked.details["hash"] != documents.digest_of(document) or complained > asked.at:
            raise LiftNotAsked
        asker = person_by_id(int(asked.actor.partition(":")[2]))
        if asker is None or _officer_since(asker) is None:
            raise LiftNotAsked
        reason = why_not(Asked(by=human(asker), at=asked.at), _second(tenant, by, asked, proved_at), now=now)
        if reason == OVER:
            raise LiftNotAsked
        if reason:
            raise NotTheSecond(reason)
        lift_complaint(tenant, key, request=number, actor=Actor.staff(by.pk), now=now)


def _complaint(tenant: TenantDB, key: bytes) -> tuple[int, datetime]:
    found = complained_at(tenant, key)
    if found is None:
        raise ComplaintMissing
    return found


def _second(tenant: TenantDB, by: Person, asked: Act, proved_at: datetime | None) -> Second:
    officer = _officer_since(by)
    logs: list[Logged] = [tenant, operator_db(), *(one for one in all_tenants() if one.own and one.number != tenant.number)]
    linked = made_link(logs, by.pk, by=asked.actor, asked_at=asked.at)
    entitled = by.is_active and (by.operator or officer is not None)
    return Second(human=human(by), entitled=entitled, here_since=officer or by.created_at, linked=linked, proved_at=proved_at)


def _officer_since(person: Person) -> datetime | None:
    return officer_since(person, {tenant.number for tenant in all_tenants() if tenant.own})
