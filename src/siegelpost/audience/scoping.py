"""From the limits of a role to what a handle shows: which lists lie in its folders at this moment."""

from collections.abc import Mapping

from siegelpost.accounts.limits import Limits
from siegelpost.audience.models import Folder, SubscriberList
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.scope import Scope

NOTHING = Limits(everywhere=False)
"""No list at all."""


def scope_of(tenant: TenantDB, limits: Limits, actor: str = "") -> Scope:
    """What may be shown under these limits to `actor`. A folder stands for all lists in it and in the folders inside, those of today."""
    if limits.everywhere:
        return Scope(hidden=limits.hidden, actor=actor)
    everything = tenant.unlimited
    parents = dict(everything.objects(Folder).values_list("pk", "parent_id"))
    folders = frozenset(one for one in parents if limits.folders.intersection(path_up(parents, one)))
    rows = everything.objects(SubscriberList).values_list("pk", "folder_id")
    lists = frozenset(one for one, folder in rows if one in limits.lists or folder in folders)
    return Scope(lists=lists, folders=folders, hidden=limits.hidden, actor=actor)


def path_up(parents: Mapping[int, int | None], folder: int) -> list[int]:
    """A folder and all above it; a circle, which nothing makes, ends the walk."""
    found: list[int] = []
    here: int | None = folder
    while here is not None and here not in found:
        found.append(here)
        here = parents.get(here)
    return found
