"""Two people change the same thing: the second one sees what the first one stored, keeps what was typed, and decides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

VERSION = "version"
"""Hidden field of forms that change what is there already: the state that the page was made from."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A field that two people changed, as readers write it: what is stored now, and what was typed."""

    label: str
    stored: str
    typed: str


class Seen(forms.Field):
    """The hidden field. Whatever stands in it is no fault that a reader could mend: what is no version is one that nobody stored."""

    widget = forms.HiddenInput

    def __init__(self, initial: str = "") -> None:
        super().__init__(required=False, initial=initial)

    def clean(self, value: Any) -> str:
        """Django: the version, "" where none was sent."""
        return str(value or "")


def meet(form: forms.BaseForm, stored: Mapping[str, Any]) -> list[Difference]:
    """Let a bound form go on from what is stored now (field -> value, with its version), and say in which fields they differ.

    Whoever sends the form again has seen both: then theirs replaces what is stored. Where nothing differs, the form was sent twice.
    """
    data = cast("QueryDict", form.data).copy()
    data[VERSION] = stored[VERSION]
    form.data = data
    shown = {name: (_shown(form[name], value), _shown(form[name], form[name].value())) for name, value in stored.items() if name != VERSION}
    return [Difference(str(form[name].label), theirs, mine) for name, (theirs, mine) in shown.items() if theirs != mine]


def _shown(field: forms.BoundField, value: Any) -> str:
    if isinstance(field.field, forms.BooleanField):
        return _("Yes") if value else _("No")
    words = {str(one): str(label) for one, label in getattr(field.field, "choices", ())}
    chosen = {str(one) for one in (value if isinstance(value, list) else [value]) if one is not None}
    return ", ".join(label for one, label in words.items() if one in chosen) if words else "".join(chosen).replace("\r\n", "\n").strip()
