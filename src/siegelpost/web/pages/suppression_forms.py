"""The forms of the page about suppressions."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siegelpost.audience.addresses import MAX_TYPED
from siegelpost.audience.listing import list_names
from siegelpost.base.i18n import translate
from siegelpost.consent.rules import LONGEST_ADDRESS, is_pattern
from siegelpost.consent.suppression_import import WrongLine
from siegelpost.intake.reasons import explain
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit
from siegelpost.web.pages.people_words import KINDS

MOST_LINES = 1_000
TAKEN = ("blacklist", "exclusion", "complaint", "optout")
PATTERN_FAULTS = {
    "pattern_outside_blacklist": gettext_lazy("Only a blacklist may hold patterns."),
    "pattern_wrong": gettext_lazy("The pattern cannot be used."),
}


class OneAddress(PlainForm):
    """What is looked up."""

    address = forms.CharField(
        label=gettext_lazy("E-mail address"), max_length=MAX_TYPED, widget=forms.TextInput(attrs={"type": "email", "autocomplete": "off"})
    )


class OnePattern(PlainForm):
    """One more for the blacklist."""

    pattern = forms.CharField(
        label=gettext_lazy("Pattern"),
        max_length=LONGEST_ADDRESS,
        help_text=gettext_lazy("% or * stands for anything: *@example.org is everybody at that domain."),
    )

    def clean_pattern(self) -> str:
        """Without a wildcard it is an address, which must not stand here in clear text."""
        found = str(self.cleaned_data["pattern"])
        if not is_pattern(found):
            raise forms.ValidationError(_("A pattern holds at least one % or *. Add single addresses with “Add addresses”."))
        return found


class Pasted(PlainForm):
    """Many addresses, one per line."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=[(kind, kind) for kind in TAKEN])
    source = forms.CharField(
        label=gettext_lazy("Source"), max_length=80, help_text=gettext_lazy("Where the addresses come from, for example “letter of 3 May”.")
    )
    lines = forms.CharField(
        label=gettext_lazy("Addresses"),
        max_length=MOST_LINES * MAX_TYPED,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text=gettext_lazy("One per line, up to 1,000 at a time."),
    )

    def clean_lines(self) -> list[str]:
        """The lines."""
        found = str(self.cleaned_data["lines"]).splitlines()
        if len(found) > MOST_LINES:
            raise forms.ValidationError(_("That is more than 1,000 lines. Nothing was added."))
        return found


def pasted_form(visit: Visit) -> type[Pasted]:
    """The form with the kinds and lists of this tenant."""
    kinds = [(one.code, translate(one.name)) for code in TAKEN for one in KINDS if one.code == code]
    lists: list[tuple[int | str, str]] = [("", _("All lists")), *list_names(visit.tenant).items()]

    class Filled(Pasted):
        kind = forms.ChoiceField(label=_("Kind"), choices=kinds)
        list = forms.TypedChoiceField(label=_("Applies to"), coerce=int, empty_value=None, required=False, choices=lists)
        field_order = ("kind", "list", "source", "lines")

    return Filled


def why(line: WrongLine) -> str:
    """Why a line cannot be used."""
    return str(PATTERN_FAULTS[line.reason]) if line.reason in PATTERN_FAULTS else explain(line.reason)
