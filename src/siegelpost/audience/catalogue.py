"""Lists and folders after they were made: other names, other places, and away with empty folders."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError
from django.db.models import Count

from siegelpost.audience.errors import ChangedMeanwhile, FolderInside, FolderNotEmpty, FolderUnknown, ListExists, ListUnknown
from siegelpost.audience.models import Folder, SubscriberList
from siegelpost.audience.names import line_or_nothing, one_line
from siegelpost.base.actor import Actor
from siegelpost.base.versions import fingerprint
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

MAX_NAME: Final = 120  # characters, as the columns have


@dataclass(frozen=True, slots=True)
class FolderView:
    """One folder; `path` names those above it, `holds` counts lists and folders in it, `depth` is 0 at the top."""

    id: int
    name: str
    parent_id: int | None
    path: str
    depth: int
    holds: int

    @property
    def version(self) -> str:
        """Tells one state of name and place from another."""
        return fingerprint(self.name, self.parent_id)


@dataclass(frozen=True, slots=True)
class ListWords:
    """What may be changed of a list; `purpose` and `ground` are None where they stay as they are."""

    name: str
    description: str
    folder_id: int | None
    purpose: str | None = None
    ground: str | None = None


def folders_of(tenant: TenantDB) -> list[FolderView]:
    """All folders as a tree read from top to bottom: each directly below its parent, by name."""
    rows = tenant.objects(Folder).annotate(lists=Count("subscriberlist")).order_by("name", "id")
    below: dict[int | None, list[tuple[int, str, int]]] = {}
    for row in rows:
        below.setdefault(row.parent_id, []).append((row.pk, row.name, row.lists))
    found: list[FolderView] = []

    def walk(parent: int | None, path: tuple[str, ...]) -> None:
        for number, name, lists in below.get(parent, ()):
            here = (*path, name)
            found.append(FolderView(number, name, parent, " / ".join(here), len(path), lists + len(below.get(number, ()))))
            walk(number, here)

    walk(None, ())
    return found


def change_list(tenant: TenantDB, list_id: int, words: ListWords, *, seen: str | None = None, actor: Actor, now: datetime) -> bool:
    """Rename, describe and move a list; return whether anything changed.

    seen  version of what the writer looked at; None where nobody looked

    Raises ListUnknown, NameWrong, ListExists, FolderUnknown, ChangedMeanwhile (only where something would be overwritten).
    """
    wanted: dict[str, Any] = {
        "name": one_line(words.name, MAX_NAME),
        "description": words.description.strip(),
        "folder_id": words.folder_id,
    }
    wanted |= {name: line_or_nothing(text) for name, text in (("purpose", words.purpose), ("ground", words.ground)) if text is not None}
    try:
        with tenant.atomic():
            row = tenant.objects(SubscriberList).select_for_update().filter(pk=list_id).first()
            if row is None:
                raise ListUnknown(name=list_id)
            _need(tenant, words.folder_id)
            changed = sorted(column for column, value in wanted.items() if getattr(row, column) != value)
            if changed:
                if seen not in (None, fingerprint(row.name, row.description, row.folder_id, row.purpose, row.ground)):
                    raise ChangedMeanwhile
                tenant.objects(SubscriberList).filter(pk=list_id).update(**wanted)
                said: dict[str, Any] = {name: wanted[name] for name in ("name", "purpose", "ground") if name in wanted}
                details = {"changed": changed, **said}
                append(tenant, "audience.list_changed", subject=f"list:{list_id}", details=details, actor=actor, at=now)
    except IntegrityError as reason:
        raise ListExists(name=wanted["name"]) from reason
    return bool(changed)


def change_folder(
    tenant: TenantDB, folder_id: int, *, name: str, parent_id: int | None, seen: str | None = None, actor: Actor, now: datetime
) -> bool:
    """Rename and move a folder; return whether anything changed; `seen` as in `change_list`.

    Raises FolderUnknown, NameWrong, FolderInside, ChangedMeanwhile.
    """
    name = one_line(name, MAX_NAME)
    with tenant.atomic():
        row = tenant.objects(Folder).select_for_update().filter(pk=folder_id).first()
        if row is None:
            raise FolderUnknown
        _need(tenant, parent_id)
        if folder_id in _above(tenant, parent_id):
            raise FolderInside
        if (row.name, row.parent_id) == (name, parent_id):
            return False
        if seen not in (None, fingerprint(row.name, row.parent_id)):
            raise ChangedMeanwhile
        tenant.objects(Folder).filter(pk=folder_id).update(name=name, parent_id=parent_id)
        append(tenant, "audience.folder_changed", subject=f"folder:{folder_id}", details={"name": name}, actor=actor, at=now)
    return True


def delete_folder(tenant: TenantDB, folder_id: int, *, actor: Actor, now: datetime) -> None:
    """Delete an empty folder. Raises FolderUnknown, FolderNotEmpty."""
    with tenant.atomic():
        row = tenant.objects(Folder).select_for_update().filter(pk=folder_id).first()
        if row is None:
            raise FolderUnknown
        if (
            tenant.objects(SubscriberList).filter(folder_id=folder_id).exists()
            or tenant.objects(Folder).filter(parent_id=folder_id).exists()
        ):
            raise FolderNotEmpty
        tenant.objects(Folder).filter(pk=folder_id).delete()
        append(tenant, "audience.folder_deleted", subject=f"folder:{folder_id}", details={"name": row.name}, actor=actor, at=now)


def _need(tenant: TenantDB, folder_id: int | None) -> None:
    if folder_id is not None and not tenant.objects(Folder).filter(pk=folder_id).exists():
        raise FolderUnknown


def _above(tenant: TenantDB, folder_id: int | None) -> set[int]:
    """The folder and all above it."""
    parents = dict(tenant.objects(Folder).values_list("pk", "parent_id"))
    found: set[int] = set()
    while folder_id is not None and folder_id not in found:
        found.add(folder_id)
        folder_id = parents.get(folder_id)
    return found
