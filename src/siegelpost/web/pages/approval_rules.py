"""The rules of approval of a tenant: for which acts a second person is asked for, from how many people on, and who that can be."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.accounts.approvals.acts import ACTS, FEW, Rule
from siegelpost.accounts.approvals.errors import ApprovalNeeded
from siegelpost.accounts.approvals.standing import MOST, reading_limit, rules
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import translate
from siegelpost.flows.approval_rules import change_reading_limit, change_rule, without_two
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.pages.approval_words import HINTS, name_of

LIMIT: Final = "limit"


class RuleForm(PlainForm):
    """One rule; each has a form of its own, so that nothing is saved by accident beside another."""

    needed = forms.BooleanField(label=gettext_lazy("A second person approves"), required=False)
    threshold = forms.IntegerField(label=gettext_lazy("For more people than"), min_value=0, max_value=MOST, required=False)
    own_right = forms.BooleanField(label=gettext_lazy("Whoever approves must also be allowed to do it themselves"), required=False)

    def rule(self, act: str) -> Rule:
        """What was typed."""
        said = self.cleaned_data
        return Rule(act, said["needed"], said["threshold"] or 0 if ACTS[act].counted else 0, said["own_right"])


class LimitForm(PlainForm):
    """Above how many people reading needs its own right and a reason."""

    people = forms.IntegerField(
        label=gettext_lazy("More people than"),
        min_value=1,
        max_value=MOST,
        help_text=gettext_lazy(
            "Whoever exports more, or lets a program read more on a day, needs the right “Many people at once” and says what for."
        ),
    )


@require_http_methods(["GET", "POST"])
@again_first
@page
def approval_rules(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All rules; each is saved by itself."""
    which = request.POST.get("act", "") if request.method == "POST" else ""
    found = rules(visit.tenant)
    shown = {
        act: RuleForm(request.POST if act == which else None, initial=_start(rule), prefix=act.partition(".")[0])
        for act, rule in found.items()
    }
    limit = LimitForm(request.POST if which == LIMIT else None, initial={"people": reading_limit(visit.tenant)})
    form: Any = limit if which == LIMIT else shown.get(which)
    if form is not None and form.is_valid() and _saved(visit, which, form):
        toast(request, "success", _("The rule holds from now on."))
        return see_other(visit, "approval_rules")
    rows = [(act, name_of(act), translate(HINTS[act]), ACTS[act].counted, one) for act, one in shown.items()]
    return render(
        request,
        visit,
        "web/approvals/rules.html",
        {"rows": rows, "limit": limit, "alone": without_two(visit.tenant)},
        status=422 if form is not None else 200,
    )


def _saved(visit: Visit, which: str, form: Any) -> bool:
    """Whether it holds now. Raises ApprovalNeeded for a rule that lets more through: that leads to where one asks."""
    try:
        if which == LIMIT:
            change_reading_limit(visit.tenant, form.cleaned_data["people"], actor=visit.actor, now=clock.now())
        else:
            change_rule(visit.tenant, form.rule(which), actor=visit.actor, now=clock.now())
    except ApprovalNeeded:
        raise
    except SiegelpostError as fault:
        form.add_fault(fault, "people" if which == LIMIT else "needed")
        return False
    return True


def _start(rule: Rule) -> dict[str, object]:
    return {"needed": rule.needed, "threshold": rule.threshold if rule.number else FEW, "own_right": rule.own_right}


ROUTES = [path("approvals/rules", approval_rules, name="approval_rules")]
