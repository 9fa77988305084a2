"""Fields: what is known of people beside the address, and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siegelpost.audience.errors import ChangedMeanwhile, FieldExists, FieldUnknown, FieldWrong, NameWrong
from siegelpost.audience.fields import FieldSpec, FieldWords, change_field, create_field
from siegelpost.audience.fieldtypes import KINDS
from siegelpost.audience.reads import FieldView, fields_of
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import translate
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.conflict import Seen, meet
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.aliases import alias_of
from siegelpost.web.pages.people_words import FIELD_KINDS

FAULTS: Final[Mapping[type[SiegelpostError], str]] = {NameWrong: "name", FieldExists: "alias"}


class FieldForm(PlainForm):
    """What may be changed later, too."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("As it appears in forms and in the headings of files.")
    )
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        max_length=200,
        help_text=gettext_lazy("Why you keep it (Art. 5 GDPR). What has no purpose must not be kept."),
    )
    options = forms.CharField(
        label=gettext_lazy("Options"),
        required=False,
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Only for a choice: one option per line."),
    )
    version = Seen()


class NewFieldForm(FieldForm):
    """What is fixed for good."""

    alias = forms.CharField(
        label=gettext_lazy("Alias"),
        max_length=40,
        required=False,
        help_text=gettext_lazy(
            "The name used in templates, for example customer_number: lower-case letters, digits and _. Left empty, it is made from the "
            "name. It never changes."
        ),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Type"), choices=[(kind, kind) for kind in KINDS], help_text=gettext_lazy("It never changes, either.")
    )
    field_order = ("name", "alias", "kind", "options", "purpose")


@dataclass(frozen=True, slots=True)
class Row:
    """One field in the table; `tag` is what one writes in a template."""

    field: FieldView
    kind: str
    tag: str


@require_GET
@page
def fields(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All of them."""
    rows = [Row(one, FIELD_KINDS[one.kind], f"{{{{ {one.alias} }}}}") for one in fields_of(visit.tenant)]
    return render(request, visit, "web/fields/fields.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make one."""

    class Filled(NewFieldForm):
        kind = forms.ChoiceField(
            label=_("Type"),
            choices=[(kind, translate(words)) for kind, words in FIELD_KINDS.items()],
            help_text=_("It never changes, either."),
        )

    form = Filled(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        spec = FieldSpec(
            name=cleaned["name"],
            alias=cleaned["alias"] or alias_of(cleaned["name"], [one.alias for one in fields_of(visit.tenant)]),
            kind=cleaned["kind"],
            purpose=cleaned["purpose"],
            options=_options(cleaned["options"]),
        )
        try:
            create_field(visit.tenant, spec, actor=visit.actor, now=clock.now())
        except SiegelpostError as fault:
            form.add_fault(fault, _where(fault, form))
        else:
            toast(request, "success", _("The field is ready. Imports, forms and mailings can use it now."))
            return see_other(visit, "fields")
    return render(request, visit, "web/fields/edit.html", {"form": form, "field": None}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@page
def field(request: HttpRequest, visit: Visit, field_id: int) -> HttpResponse:
    """Rename one, say its purpose anew, change the options of a choice."""
    item = _field(visit, field_id)
    form = _form(item)(request.POST or None, initial=_start(item))
    status, values = 422 if form.is_bound else 200, {"form": form, "field": item, "kind": FIELD_KINDS[item.kind]}
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        words = FieldWords(cleaned["name"], cleaned["purpose"], _options(cleaned.get("options", "")))
        try:
            change_field(visit.tenant, item.id, words, seen=cleaned["version"], actor=visit.actor, now=clock.now())
        except ChangedMeanwhile as fault:
            status, values["differences"] = fault.status, meet(form, _start(_field(visit, field_id)))
        except SiegelpostError as fault:
            form.add_fault(fault, _where(fault, form))
        else:
            toast(request, "success", _("Saved."))
            return see_other(visit, "fields")
    return render(request, visit, "web/fields/edit.html", values, status=status)


def _field(visit: Visit, field_id: int) -> FieldView:
    found = next((one for one in fields_of(visit.tenant) if one.id == field_id), None)
    if found is None:
        raise FieldUnknown
    return found


def _start(item: FieldView) -> dict[str, Any]:
    options = {"options": "\n".join(item.options)} if item.kind == "choice" else {}
    return {"name": item.name, "purpose": item.purpose, **options, "version": item.version}


def _form(item: FieldView) -> type[FieldForm]:
    """Only a choice has options."""
    if item.kind == "choice":
        return FieldForm

    class Without(FieldForm):
        options = None  # type: ignore[assignment]  # Django: takes a field of the parent away

    return Without


def _where(fault: SiegelpostError, form: FieldForm) -> str | None:
    at = fault.facts.get("field", "") if isinstance(fault, FieldWrong) else FAULTS.get(type(fault))
    return str(at) if at in form.fields else None


def _options(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


ROUTES = [
    path("fields", fields, name="fields"),
    path("fields/new", new, name="field_new"),
    path("fields/<int:field_id>", field, name="field"),
]
