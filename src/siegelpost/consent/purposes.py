"""What a person agreed to beside the e-mails: to be measured singly, and to be profiled. Each by itself, apart from every list.

Nobody gets such a consent from an import, from the staff or from a program: only the person gives it, on a form or on their own page.

Source: Art. 4(11), 6(1)(a), 7 GDPR; recital 43 (each purpose by itself); § 25(1) TDDDG.
"""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Final

from django.db.models import Q, QuerySet

from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent.models import Consent, PurposeConsent
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

MEASURING: Final = "measuring"
PROFILING: Final = "profiling"
PURPOSES: Final[Mapping[str, str]] = {
    MEASURING: _(
        "I agree that it is stored for me personally when I open e-mails of {tenant} and which links in them I follow, so that {tenant} "
        "learns how its e-mails are read. I get the e-mails without this, too. I can withdraw this consent at any time with effect for "
        "the future, for example on the page of preferences to which each e-mail leads."
    ),
    PROFILING: _(
        "I agree that {tenant} draws conclusions about my interests from what I open and which links I follow, and chooses contents for "
        "me by them. I get the e-mails without this, too. I can withdraw this consent at any time with effect for the future, for "
        "example on the page of preferences to which each e-mail leads."
    ),
}
"""Purpose -> our declaration."""
LAST_LIST: Final = "last_list"
"""How such a consent ended with the consent for the last list."""


def our_words(tenant: TenantDB, purpose: str, language: str) -> str:
    """Our declaration for a purpose, which names the tenant."""
    return translate(PURPOSES[purpose], language).format(tenant=tenant.name)


def take_back(tenant: TenantDB, *, subscriber_id: int, purposes: Collection[str], how: str, actor: Actor, now: datetime) -> frozenset[str]:
    """End the running consents of one person to these purposes; return which there were. Inside `tenant.atomic()`.

    how  as in `grants.withdraw`, or LAST_LIST

    Source: Art. 7(3) GDPR. What was stored meanwhile is folded by whoever calls (`flows.preferences`, and the worker in any case).
    """
    mine = _mine(tenant, subscriber_id).filter(purpose__in=list(purposes), withdrawn_at=None)
    ended = frozenset(mine.values_list("purpose", flat=True))
    if ended:
        mine.update(withdrawn_at=now, withdrawn_how=how)
        details = {"purposes": sorted(ended), "how": how}
        append(tenant, "consent.purpose_withdrawn", subject=f"subscriber:{subscriber_id}", details=details, actor=actor, at=now)
    return ended


def end_with_last_list(tenant: TenantDB, subscriber_id: int, *, actor: Actor, now: datetime) -> None:
    """Whoever left the last list is not measured singly any more: there is nothing left of which it could be told. Inside `atomic`."""
    if not tenant.objects(Consent).filter(subscriber_id=subscriber_id, withdrawn_at=None).exists():
        take_back(tenant, subscriber_id=subscriber_id, purposes=PURPOSES, how=LAST_LIST, actor=actor, now=now)


def running(tenant: TenantDB, subscriber_id: int) -> frozenset[str]:
    """Purposes to which the person's consent runs now."""
    return frozenset(_mine(tenant, subscriber_id).filter(withdrawn_at=None).values_list("purpose", flat=True))


def confirmed_purposes(tenant: TenantDB, sign_up_id: str) -> tuple[int, bool] | None:
    """Whose consent to a purpose this sign-up was, and whether one of them still runs; None where nobody confirmed it for any."""
    rows = list(tenant.objects(PurposeConsent).filter(sign_up_id=sign_up_id).values_list("subscriber_id", "withdrawn_at"))
    return (rows[0][0], any(ended is None for _who, ended in rows)) if rows and sign_up_id else None


def measured_at(tenant: TenantDB, subscriber_ids: Collection[int]) -> Mapping[int, datetime]:
    """Whose consent to measuring runs now -> since when; the others are missing."""
    rows = tenant.objects(PurposeConsent).filter(subscriber_id__in=list(subscriber_ids), purpose=MEASURING, withdrawn_at=None)
    return {who: since.astimezone(UTC) for who, since in rows.values_list("subscriber_id", "granted_at")}


def ended_before(tenant: TenantDB, people: Collection[int], moment: datetime) -> set[int]:
    """Who of these people does not agree to be measured, and did not at any time since that moment either."""
    every, agreeing = sorted(people), set[int]()
    rows = tenant.objects(PurposeConsent).filter(Q(withdrawn_at=None) | Q(withdrawn_at__gt=moment), purpose=MEASURING)
    for start in range(0, len(every), 500):  # SQLite takes so many numbers in one question
        agreeing |= set(rows.filter(subscriber_id__in=every[start : start + 500]).values_list("subscriber_id", flat=True))
    return set(every) - agreeing


def _mine(tenant: TenantDB, subscriber_id: int) -> QuerySet[PurposeConsent]:
    return tenant.objects(PurposeConsent).filter(subscriber_id=subscriber_id)
