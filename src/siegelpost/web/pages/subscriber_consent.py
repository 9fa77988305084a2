"""The proof of one person's consents, to print."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_GET

from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.flows.consent_file import consent_file
from siegelpost.governance.disclosures.rules import PAGE
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.pages.subscriber import person_of


@require_GET
@again_first
@page
def consent(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """All consents of the person that the visitor may see, as a PDF that stands alone."""
    person, zone = person_of(visit, person_id), process_settings().time_zone
    made = consent_file(visit.tenant, person, channel=PAGE, zone=zone, actor=visit.actor, now=clock.now())
    name = f"{visit.tenant.slug}-consent-{person.id}.pdf"
    return HttpResponse(made, content_type="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


ROUTES = [path("subscribers/<int:person_id>/consent.pdf", consent, name="subscriber_consent")]
