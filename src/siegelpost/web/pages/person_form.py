"""A form with one input for each field of a tenant, of the kind that fits; values go through `fieldtypes` as those of files do."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext as _

from siegelpost.audience.fieldtypes import MAX_TEXT, Value, ValueUnfit, field_type
from siegelpost.audience.reads import FieldView
from siegelpost.base.i18n import current_language, translate
from siegelpost.intake.reasons import explain
from siegelpost.web.forms import PlainForm
from siegelpost.web.pages.people_words import UNFIT

F = TypeVar("F", bound=PlainForm)
PREFIX = "field_"


def values_of(form: forms.Form) -> dict[str, Value | None]:
    """Alias -> value of every field of a valid form, None for those left empty."""
    return {name.removeprefix(PREFIX): value for name, value in form.cleaned_data.items() if name.startswith(PREFIX)}


def shown(field: FieldView, value: Any) -> str:
    """A stored value as the reader writes it; what no longer fits its kind is shown as it is."""
    if value is None:
        return ""
    try:
        return field_type(field.kind, options=field.options).show(value, current_language())
    except (TypeError, ValueError):
        return str(value)


class Cell(forms.CharField):
    """One field; an empty one is None."""

    def __init__(self, field: FieldView, value: Any, **options: Any) -> None:
        self._field = field
        super().__init__(
            label=field.name,
            required=False,
            help_text=field.purpose,
            widget=_widget(field, value),
            initial=_initial(field, value),
            **options,
        )

    def clean(self, value: Any) -> Any:
        """Django: the value that is meant."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return field_type(self._field.kind, current_language(), self._field.options).parse(text)
        except ValueUnfit as unfit:
            unfitting = unfit.code == "value_unfit" and self._field.kind in UNFIT
            raise forms.ValidationError(translate(UNFIT[self._field.kind]) if unfitting else explain(unfit.code)) from None


def with_cells(base: type[F], fields: Sequence[FieldView], values: Mapping[str, Any], **further: forms.Field) -> type[F]:
    """The form `base` with one more input per field, filled with what is stored, and with `further` ones."""
    cells = {f"{PREFIX}{one.alias}": Cell(one, values.get(one.alias), max_length=MAX_TEXT) for one in fields}
    make: Any = type(base)  # Django's class of forms, which collects the fields
    made: type[F] = make(base.__name__, (base,), {**further, **cells, "__module__": base.__module__})
    return made


def _initial(field: FieldView, value: Any) -> str:
    if field.kind == "boolean":
        return "" if value is None else ("1" if value else "0")
    return str(value or "") if field.kind == "date" else shown(field, value)


def _widget(field: FieldView, value: Any) -> forms.Widget:
    if field.kind == "boolean":
        return forms.Select(choices=[("", "–"), ("1", _("Yes")), ("0", _("No"))])
    if field.kind == "choice":
        stray = [] if value in (None, *field.options) else [str(value)]
        return forms.Select(choices=[("", "–"), *((option, option) for option in (*field.options, *stray))])
    if field.kind == "date":
        return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    return forms.TextInput(attrs={"inputmode": "decimal"} if field.kind == "number" else {"dir": "auto"})
