"""Dialog mailings: what answers somebody who signs up or leaves, in which words, and what went out."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.accounts.reads import names_of
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import translate
from siegelpost.flows.dialog import went_out
from siegelpost.mailings.dialog_errors import DialogNameWrong, DialogStale, DialogWrong
from siegelpost.mailings.dialog_rules import ACTS
from siegelpost.mailings.dialog_starters import FORMAT, LANGUAGES, dialog_starter
from siegelpost.mailings.dialogs import DialogView, create_dialog, dialog, dialogs, save_dialog, switch_dialog, versions_of
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.conflict import Difference, meet
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages import dialog_looks
from siegelpost.web.pages.dialog_form import DialogForm, values_of


@require_GET
@page
def every(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All of them, by what they answer."""
    found = dialogs(visit.tenant)
    groups = [(act, translate(rule.label), translate(rule.about), [one for one in found if one.act == act]) for act, rule in ACTS.items()]
    return render(request, visit, "web/dialogs/dialogs.html", {"groups": groups})


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, visit: Visit, act: str) -> HttpResponse:
    """Write one, beginning with our words."""
    if act not in ACTS:
        return see_other(visit, "dialogs")
    start: dict[str, Any] = {"name": translate(ACTS[act].label), "format": FORMAT, "version": 0}
    for language in LANGUAGES:
        words = dialog_starter(act, language)
        start |= {f"subject_{language}": words.subject, f"source_{language}": words.source}
    form = DialogForm(request.POST if request.method == "POST" else None, visit.tenant, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            made = create_dialog(visit.tenant, act, form.draft(), actor=visit.actor, now=clock.now())
        except SiegelpostError as fault:
            return _edit(request, visit, act, form, fault=fault)
        toast(request, "success", _("Saved. Nothing of it goes out before you activate it."))
        return see_other(visit, "dialog", dialog_id=made)
    return _edit(request, visit, act, form)


@require_http_methods(["GET", "POST"])
@page
def edit(request: HttpRequest, visit: Visit, dialog_id: int) -> HttpResponse:
    """Change one; other words are a new version."""
    found = dialog(visit.tenant, dialog_id)
    form = DialogForm(request.POST if request.method == "POST" else None, visit.tenant, initial=_stored(visit, found))
    if request.method == "POST" and form.is_valid():
        seen = found.version if form.cleaned_data["version"] == str(found.version) else -1
        try:
            save_dialog(visit.tenant, dialog_id, form.draft(), version=seen, actor=visit.actor, now=clock.now())
        except DialogStale:
            if differences := meet(form, _stored(visit, dialog(visit.tenant, dialog_id))):
                return _edit(request, visit, found.act, form, found, differences=differences)
        except SiegelpostError as fault:
            return _edit(request, visit, found.act, form, found, fault=fault)
        toast(request, "success", _("Saved."))
        return see_other(visit, "dialog", dialog_id=dialog_id)
    return _edit(request, visit, found.act, form, found)


def _stored(visit: Visit, found: DialogView) -> dict[str, Any]:
    return values_of(found, versions_of(visit.tenant, found.id)[0])


@require_GET
@page
def one(request: HttpRequest, visit: Visit, dialog_id: int) -> HttpResponse:
    """How it looks, whether it goes out, its versions and what became of their mails."""
    found = dialog(visit.tenant, dialog_id)
    versions, went = versions_of(visit.tenant, dialog_id), went_out(visit.tenant, dialog_id)
    people = names_of(int(one.saved_by[6:]) for one in versions if one.saved_by.startswith("staff:"))
    names = {f"staff:{number}": name for number, name in people.items()}
    lines = [(one, names.get(one.saved_by, ""), went[one.number]) for one in versions]
    values = {"dialog": found, "rule": _said(found.act), "versions": lines, **dialog_looks.looks(request, visit, versions[0])}
    return render(request, visit, "web/dialogs/dialog.html", values)


@require_POST
@page
def switch(request: HttpRequest, visit: Visit, dialog_id: int) -> HttpResponse:
    """Activate or pause it."""
    active = request.POST.get("active") == "1"
    switch_dialog(visit.tenant, dialog_id, active, actor=visit.actor, now=clock.now())
    toast(request, "success", _("It goes out from now on.") if active else _("It is paused: nothing of it goes out."))
    return see_other(visit, "dialog", dialog_id=dialog_id)


def _edit(
    request: HttpRequest,
    visit: Visit,
    act: str,
    form: DialogForm,
    found: DialogView | None = None,
    *,
    fault: SiegelpostError | None = None,
    differences: list[Difference] | None = None,
) -> HttpResponse:
    if fault is not None:
        form.add_fault(fault, _field_of(fault, visit.tenant.language))
    status = 409 if differences is not None else 422 if form.is_bound else 200
    values = {"form": form, "found": found, "rule": _said(act), "inserts": _inserts(act), "differences": differences}
    return render(request, visit, "web/dialogs/edit.html", values, status=status)


def _field_of(fault: SiegelpostError, language: str) -> str | None:
    if isinstance(fault, DialogNameWrong):
        return "name"
    if isinstance(fault, DialogWrong):
        return f"source_{fault.language or language}"
    return None


def _said(act: str) -> dict[str, str]:
    return {"label": translate(ACTS[act].label), "about": translate(ACTS[act].about)}


def _inserts(act: str) -> list[tuple[str, str, bool]]:
    """What can be inserted: in braces, what it is, whether it must be there."""
    words = dialog_looks.VALUES
    return [("{{ %s }}" % name, translate(words[name]), name in ACTS[act].needs) for name in ACTS[act].values]  # noqa: UP031


ROUTES = [
    path("dialogs", every, name="dialogs"),
    path("dialogs/new/<str:act>", new, name="dialog_new"),
    path("dialogs/<int:dialog_id>", one, name="dialog"),
    path("dialogs/<int:dialog_id>/edit", edit, name="dialog_edit"),
    path("dialogs/<int:dialog_id>/switch", switch, name="dialog_switch"),
    *dialog_looks.ROUTES,
]
