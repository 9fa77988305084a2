"""Folders of lists: make, rename, move, delete when empty."""

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from siegelpost.audience.catalogue import MAX_NAME, FolderView, change_folder, delete_folder, folders_of
from siegelpost.audience.errors import ChangedMeanwhile, FolderInside, FolderUnknown, NameWrong
from siegelpost.audience.services import create_folder
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.conflict import Seen, meet
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page

FAULTS: Final[Mapping[type[SiegelpostError], str]] = {NameWrong: "name", FolderUnknown: "parent", FolderInside: "parent"}


class FolderForm(PlainForm):
    """Name and place."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=MAX_NAME)
    version = Seen()


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make one."""
    form = _form(folders_of(visit.tenant))(request.POST or None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            create_folder(visit.tenant, cleaned["name"], parent_id=cleaned["parent"], actor=visit.actor, now=clock.now())
        except SiegelpostError as fault:
            form.add_fault(fault, FAULTS.get(type(fault)))
        else:
            toast(request, "success", _("The folder is ready."))
            return see_other(visit, "lists")
    return render(request, visit, "web/lists/folder.html", {"form": form, "folder": None}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@page
def folder(request: HttpRequest, visit: Visit, folder_id: int) -> HttpResponse:
    """Rename and move one."""
    item = _folder(visit, folder_id)
    form = _form(folders_of(visit.tenant), item)(request.POST or None, initial=_start(item))
    status, values = 422 if form.is_bound else 200, {"form": form, "folder": item}
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            change_folder(
                visit.tenant, item.id, name=cleaned["name"], parent_id=cleaned["parent"],
                seen=cleaned["version"], actor=visit.actor, now=clock.now(),
            )  # fmt: skip
        except ChangedMeanwhile as fault:
            status, values["differences"] = fault.status, meet(form, _start(_folder(visit, folder_id)))
        except SiegelpostError as fault:
            form.add_fault(fault, FAULTS.get(type(fault)))
        else:
            toast(request, "success", _("Saved."))
            return see_other(visit, "lists")
    return render(request, visit, "web/lists/folder.html", values, status=status)


@require_POST
@page
def away(request: HttpRequest, visit: Visit, folder_id: int) -> HttpResponse:
    """Delete an empty one; a second click finds it gone, which is what was wanted."""
    try:
        delete_folder(visit.tenant, folder_id, actor=visit.actor, now=clock.now())
    except FolderUnknown:
        toast(request, "info", _("The folder was deleted already."))
    else:
        toast(request, "success", _("The folder is deleted."))
    return see_other(visit, "lists")


def _folder(visit: Visit, folder_id: int) -> FolderView:
    found = next((one for one in folders_of(visit.tenant) if one.id == folder_id), None)
    if found is None:
        raise FolderUnknown
    return found


def _start(item: FolderView) -> dict[str, Any]:
    return {"name": item.name, "parent": item.parent_id or "", "version": item.version}


def _form(folders: list[FolderView], item: FolderView | None = None) -> type[FolderForm]:
    """A folder does not go into itself or below itself: those places are not offered."""
    inside = f"{item.path} / " if item else ""
    places = [one for one in folders if item is None or (one.id != item.id and not one.path.startswith(inside))]
    choices: list[tuple[int | str, str]] = [("", _("At the top")), *((one.id, one.path) for one in places)]

    class Filled(FolderForm):
        parent = forms.TypedChoiceField(label=_("In"), coerce=int, empty_value=None, required=False, choices=choices)

    return Filled


ROUTES = [
    path("folders/new", new, name="folder_new"),
    path("folders/<int:folder_id>", folder, name="folder"),
    path("folders/<int:folder_id>/delete", away, name="folder_delete"),
]
