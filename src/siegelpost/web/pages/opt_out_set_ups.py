"""Opt-out set-ups: what else happens when somebody leaves, and for how long an address is shown."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.audience.addresses import read_address
from siegelpost.audience.listing import list_names
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.consent.opt_out_set_ups import SetUpDraft, SetUpStale, SetUpView, set_up, set_ups
from siegelpost.consent.opt_outs import MOST_DAYS, choose_days, days_shown
from siegelpost.flows.opt_out_set_ups import change, create, signing_secret
from siegelpost.intake.reasons import explain
from siegelpost.mailings.dialog_rules import FAREWELL
from siegelpost.mailings.dialogs import dialogs
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.conflict import Difference, Seen, meet
from siegelpost.web.forms import PlainForm, dress
from siegelpost.web.gate import Visit, page

FIELD_OF = {
    "opt_out.set_up_exists": "name",
    "notice.address_refused": "hook_url",
}
SAME = ("name", "everything", "final", "blacklist", "farewell_id", "notice_email", "hook_url", "active")
"""Fields that are called in the form as they are in the set-up."""


class DaysForm(PlainForm):
    """For how long addresses are shown."""

    days = forms.IntegerField(
        label=gettext_lazy("Days until an address is anonymised"),
        min_value=0,
        max_value=MOST_DAYS,
        help_text=gettext_lazy("0 to 90. Then only the keyed hash is left, which goes on keeping mail away."),
    )


class SetUpForm(PlainForm):
    """One set-up."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("Only your team sees it."))
    lists = forms.MultipleChoiceField(
        label=gettext_lazy("For whoever leaves"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("None: for whoever leaves any list."),
    )
    everything = forms.BooleanField(label=gettext_lazy("All lists end with it"), required=False)
    also = forms.MultipleChoiceField(label=gettext_lazy("These lists end as well"), widget=forms.CheckboxSelectMultiple, required=False)
    final = forms.BooleanField(
        label=gettext_lazy("For good: a new sign-up does not lift it"),
        required=False,
        help_text=gettext_lazy("Otherwise whoever signs up again and confirms gets mail again."),
    )
    blacklist = forms.BooleanField(
        label=gettext_lazy("Put the address on the blacklist"),
        required=False,
        help_text=gettext_lazy("As its keyed hash, for all lists. No sign-up ever lifts that; you can."),
    )
    farewell_id = forms.TypedChoiceField(
        label=gettext_lazy("Farewell mail"),
        coerce=int,
        empty_value=None,
        required=False,
        help_text=gettext_lazy("One of your dialog mailings. It goes out once, right after leaving; nothing is measured."),
    )
    notice_email = forms.CharField(
        label=gettext_lazy("Tell this mailbox"),
        max_length=254,
        required=False,
        help_text=gettext_lazy("A mail with list, time and way; not who it was."),
    )
    hook_url = forms.CharField(
        label=gettext_lazy("Tell this program"),
        max_length=500,
        required=False,
        widget=forms.TextInput(attrs={"type": "url", "spellcheck": "false"}),
        help_text=gettext_lazy("An https address that gets a signed message with address, lists, time and way."),
    )
    active = forms.BooleanField(label=gettext_lazy("In use"), required=False, initial=True)
    version = Seen()

    def __init__(self, visit: Visit, *args: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)  # dressing asks for faults, and choices have to be known before that
        choices = [(str(number), name) for number, name in list_names(visit.tenant).items()]
        for name in ("lists", "also"):
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        mails = [(one.id, one.name) for one in dialogs(visit.tenant, FAREWELL)]
        self.fields["farewell_id"].choices = [("", _("No farewell mail")), *mails]  # type: ignore[attr-defined]
        dress(self)

    def clean_notice_email(self) -> str:
        """An address, as it is written to."""
        text = str(self.cleaned_data["notice_email"])
        judged = read_address(text)
        if text and judged.reason:
            raise forms.ValidationError(explain(judged.reason))
        return judged.address if text else ""

    def draft(self) -> SetUpDraft:
        """What is asked for, of a valid form."""
        told = self.cleaned_data
        return SetUpDraft(
            **{name: told[name] for name in SAME},
            list_ids=tuple(map(int, told["lists"])),
            also_ids=tuple(map(int, told["also"])),
        )


@require_GET
@page
def overview(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All of them."""
    return _overview(request, visit, DaysForm(initial={"days": days_shown(visit.tenant)}))


@require_POST
@page
def days(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Choose for how long addresses are shown."""
    form = DaysForm(request.POST)
    if not form.is_valid():
        return _overview(request, visit, form, status=422)
    with visit.tenant.atomic():
        choose_days(visit.tenant, form.cleaned_data["days"], actor=visit.actor, now=clock.now())
    toast(request, "success", _("Saved."))
    return see_other(visit, "opt_out_set_ups")


def _overview(request: HttpRequest, visit: Visit, form: DaysForm, *, status: int = 200) -> HttpResponse:
    names = list_names(visit.tenant)
    rows = [{"one": one, "lists": [names[number] for number in one.list_ids if number in names]} for one in set_ups(visit.tenant)]
    return render(request, visit, "web/opt_outs/set_ups.html", {"rows": rows, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Create one."""
    form = SetUpForm(visit, request.POST if request.method == "POST" else None, initial={"active": True, "version": 0})
    if request.method == "POST" and form.is_valid():
        try:
            made = create(visit.tenant, form.draft(), actor=visit.actor, now=clock.now())
        except SiegelpostError as fault:
            form.add_fault(fault, FIELD_OF.get(fault.code))
        else:
            toast(request, "success", _("Saved. It holds for whoever leaves from now on."))
            return see_other(visit, "opt_out_set_up", number=made.id)
    return _edit(request, visit, form)


@require_http_methods(["GET", "POST"])
@page
def edit(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Change one."""
    found = set_up(visit.tenant, number)
    form = SetUpForm(visit, request.POST if request.method == "POST" else None, initial=_start(found))
    if request.method == "POST" and form.is_valid():
        seen = found.version if form.cleaned_data["version"] == str(found.version) else -1
        try:
            change(visit.tenant, number, form.draft(), version=seen, actor=visit.actor, now=clock.now())
        except SetUpStale:
            if differences := meet(form, _start(set_up(visit.tenant, number))):
                return _edit(request, visit, form, found, differences=differences)
        except SiegelpostError as fault:
            form.add_fault(fault, FIELD_OF.get(fault.code))
            return _edit(request, visit, form, found)
        toast(request, "success", _("Saved. It holds for whoever leaves from now on."))
        return see_other(visit, "opt_out_set_up", number=number)
    return _edit(request, visit, form, found)


def _start(found: SetUpView) -> dict[str, Any]:
    lists = {"lists": [str(one) for one in found.list_ids], "also": [str(one) for one in found.also_ids]}
    return {name: getattr(found, name) for name in SAME} | lists | {"version": str(found.version)}


def _edit(
    request: HttpRequest, visit: Visit, form: SetUpForm, found: SetUpView | None = None, differences: list[Difference] | None = None
) -> HttpResponse:
    secret = signing_secret(visit.tenant, found.id) if found and found.hook_url else ""
    values = {"form": form, "found": found, "differences": differences, "secret": secret}
    return render(request, visit, "web/opt_outs/set_up.html", values, status=422 if form.is_bound else 200)


ROUTES = [
    path("opt-outs/set-ups", overview, name="opt_out_set_ups"),
    path("opt-outs/set-ups/days", days, name="opt_out_days"),
    path("opt-outs/set-ups/new", new, name="opt_out_set_up_new"),
    path("opt-outs/set-ups/<int:number>", edit, name="opt_out_set_up"),
]
