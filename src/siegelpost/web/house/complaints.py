"""Write again to somebody who complained: the privacy officer asks, a second person with the same document lifts the block."""

from typing import Final, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.accounts.errors import RightMissing
from siegelpost.accounts.reads import Person, names_of
from siegelpost.audience.addresses import MAX_TYPED, read_address
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.errors import SiegelpostError
from siegelpost.evidence.access import OK, Access, record
from siegelpost.flows import lift_complaint
from siegelpost.governance.instructions.rules import FILE_LIMIT
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.answers import toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import again_first, members_only, proved_at
from siegelpost.web.house.frame import to
from siegelpost.web.uploads import takes_file

ASK, LIFT = "ask", "lift"
AREA: Final = "suppression"


class Lift(PlainForm):
    """Whose complaint, and the document in which the person asks."""

    address = forms.CharField(
        label=gettext_lazy("E-mail address"), max_length=MAX_TYPED, widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off"})
    )
    document = forms.FileField(
        label=gettext_lazy("The person's own request"),
        help_text=gettext_lazy("The file as it came, up to 10 MB. Only its hash is kept; both of you need the very same file."),
    )

    def clean_address(self) -> str:
        """As it is kept."""
        judged = read_address(self.cleaned_data["address"])
        if judged.reason:
            raise forms.ValidationError(_("This is not an e-mail address."))
        return judged.address


def _asking(tenants: list[TenantDB]) -> type[Lift]:
    """The form with these to choose from; a form judges what it got as soon as it is made."""
    field = forms.ChoiceField(label=_("Tenant"), choices=[(one.slug, one.name) for one in tenants])
    return type("Lift", (Lift,), {"tenant": field, "field_order": ("tenant", "address", "document")})


@require_http_methods(["GET", "POST"])
@again_first
@members_only
def complaints(request: HttpRequest) -> HttpResponse:
    """What waits, and the form with which one asks or lifts."""
    person = cast("Person", request.user)
    if not (person.operator or lift_complaint.may_ask(person)):
        raise RightMissing
    tenants = lift_complaint.tenants_for(person, now=clock.now())
    form = _asking(tenants)(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if request.method == "POST" and form.is_valid():
        try:
            return _do(request, person, form, {one.slug: one for one in tenants})
        except SiegelpostError as fault:
            form.add_fault(fault, FIELD_OF.get(fault.code))
    waits = lift_complaint.asked(tenants, now=clock.now())
    names = names_of(one.by for one in waits)
    values = {
        "form": form, "tenants": tenants, "may_ask": lift_complaint.may_ask(person),
        "waits": [(one, names.get(one.by, "?"), one.by == person.pk) for one in waits],
    }  # fmt: skip
    return render(request, "web/house/complaints.html", values, status=422 if form.is_bound else 200)


FIELD_OF: Final = {"complaint.missing": "address", "complaint.not_asked": "document", "instructions.document_unusable": "document"}
"""Error -> field at which it is shown."""


def _do(request: HttpRequest, person: Person, form: Lift, tenants: dict[str, TenantDB]) -> HttpResponse:
    said, now = form.cleaned_data, clock.now()
    tenant = tenants[said["tenant"]]
    document, key = said["document"].read(FILE_LIMIT + 1), address_key(said["address"], tenant.keys.addresses)
    lifts = request.POST.get("step") == LIFT
    record(tenant, Access(now, str(Actor.staff(person.pk)), AREA, "lift" if lifts else "ask-lift", OK))
    if lifts:
        lift_complaint.lift(tenant, key, document, by=person, proved_at=proved_at(request), now=now)
        toast(request, "success", _("The complaint does not stand against this address any more. Mailings need a new consent."))
    else:
        lift_complaint.ask(tenant, key, document, asker=person, now=now)
        toast(request, "success", _("Asked. A second person who holds the same file lifts it within seven days."))
    return to("house_complaints")


ROUTES = [path("house/complaints", takes_file(complaints), name="house_complaints")]
