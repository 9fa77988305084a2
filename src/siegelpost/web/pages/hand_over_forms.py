"""The forms of the exchange desk."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siegelpost.audience.reads import lists_of
from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.governance.handover import rules
from siegelpost.governance.handover.exceptions import deviation_for
from siegelpost.governance.handover.services import UPLOAD
from siegelpost.governance.instructions.reads import valid
from siegelpost.governance.instructions.rules import TRANSFER
from siegelpost.mailings.recent import latest
from siegelpost.web.forms import PlainForm, dress
from siegelpost.web.gate import Visit

MAILINGS = 50
"""So many of the latest are offered."""


class NewForm(PlainForm):
    """What is handed to whom, and why."""

    source = forms.ChoiceField(label=gettext_lazy("What"))
    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "Text, CSV, PDF, picture, Office without macros, or a ZIP of these; up to 50 MB. For a list or a mailing leave it empty."
        ),
    )
    receiver = forms.CharField(label=gettext_lazy("Receiver"), max_length=rules.NAME_LIMIT, help_text=gettext_lazy("Person or body."))
    email = forms.CharField(
        label=gettext_lazy("E-mail address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("Where the file goes. Empty: you download it and hand it over yourself."),
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone number on file"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("From the contract: only to this number may the password be said or sent."),
    )
    purpose = forms.CharField(
        label=gettext_lazy("Needed for"), max_length=rules.WORDS_LIMIT, help_text=gettext_lazy("What the contract needs it for.")
    )
    categories = forms.CharField(
        label=gettext_lazy("Kinds of data"), max_length=rules.WORDS_LIMIT, help_text=gettext_lazy("For example: name, e-mail address.")
    )
    records = forms.IntegerField(
        label=gettext_lazy("Number of records"),
        required=False,
        min_value=0,
        max_value=10**12,
        help_text=gettext_lazy("Of a list or a mailing it is counted."),
    )
    format = forms.ChoiceField(label=gettext_lazy("Format"), initial=rules.ZIP)
    by_mail = forms.BooleanField(
        label=gettext_lazy("The password may go to the mailbox of the file, as the deviation allows"), required=False
    )

    def __init__(self, visit: Visit, *args: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)  # dressing asks for faults, and choices have to be known before that
        now = clock.now()
        sources: list[Any] = [(UPLOAD, _("A file of mine"))]
        if found := [(f"list:{one.id}", one.name) for one in lists_of(visit.tenant)]:
            sources.append((_("The people of a list"), found))
        if sent := [(f"mailing:{one.id}", one.name) for one in latest(visit.tenant, MAILINGS)]:
            sources.append((_("The recipients of a mailing"), sent))
        self.fields["source"].choices = sources  # type: ignore[attr-defined]
        plain = deviation_for(visit.tenant, rules.UNENCRYPTED, now=now) is not None
        self.fields["format"].choices = [  # type: ignore[attr-defined]
            (code, translate(word)) for code, word in rules.FORMATS.items() if plain or code != rules.PLAIN
        ]
        if deviation_for(visit.tenant, rules.BY_MAIL, now=now) is None:
            del self.fields["by_mail"]
        dress(self)

    def clean(self) -> dict[str, Any]:
        """A file of one's own has a file and a number of records."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("source") == UPLOAD:
            for name in ("file", "records"):
                if said.get(name) is None and name not in self.errors:
                    self.add_error(name, _("Please fill this in."))
        return said


class MailForm(PlainForm):
    """What stands below the cover."""

    text = forms.CharField(
        label=gettext_lazy("Text below the cover"),
        required=False,
        max_length=rules.NOTE_LIMIT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Say nothing about the content, and never the password."),
    )


class PathForm(PlainForm):
    """By which path the password went."""

    path = forms.ChoiceField(label=gettext_lazy("Path"), choices=lambda: [(code, translate(word)) for code, word in rules.PATHS.items()])
    to_whom = forms.CharField(label=gettext_lazy("To whom"), max_length=rules.NAME_LIMIT, help_text=gettext_lazy("The person who got it."))
    target = forms.CharField(
        label=gettext_lazy("Number or address"),
        required=False,
        max_length=254,
        help_text=gettext_lazy("The number that was called, or the address that was written to."),
    )
    went_at = forms.CharField(
        label=gettext_lazy("When"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("Empty: now."),
    )  # fmt: skip


class DeviationForm(PlainForm):
    """A weaker way, on an instruction."""

    weakness = forms.ChoiceField(
        label=gettext_lazy("Deviation"), choices=lambda: [(code, translate(word)) for code, word in rules.WEAKNESSES.items()]
    )
    instruction = forms.ChoiceField(label=gettext_lazy("Instruction"))
    until = forms.DateField(label=gettext_lazy("Until"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    risk_accepted = forms.BooleanField(label=gettext_lazy("I have read the risk, and the tenant bears it"), required=False)

    def __init__(self, visit: Visit, *args: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)
        found = valid(visit.tenant, TRANSFER, now=clock.now())
        self.fields["instruction"].choices = [(one.id, f"{one.id} ({one.given_by})") for one in found]  # type: ignore[attr-defined]
        dress(self)


class RiskForm(PlainForm):
    """Uploads that no scanner sees."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=rules.WORDS_LIMIT)
    until = forms.DateField(
        label=gettext_lazy("Until"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("A year from now at the latest."),
    )
