"""What is weaker than the default at the exchange desk: deviations on instruction, uploads that no scanner sees."""

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import translate
from siegelpost.base.settings import process_settings
from siegelpost.governance.handover import exceptions, rules
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.hand_over_forms import DeviationForm, RiskForm

FIELD_OF = {"handover.risk_not_accepted": "risk_accepted", "handover.end_wrong": "until", "handover.line_unusable": "reason"}
"""Error -> field at which it is shown."""


@require_http_methods(["GET", "POST"])
@page
def deviations(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All deviations, and a form for one more."""
    now = clock.now()
    form = DeviationForm(visit, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            exceptions.deviate(
                visit.tenant, said["weakness"], instruction_id=int(said["instruction"]), until=said["until"],
                risk_accepted=said["risk_accepted"], actor=visit.actor, now=now,
            )  # fmt: skip
        except SiegelpostError as fault:
            form.add_fault(fault, FIELD_OF.get(fault.code))
        else:
            toast(request, "success", _("The deviation is recorded."))
            return see_other(visit, "hand_over_deviations")
    values = {
        "form": form,
        "rows": [(one, translate(rules.WEAKNESSES[one.weakness])) for one in exceptions.deviations(visit.tenant, now=now)],
        "risks": [(translate(rules.WEAKNESSES[code]), translate(text)) for code, text in rules.RISKS.items()],
        "may": bool(form.fields["instruction"].choices),  # type: ignore[attr-defined]
    }
    return render(request, visit, "web/hand_over/deviations.html", values, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@page
def unscanned(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Whether a scanner is set up, and who bears the risk without one."""
    now = clock.now()
    form = RiskForm(request.POST if request.method == "POST" and "end" not in request.POST else None)
    if request.method == "POST" and "end" in request.POST:
        exceptions.end_unscanned(visit.tenant, actor=visit.actor, now=now)
        return see_other(visit, "hand_over_unscanned")
    if request.method == "POST" and form.is_valid():
        try:
            exceptions.accept_unscanned(
                visit.tenant, reason=form.cleaned_data["reason"], until=form.cleaned_data["until"], actor=visit.actor, now=now
            )
        except SiegelpostError as fault:
            form.add_fault(fault, FIELD_OF.get(fault.code))
        else:
            toast(request, "success", _("The risk is recorded."))
            return see_other(visit, "hand_over_unscanned")
    values = {"form": form, "risk": exceptions.unscanned_risk(visit.tenant, now=now), "set_up": bool(process_settings().clamav)}
    return render(request, visit, "web/hand_over/unscanned.html", values, status=422 if form.errors else 200)


ROUTES = [
    path("hand-over/deviations", deviations, name="hand_over_deviations"),
    path("hand-over/unscanned", unscanned, name="hand_over_unscanned"),
]
