"""The end of a tenant: what was exported, what forbids it, and the request that a second person decides. The operator carries it out."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.accounts.approval_rules import OPEN
from siegelpost.accounts.approvals.acts import EXIT
from siegelpost.accounts.approvals.errors import ApprovalNeeded
from siegelpost.accounts.approvals.reads import about_matter
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.flows.approved_exit import ensure_may_erase, matter_of
from siegelpost.flows.erase_tenant import Order, ensure_nothing_forbids
from siegelpost.flows.export_tenant import latest_export
from siegelpost.governance.departure.rules import WAIVER
from siegelpost.web.answers import render, see_other
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page


class End(PlainForm):
    """Why nothing is taken along; empty where the opened export is enough."""

    waived = forms.CharField(
        label=gettext_lazy("Why no export is wanted"),
        max_length=WAIVER[-1],
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Leave it empty where an export was opened. Otherwise in ten characters or more; it stands in the certificate."
        ),
    )


@require_http_methods(["GET", "POST"])
@page
def end(request: HttpRequest, visit: Visit) -> HttpResponse:
    """GET shows where it stands; POST leads to where a second person is asked. Nothing is erased here."""
    form, now = End(request.POST if request.method == "POST" else None), clock.now()
    if request.method == "POST" and form.is_valid():
        try:
            ensure_nothing_forbids(visit.tenant, Order(cancel=True), now=now)
            ensure_may_erase(visit.tenant, form.cleaned_data["waived"], actor=visit.actor, now=now)
        except ApprovalNeeded:
            raise  # leads on to asking
        except SiegelpostError as fault:
            form.add_fault(fault, "waived")
        else:
            return see_other(visit, "approvals")
    waiting = next((one for one in about_matter(visit.tenant, EXIT, matter_of(visit.tenant), now=now) if one.state in OPEN), None)
    values = {
        "form": form,
        "latest": latest_export(visit.tenant),
        "waiting": waiting,
        "command": f"siegelpost tenant export {visit.tenant.slug}",
    }
    return render(request, visit, "web/settings/end.html", values, status=422 if form.errors else 200)


ROUTES = [path("end", end, name="tenant_end")]
