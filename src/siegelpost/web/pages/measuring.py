"""How a tenant measures opens and clicks: its choice, with the risk named, and stricter modes of single lists."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.audience.listing import list_names
from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.flows.measuring import AS_TENANT, choose_measuring, standing_of
from siegelpost.measure.modes import Modes
from siegelpost.measure.singly.certificates import certificates
from siegelpost.measure.singly.openings import opening
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm, dress
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.mailing_words import MEASURES, PERSONAL

_LIST: Final = "list-"


class MeasuringForm(PlainForm):
    """The tenant's mode, whether people are estimated, and a mode for each list."""

    mode = forms.ChoiceField(label=gettext_lazy("At most, in all mailings"), widget=forms.RadioSelect)
    people = forms.BooleanField(
        label=gettext_lazy("Estimate how many different people opened or clicked"),
        required=False,
        help_text=gettext_lazy(
            "For this, network address and program of each request are hashed in memory with a random number that is thrown away each "
            "day; only a rounded number is kept. Without it, opens and clicks are counted as often as they happen."
        ),
    )

    def __init__(self, tenant: TenantDB, *args: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)  # dressing asks for faults, and choices have to be known before that
        modes = [(mode, translate(name)) for mode, (name, _about) in MEASURES.items()]
        self.fields["mode"].choices = modes  # type: ignore[attr-defined]
        for number, name in list_names(tenant).items():
            choices = [(AS_TENANT, _("as above")), *modes]
            self.fields[f"{_LIST}{number}"] = forms.ChoiceField(label=name, choices=choices, required=False)
        dress(self)

    @property
    def of_lists(self) -> list[Any]:
        """The fields of the lists."""
        return [self[name] for name in self.fields if name.startswith(_LIST)]


@require_http_methods(["GET", "POST"])
@page
def measuring(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show and choose. What was launched keeps the mode with which it was launched."""
    found = standing_of(visit.tenant)
    if request.method != "POST":
        start = {f"{_LIST}{number}": mode for number, mode in found.lists.items()}
        mode = found.chosen.mode if found.chosen.at else None  # nothing is chosen for anybody beforehand
        return _page(request, visit, MeasuringForm(visit.tenant, initial={"mode": mode, "people": found.chosen.people, **start}))
    form = MeasuringForm(visit.tenant, request.POST)
    if not form.is_valid() or not _stricter(form):
        return _page(request, visit, form, status=422)
    _choose(visit, form)
    toast(request, "success", _("Saved. It holds for what is sent from now on."))
    return see_other(visit, "measuring")


def _stricter(form: MeasuringForm) -> bool:
    ceiling = Modes.of(form.cleaned_data["mode"])
    for field in form.of_lists:
        mode = form.cleaned_data[field.name] or AS_TENANT
        if mode != AS_TENANT and Modes.of(mode).exceeds(ceiling):
            form.add_error(field.name, _("A list can only be measured more strictly than all mailings."))
    return not form.errors


def _choose(visit: Visit, form: MeasuringForm) -> None:
    """Write down what changed, and the tenant's choice whenever somebody makes it."""
    tenant, said, now = visit.tenant, form.cleaned_data, clock.now()
    before, names = standing_of(tenant), list_names(tenant)
    with tenant.atomic():
        choose_measuring(tenant, said["mode"], people=said["people"], actor=visit.actor, now=now)
        for number, name in names.items():
            mode = said.get(f"{_LIST}{number}") or AS_TENANT
            if mode != before.lists.get(number, AS_TENANT):
                choose_measuring(tenant, mode, list_name=name, actor=visit.actor, now=now)


def _page(request: HttpRequest, visit: Visit, form: MeasuringForm, status: int = 200) -> HttpResponse:
    measures = [(mode, translate(name), translate(about)) for mode, (name, about) in MEASURES.items()]
    found, names = opening(visit.tenant), list_names(visit.tenant)
    values = {
        "form": form,
        "chosen": standing_of(visit.tenant).chosen,
        "measures": measures,
        "singly": found,
        "singly_mode": translate(PERSONAL[found.mode]) if found else "",
        "singly_lists": [names.get(one, str(one)) for one in sorted(found.list_ids)] if found else [],
        "certificates": certificates(visit.tenant),
    }
    return render(request, visit, "web/settings/measuring.html", values, status=status)


ROUTES = [path("measuring", measuring, name="measuring")]
