"""How far a role reaches: what stands on the page to choose from, what was chosen, and the same in words."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from siegelpost.accounts.limits import UNLIMITED, Limits
from siegelpost.audience.catalogue import folders_of
from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import fields_of, lists_of
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.scope import EMAIL
from siegelpost.web.areas import AREAS as ROUTES_OF
from siegelpost.web.gate import Visit
from siegelpost.web.limited import IN_FULL, OPEN
from siegelpost.web.pages.access_words import AREAS

EVERYWHERE: Final = "all"
SOME: Final = "some"


@dataclass(frozen=True, slots=True)
class Place:
    """A folder or a list to tick: `name` of the box, `value`, its words, how deep it stands, whether it is on."""

    name: str
    value: int
    words: str
    depth: int
    on: bool

    @property
    def step(self) -> int:
        """How far it is moved in, as the style sheet counts."""
        return (0, 4, 6)[min(self.depth, 2)]


@dataclass(frozen=True, slots=True)
class Choices:
    """What the page shows.

    may_all  whether the reader may let a role reach all lists: whoever has limits cannot
    beyond   places of the role that the reader does not see, and that stay
    """

    everywhere: bool
    may_all: bool
    places: list[Place]
    fields: list[tuple[str, str, bool]]
    beyond: int
    closed: str = ""
    """Areas that stay closed to whoever has limits, whatever rights they have."""


def choices(tenant: TenantDB, limits: Limits) -> Choices:
    """Everything that the reader sees, with what the role has."""
    folders, lists = folders_of(tenant), lists_of(tenant)
    known = {one.id for one in folders}
    places: list[Place] = []
    for folder in folders:
        places.append(Place("folder", folder.id, folder.name, folder.depth, folder.id in limits.folders))
        inside = [one for one in lists if one.folder_id == folder.id]
        places += [Place("list", one.id, one.name, folder.depth + 1, one.id in limits.lists) for one in inside]
    top = [one for one in lists if one.folder_id not in known]
    places += [Place("list", one.id, one.name, 0, one.id in limits.lists) for one in top]
    may_all = tenant.scope.lists is None
    seen = {(place.name, place.value) for place in places}
    beyond = sum(mark not in seen for mark in _marks(limits))
    return Choices(limits.everywhere and may_all, may_all, places, _fields(tenant, limits.hidden), beyond, _closed())


def posted(request: HttpRequest, visit: Visit, before: Limits = UNLIMITED) -> Limits:
    """What was chosen; what the reader does not see stays as it was, and what is hidden from them stays hidden."""
    tenant = visit.tenant
    fields = {EMAIL, *(one.alias for one in fields_of(tenant))} - tenant.scope.hidden
    hidden = (frozenset(request.POST.getlist("hidden")) & fields) | (before.hidden - fields) | tenant.scope.hidden
    if request.POST.get("reach", EVERYWHERE) == EVERYWHERE and tenant.scope.lists is None:
        return Limits(hidden=hidden)
    lists, folders = set(list_names(tenant)), {one.id for one in folders_of(tenant)}
    return Limits(
        everywhere=False,
        lists=_chosen(request, "list", lists) | (before.lists - lists),
        folders=_chosen(request, "folder", folders) | (before.folders - folders),
        hidden=hidden,
    )


def in_words(tenant: TenantDB, limits: Limits) -> str:
    """How far a role reaches, in one line; "" for everywhere. Places that the reader does not see are counted, not named."""
    if limits.none:
        return ""
    parts = [_("only {places}").format(places=", ".join(_places(tenant, limits)))] if not limits.everywhere else []
    names = {one.alias: one.name for one in fields_of(tenant)}
    hidden = [names[alias] for alias in sorted(limits.hidden) if alias in names]
    more = len(limits.hidden - names.keys() - {EMAIL})
    hidden += [ngettext("{n} more field", "{n} more fields", more).format(n=more)] if more else []
    parts += [_("without {fields}").format(fields=", ".join(hidden))] if hidden else []
    parts += [_("e-mail addresses shortened")] if EMAIL in limits.hidden else []
    return "; ".join(parts)


def _places(tenant: TenantDB, limits: Limits) -> Iterable[str]:
    paths, names = {one.id: one.path for one in folders_of(tenant)}, list_names(tenant)
    found = [_("folder “{name}”").format(name=path) for number, path in paths.items() if number in limits.folders]
    found += [f"“{name}”" for number, name in names.items() if number in limits.lists]
    more = len(limits.folders - paths.keys()) + len(limits.lists - names.keys())
    return [*found, *([ngettext("{n} other place", "{n} other places", more).format(n=more)] if more else [])]


def _closed() -> str:
    open_to_them = OPEN | IN_FULL
    areas = [area for area, actions in ROUTES_OF.items() if not any(open_to_them.intersection(routes) for routes in actions.values())]
    return ", ".join(str(AREAS[area]) for area in areas)


def _fields(tenant: TenantDB, hidden: Collection[str]) -> list[tuple[str, str, bool]]:
    of_address = [] if tenant.scope.hides_addresses else [(EMAIL, _("E-mail address, shortened: m…@example.com"), EMAIL in hidden)]
    return [*of_address, *((one.alias, one.name, one.alias in hidden) for one in fields_of(tenant))]


def _marks(limits: Limits) -> Iterable[tuple[str, int]]:
    yield from (("folder", number) for number in limits.folders)
    yield from (("list", number) for number in limits.lists)


def _chosen(request: HttpRequest, name: str, known: Collection[int]) -> frozenset[int]:
    sent = {int(one) for one in request.POST.getlist(name) if one.isascii() and one.isdigit() and len(one) < 19}
    return frozenset(sent.intersection(known))
