"""For whoever watches over data protection: what is less private here than by default, and on what it rests."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from siegelpost.base import clock
from siegelpost.flows.private_defaults import beginning, deviations
from siegelpost.flows.setting_words import name_of, said
from siegelpost.web.answers import render
from siegelpost.web.gate import Visit, page


@require_GET
@page
def private(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Each deviation with its default and its instruction, and with which settings the tenant began."""
    lines = deviations(visit.tenant, now=clock.now())
    rows = [
        {
            "name": name_of(one),
            "kind": one.found.of.partition(":")[0],
            "number": int(one.found.of.partition(":")[2] or 0),
            "value": said(one.found.value),
            "default": said(one.found.setting.default),
            "instruction": one.instruction,
            "demanded": bool(one.found.setting.demands),
            "sound": one.sound,
        }
        for one in lines
    ]
    values = {"rows": rows, "began": beginning(visit.tenant), "unsound": sum(not one.sound for one in lines)}
    return render(request, visit, "web/controls/private.html", values)


ROUTES = [path("private-by-default", private, name="private")]
