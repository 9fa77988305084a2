"""The one way in which a mailing changes its state."""

from datetime import datetime
from typing import Any, Final

from django.db.models import DateTimeField, Value
from django.db.models.functions import Coalesce

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.mailings.errors import MailingUnknown, StateRefused
from siegelpost.mailings.models import Mailing
from siegelpost.tenancy.handle import TenantDB

DRAFT: Final = "draft"
APPROVED: Final = "approved"
SCHEDULED: Final = "scheduled"
PREPARING: Final = "preparing"
SENDING: Final = "sending"
PAUSED: Final = "paused"
FINISHED: Final = "finished"
CANCELLED: Final = "cancelled"

LAUNCHED: Final = (PREPARING, SENDING)
ENDED: Final = (FINISHED, CANCELLED)


def move(tenant: TenantDB, mailing_id: int, to: str, *, frm: tuple[str, ...], reason: str = "", actor: Actor, now: datetime) -> None:
    """Bring a mailing from one of the states `frm` to `to`, inside an open `tenant.atomic()`, and write that down.

    reason  why it was paused, up to 40 characters, a code and never a person's data

    Of two at the same time only one succeeds: the condition stands in the UPDATE itself.
    Raises StateRefused with the state it is in, MailingUnknown; TransactionNotNamed outside a transaction.
    """
    changes: dict[str, Any] = {"state": to, "pause_reason": reason[:40] if to == PAUSED else ""}
    if to in LAUNCHED:
        changes["launched_at"] = Coalesce("launched_at", Value(now, output_field=DateTimeField()))
    if to in ENDED:
        changes["finished_at"] = now
    rows = tenant.objects(Mailing).filter(pk=mailing_id)
    if not rows.filter(state__in=frm).update(**changes):
        _refuse(tenant, mailing_id, frm)
    details = {"to": to, "reason": reason} if reason else {"to": to}
    append(tenant, f"mailing.{to}", subject=f"mailing:{mailing_id}", details=details, actor=actor, at=now)


def locked_state(tenant: TenantDB, mailing_id: int) -> str:
    """The state of a mailing, which nobody can change until the open transaction ends; "" for an unknown one."""
    rows = tenant.objects(Mailing).select_for_update().filter(pk=mailing_id)  # SQLite has one writer and needs no lock
    return rows.values_list("state", flat=True).first() or ""


def _refuse(tenant: TenantDB, mailing_id: int, wanted: tuple[str, ...]) -> None:
    state = tenant.objects(Mailing).filter(pk=mailing_id).values_list("state", flat=True).first()
    if state is None:
        raise MailingUnknown(id=mailing_id)
    raise StateRefused(id=mailing_id, state=state, wanted=" / ".join(wanted))
