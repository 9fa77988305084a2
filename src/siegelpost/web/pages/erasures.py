"""Who was erased is known to nobody here; that it was done, and what came of it, stands on these pages."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from siegelpost.base.i18n import translate
from siegelpost.erasure.errors import ErasureUnknown
from siegelpost.erasure.reads import by_receipt, erasure_of
from siegelpost.erasure.reads import erasures as some_erasures
from siegelpost.web.answers import render
from siegelpost.web.gate import Visit, page
from siegelpost.web.tables import ROWS, Column, Table, wanted


@require_GET
@page
def erasures(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All of them, the newest first, or the one of a receipt."""
    columns = (
        Column("receipt", _("Receipt"), sorts=False),
        Column("state", _("State"), sorts=False),
        Column("at", _("Time"), sorts=False, wide=True),
    )
    asked = wanted(request.GET, columns, default="")
    found, total = some_erasures(visit.tenant, offset=asked.offset, limit=ROWS)
    if asked.q:
        one = by_receipt(visit.tenant, asked.q)
        found, total = ([one], 1) if one else ([], 0)
    return render(request, visit, "web/erasures/erasures.html", {"table": Table(columns, found, total, asked)})


@require_GET
@page
def erasure(request: HttpRequest, visit: Visit, erasure_id: int) -> HttpResponse:
    """One certificate."""
    try:
        found = erasure_of(visit.tenant, min(erasure_id, 2**63 - 1))
    except ErasureUnknown:
        raise Http404 from None
    values = {"erasure": found, **_in_words(found.certificate or {})}
    return render(request, visit, "web/erasures/erasure.html", values)


def _in_words(certificate: dict[str, Any]) -> dict[str, Any]:
    return {
        "search": certificate.get("search"),
        "elsewhere": ", ".join(certificate.get("search", {}).get("elsewhere", ())),
        "stores": [
            {**one, "name": translate(one["name"]), "because": translate(one["because"])}
            for one in certificate.get("stores", ())
            if one["found"]
        ],
        "not_reached": [
            (translate(one["why"]), datetime.fromisoformat(one["until"]) if one["until"] else None)
            for one in certificate.get("not_reached", ())
        ],
    }


ROUTES = [
    path("erasures", erasures, name="erasures"),
    path("erasures/<int:erasure_id>", erasure, name="erasure"),
]
