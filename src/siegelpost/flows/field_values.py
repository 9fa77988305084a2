"""Values of fields as programs hand them in: plain JSON, read by the same types as the cells of a file."""

from collections.abc import Mapping
from typing import Final

from siegelpost.audience.fieldtypes import Value, ValueUnfit, field_type
from siegelpost.audience.reads import FieldView, fields_of
from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.tenancy.handle import TenantDB

Given = str | int | float | bool | None
LANGUAGE: Final = "en"
"""Programs write 1.5 and 2026-12-31 wherever they run."""


class FieldNotHere(BadInput):
    """A name that no field of the tenant has."""

    code = "subscriber.field_unknown"
    message = _("There is no field “{field}”.")
    hint = _("Ask for the fields first: their aliases are the names.")


class ValueRefused(BadInput):
    """A value that does not fit its field; the value itself is not repeated."""

    code = "subscriber.value_refused"
    message = _("The value of the field “{field}” cannot be used ({why}).")
    hint = _("Write numbers as numbers, days as YYYY-MM-DD, yes and no as true and false, a choice as one of its options.")


def read_values(tenant: TenantDB, given: Mapping[str, Given]) -> dict[str, Value | None]:
    """Alias -> value as it is kept; None and blank text empty a field. Raises FieldNotHere, ValueRefused."""
    known = {one.alias: one for one in fields_of(tenant)}
    return {alias: _read(known.get(alias), alias, value) for alias, value in given.items()}


def _read(field: FieldView | None, alias: str, value: Given) -> Value | None:
    if field is None:
        raise FieldNotHere(field=_shown(alias))
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    if not text.strip():
        return None
    if isinstance(value, bool) != (field.kind == "boolean") and not isinstance(value, str):
        raise ValueRefused(field=field.alias, why="value_unfit")  # true is no text, and 1 is no yes
    try:
        return field_type(field.kind, LANGUAGE, field.options).parse(text)
    except ValueUnfit as unfit:
        raise ValueRefused(field=field.alias, why=unfit.code) from None


def _shown(alias: str) -> str:
    """What a program calls a field; a person's data in its place is not repeated."""
    return alias if alias.isascii() and alias.isidentifier() and len(alias) <= 40 else "?"
