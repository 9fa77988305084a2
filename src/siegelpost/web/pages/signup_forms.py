"""Sign-up forms with double opt-in: what they ask, in which words, and how they look."""

from collections.abc import Sequence
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from siegelpost.accounts.reads import names_of
from siegelpost.audience.listing import list_names
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import process_settings
from siegelpost.consent.embedding import embeddable
from siegelpost.consent.form_setup import SetupWrong
from siegelpost.consent.form_wordings import wordings_of
from siegelpost.consent.forms import (
    FormDraft,
    FormExists,
    FormStale,
    FormView,
    FormWrong,
    change_form,
    create_form,
    default_text,
    faults_in,
    form_by_id,
    forms_of,
)
from siegelpost.consent.lint import ConsentTextWrong
from siegelpost.flows.public_address import public_url_of
from siegelpost.flows.sign_up_entry import form_fields
from siegelpost.mailings.dialogs import dialogs
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.conflict import Difference, meet
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages import signup_preview
from siegelpost.web.pages.signup_fields import SignUpForm, setup_values
from siegelpost.web.tables import Column, table_of, wanted


@require_GET
@page
def signup_forms(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The table."""
    columns = [
        Column("name", _("Name")),
        Column("lists", _("Lists"), sorts=False, wide=True),
        Column("address", _("Public address"), sorts=False, wide=True),
        Column("active", _("State")),
    ]
    asked = wanted(request.GET, columns, default="name")
    names = list_names(visit.tenant)
    words = asked.q.casefold()
    rows = [
        {"form": one, "lists": _names(one, names), "url": _url(visit, one)}
        for one in forms_of(visit.tenant)
        if words in f"{one.name} {one.slug}".casefold()
    ]
    table = table_of(rows, asked, columns, key=lambda row: (getattr(row["form"], asked.by), row["form"].name.casefold()))
    values = {"table": table, "has_lists": bool(names), "empty": not table.rows and not table.searched}
    return render(request, visit, "web/forms/forms.html", values)


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Create one."""
    lists = list_names(visit.tenant)
    start = {
        "language": visit.tenant.language,
        "active": True,
        "version": 0,
        "lists": [str(number) for number in lists] if len(lists) == 1 else [],
    }
    form = SignUpForm(visit, request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_form(visit.tenant, form.draft(), actor=visit.actor, now=clock.now())
        except (FormExists, FormWrong) as fault:
            return _edit(request, visit, form, fault=fault, field="name")
        except (ConsentTextWrong, SetupWrong) as fault:
            return _edit(request, visit, form, fault=fault, field=_field_of(fault))
        toast(request, "success", _("The form is ready."))
        return see_other(visit, "signup_form", form_id=made.id)
    return _edit(request, visit, form)


@require_GET
@page
def signup_form(request: HttpRequest, visit: Visit, form_id: int) -> HttpResponse:
    """One form: how it looks, its address, its source, its wordings."""
    found = form_by_id(visit.tenant, form_id)
    wordings = wordings_of(visit.tenant, form_id)
    names = list_names(visit.tenant)
    people = names_of(int(one.actor[6:]) for one in wordings if one.actor.startswith("staff:"))
    url = _url(visit, found)
    values = {
        "form": found,
        "lists": _names(found, names),
        "faults": [one.as_dict() for one in faults_in(visit.tenant, found, names)],
        "fields": [one.name for one in form_fields(visit.tenant.unlimited, found)],
        "url": url,
        "source": embeddable(found, url, form_fields(visit.tenant.unlimited, found), names),
        "required": [one.name for one in form_fields(visit.tenant.unlimited, found) if one.alias in found.setup.required],
        "mails": [one for one in dialogs(visit.tenant) if one.id in (found.setup.confirmation_mail, found.setup.welcome_mail)],
        "wordings": [(one, people.get(int(one.actor[6:]), "") if one.actor.startswith("staff:") else "") for one in wordings],
    }
    return render(request, visit, "web/forms/form.html", values)


@require_http_methods(["GET", "POST"])
@page
def edit(request: HttpRequest, visit: Visit, form_id: int) -> HttpResponse:
    """Change one; a new declaration of consent counts from then on."""
    found = form_by_id(visit.tenant, form_id)
    form = SignUpForm(visit, request.POST if request.method == "POST" else None, initial=_start(found))
    if request.method == "POST" and form.is_valid():
        told, now = form.cleaned_data, clock.now()
        seen = found.version if told["version"] == str(found.version) else -1
        try:
            change_form(
                visit.tenant,
                form_id,
                _with_hidden(visit, form.draft(), found),
                version=seen,
                active=told["active"],
                actor=visit.actor,
                now=now,
            )
        except FormWrong as fault:
            return _edit(request, visit, form, found, fault=fault)
        except (ConsentTextWrong, SetupWrong) as fault:
            return _edit(request, visit, form, found, fault=fault, field=_field_of(fault))
        except FormStale:
            if differences := meet(form, _start(form_by_id(visit.tenant, form_id))):
                return _edit(request, visit, form, found, differences=differences)
        toast(request, "success", _("Saved."))
        return see_other(visit, "signup_form", form_id=form_id)
    return _edit(request, visit, form, found)


def _field_of(fault: ConsentTextWrong | SetupWrong) -> str:
    """Where the words stand in which it was found."""
    if isinstance(fault, SetupWrong):
        return fault.where
    return f"text_{fault.purpose}" if fault.purpose else "text"


def _with_hidden(visit: Visit, draft: FormDraft, found: FormView) -> FormDraft:
    """A form goes on to ask for what is hidden from whoever changes it."""
    hidden = tuple(alias for alias in found.field_aliases if visit.tenant.scope.hides(alias))
    return replace(draft, field_aliases=(*draft.field_aliases, *hidden))


def _start(found: FormView) -> dict[str, object]:
    return {
        "name": found.name,
        "lists": [str(one) for one in found.list_ids],
        "fields_asked": list(found.field_aliases),
        "language": found.language,
        "title": found.title,
        "intro": found.intro,
        "text": found.text,
        "button": found.button,
        **{f"ask_{one.purpose}": True for one in found.asks},
        **{f"text_{one.purpose}": one.text for one in found.asks},
        **setup_values(found.setup),
        "active": found.active,
        "version": found.version,
    }


def _edit(
    request: HttpRequest,
    visit: Visit,
    form: SignUpForm,
    found: FormView | None = None,
    *,
    fault: SiegelpostError | None = None,
    field: str | None = None,
    differences: list[Difference] | None = None,
) -> HttpResponse:
    if fault is not None:
        form.add_fault(fault, field)
    status = FormStale.status if differences is not None else fault.status if fault else 422 if form.is_bound else 200
    ours = default_text(visit.tenant, [(0, _("[names of the lists]"))], found.language if found else visit.tenant.language)
    values = {"form": form, "found": found, "our_text": ours, "differences": differences}
    return render(request, visit, "web/forms/edit.html", values, status=status)


def _url(visit: Visit, form: FormView) -> str:
    return f"{public_url_of(visit.tenant, process_settings())}/f/{visit.tenant.slug}/{form.slug}"


def _names(form: FormView, names: dict[int, str]) -> Sequence[str]:
    return [names.get(one, _("[deleted list]")) for one in form.list_ids]


ROUTES = [
    path("forms", signup_forms, name="signup_forms"),
    path("forms/new", new, name="signup_form_new"),
    path("forms/<int:form_id>", signup_form, name="signup_form"),
    path("forms/<int:form_id>/edit", edit, name="signup_form_edit"),
    *signup_preview.ROUTES,
]
