"""When and how fast a mailing goes out: the form of the page on which it is sent."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.base.settings import process_settings
from siegelpost.delivery.window_rules import DAYS
from siegelpost.flows.schedule import start_typed
from siegelpost.flows.send import Wish, pace_typed
from siegelpost.web.forms import PlainForm, dress
from siegelpost.web.pages.mailing_form import words_of

NOW, LATER = "now", "later"
WEEKDAYS = _("Mo Tu We Th Fr Sa Su")
"""Short names from Monday on."""
MOST = 1_000_000_000


class SendForm(PlainForm):
    """Now, or by itself at a date and time; and, for those who want it, a pace and hours."""

    when = forms.ChoiceField(
        label=gettext_lazy("When"), choices=((NOW, gettext_lazy("Now")), (LATER, gettext_lazy("Automatically, at"))),
        widget=forms.RadioSelect, initial=NOW, required=False,
    )  # fmt: skip
    start = forms.CharField(
        label=gettext_lazy("Date and time"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    per_hour = forms.IntegerField(label=gettext_lazy("At most per hour"), required=False, min_value=1, max_value=MOST)
    per_day = forms.IntegerField(label=gettext_lazy("At most per day"), required=False, min_value=1, max_value=MOST)
    days = forms.MultipleChoiceField(label=gettext_lazy("Only on"), required=False, widget=forms.CheckboxSelectMultiple)
    begin = forms.TimeField(label=gettext_lazy("From"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    end = forms.TimeField(label=gettext_lazy("Until"), required=False, widget=forms.TimeInput(attrs={"type": "time"}))

    def __init__(self, data: Any = None) -> None:
        forms.Form.__init__(self, data)  # dressing asks for faults, and choices have to be known before that
        names = translate(WEEKDAYS).split()
        self.fields["days"].choices = list(zip(DAYS, names, strict=True))  # type: ignore[attr-defined]
        dress(self)

    @property
    def zone(self) -> str:
        """The time zone in which times count."""
        return process_settings().time_zone

    @property
    def unfolded(self) -> bool:
        """Whether something stands in the part that is folded away."""
        return self.is_bound and any(self.data.get(name) for name in ("per_hour", "per_day", "days", "begin", "end"))

    def clean(self) -> dict[str, Any]:
        """Bring the start into a moment, days and hours into a window; a fault stands at its field."""
        values = super().clean() or {}
        if values.get("when") == LATER:
            self._judged("start", lambda: start_typed(values.get("start", ""), process_settings(), clock.now()))
        self._judged("begin", lambda: pace_typed(process_settings(), windows=self._windows()))
        return values

    def _judged(self, name: str, judge: Callable[[], object]) -> None:
        try:
            self.cleaned_data[name] = judge()
        except SiegelpostError as refused:
            self.add_error(name, words_of(refused))

    def _windows(self) -> list[str]:
        """Days and hours as one window; without hours the whole day, without days every day."""
        days, begin, end = (self.cleaned_data.get(name) for name in ("days", "begin", "end"))
        if not (days or begin or end):
            return []
        hours = f"{begin:%H:%M}" if begin else "00:00", f"{end:%H:%M}" if end else "24:00"
        return [f"{','.join(days or DAYS)} {'-'.join(hours)}"]

    @property
    def wish(self) -> Wish:
        """What was asked for."""
        values = self.cleaned_data
        pace = replace(values["begin"], per_hour=values["per_hour"] or 0, per_day=values["per_day"] or 0)
        return Wish(start_at=values["start"] if values["when"] == LATER else None, pace=pace)
