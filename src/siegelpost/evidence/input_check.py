"""Compares both sources of the input log: what the triggers wrote, and what the system said of its own transactions."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Sum
from django.db.models.expressions import RawSQL

from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.sqlfile import sql
from siegelpost.evidence.input_anchor import COMPARED, DIFFERS, digest, faults
from siegelpost.evidence.input_switch import TRIGGERS, Bound, bound, is_on, latest, set_switch, triggers
from siegelpost.evidence.models import InputCheck, InputEntry, InputNote, InputSwitch
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

KEPT: Final = timedelta(weeks=13)
AT_ONCE: Final = 500
"""Entries that a sweep deletes in one transaction: others that write wait for less than 50 ms."""
WORKER: Final = Actor.system("worker")
DIFFERENCES: Final = {
    "past": _("{n} entries came past the system, between {first} and {last}."),
    "changed": _("{n} transactions no longer fit what the system said of them."),
    "unnamed": _("In {n} transactions nobody said who acted."),
    "triggers": _("{n} of the triggers that write the log are missing or switched off."),
    "switched": _("The log was switched past the system; it is as it should be again."),
    "people": _("{n} people came or went without an entry."),
}
"""Kind of difference -> what it says."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of one: when, how many new entries, what differs."""

    at: datetime
    entries: int
    differences: dict[str, dict[str, Any]]


def comparisons(tenant: TenantDB, *, limit: int = 1, differing: bool = False) -> list[Comparison]:
    """The newest first; only those that found something where `differing`."""
    rows = tenant.objects(InputCheck).order_by("-id")
    if differing:
        rows = rows.exclude(differences={})
    return [Comparison(*row) for row in rows.values_list("at", "entries", "differences")[:limit]]


def compare(tenant: TenantDB, *, now: datetime) -> Comparison | None:
    """Compare what is new since the last time; differences go into the log that proves. None where the input log never was on.

    Each difference is reported once. Source: control 2.2-04.
    """
    last = tenant.objects(InputCheck).order_by("-id").first()
    if latest(tenant) is None:
        return None
    here = bound(tenant)
    before = Bound(last.bound if last else 0, last.through if last else 0, 0)
    found = {kind: facts for kind, facts in _differences(tenant, before, here) if facts}
    entries = here.through - before.through
    part = {"from": before.tx, "to": here.tx, "root": digest(tenant, before.tx, here.tx)}
    with tenant.atomic():
        row = InputCheck(at=now, entries=entries, bound=here.tx, through=here.through, differences=found)
        row.save(using=tenant.alias, force_insert=True)
        if found or entries:
            details = {"entries": entries, **part, **found}
            append(tenant, DIFFERS if found else COMPARED, subject=f"input-check:{row.pk}", details=details, actor=WORKER, at=now)
        if "switched" in found or "people" in found:
            set_switch(tenant, is_on(tenant))
    return Comparison(now, entries, found)


def _differences(tenant: TenantDB, before: Bound, here: Bound) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "past", _past(tenant, before, here)
    changed, unnamed = faults(tenant, before.tx, here.tx)
    yield "changed", {"n": changed} if changed else {}
    yield "unnamed", {"n": unnamed} if unnamed else {}
    missing = TRIGGERS - triggers(tenant)
    yield "triggers", {"n": missing} if missing else {}
    switch = tenant.objects(InputSwitch).values("active", "balance").first() or {"active": None, "balance": None}
    yield "switched", {"n": 1} if switch["active"] != is_on(tenant) else {}
    lost = here.balance - switch["balance"] if switch["balance"] is not None else 0
    yield "people", {"n": abs(lost)} if lost else {}


def _past(tenant: TenantDB, before: Bound, here: Bound) -> dict[str, Any]:
    window = {"bound_before": before.tx, "bound": here.tx, "through_before": before.through, "through": here.through}
    with tenant.cursor() as cursor:
        cursor.execute(sql("evidence", "input_past", tenant.vendor), window)
        n, first, last = cursor.fetchone()
    return {"n": int(n), "first": str(first)[:19], "last": str(last)[:19]} if n else {}


def sweep(tenant: TenantDB, *, now: datetime) -> int:
    """Delete what is older than 13 weeks, in small steps; returns how many entries.

    Source: control 2.2-05, at least three months; Art. 5(1)(e) GDPR.
    """
    swept = 0
    for ids in _expired(tenant, InputEntry, now - KEPT):
        with tenant.atomic():
            rows = tenant.objects(InputEntry).filter(id__in=ids)
            net = rows.aggregate(n=Sum(RawSQL("CASE kind WHEN 1 THEN 1 WHEN 4 THEN -1 ELSE 0 END", ())))["n"] or 0
            swept += rows.delete()[0]
            for switch in tenant.objects(InputSwitch).exclude(balance=None):
                tenant.objects(InputSwitch).filter(pk=switch.pk).update(balance=(switch.balance or 0) + net)
    for ids in _expired(tenant, InputNote, now - KEPT):
        with tenant.atomic():
            tenant.objects(InputNote).filter(id__in=ids).delete()
    return swept


def _expired(tenant: TenantDB, model: type[InputEntry | InputNote], before: datetime) -> Iterator[list[int]]:
    """Numbers of rows from before that moment, AT_ONCE at a time, each once. One pass: a clock that jumped hides nothing behind it."""
    last = 0
    while ids := list(tenant.objects(model).filter(at__lt=before, id__gt=last).order_by("id").values_list("id", flat=True)[:AT_ONCE]):
        last = ids[-1]
        yield ids
