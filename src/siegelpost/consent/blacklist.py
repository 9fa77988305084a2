"""The blacklist as the staff keep it, and how many suppressions there are of each kind.

What the tenant itself decided it may take back: patterns and single addresses of the blacklist; and what mail servers said, which
may be over. What people said (opt-outs, complaints) stays; only the person's own later consent lifts an opt-out (`returning`).
"""

import re
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from siegelpost.base.actor import Actor
from siegelpost.consent.models import Suppression
from siegelpost.consent.rules import BLACKLIST, REASONS, RETAINED
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
    """All patterns, the newest first."""
    rows = tenant.objects(Suppression).filter(pattern__gt="").order_by("-at", "-id")
    return [PatternLine(row.pk, re.sub(r"\\(.)", r"\1", row.pattern), row.source, row.at) for row in rows]


def counts(tenant: TenantDB) -> dict[str, int]:
    """How many entries there are of each kind, in the order of their weight; patterns are counted with the blacklist."""
    found = dict(tenant.objects(Suppression).values_list("kind").annotate(n=Count("id")))
    return {kind: found.get(kind, 0) for kind in REASONS}


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


def _note(tenant: TenantDB, gone: int, subject: str, actor: Actor, now: datetime, *, kind: str = BLACKLIST) -> bool:
    if gone:
        append(tenant, "suppression.lifted", subject=subject, details={"kind": kind, "entries": gone}, actor=actor, at=now)
    return bool(gone)
