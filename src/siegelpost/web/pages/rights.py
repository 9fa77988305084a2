"""The matrix: who may do what in this tenant, today or on any day before, on the page and as a file."""

import csv
import io
from datetime import UTC, date

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from siegelpost.accounts.catalogue import ACTIONS as ORDER
from siegelpost.accounts.catalogue import CATALOGUE
from siegelpost.accounts.reads import ordered
from siegelpost.audience.csvcells import defuse_all
from siegelpost.audience.export import SEPARATORS
from siegelpost.base import clock
from siegelpost.base.i18n import current_language
from siegelpost.flows.rights_at import Matrix, Row, note_export, rights_at
from siegelpost.web.answers import render
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.access_words import AREAS
from siegelpost.web.pages.role_words import ACTIONS, NAMES, in_words


class DayForm(PlainForm):
    """Which day; its end counts."""

    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),  # browsers read no other form, whatever the language
    )


@require_GET
@page
def matrix(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Everybody with their roles and rights on that day."""
    day = _day(request)
    found = rights_at(visit.tenant, day)
    values = {
        "form": DayForm(initial={"day": day}),
        "day": day,
        "rows": [(row, ", ".join(_roles(found, row)), in_words(row.rights)) for row in found.rows],
    }
    return render(request, visit, "web/roles/rights.html", values)


@require_GET
@page
def download(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The same as a file: a line for each person and area."""
    day, now = _day(request), clock.now()
    found = rights_at(visit.tenant, day)
    note_export(visit.tenant, day, actor=visit.actor, now=now)
    name = f"{visit.tenant.slug}-rights-{day.isoformat()}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(_as_csv(found), content_type="text/csv; charset=utf-8", headers=headers)


def _as_csv(found: Matrix) -> str:
    """With the mark at its start by which spreadsheets know UTF-8; no cell is a formula."""
    out = io.StringIO()
    out.write("\ufeff")
    writer = csv.writer(out, delimiter=SEPARATORS.get(current_language(), ","))
    writer.writerow([_("Number"), _("Name"), _("E-mail address"), _("State"), _("Roles"), _("Area"), *(str(ACTIONS[one]) for one in ORDER)])
    for row in found.rows:
        state = _("blocked") if row.blocked else _("may log in")
        for area in CATALOGUE:
            marks = ["x" if f"{area}.{action}" in row.rights else "" for action in ORDER]
            if any(marks):
                roles = ", ".join(_roles(found, row))
                writer.writerow(defuse_all([str(row.person_id), row.name, row.email, state, roles, str(AREAS[area]), *marks]))
    return out.getvalue()


def _roles(found: Matrix, row: Row) -> list[str]:
    return [str(NAMES.get(code) or found.names.get(code, code)) for code in ordered(row.roles)]


def _day(request: HttpRequest) -> date:
    """The day of the address, today for anything else and for days that are not over."""
    today = clock.now().astimezone(UTC).date()
    try:
        return min(date.fromisoformat(request.GET.get("day", "")), today)
    except ValueError:
        return today


ROUTES = [
    path("roles/matrix", matrix, name="rights"),
    path("roles/matrix.csv", download, name="rights_file"),
]
