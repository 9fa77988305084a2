"""The forms of the assistant's second step: one choice for each column, and what is asked of the import as a whole."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siegelpost.audience.fieldtypes import ValueUnfit, field_type
from siegelpost.audience.reads import FieldView, ListView
from siegelpost.consent.customers import Conditions
from siegelpost.intake.orders import MAX_WORDS
from siegelpost.intake.plans import Column, Glance, NewField, Plan
from siegelpost.web.forms import PlainForm, dress
from siegelpost.web.pages.aliases import alias_of

EMAIL: Final = "email"
NEW: Final = "+"
KINDS: Final = (
    ("text", gettext_lazy("Text")),
    ("number", gettext_lazy("Number")),
    ("date", gettext_lazy("Date")),
    ("boolean", gettext_lazy("Yes or no")),
)
MODES: Final = (
    ("update_add", gettext_lazy("Add new people and update those who are on the list")),
    ("add", gettext_lazy("Add new people only; who is on the list stays as they are")),
    ("update", gettext_lazy("Update people on the list only; nobody new is added")),
)
GROUNDS: Final = (
    gettext_lazy("Consent by double opt-in"),
    gettext_lazy("Consent in writing"),
    gettext_lazy("Existing customers, § 7(3) UWG"),
)


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column with what was chosen for it: an alias, "email", "" (ignored) or "+" (a new field with name, kind and purpose)."""

    column: Column
    chosen: str
    name: str = ""
    kind: str = "text"
    purpose: str = ""
    faults: tuple[str, ...] = ()

    @property
    def kinds(self) -> Sequence[tuple[str, object]]:
        """What a new field can hold."""
        return KINDS


class OrderForm(PlainForm):
    """Where the people go and why that is allowed."""

    list_id = forms.ChoiceField(label=gettext_lazy("List"))
    new_list = forms.CharField(label=gettext_lazy("Name of the new list"), max_length=120, required=False)
    mode = forms.ChoiceField(label=gettext_lazy("What to do"), choices=MODES, widget=forms.RadioSelect)
    ground = forms.CharField(
        label=gettext_lazy("Legal ground"),
        max_length=MAX_WORDS,
        help_text=gettext_lazy(
            "Why you may write to these people, for example “consent by double opt-in, shop 2025”. "
            "It is kept with each of them as proof (Art. 7(1) GDPR)."
        ),
    )
    source = forms.CharField(
        label=gettext_lazy("Source"),
        max_length=MAX_WORDS,
        help_text=gettext_lazy("Where the data come from, for example “shop, customers of 2025”. People may ask for it (Art. 14 GDPR)."),
    )

    sale = forms.CharField(
        label=gettext_lazy("The addresses were received with a sale"),
        max_length=MAX_WORDS,
        required=False,
        help_text=gettext_lazy("Which one, for example “orders in the shop, 2025”."),
    )
    goods = forms.CharField(
        label=gettext_lazy("Only own, similar goods or services are advertised"),
        max_length=MAX_WORDS,
        required=False,
        help_text=gettext_lazy("Which ones, for example “garden tools and seeds”."),
    )
    told = forms.CharField(
        label=gettext_lazy("They were told, when the address was collected, that they can object at any time"),
        max_length=MAX_WORDS,
        required=False,
        help_text=gettext_lazy("Where, for example “below the address in the checkout, since 2023”."),
    )
    not_objected = forms.BooleanField(label=gettext_lazy("None of them has objected"), required=False)

    def __init__(
        self, lists: Sequence[ListView], plan: Plan | None, posted: QueryDict | None, wanted: str = "", *, makes_lists: bool = True
    ) -> None:
        known = [str(one.id) for one in lists]
        start = {"list_id": wanted if wanted in known else (known or ["0"])[0], "mode": "update_add"}
        if plan is not None:
            kept = {name: getattr(plan, name) for name in ("new_list", "mode", "ground", "source")}
            start = {**kept, **asdict(plan.customers), "list_id": str(plan.list_id)}
        forms.Form.__init__(self, posted, initial=start)  # dressing asks for faults, and choices have to be known before that
        choices = [*((str(one.id), one.name) for one in lists), *([("0", _("New list …"))] if makes_lists else [])]
        self.fields["list_id"].choices = choices  # type: ignore[attr-defined]
        self.fields["ground"].widget.attrs["list"] = "grounds"
        dress(self)

    @property
    def grounds(self) -> Sequence[object]:
        """Usual words for the ground."""
        return GROUNDS

    def clean(self) -> dict[str, object]:
        """A new list needs a name."""
        told = super().clean() or {}
        if told.get("list_id") == "0" and not told.get("new_list"):
            self.add_error("new_list", _("Give the new list a name."))
        return told

    @property
    def conditions(self) -> Conditions:
        """Of existing customers, of a valid form."""
        told = self.cleaned_data
        return Conditions(sale=told["sale"], goods=told["goods"], not_objected=told["not_objected"], told=told["told"])


def column_rows(glance: Glance, fields: Sequence[FieldView], posted: QueryDict | None, plan: Plan | None) -> list[ColumnRow]:
    """What is chosen for each column: as posted, else as decided before, else as guessed."""
    if posted is not None:
        known = {EMAIL, NEW, *(one.alias for one in fields)}
        return [_posted(column, posted, known) for column in glance.columns]
    if plan is None:
        return [ColumnRow(column, column.guess) for column in glance.columns]
    chosen = dict(plan.fields) | {plan.email: EMAIL}
    made = {one.column: one for one in plan.new_fields}
    return [
        ColumnRow(column, NEW, made[column.index].name, made[column.index].kind, made[column.index].purpose)
        if column.index in made
        else ColumnRow(column, chosen.get(column.index, ""))
        for column in glance.columns
    ]


def _posted(column: Column, posted: QueryDict, known: Collection[str]) -> ColumnRow:
    chosen = posted.get(f"column-{column.index}", "")
    if chosen not in known:
        return ColumnRow(column, "")
    if chosen != NEW:
        return ColumnRow(column, chosen)
    row = ColumnRow(
        column,
        NEW,
        " ".join(posted.get(f"name-{column.index}", column.heading).split()),
        posted.get(f"kind-{column.index}", _kind_of(column)),
        " ".join(posted.get(f"purpose-{column.index}", "").split()),
    )
    faults = []
    if not row.name or len(row.name) > 80 or not row.name.isprintable():
        faults.append(_("The name of the new field must be one line of 1 to 80 characters."))
    if not row.purpose or len(row.purpose) > 200 or not row.purpose.isprintable():
        faults.append(_("Say in one line what the new field is for (Art. 5(1)(b) GDPR)."))
    if row.kind not in dict(KINDS):
        faults.append(_("Choose what the new field holds."))
    return replace(row, faults=tuple(faults))


def _kind_of(column: Column) -> str:
    """The narrowest kind that all samples fit."""
    for kind in ("date", "number"):
        try:
            for value in column.samples:
                field_type(kind).parse(value)
        except ValueUnfit:
            continue
        return kind if column.samples else "text"
    return "text"


def plan_from(form: OrderForm, rows: Sequence[ColumnRow], taken: Collection[str]) -> Plan | None:
    """What was decided, None where something is missing; what it is then stands in the form."""
    emails = [row.column.index for row in rows if row.chosen == EMAIL]
    chosen = [row.chosen for row in rows if row.chosen not in ("", NEW, EMAIL)]
    if len(emails) != 1:
        form.add_error(None, _("Choose exactly one column that holds the e-mail address."))
    if len(chosen) != len(set(chosen)):
        form.add_error(None, _("Two columns lead into the same field. Choose another field for one of them, or ignore it."))
    if any(row.faults for row in rows):
        form.add_error(None, _("A new field is not complete yet."))
    if not form.is_valid():
        return None
    told = form.cleaned_data
    new_fields = _new_fields(rows, taken)
    made = {one.column: one.alias for one in new_fields}
    fields = [(row.column.index, made.get(row.column.index, row.chosen)) for row in rows if row.chosen not in ("", EMAIL)]
    return Plan(
        email=emails[0],
        fields=tuple(fields),
        new_fields=new_fields,
        list_id=int(told["list_id"]),
        new_list=told["new_list"] if told["list_id"] == "0" else "",
        mode=told["mode"],
        ground=told["ground"],
        source=told["source"],
        customers=form.conditions,
    )


def _new_fields(rows: Sequence[ColumnRow], taken: Collection[str]) -> tuple[NewField, ...]:
    used, made = set(taken), []
    for row in rows:
        if row.chosen == NEW:
            alias = alias_of(row.name, used)
            used.add(alias)
            made.append(NewField(column=row.column.index, name=row.name, alias=alias, kind=row.kind, purpose=row.purpose))
    return tuple(made)
