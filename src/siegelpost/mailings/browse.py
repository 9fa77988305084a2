"""What the staff choose from: mailings by page, senders by name."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, OuterRef, Q, Subquery

from siegelpost.mailings.errors import STATES, MailingUnknown
from siegelpost.mailings.models import Mailing, Sender, SenderDomain, Variant
from siegelpost.mailings.state import ENDED, LAUNCHED, PAUSED
from siegelpost.tenancy.handle import TenantDB

UNDERWAY: Final = (*LAUNCHED, PAUSED, *ENDED)
"""States of a mailing that was launched; a mailing that was cancelled before is among them."""
ORDERS: Final[Mapping[str, str]] = {
    "name": "name",
    "state": "state",
    "created": "created_at",
    "started": "launched_at",
    "finished": "finished_at",
}
"""What the list can be ordered by -> column."""


@dataclass(frozen=True, slots=True)
class MailingLine:
    """One mailing in a list; `subject` is that of its first variant."""

    id: int
    name: str
    subject: str
    state: str
    list_ids: tuple[int, ...]
    created_at: datetime
    launched_at: datetime | None
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a mailing stands, without its content."""

    id: int
    name: str
    state: str
    pause_reason: str
    launched_at: datetime | None
    finished_at: datetime | None

    @property
    def launched(self) -> bool:
        """Whether it can be changed no more."""
        return self.state in UNDERWAY


@dataclass(frozen=True, slots=True)
class SenderLine:
    """A sender to choose; `ready` says whether its domain was checked, or sending permitted without that."""

    id: int
    name: str
    email: str
    ready: bool


def page_of_mailings(
    tenant: TenantDB, *, search: str = "", state: str = "", order: str = "-created", offset: int = 0, limit: int = 25
) -> tuple[list[MailingLine], int]:
    """Return one page of mailings, and how many there are in all.

    search  part of a name or subject, any case
    state   one of `errors.STATES`, "" for all
    order   a key of ORDERS, with "-" before it for falling order; others count as "-created"
    """
    first = tenant.objects(Variant).filter(mailing_id=OuterRef("pk")).order_by("name", "pk").values("subject")[:1]
    rows = tenant.objects(Mailing).annotate(subject=Subquery(first))
    if search:
        rows = rows.filter(Q(name__icontains=search) | Q(subject__icontains=search))
    if state in STATES:
        rows = rows.filter(state=state)
    column = F(ORDERS.get(order.lstrip("-"), "created_at"))
    ordered = rows.order_by(column.desc(nulls_last=True) if order.startswith("-") else column.asc(nulls_last=True), "-pk")
    found = [
        MailingLine(row.pk, row.name, row.subject or "", row.state, tuple(row.list_ids), row.created_at, row.launched_at, row.finished_at)
        for row in ordered[offset : offset + limit]
    ]
    return found, rows.count()


def standing(tenant: TenantDB, mailing_id: int) -> Standing:
    """Name, state and times of a mailing, in one small query. Raises MailingUnknown."""
    fields = ("id", "name", "state", "pause_reason", "launched_at", "finished_at")
    found = tenant.objects(Mailing).filter(pk=mailing_id).values_list(*fields).first()
    if found is None:
        raise MailingUnknown(id=mailing_id)
    return Standing(*found)


def senders(tenant: TenantDB) -> list[SenderLine]:
    """All senders by name."""
    rows = tenant.objects(Sender).select_related("domain").order_by("name", "email")
    return [SenderLine(row.pk, row.name, row.email, row.domain.unverified_ok or row.domain.verified_at is not None) for row in rows]


def sender_domains(tenant: TenantDB) -> list[str]:
    """Every domain from which a tenant sends, in lower-case A-labels."""
    return list(tenant.objects(SenderDomain).order_by("domain").values_list("domain", flat=True))


def alike(tenant: TenantDB, mailing_id: int, *, within: timedelta) -> list[int]:
    """Other launched mailings that say the same or nearly at the same time: copies of each other, or launched within so long."""
    mine = tenant.objects(Mailing).filter(pk=mailing_id).first()
    if mine is None or mine.launched_at is None:
        return []
    launched, origin = mine.launched_at, mine.copied_from
    near = Q(launched_at__gt=launched - within, launched_at__lt=launched + within) | Q(copied_from=mailing_id)
    if origin is not None:
        near |= Q(pk=origin) | Q(copied_from=origin)
    found = tenant.objects(Mailing).filter(near, launched_at__isnull=False).exclude(pk=mailing_id)
    return list(found.order_by("pk").values_list("pk", flat=True))
