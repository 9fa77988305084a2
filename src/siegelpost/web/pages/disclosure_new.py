"""Record what went out past the system: to an authority, a processor, or somebody else."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.audience.addresses import MAX_ADDRESS
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import translate
from siegelpost.flows.record_disclosure import Happened, record_disclosure
from siegelpost.governance.disclosures.rules import BY_HAND, CATEGORIES, CONTACT, KINDS, TEXT_LIMIT, WAYS
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page

MOST_LINES = 5_000
"""In a form; the command takes more."""
FIELD_OF = {"disclosures.people_unreadable": "people", "disclosures.nobody_named": "people"}
"""Error -> field at which it is shown."""


class NewDisclosure(PlainForm):
    """To whom, why, what, whose, how, when."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=lambda: [(one, translate(KINDS[one])) for one in BY_HAND])
    recipient = forms.CharField(
        label=gettext_lazy("Recipient"),
        max_length=TEXT_LIMIT,
        help_text=gettext_lazy("Who got it, as exactly as you know: a body or person."),
    )
    ground = forms.CharField(
        label=gettext_lazy("Legal ground"),
        max_length=TEXT_LIMIT,
        help_text=gettext_lazy("For example “Art. 6(1)(c) GDPR with Section 95 StPO”."),
    )
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"), max_length=TEXT_LIMIT, help_text=gettext_lazy("What for; the file number of an authority.")
    )
    categories = forms.MultipleChoiceField(
        label=gettext_lazy("What went out"),
        choices=lambda: [(one, translate(word)) for one, word in CATEGORIES.items()],
        widget=forms.CheckboxSelectMultiple,
    )
    way = forms.ChoiceField(label=gettext_lazy("Way"), choices=lambda: [(one, translate(word)) for one, word in WAYS.items()])
    day = forms.DateField(
        label=gettext_lazy("Day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("On which it happened (UTC)."),
    )
    people = forms.CharField(
        label=gettext_lazy("Whose data"),
        max_length=MOST_LINES * MAX_ADDRESS,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy(
            "One e-mail address or number of a subscriber per line, up to 5,000; also of people who were erased. "
            "The register keeps no address, only what is needed to find a person again."
        ),
    )

    def clean_people(self) -> list[str]:
        """The lines."""
        found = str(self.cleaned_data["people"]).splitlines()
        if len(found) > MOST_LINES:
            raise forms.ValidationError(_("That is more than 5,000 lines. Nothing was recorded."))
        return found


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Record one."""
    now = clock.now()
    form = NewDisclosure(request.POST if request.method == "POST" else None, initial={"day": now.date(), "categories": [CONTACT]})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        happened = Happened(
            kind=said["kind"], recipient=said["recipient"], ground=said["ground"], purpose=said["purpose"],
            categories=tuple(said["categories"]), way=said["way"], day=said["day"],
        )  # fmt: skip
        try:
            record_disclosure(visit.tenant, happened, said["people"], actor=visit.actor, now=now)
        except SiegelpostError as fault:
            form.add_fault(fault, FIELD_OF.get(fault.code))
        else:
            toast(request, "success", _("The entry is recorded."))
            return see_other(visit, "disclosures")
    return render(request, visit, "web/disclosures/new.html", {"form": form}, status=422 if form.is_bound else 200)


ROUTES = [path("disclosures/new", new, name="disclosure_new")]
