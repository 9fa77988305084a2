"""How this room shows and removes what it holds of a person."""

from datetime import datetime
from typing import Any, Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.privacy import Store, Subject
from siegelpost.measure.singly.folding import fold_people
from siegelpost.measure.singly.models import Event
from siegelpost.tenancy.handle import TenantDB


def _events(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = tenant.objects(Event).filter(subscriber_id__in=who.numbers).order_by("first_at", "pk")
    return [dict(row) for row in rows.values("mailing_id", "variant_id", "position", "n", "first_at", "last_at")]


def _fold(tenant: TenantDB, who: Subject, now: datetime) -> int:
    """The person goes; a number stays where 20 others are in it."""
    return fold_people(tenant, who.numbers).rows


STORES: Final = (Store(models=("singly.Event",), name=_("Opens and links followed, by your consent"), tell=_events, remove=_fold),)
