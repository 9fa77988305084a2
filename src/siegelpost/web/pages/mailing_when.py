"""When a mailing goes out: the form of the page on which it is sent, and what is shown of one that waits for its time."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import process_settings
from siegelpost.flows.schedule import start_typed
from siegelpost.web.forms import PlainForm
from siegelpost.web.pages.mailing_form import words_of

NOW, LATER = "now", "later"


class WhenForm(PlainForm):
    """Now, or by itself at a date and time."""

    when = forms.ChoiceField(
        label=gettext_lazy("When"), choices=((NOW, gettext_lazy("Now")), (LATER, gettext_lazy("Automatically, at"))),
        widget=forms.RadioSelect, initial=NOW, required=False,
    )  # fmt: skip
    start = forms.CharField(
        label=gettext_lazy("Date and time"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )

    @property
    def zone(self) -> str:
        """The time zone in which the time counts."""
        return process_settings().time_zone

    def clean(self) -> dict[str, Any]:
        """Bring the start into a moment; a fault stands at its field."""
        values = super().clean() or {}
        if values.get("when") == LATER:
            try:
                values["start"] = start_typed(values.get("start", ""), process_settings(), clock.now())
            except SiegelpostError as refused:
                self.add_error("start", words_of(refused))
        return values

    @property
    def start_at(self) -> datetime | None:
        """The moment that was asked for, None for now."""
        return self.cleaned_data["start"] if self.cleaned_data["when"] == LATER else None
