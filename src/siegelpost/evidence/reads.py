"""Read what was written down."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from siegelpost.evidence.models import Checkpoint, Entry
from siegelpost.tenancy.handle import Logged


def entries(log: Logged, *, act: str = "", limit: int = 100) -> list[dict[str, Any]]:
    """The newest entries first, of one `act` or of all; at most `limit`."""
    rows = log.objects(Entry).order_by("-id")
    if act:
        rows = rows.filter(act=act)
    return [dict(row) for row in rows.values("id", "at", "actor", "act", "subject", "details")[:limit]]


@dataclass(frozen=True, slots=True)
class Act:
    """One act: when, by whom (as `Actor` writes itself), what, to what."""

    id: int
    at: datetime
    actor: str
    act: str
    subject: str
    details: dict[str, Any]


def about(log: Logged, subjects: Collection[str], *, acts: Collection[str] = (), limit: int | None = None) -> list[Act]:
    """What happened to these subjects, the newest first; only `acts` where some are named. From the index of subjects."""
    if not subjects:
        return []
    rows = log.objects(Entry).filter(subject__in=list(subjects)).order_by("-id")
    if acts:
        rows = rows.filter(act__in=list(acts))
    return [Act(*row) for row in rows.values_list("id", "at", "actor", "act", "subject", "details")[:limit]]


def since(tenant: Logged, acts: Collection[str], after: int) -> list[Act]:
    """All of some acts behind an entry, the oldest first. Reads the whole log."""
    rows = tenant.objects(Entry).filter(pk__gt=after, act__in=list(acts)).order_by("id")
    return [Act(*row) for row in rows.values_list("id", "at", "actor", "act", "subject", "details")]


@dataclass(frozen=True, slots=True)
class Signed:
    """The newest checkpoint: over how many entries, when."""

    entries: int
    at: datetime


def signed(log: Logged) -> Signed | None:
    """None where nothing was signed yet."""
    row = log.objects(Checkpoint).order_by("-size").values_list("size", "at").first()
    return Signed(*row) if row else None
