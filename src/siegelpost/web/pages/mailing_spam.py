"""What a spam filter says about a mailing before anybody gets it; measured when somebody asks, for it takes some seconds."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.http import require_http_methods

from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import process_settings
from siegelpost.flows.spam import spam_score_of
from siegelpost.mailings.browse import standing
from siegelpost.render.spam import DOUBTFUL, installed
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.mailing_frame import show


@require_http_methods(["GET", "POST"])
@page
def spam(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Offer to ask the filter; POST asks it."""
    found = standing(visit.tenant, mailing_id)
    values: dict[str, Any] = {"installed": installed(), "doubtful_from": DOUBTFUL}
    status = 200
    if request.method == "POST":
        try:
            values["score"] = spam_score_of(visit.tenant, mailing_id, settings=process_settings(), now=clock.now())
        except SiegelpostError as refused:
            values["refused"], status = refused.as_dict(), refused.status
    return show(request, visit, found, "spam.html", values, status=status)


ROUTES = [path("mailings/<int:mailing_id>/spam", spam, name="mailing_spam")]
