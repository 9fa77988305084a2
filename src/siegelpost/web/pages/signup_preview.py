"""A sign-up form as visitors see it."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import path
from django.utils import translation
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

import siegelpost
from siegelpost.consent.forms import form_by_id
from siegelpost.flows.sign_up_entry import form_fields, list_choices
from siegelpost.web.gate import Visit, page

STYLE = Path(siegelpost.__file__).parent / "public" / "static" / "public.css"
PREVIEW_HEADERS = {  # of the same origin, so that the page around it can see how tall it is; scripts and forms stay dead
    "Content-Security-Policy": (
        "sandbox allow-same-origin; default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}


@require_GET
@page
def preview(request: HttpRequest, visit: Visit, form_id: int) -> HttpResponse:
    """The page as visitors see it, as a document that can do nothing."""
    found = form_by_id(visit.tenant, form_id)
    whole, must = visit.tenant.unlimited, found.setup.required  # what people see
    shown = [{"field": one, "value": "", "fault": "", "required": one.alias in must} for one in form_fields(whole, found)]
    style = mark_safe(f"<style>{STYLE.read_text(encoding='utf-8')}</style>")  # noqa: S308 - our own style sheet
    values = {"tenant": visit.tenant, "form": found, "fields": shown, "language": found.language, "style_element": style}
    values["choices"] = list_choices(whole, found, ())
    with translation.override(found.language):
        text = render_to_string("web/forms/preview.html", values)
    return HttpResponse(text, headers=PREVIEW_HEADERS)


ROUTES = [path("forms/<int:form_id>/preview", preview, name="signup_form_preview")]
