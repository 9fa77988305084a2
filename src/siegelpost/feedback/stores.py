"""How this room shows, removes or strips what it holds of a person."""

from datetime import datetime
from typing import Any, Final

from django.db.models import Q, QuerySet

from siegelpost.base.i18n import marked as _
from siegelpost.base.privacy import Store, Subject
from siegelpost.feedback.models import BounceCount, Event, MailingBrake, Reply, ReturnedText
from siegelpost.sign.files import open_sealed
from siegelpost.tenancy.handle import TenantDB


def _of_events(tenant: TenantDB, who: Subject) -> QuerySet[Event]:
    return tenant.objects(Event).filter(subscriber_id__in=who.numbers)


def _events(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    return [dict(row) for row in _of_events(tenant, who).order_by("id").values("kind", "mailing_id", "code", "at")]


def _strip_events(tenant: TenantDB, who: Subject, now: datetime) -> int:
    return _of_events(tenant, who).update(subscriber_id=None)


def _texts(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = tenant.objects(ReturnedText).filter(event__in=_of_events(tenant, who).values("pk")).order_by("event_id")
    return [{"text": _opened(tenant, row.sealed), "at": row.at} for row in rows]


def _remove_texts(tenant: TenantDB, who: Subject, now: datetime) -> int:
    return tenant.objects(ReturnedText).filter(event__in=_of_events(tenant, who).values("pk")).delete()[0]


def _of_replies(tenant: TenantDB, who: Subject) -> QuerySet[Reply]:
    return tenant.objects(Reply).filter(Q(subscriber_id__in=who.numbers) | Q(key=who.key)).order_by("id")


def _replies(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = _of_replies(tenant, who)
    return [{"mailing_id": row.mailing_id, "text": _opened(tenant, row.sealed), "at": row.at, "corrected": row.reason} for row in rows]


def _strip_replies(tenant: TenantDB, who: Subject, now: datetime) -> int:
    """That an answer was read as a withdrawal stays and is counted; whose, and what was written, goes."""
    return _of_replies(tenant, who).update(subscriber_id=None, key=b"", sealed=b"", reason="")


def _counts(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    return [dict(row) for row in tenant.objects(BounceCount).filter(key=who.key).values("hard_in_a_row", "last_at")]


def _remove_counts(tenant: TenantDB, who: Subject, now: datetime) -> int:
    return tenant.objects(BounceCount).filter(key=who.key).delete()[0]


def _brakes(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = tenant.objects(MailingBrake).filter(receivers=who.email.rpartition("@")[2]).order_by("id")
    return [dict(row) for row in rows.values("mailing_id", "receivers", "cause", "at")]


def _posts(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    return []


def _opened(tenant: TenantDB, sealed: bytes | memoryview) -> str:
    return open_sealed(tenant.keys.files, bytes(sealed)).decode(errors="replace") if sealed else ""


STORES: Final = (
    Store(models=("feedback.ReturnedText",), name=_("Texts of returned mail"), tell=_texts, remove=_remove_texts),
    Store(models=("feedback.Event",), name=_("Bounces, complaints and unsubscriptions"), tell=_events, remove=_strip_events),
    Store(models=("feedback.Reply",), name=_("Answers read as a withdrawal"), tell=_replies, remove=_strip_replies),
    Store(models=("feedback.BounceCount",), name=_("Hard bounces in a row"), tell=_counts, remove=_remove_counts),
    Store(
        models=("feedback.MailingBrake",),
        name=_("Mailings that were slowed down"),
        tell=_brakes,
        kept=_("Says how many people of a receiving domain complained, and not who; goes with the mailing."),
    ),
    Store(
        models=("hooks.Post",),
        name=_("What mail providers posted"),
        tell=_posts,
        kept=_("Encrypted, for the whole installation, and not opened for one person; emptied within seven hours."),
        outside=True,
    ),
)
"""Texts first: they are found by their event."""
