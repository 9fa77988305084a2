"""What was posted to a sign-up form, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from siegelpost.audience.addresses import read_address
from siegelpost.audience.fieldtypes import ValueUnfit, field_type
from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import FieldView, fields_of
from siegelpost.audience.reserved import REAL, kept_out
from siegelpost.base.i18n import marked as _
from siegelpost.consent.forms import FormView
from siegelpost.tenancy.handle import TenantDB

LONGEST_VALUE: Final = 200  # characters in one field; names are shorter, and a form is no place for letters

FAULTS: Final[Mapping[str, str]] = {
    "email_missing": _("Please enter your e-mail address."),
    "email_too_long": _("An e-mail address has at most 254 characters."),
    "email_invalid": _("This does not look like an e-mail address. Please check it."),
    REAL: _("This is a test system: it takes made-up addresses only, for example at example.org."),
    "consent_missing": _("Please tick the box if you agree; without your consent nothing can be sent to you."),
    "value_too_long": _("Please enter at most 200 characters."),
    "value_missing": _("Please fill this in; what it is needed for stands beside it."),
    "list_missing": _("Please choose at least one."),
    "list_not_offered": _("This form does not offer what was chosen. Please choose again."),
    "value_unfit": _("This does not fit here. Please check it."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SignUpEntry:
    """What was posted, as it came.

    fields    by alias; only the form's own fields are read
    agreed    the box was ticked
    trap      a field that people do not see; only programs fill it in
    stamp     of `robots.make_stamp`, issued with the form
    language  of the page, "de" or "en"; the confirmation mail speaks it
    purposes  what was agreed to beside; only what the form asks is read
    lists     numbers of those that were chosen
    step, work  as `robots.Posted` has them
    """

    email: str
    fields: Mapping[str, str]
    agreed: bool
    trap: str
    stamp: str
    language: str
    purposes: frozenset[str] = frozenset()
    lists: tuple[str, ...] = ()
    step: str = ""
    work: str = ""


def faults_of(tenant: TenantDB, form: FormView, entry: SignUpEntry) -> dict[str, str]:
    """What is wrong with the input itself: name of the field ("email", "agreed", "lists" or an alias) -> code of FAULTS."""
    judged = read_address(entry.email)
    reason = judged.reason or (REAL if kept_out(tenant, judged.address) else "")
    faults = {"email": reason} if reason else {}
    if not entry.agreed:
        faults["agreed"] = "consent_missing"
    chosen = chosen_lists(form, entry)
    if isinstance(chosen, str):
        faults["lists"] = chosen
    return faults | read_fields(tenant, form, entry)[1]


def chosen_lists(form: FormView, entry: SignUpEntry) -> tuple[int, ...] | str:
    """What somebody signs up to, or the code of a fault: only what the form offers, and all of it where it leaves no choice."""
    offered = {str(one): one for one in form.list_ids}
    if not offered.keys() >= set(entry.lists):
        return "list_not_offered"
    chosen = tuple(number for name, number in offered.items() if name in entry.lists) if form.setup.choosable else form.list_ids
    return chosen or "list_missing"


def read_fields(tenant: TenantDB, form: FormView, entry: SignUpEntry) -> tuple[dict[str, Any], dict[str, str]]:
    """The values that were filled in, and the faults of those that cannot be used."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for field in form_fields(tenant, form):
        text = entry.fields.get(field.alias, "").strip()
        if not text:
            if field.alias in form.setup.required:
                faults[field.alias] = "value_missing"
            continue
        try:
            if len(text) > LONGEST_VALUE:
                raise ValueUnfit("value_too_long")
            values[field.alias] = field_type(field.kind, entry.language, field.options).parse(text)
        except ValueUnfit as fault:
            faults[field.alias] = fault.code
    return values, faults


def form_fields(tenant: TenantDB, form: FormView) -> list[FieldView]:
    """The form's fields in its order; one that was deleted meanwhile is left out."""
    known = {field.alias: field for field in fields_of(tenant)}
    return [known[alias] for alias in form.field_aliases if alias in known]


def list_choices(tenant: TenantDB, form: FormView, chosen: tuple[str, ...]) -> list[tuple[int, str, bool]]:
    """What visitors choose among: number, name, whether it is chosen; nothing where the form leaves no choice. None is chosen at first."""
    if not form.setup.choosable:
        return []
    names = list_names(tenant)
    return [(one, names[one], str(one) in chosen) for one in form.list_ids if one in names]
