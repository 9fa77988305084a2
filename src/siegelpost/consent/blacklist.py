"""The blacklist as the staff keep it, and how many suppressions there are of each kind.

What the tenant itself decided it may take back: patterns and single addresses of the blacklist; and what mail servers said, which
may be over. What people said (opt-outs, complaints) stays; only the person's own later consent lifts an opt-out (`returning`), and a
complaint the operator's privacy officer with a second person, on the person's own request (`flows.lift_complaint`).
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from siegelpost.base.actor import Actor
from siegelpost.consent.inherited import about_to_change
from siegelpost.consent.models import Suppression
from siegelpost.consent.rules import BLACKLIST, COMPLAINT, EXCLUSION, OPTOUT, RETAINED
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class PatternLine:
    """One pattern as somebody would write it, with `%` for anything."""

    id: int
    pattern: str
    source: str
    at: datetime


def patterns(tenant: TenantDB) -> list[PatternLine]:
    """All patterns of its own, the newest first."""
    rows = tenant.objects(Suppression).filter(kind=BLACKLIST, pattern__gt="").order_by("-at", "-id")
    return [PatternLine(row.pk, re.sub(r"\\(.)", r"\1", row.pattern), row.source, row.at) for row in rows]


def counts(tenant: TenantDB) -> dict[str, int]:
    """How many entries there are of each kind, in the order of their weight; patterns are counted with the blacklist.

    How long the lists of the parent and the operator are, is not this tenant's to know; those of others have a page of their own.
    """
    found = dict(tenant.objects(Suppression).values_list("kind").annotate(n=Count("id")))
    return {kind: found.get(kind, 0) for kind in (COMPLAINT, OPTOUT, BLACKLIST, RETAINED, EXCLUSION)}


def lift_pattern(tenant: TenantDB, entry_id: int, *, actor: Actor, now: datetime) -> bool:
    """Take a pattern off the blacklist; return whether it was there. Inside `tenant.atomic()`."""
    gone = tenant.objects(Suppression).filter(pk=entry_id, kind=BLACKLIST, pattern__gt="").delete()[0]
    return _note(tenant, gone, "pattern", actor, now)


def lift_address(tenant: TenantDB, key: bytes, *, actor: Actor, now: datetime) -> bool:
    """Take one address off the blacklist; return whether it was on it. Inside `tenant.atomic()`. Other reasons stay.

    key  16 bytes of `sign.addresses.address_key`
    """
    gone = tenant.objects(Suppression).filter(key=key, kind=BLACKLIST).delete()[0]
    return _note(tenant, gone, "address", actor, now)


def lift_retained(tenant: TenantDB, key: bytes, *, actor: Actor, now: datetime) -> bool:
    """Write again to an address that was retired after bounces; return whether it was. Inside `tenant.atomic()`. Other reasons stay."""
    gone = tenant.objects(Suppression).filter(key=key, kind=RETAINED).delete()[0]
    return _note(tenant, gone, "address", actor, now, kind=RETAINED)


def complained_at(tenant: TenantDB, key: bytes) -> tuple[int, datetime] | None:
    """Number of the first complaint about this address, and when the last one came; None where there is none."""
    rows = list(tenant.objects(Suppression).filter(key=key, kind=COMPLAINT).order_by("pk"))
    return (rows[0].pk, max(row.at for row in rows)) if rows else None


def lift_complaint(tenant: TenantDB, key: bytes, *, request: int, actor: Actor, now: datetime) -> None:
    """Take back what a complaint forbids. Inside `tenant.atomic()`. Who may, and why, is a flow's to say; other reasons stay.

    request  number of the complaint, for the log
    """
    gone = tenant.objects(Suppression).filter(key=key, kind=COMPLAINT).delete()[0]
    _note(tenant, gone, f"suppression:{request}", actor, now, kind=COMPLAINT)


def _note(tenant: TenantDB, gone: int, subject: str, actor: Actor, now: datetime, *, kind: str = BLACKLIST) -> bool:
    if gone:
        if kind == BLACKLIST:
            about_to_change(tenant)
        append(tenant, "suppression.lifted", subject=subject, details={"kind": kind, "entries": gone}, actor=actor, at=now)
    return bool(gone)
