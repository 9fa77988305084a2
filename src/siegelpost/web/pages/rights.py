"""The matrix: who may do what in this tenant, today or on any day before, on the page and as a file."""

from datetime import UTC, date
from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from siegelpost.base import clock
from siegelpost.flows.rights_at import note_export, rights_at
from siegelpost.web.answers import render
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.pages.rights_files import as_csv, as_document, limits_of, roles_of
from siegelpost.web.pages.role_words import in_words

TYPES: Final = {"csv": "text/csv; charset=utf-8", "pdf": "application/pdf"}


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
    found = rights_at(visit.tenant.unlimited, day)
    values = {
        "form": DayForm(initial={"day": day}),
        "day": day,
        "rows": [(row, roles_of(found, row), in_words(row.rights), limits_of(visit.tenant, found, row)) for row in found.rows],
    }
    return render(request, visit, "web/roles/rights.html", values)


@require_GET
@again_first
@page
def download(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The same as a file: a line for each person and area."""
    day = _day(request)
    return _file(visit, day, "csv", as_csv(rights_at(visit.tenant.unlimited, day), visit.tenant))


@require_GET
@again_first
@page
def document(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The same as a document to print and to sign."""
    day, now = _day(request), clock.now()
    return _file(visit, day, "pdf", as_document(rights_at(visit.tenant.unlimited, day), visit.tenant, day, now))


def _file(visit: Visit, day: date, kind: str, content: str | bytes) -> HttpResponse:
    note_export(visit.tenant, day, kind, actor=visit.actor, now=clock.now())
    name = f"{visit.tenant.slug}-rights-{day.isoformat()}.{kind}"
    return HttpResponse(content, content_type=TYPES[kind], headers={"Content-Disposition": f'attachment; filename="{name}"'})


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
    path("roles/matrix.pdf", document, name="rights_document"),
]
