"""The matrix of who may do what as files: lines for a spreadsheet, and a document to print and to sign."""

import csv
import io
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siegelpost.accounts.catalogue import ACTIONS as ORDER
from siegelpost.accounts.catalogue import APPROVE, CATALOGUE, CREATE, DELETE, EDIT, EXPORT, SEE
from siegelpost.accounts.reads import ordered
from siegelpost.audience.csvcells import MARK, defuse_all, separator
from siegelpost.base.i18n import current_language
from siegelpost.flows.rights_at import Matrix, Row
from siegelpost.render.pdf import as_pdf
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.pages.access_words import AREAS
from siegelpost.web.pages.role_limits import in_words
from siegelpost.web.pages.role_words import ACTIONS, NAMES

LEGEND: Final = {
    SEE: gettext_lazy("S = see"),
    CREATE: gettext_lazy("N = create (new)"),
    EDIT: gettext_lazy("C = change"),
    DELETE: gettext_lazy("D = delete"),
    APPROVE: gettext_lazy("A = approve"),
    EXPORT: gettext_lazy("E = export"),
}
"""Action -> the letter for it in a narrow column, which is the first of the text, and what it means."""


def as_csv(found: Matrix, tenant: TenantDB) -> str:
    """With the mark at its start by which spreadsheets know UTF-8; no cell is a formula."""
    out = io.StringIO()
    out.write(MARK)
    writer = csv.writer(out, delimiter=separator(current_language()))
    head = [_("Number"), _("Name"), _("E-mail address"), _("State"), _("Roles"), _("Limits"), _("Area")]
    writer.writerow([*head, *(str(ACTIONS[one]) for one in ORDER)])
    for row in found.rows:
        state = _("blocked") if row.blocked else _("may log in")
        limits = limits_of(tenant, found, row)
        for area in CATALOGUE:
            marks = ["x" if f"{area}.{action}" in row.rights else "" for action in ORDER]
            if any(marks):
                cells = [str(row.person_id), row.name, row.email, state, roles_of(found, row), limits, str(AREAS[area]), *marks]
                writer.writerow(defuse_all(cells))
    return out.getvalue()


def as_document(found: Matrix, tenant: TenantDB, day: date, made: datetime) -> bytes:
    """PDF: a row for each person, a column for each area, a letter for each action."""
    said = _("What held when the day (UTC) ended counts; for today, what holds now.")
    values = {
        "title": _("Who may do what"),
        "language": current_language(),
        "made": [made.year, made.month, made.day],
        "about": [f"{tenant.name} · {date_format(day)}", f"{said} {_('Made on {day}.').format(day=date_format(made.date()))}"],
        "legend": [str(LEGEND[action]) for action in ORDER],
        "areas": [str(AREAS[area]) for area in CATALOGUE],
        "people": [_person(found, row, tenant) for row in found.rows],
        "page": _("Page {} of {}"),
        "nobody": _("On this day nobody could log in here."),
    }
    return as_pdf("rights", values)


def roles_of(found: Matrix, row: Row) -> str:
    """Their roles as the tenant calls them."""
    return ", ".join(str(NAMES.get(code) or found.names.get(code, code)) for code in ordered(row.roles))


def limits_of(tenant: TenantDB, found: Matrix, row: Row) -> str:
    """How far those of their roles reach that have limits, as the lists and fields are called today."""
    limited = [code for code in ordered(row.roles) if code in found.limits]
    return ". ".join(f"{found.names[code]}: {in_words(tenant, found.limits[code])}" for code in limited)


def _person(found: Matrix, row: Row, tenant: TenantDB) -> dict[str, object]:
    name = row.name or row.email or f"{_('Person')} {row.person_id}"
    return {
        "name": name,
        "lines": [line for line in (row.email if row.name else "", roles_of(found, row), limits_of(tenant, found, row)) if line],
        "blocked": _("blocked") if row.blocked else "",
        "marks": [_letters(action for action in actions if f"{area}.{action}" in row.rights) for area, actions in CATALOGUE.items()],
    }


def _letters(actions: Iterable[str]) -> str:
    return "".join(str(LEGEND[action])[0] for action in actions)
