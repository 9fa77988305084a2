"""The people of one list as a CSV file; streams, so that a list of any length fits."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from siegelpost.audience.csvcells import defuse
from siegelpost.audience.errors import ExportFileUnusable
from siegelpost.audience.fieldtypes import FieldType, field_type
from siegelpost.audience.models import Subscriber
from siegelpost.audience.reads import ListView, fields_of
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.base.whole_file import whole_file
from siegelpost.evidence import inputs
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

PAGE: Final = 2_000  # people read at a time
EMAIL: Final = _("E-mail")
SEPARATORS: Final = {"de": ";", "en": ","}  # what spreadsheets of that language open by themselves


def export_list(
    tenant: TenantDB, wanted: ListView, path: Path, *, actor: Actor, now: datetime, progress: Callable[[int], None] | None = None
) -> int:
    """Write the people of a list into the CSV file `path` (readable for its owner only) and return how many there are.

    One row per person, headings and values in the tenant's language, formulas defused; an import reads it back unchanged.
    An existing file is replaced when the new one is complete. The export is written into the log before the file appears.
    Raises ExportFileUnusable.
    """
    try:
        with whole_file(path) as file, io.TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
            count = 0
            writer = csv.writer(text, delimiter=SEPARATORS.get(tenant.language, ","))
            for count, row in enumerate(_rows(tenant, wanted.id, actor)):  # the headings are row 0
                writer.writerow(row)
                if progress and count % PAGE == 0:
                    progress(count)
            text.flush()
            with tenant.atomic():  # before the file has its name
                append(tenant, "audience.exported", subject=f"list:{wanted.id}", details={"rows": count}, actor=actor, at=now)
    except OSError as reason:
        raise ExportFileUnusable(why=reason.strerror or path.name) from reason
    return count


def _rows(tenant: TenantDB, list_id: int, actor: Actor) -> Iterator[list[str]]:
    fields = fields_of(tenant)
    types = [(field.alias, field_type(field.kind, tenant.language, field.options)) for field in fields]
    yield [translate(EMAIL, tenant.language), *(defuse(field.name) for field in fields)]
    for person in _people(tenant, list_id, actor):
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
