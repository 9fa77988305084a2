"""Lists: the tree of folders with their lists, and one list with its figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siegelpost.audience.catalogue import MAX_NAME, FolderView, ListWords, change_list, folders_of
from siegelpost.audience.errors import ChangedMeanwhile, FolderUnknown, ListExists, NameWrong
from siegelpost.audience.growth import joined_by_week, last_weeks
from siegelpost.audience.names import MAX_LINE, line_or_nothing
from siegelpost.audience.reads import ListView, list_by_id, lists_of
from siegelpost.audience.services import ListUse, create_list
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.consent.forms import forms_of
from siegelpost.consent.people import agreed
from siegelpost.mailings.reads import to_list
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.conflict import Seen, meet
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.mailing_words import STATES

WEEKS = 12
LATEST = 10  # mailings on the page of a list
FAULTS: Final[Mapping[type[SiegelpostError], str]] = {NameWrong: "name", ListExists: "name", FolderUnknown: "folder"}


@dataclass(frozen=True, slots=True)
class Shelf:
    """A folder with the lists in it; None stands for the top."""

    folder: FolderView | None
    lists: list[ListView]


class ListForm(PlainForm):
    """Name, description, place."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=MAX_NAME)
    description = forms.CharField(
        label=gettext_lazy("Description"),
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Recipients read it on their page of preferences: what do they get, and how often?"),
    )
    purpose = forms.CharField(
        label=gettext_lazy("Purpose"),
        max_length=MAX_LINE,
        required=False,
        help_text=gettext_lazy("For what these people are written to. One mailing to lists of two purposes needs an instruction."),
    )
    ground = forms.CharField(
        label=gettext_lazy("Legal ground"),
        max_length=MAX_LINE,
        required=False,
        help_text=gettext_lazy("Why that is allowed, for example: consent, Art. 6(1)(a) GDPR."),
    )
    folder = forms.TypedChoiceField(label=gettext_lazy("Folder"), coerce=int, empty_value=None, required=False)
    version = Seen()

    def clean_purpose(self) -> str:
        """Django: one line."""
        return self._line("purpose")

    def clean_ground(self) -> str:
        """Django: one line."""
        return self._line("ground")

    def _line(self, field: str) -> str:
        try:
            return line_or_nothing(self.cleaned_data[field])
        except NameWrong as fault:
            said = fault.as_dict()
            raise forms.ValidationError(f"{said['message']} {said['hint']}", code=fault.code) from fault


class Staying(ListForm):
    """Without the place."""

    folder = None  # type: ignore[assignment]


@require_GET
@page
def lists(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The tree."""
    found = lists_of(visit.tenant)
    folders = folders_of(visit.tenant)
    shelves = [Shelf(one, [item for item in found if item.folder_id == one.id]) for one in folders]
    known = {one.id for one in folders}  # whoever has limits may see a list and not the folder that it lies in
    top = Shelf(None, [item for item in found if item.folder_id not in known])
    return render(request, visit, "web/lists/lists.html", {"shelves": [top, *shelves], "empty": not found and not folders})


@require_GET
@page
def one_list(request: HttpRequest, visit: Visit, list_id: int) -> HttpResponse:
    """Figures of one list, and where it is used."""
    item = list_of(visit, list_id)
    folders = {one.id: one.path for one in folders_of(visit.tenant)}
    mondays = last_weeks(clock.now(), WEEKS)
    joined = joined_by_week(visit.tenant, item.id, mondays)
    values = {
        "list": item,
        "folder": folders.get(item.folder_id) if item.folder_id else None,
        "agreed": agreed(visit.tenant, item.id),
        "weeks": [(monday.date(), count) for monday, count in zip(mondays, joined, strict=True)],
        "joined": sum(joined),
        "forms": [one for one in forms_of(visit.beside("signup_forms")) if item.id in one.list_ids],
        "mailings": [(number, name, STATES.get(state)) for number, name, state in to_list(visit.beside("mailings"), item.id, LATEST)],
    }
    return render(request, visit, "web/lists/list.html", values)


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make one."""
    form = _form(visit)(request.POST or None, initial={"folder": request.GET.get("folder", "")})
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            number = create_list(
                visit.tenant,
                cleaned["name"],
                description=cleaned["description"],
                folder_id=cleaned["folder"],
                use=ListUse(cleaned["purpose"], cleaned["ground"]),
                actor=visit.actor,
                now=clock.now(),
            )
        except SiegelpostError as fault:
            form.add_fault(fault, FAULTS.get(type(fault)))
        else:
            toast(request, "success", _("The list is ready. Now add people to it."))
            return see_other(visit, "list", list_id=number)
    return render(request, visit, "web/lists/edit.html", {"form": form, "list": None}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@page
def edit(request: HttpRequest, visit: Visit, list_id: int) -> HttpResponse:
    """Rename, describe, move."""
    item = list_of(visit, list_id)
    form = _form(visit, moves=_may_move(visit))(request.POST or None, initial=_start(item))
    status, values = 422 if form.is_bound else 200, {"form": form, "list": item}
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        place = cleaned["folder"] if _may_move(visit) else item.folder_id
        words = ListWords(cleaned["name"], cleaned["description"], place, cleaned["purpose"], cleaned["ground"])
        try:
            change_list(visit.tenant, item.id, words, seen=cleaned["version"], actor=visit.actor, now=clock.now())
        except ChangedMeanwhile as fault:
            status, values["differences"] = fault.status, meet(form, _start(list_of(visit, list_id)))
        except SiegelpostError as fault:
            form.add_fault(fault, FAULTS.get(type(fault)))
        else:
            toast(request, "success", _("Saved."))
            return see_other(visit, "list", list_id=item.id)
    return render(request, visit, "web/lists/edit.html", values, status=status)


def _start(item: ListView) -> dict[str, Any]:
    return {
        "name": item.name, "description": item.description, "purpose": item.purpose, "ground": item.ground,
        "folder": item.folder_id or "", "version": item.version,
    }  # fmt: skip


def list_of(visit: Visit, list_id: int) -> ListView:
    """The list with this number. Raises Http404, ListUnknown."""
    if list_id >= 2**63:
        raise Http404
    return list_by_id(visit.tenant, list_id)


def _may_move(visit: Visit) -> bool:
    """Where a list lies decides who sees it: not the choice of somebody with limits."""
    return visit.tenant.scope.lists is None


def _form(visit: Visit, *, moves: bool = True) -> type[ListForm]:
    """`moves`: whether the place is asked for. Whoever has limits puts a new list into one of their folders: nobody else sees to that."""
    if not moves:
        return Staying
    choices: list[tuple[int | str, str]] = [("", _("No folder"))] if _may_move(visit) else []
    choices += [(one.id, one.path) for one in folders_of(visit.tenant)]
    needed = not _may_move(visit)

    class Filled(ListForm):
        folder = forms.TypedChoiceField(label=_("Folder"), coerce=int, empty_value=None, required=needed, choices=choices)

    return Filled


ROUTES = [
    path("lists", lists, name="lists"),
    path("lists/new", new, name="list_new"),
    path("lists/<int:list_id>", one_list, name="list"),
    path("lists/<int:list_id>/edit", edit, name="list_edit"),
]
