"""How this room shows, strips or keeps what it holds of a person."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from django.db.models import F, Q, QuerySet

from siegelpost.base.i18n import marked as _
from siegelpost.base.privacy import Store, Subject
from siegelpost.delivery.models import Attachment, Delivery, Hold, Launch, Outgoing
from siegelpost.tenancy.handle import TenantDB

IN_ONE: Final = 500
"""Launches in one question: each is one look into the unique index of mailing and person."""


def _mine(tenant: TenantDB, who: Subject) -> Iterator[QuerySet[Delivery]]:
    launches = list(tenant.objects(Launch).order_by("mailing_id").values_list("mailing_id", flat=True)) if who.numbers else []
    for at in range(0, len(launches), IN_ONE):
        yield tenant.objects(Delivery).filter(mailing_id__in=launches[at : at + IN_ONE], subscriber_id__in=who.numbers)


def _deliveries(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    return [dict(row) for rows in _mine(tenant, who) for row in rows.order_by("mailing_id").values("mailing_id", "state", "code", "at")]


def _strip_deliveries(tenant: TenantDB, who: Subject, now: datetime) -> int:
    """The row stays as a fact that is counted; its person becomes a number that is nobody's, another one in each row.

    What waits is withdrawn when it is claimed, for it has no address any more: the counters follow the rows as ever.
    """
    return sum(rows.update(subscriber_id=-F("id")) for rows in _mine(tenant, who))


def _naming(tenant: TenantDB, who: Subject) -> QuerySet[Outgoing]:
    """System mails to the address, and those that name it: a test mail shows the values of a person."""
    named = Q(text__icontains=who.email) | Q(html__icontains=who.email) | Q(subject__icontains=who.email)
    return tenant.objects(Outgoing).exclude(to="").filter(Q(to__iexact=who.email) | named)


def _mails(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = _naming(tenant, who).filter(to__iexact=who.email).order_by("id")
    return [dict(row) for row in rows.values("kind", "subject", "text", "state", "created_at")]


def _blank_mails(tenant: TenantDB, who: Subject, now: datetime) -> int:
    """What waits is withdrawn when it is claimed. What is on the wire at this moment arrives."""
    rows = list(_naming(tenant, who).values_list("pk", flat=True))
    tenant.objects(Attachment).filter(outgoing__in=rows).delete()
    return tenant.objects(Outgoing).filter(pk__in=rows).update(to="", subject="", text="", html="")


def _holds(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = tenant.objects(Hold).filter(domain=who.email.rpartition("@")[2]).order_by("id")
    return [dict(row) for row in rows.values("mailing_id", "domain", "code")]


STORES: Final = (
    Store(models=("delivery.Delivery",), name=_("Mailings that went or were to go"), tell=_deliveries, remove=_strip_deliveries),
    Store(models=("delivery.Outgoing", "delivery.Attachment"), name=_("System mails"), tell=_mails, remove=_blank_mails),
    Store(
        models=("delivery.Hold",),
        name=_("Receiving domains that wait"),
        tell=_holds,
        kept=_("Says what a mail server answered, of a domain and not of a person; goes with the mailing."),
    ),
)
