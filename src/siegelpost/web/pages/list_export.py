"""The people of a list as a CSV file; with many of them the reader says what for."""

from typing import Final

from django import forms
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.accounts.approval_rules import REASON
from siegelpost.accounts.approvals.errors import ApprovalNeeded
from siegelpost.accounts.approvals.standing import reading_limit
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.flows.export_list import list_file
from siegelpost.governance.disclosures.services import FOR_ONESELF, Given
from siegelpost.web.answers import render
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.pages.lists import list_of

MAX_RECIPIENT: Final = 200


class Export(PlainForm):
    """What for, and who gets it."""

    purpose = forms.CharField(
        label=gettext_lazy("What for"),
        max_length=REASON[-1],
        required=False,
        help_text=gettext_lazy("For the disclosure register. Left out: the controller's own use."),
    )
    recipient = forms.CharField(
        label=gettext_lazy("Who gets it"),
        max_length=MAX_RECIPIENT,
        required=False,
        help_text=gettext_lazy("A person or body. Left out: you."),
    )


@require_http_methods(["GET", "POST"])
@again_first
@page
def export(request: HttpRequest, visit: Visit, list_id: int) -> HttpResponseBase:
    """Ask, and send the file."""
    wanted, form = list_of(visit, list_id), Export(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        given = Given(recipient=said["recipient"].strip(), purpose=said["purpose"].strip() or FOR_ONESELF.purpose)
        try:
            rows = list_file(visit.tenant, wanted, given=given, actor=visit.actor, now=clock.now())
        except ApprovalNeeded:
            raise  # leads to where one asks for it
        except SiegelpostError as fault:
            form.add_fault(fault, "purpose")
            status = fault.status
        else:
            response = StreamingHttpResponse(rows, content_type="text/csv; charset=utf-8")
            response.headers["Content-Disposition"] = f'attachment; filename="list-{wanted.id}.csv"'
            return response
    limit = reading_limit(visit.tenant)
    values = {"list": wanted, "form": form, "many": wanted.members > limit, "limit": limit}
    return render(request, visit, "web/lists/export.html", values, status=status)


ROUTES = [path("lists/<int:list_id>/export", export, name="list_export")]
