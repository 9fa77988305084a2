"""The people of one list as rows of a CSV file; streams, so that a list of any length fits."""

from collections.abc import Callable, Iterator
from typing import Final

from siegelpost.audience.csvcells import defuse
from siegelpost.audience.fieldtypes import FieldType, field_type
from siegelpost.audience.models import Subscriber
from siegelpost.audience.reads import ListView, fields_of
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.evidence import inputs
from siegelpost.tenancy.handle import TenantDB

PAGE: Final = 2_000  # people read at a time
EMAIL: Final = _("E-mail")


def rows(tenant: TenantDB, wanted: ListView, actor: Actor, seen: Callable[[int, str], None]) -> Iterator[list[str]]:
    """The headings, then one row per person: values in the tenant's language, formulas defused; an import reads them back unchanged.

    seen  told of each person before the row: number and address
    """
    fields = fields_of(tenant)
    types = [(field.alias, field_type(field.kind, tenant.language, field.options)) for field in fields]
    yield [translate(EMAIL, tenant.language), *(defuse(field.name) for field in fields)]
    for person in _people(tenant, wanted.id, actor):
        seen(person.pk, person.email)
        yield [defuse(person.email), *(_shown(person, alias, kind, tenant.language) for alias, kind in types)]


def _shown(person: Subscriber, alias: str, kind: FieldType, language: str) -> str:
    value = person.fields.get(alias)
    return "" if value is None else defuse(kind.show(value, language))


def _people(tenant: TenantDB, list_id: int, actor: Actor) -> Iterator[Subscriber]:
    """In the order of their numbers, a page at a time: no statement stays open while the file is written."""
    last = 0
    while True:
        page = list(tenant.objects(Subscriber).filter(membership__list_id=list_id, pk__gt=last).order_by("pk")[:PAGE])
        with tenant.atomic():  # before they leave
            inputs.name(tenant, str(actor), "audience.exported")
            inputs.copied(tenant, [person.pk for person in page], "export")
        yield from page
        if len(page) < PAGE:
            return
        last = page[-1].pk
