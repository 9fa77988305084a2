"""How this room shows what it holds of a person, and why that stays."""

from typing import Any, Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.privacy import Store, Subject
from siegelpost.evidence.inputs import KINDS
from siegelpost.evidence.models import Entry, InputEntry
from siegelpost.tenancy.handle import TenantDB


def _acts(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = tenant.objects(Entry).filter(subject__in=[f"subscriber:{number}" for number in who.numbers]).order_by("id")
    return [dict(row) for row in rows.values("at", "actor", "act", "details")]


def _inputs(tenant: TenantDB, who: Subject) -> list[dict[str, Any]]:
    rows = tenant.objects(InputEntry).filter(subscriber_id__in=who.numbers).order_by("id")
    return [{"at": at, "kind": KINDS[kind], "fields": fields} for at, kind, fields in rows.values_list("at", "kind", "fields")]


STORES: Final = (
    Store(
        models=("evidence.Entry",),
        name=_("Log of acts"),
        tell=_acts,
        kept=_("Names a number that leads to nobody once the record is gone, and proves what was done (Art. 5(2) GDPR)."),
    ),
    Store(
        models=("evidence.InputEntry",),
        name=_("Input log"),
        tell=_inputs,
        kept=_("Names a number that leads to nobody once the record is gone; deleted after 13 weeks."),
    ),
)
