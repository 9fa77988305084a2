"""Off-board one colleague: at once, or when a day is over; the last who administers names who takes over in the same act."""

from datetime import date

from django import forms
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.accounts.errors import NotYoursToGive, PersonUnknown
from siegelpost.accounts.leaving import is_alone
from siegelpost.accounts.leaving_errors import HeirMissing, HeirUnusable, LastDayWrong
from siegelpost.accounts.leaving_reads import ends_of
from siegelpost.accounts.reads import Colleague, colleagues, person_here, works_elsewhere
from siegelpost.base import clock
from siegelpost.flows.off_board import Parting, leave_tenant
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.handlers import ENDED


class Leave(PlainForm):
    """When, who takes over, and the address to be sure who is meant."""

    last = forms.DateField(
        label=gettext_lazy("Last day"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("Access ends by itself at midnight after this day. Leave it empty to end it now."),
    )
    confirm = forms.CharField(label="", max_length=254)
    address = ""

    def clean_confirm(self) -> str:
        """As it stands on the page."""
        if self.cleaned_data["confirm"].strip() != self.address:
            raise forms.ValidationError(_("The address was not typed as it stands here. Nothing was changed."))
        return self.address

    @property
    def wish(self) -> Parting:
        """What was typed."""
        last: date | None = self.cleaned_data["last"]
        heir = self.cleaned_data.get("heir", "")
        return Parting(last, int(heir) if heir else None)


def _asking(one: Colleague, heirs: list[tuple[str, str]]) -> type[Leave]:
    """The form about one person, with who could take over; a form judges what it got as soon as it is made."""
    hint = _("What waits for an approval is asked anew in this person's name.")
    heir = forms.ChoiceField(label=_("Takes over"), required=False, choices=[("", _("Nobody")), *heirs], help_text=hint)
    return type("Leave", (Leave,), {"address": one.email, **({"heir": heir} if heirs else {})})


@require_http_methods(["GET", "POST"])
@again_first
@page
def off_board(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """The question, and the act."""
    one = _found(visit, person_id)
    alone = is_alone(visit.tenant.number, one.id)
    heirs = [(str(each.id), each.name or each.email) for each in colleagues(visit.tenant) if _may_take_over(each, one)]
    form = _asking(one, heirs)(request.POST if request.method == "POST" else None)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        try:
            number = leave_tenant(visit.tenant, one.id, form.wish, actor=visit.actor, now=clock.now())
        except (HeirMissing, HeirUnusable, LastDayWrong, NotYoursToGive) as fault:
            form.add_fault(fault, "last" if isinstance(fault, LastDayWrong) else "heir" if "heir" in form.fields else None)
            status = fault.status
        else:
            return _next(request, visit, one, number)
    values = {
        "one": one, "form": form, "alone": alone, "heirs": heirs,
        "planned": ends_of((visit.tenant.number,)).get(one.id), "myself": one.id == visit.person.pk,
    }  # fmt: skip
    return render(request, visit, "web/leavers/off_board.html", values, status=status)


def _next(request: HttpRequest, visit: Visit, one: Colleague, number: int) -> HttpResponse:
    """The case; whoever off-boarded themselves is led to what is left of theirs."""
    if one.id in ends_of((visit.tenant.number,)):
        toast(request, "success", _("The last day is noted."))
        return see_other(visit, "leaver", number=number)
    if one.id != visit.person.pk:
        toast(request, "success", _("Off-boarded: nothing of this person opens any more."))
        return see_other(visit, "leaver", number=number)
    if not works_elsewhere(one.id, visit.tenant):
        logout(request)  # the session is gone from the table already
        return HttpResponseRedirect(f"{reverse('web:login')}?{ENDED}=1", status=303)
    return HttpResponseRedirect(reverse("web:home"), status=303)


def _found(visit: Visit, person_id: int) -> Colleague:
    one = person_here(visit.tenant, person_id)
    if one is None:
        raise Http404
    if one.operates:
        raise PersonUnknown
    return one


def _may_take_over(each: Colleague, leaver: Colleague) -> bool:
    return each.active and not each.operates and each.id != leaver.id


ROUTES = [path("staff/<int:person_id>/off-board", off_board, name="off_board")]
