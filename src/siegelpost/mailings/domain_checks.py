"""Results of the checks of sender domains: what was found, when, and what follows for sending."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import F

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.mailings.domain_findings import PASSED, REFUSED, UNKNOWN, Finding, state_of
from siegelpost.mailings.models import DomainCheck, IdleKeys, SenderDomain
from siegelpost.tenancy.handle import TenantDB

FRESH: Final = timedelta(hours=24)
"""A launch asks the DNS again after this long."""
GRACE: Final = timedelta(days=7)
"""So long a passed check counts while the DNS gives no answer: an outage of a name server is no reason to stop a mailing."""
SOON: Final = timedelta(hours=1)
"""The next look at a domain for which somebody has to publish something, or about which nobody knew anything."""


@dataclass(frozen=True, slots=True)
class Checked:
    """The last check of a sender domain.

    state        passed, failed, unknown, or "" where it was never checked
    at           when, None where never
    verified_at  when it last passed; None where that does not count any more
    """

    domain_id: int
    domain: str
    state: str
    at: datetime | None
    verified_at: datetime | None
    unverified_ok: bool
    findings: tuple[Finding, ...]

    @property
    def stale(self) -> bool:
        """Whether an older result counts because the last check got no answers."""
        return self.state == UNKNOWN and self.verified_at is not None

    def fresh(self, now: datetime) -> bool:
        """Whether it passed within the last 24 hours."""
        return self.verified_at is not None and now - self.verified_at <= FRESH

    def counts(self, now: datetime) -> bool:
        """Whether mail may be sent by what the DNS says."""
        return self.verified_at is not None and now - self.verified_at <= GRACE


def last_check(tenant: TenantDB, domain_id: int) -> Checked:
    """What is known about a domain. Raises SenderDomain.DoesNotExist."""
    row = tenant.objects(SenderDomain).select_related("domaincheck").get(pk=domain_id)
    return _checked(row, getattr(row, "domaincheck", None))


def record_check(tenant: TenantDB, domain_id: int, findings: list[Finding], *, actor: Actor, now: datetime) -> Checked:
    """Store a result; an act is written where the outcome is another than before.

    A failed check takes the proof of an earlier one back; one that got no answers leaves it for 7 days.
    """
    state = state_of(findings)
    codes = sorted({one.code for one in findings if one.severity == "block"})
    with tenant.atomic():
        row = tenant.objects(SenderDomain).select_for_update().get(pk=domain_id)
        before = tenant.objects(DomainCheck).filter(domain_id=domain_id).first()
        row.verified_at = _verified(row.verified_at, state, now)
        row.save(using=tenant.alias, update_fields=["verified_at"])
        values: dict[str, Any] = {"state": state, "findings": [one.as_dict() for one in findings], "at": now}
        stored, _new = tenant.objects(DomainCheck).update_or_create(domain_id=domain_id, defaults=values)
        if before is None or (before.state, _blocking(before)) != (state, codes):
            details = {"state": state, "codes": codes}
            append(tenant, "sender.domain_checked", subject=f"domain:{domain_id}", details=details, actor=actor, at=now)
    return _checked(row, stored)


def due(tenant: TenantDB, *, now: datetime) -> list[int]:
    """Ids of the domains whose last check is a day old, or an hour where it did not pass or new keys wait; those never checked first."""
    waiting = set(tenant.objects(IdleKeys).filter(retired_at=None).values_list("domain_id", flat=True))
    rows = tenant.objects(SenderDomain).order_by(F("domaincheck__at").asc(nulls_first=True), "pk")
    found: Any = rows.values_list("pk", "domaincheck__at", "domaincheck__state")  # None where there was no check
    return [pk for pk, at, state in found if at is None or now - at >= (FRESH if state == PASSED and pk not in waiting else SOON)]


def _verified(before: datetime | None, state: str, now: datetime) -> datetime | None:
    if state == PASSED:
        return now
    return None if state == REFUSED or before is None or now - before > GRACE else before


def _blocking(row: DomainCheck) -> list[str]:
    return sorted({one["code"] for one in row.findings if one["severity"] == "block"})


def _checked(row: SenderDomain, stored: DomainCheck | None) -> Checked:
    return Checked(
        domain_id=row.pk,
        domain=row.domain,
        state=stored.state if stored else "",
        at=stored.at if stored else None,
        verified_at=row.verified_at,
        unverified_ok=row.unverified_ok,
        findings=tuple(Finding.from_dict(one) for one in stored.findings) if stored else (),
    )
