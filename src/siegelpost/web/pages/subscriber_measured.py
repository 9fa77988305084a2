"""What one person opened and which links they followed, where they agreed to that and the tenant may measure single people."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from siegelpost.audience.listing import full_name
from siegelpost.mailings.reads import names_of
from siegelpost.measure.singly.openings import opening
from siegelpost.measure.singly.reads import history
from siegelpost.web.answers import render
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.subscriber import person_of


@require_GET
@page
def subscriber_measured(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """The newest first. Without an instruction that holds there is no such page: not an empty one, none."""
    person = person_of(visit, person_id)
    found = opening(visit.tenant)
    if found is None:
        raise Http404
    did = history(visit.tenant, person.id)
    names = names_of(visit.tenant, sorted({one.mailing_id for one in did}))
    values = {
        "person": person,
        "name": full_name(person.fields),
        "until": found.until,
        "lines": [(one, names.get(one.mailing_id, "")) for one in did],
    }
    return render(request, visit, "web/subscribers/measured.html", values)


ROUTES = [path("subscribers/<int:person_id>/measured", subscriber_measured, name="subscriber_measured")]
