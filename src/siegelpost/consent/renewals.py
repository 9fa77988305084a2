"""Who is asked to renew an old consent, by which mailing, and what they answered.

Source: Art. 7(1) GDPR; § 7(2) UWG: a consent that was never used for long may have lapsed (LG München I, 8.4.2010, 17 HK O 138/10).
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.base.sqlfile import sql
from siegelpost.consent.grants import Proof, renew
from siegelpost.consent.models import Consent, Renewal, RenewalAsk
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

KEEP_LINK: Final = "preferences_url"
"""The link “keep” leads to the person's own page, which shows the question and a button."""
KEEP: Final = "keep"
SILENCE: Final = "silence"
MONTHS: Final = (1, 120)
DAYS: Final = (7, 90)
"""A week, so that a holiday does not end it; longer than a quarter of a year nobody remembers having been asked."""
RANGE: Final = 5_000
"""People per transaction, as in `delivery.launch`."""
PAUSE: Final = 0.01


@dataclass(frozen=True, slots=True, kw_only=True)
class RenewalView:
    """One renewal; `asked` and `kept` count people, `cutoff` is None until its mailing is launched."""

    id: int
    mailing_id: int
    list_id: int
    months: int
    days: int
    cutoff: datetime | None
    closed_at: datetime | None
    asked: int
    kept: int


@dataclass(frozen=True, slots=True)
class Old:
    """How many consents for a list are older, and to how many of these people one may write."""

    consents: int
    writable: int


def cutoff_of(months: int, now: datetime) -> datetime:
    """The moment before which a consent is older than so many months; a month is the twelfth part of a year."""
    return now - timedelta(days=round(months * 365.25 / 12))


def count_old(tenant: TenantDB, list_id: int, months: int, *, now: datetime) -> Old:
    """Count before anything is written; 100,000 people take a fifth of a second."""
    with tenant.cursor() as cursor:
        moment = cursor.db.ops.adapt_datetimefield_value(cutoff_of(months, now))
        cursor.execute(sql("consent", "old_consents", tenant.vendor), {"list_id": list_id, "cutoff": moment})
        consents, writable = cursor.fetchone()
    return Old(int(consents), int(writable))


def create_renewal(tenant: TenantDB, mailing_id: int, list_id: int, *, months: int, days: int, actor: Actor, now: datetime) -> int:
    """Make a mailing one that asks; inside the transaction that makes the mailing."""
    if not (MONTHS[0] <= months <= MONTHS[1] and DAYS[0] <= days <= DAYS[1]):
        raise ValueError(f"months, days: {months}, {days}")
    row = tenant.objects(Renewal).create(mailing_id=mailing_id, list_id=list_id, months=months, days=days, created_at=now)
    details = {"list": list_id, "months": months, "days": days}
    append(tenant, "renewal.prepared", subject=f"mailing:{mailing_id}", details=details, actor=actor, at=now)
    return row.pk


def renewal_of(tenant: TenantDB, mailing_id: int) -> RenewalView | None:
    """What a mailing asks, None for every other mailing."""
    row = tenant.objects(Renewal).filter(mailing_id=mailing_id).first()
    return None if row is None else _view(tenant, row)


def renewals(tenant: TenantDB) -> list[RenewalView]:
    """All of them, the latest first."""
    return [_view(tenant, row) for row in tenant.objects(Renewal).order_by("-id")]


def call_roll(tenant: TenantDB, mailing_id: int, *, last: int, now: datetime) -> bool:
    """Write down whom a mailing asks, in ranges of subscriber ids up to `last`; False for a mailing that asks nobody. Twice is safe.

    What is old is what is so at the first call: a launch that goes on asks the same people.
    """
    with tenant.atomic():
        row = tenant.objects(Renewal).select_for_update().filter(mailing_id=mailing_id).first()
        if row is None:
            return False
        if row.cutoff is None:
            row.cutoff = cutoff_of(row.months, now)
            row.save(using=tenant.alias, update_fields=["cutoff"])
    for after in range(0, last, RANGE):
        with tenant.atomic(), tenant.cursor() as cursor:
            moment = cursor.db.ops.adapt_datetimefield_value(row.cutoff)
            where = {"renewal": row.pk, "list_id": row.list_id, "cutoff": moment, "after": after, "upto": min(after + RANGE, last)}
            cursor.execute(sql("consent", "ask_again", tenant.vendor), where)
        if tenant.vendor == "sqlite":
            time.sleep(PAUSE)
    return True


def may_keep(tenant: TenantDB, mailing_id: int, subscriber_id: int) -> RenewalView | None:
    """The renewal by which this person was asked and can still answer, or has said yes; None where there is nothing to keep."""
    ask = tenant.objects(RenewalAsk).filter(renewal__mailing_id=mailing_id, subscriber_id=subscriber_id).select_related("renewal").first()
    if ask is None or ask.answer == SILENCE:
        return None
    running = tenant.objects(Consent).filter(subscriber_id=subscriber_id, list_id=ask.renewal.list_id, withdrawn_at=None)
    return _view(tenant, ask.renewal) if running.exists() else None


def keep(tenant: TenantDB, mailing_id: int, subscriber_id: int, proof: Proof, *, actor: Actor, now: datetime) -> bool:
    """Renew the consent of whoever was asked: the old record ends, and one of its own begins. Inside `tenant.atomic()`. Twice is safe.

    False where nobody was asked, silence was taken for an answer, or the person has left.
    """
    rows = tenant.objects(RenewalAsk).select_for_update()
    ask = rows.filter(renewal__mailing_id=mailing_id, subscriber_id=subscriber_id).first()
    found = may_keep(tenant, mailing_id, subscriber_id)
    if ask is None or found is None:
        return False
    if not ask.answer:
        renew(tenant, subscriber_id=subscriber_id, list_id=found.list_id, proof=proof, at=now, actor=actor)
        tenant.objects(RenewalAsk).filter(pk=ask.pk).update(answer=KEEP, at=now)
    return True


def has_kept(tenant: TenantDB, found: RenewalView, subscriber_id: int) -> bool:
    """Whether this person answered with yes."""
    return tenant.objects(RenewalAsk).filter(renewal_id=found.id, subscriber_id=subscriber_id, answer=KEEP).exists()


def silent(tenant: TenantDB, found: RenewalView, subscriber_ids: Iterable[int]) -> list[int]:
    """Those of these people who were asked, did not answer, and whose consent is still the old one."""
    asked = tenant.objects(RenewalAsk).filter(renewal_id=found.id, answer="", subscriber_id__in=list(subscriber_ids))
    old = tenant.objects(Consent).filter(
        subscriber_id__in=asked.values("subscriber_id"), list_id=found.list_id, withdrawn_at=None, granted_at__lt=found.cutoff
    )
    return sorted(old.values_list("subscriber_id", flat=True))


def note_silence(tenant: TenantDB, found: RenewalView, subscriber_id: int, *, now: datetime) -> bool:
    """Take silence for an answer, once; False where the person answered meanwhile. Inside the transaction that ends the consent."""
    mine = tenant.objects(RenewalAsk).filter(renewal_id=found.id, subscriber_id=subscriber_id, answer="")
    return bool(mine.update(answer=SILENCE, at=now))


def close(tenant: TenantDB, found: RenewalView, ended: int, *, actor: Actor, now: datetime) -> None:
    """Everybody who kept silent was ended. Inside `tenant.atomic()`."""
    if tenant.objects(Renewal).filter(pk=found.id, closed_at=None).update(closed_at=now):
        details = {"asked": found.asked, "kept": found.kept, "silent": ended}
        append(tenant, "renewal.closed", subject=f"mailing:{found.mailing_id}", details=details, actor=actor, at=now)


def _view(tenant: TenantDB, row: Renewal) -> RenewalView:
    asks = tenant.objects(RenewalAsk).filter(renewal_id=row.pk)
    return RenewalView(
        id=row.pk, mailing_id=row.mailing_id, list_id=row.list_id, months=row.months, days=row.days, cutoff=row.cutoff,
        closed_at=row.closed_at, asked=asks.count(), kept=asks.filter(answer=KEEP).count(),
    )  # fmt: skip
