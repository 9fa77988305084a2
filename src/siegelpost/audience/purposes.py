"""For what the people of a list are written to, and which purposes may be served together."""

from collections.abc import Iterable
from datetime import datetime
from itertools import combinations
from typing import Final

from siegelpost.audience.errors import NoPurpose
from siegelpost.audience.models import PurposesJoined, SubscriberList
from siegelpost.audience.reads import ListView
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

JOINED: Final = "audience.purposes_joined"
Pair = tuple[str, str]
"""Two purposes in the order of the alphabet."""


def plain(purpose: str) -> str:
    """A purpose without what a slip of the keyboard changes: case and blanks."""
    return " ".join(purpose.split()).casefold()


def pair(one: str, other: str) -> Pair:
    """Two purposes, whichever is named first."""
    first, second = sorted((plain(one), plain(other)))
    return first, second


def differing(purposes: Iterable[str]) -> list[Pair]:
    """All pairs among these purposes that are not the same; a list that says none serves whatever it is used for. Pure."""
    named = sorted({plain(one) for one in purposes} - {""})
    return list(combinations(named, 2))


def purposes_of(tenant: TenantDB, list_ids: Iterable[int]) -> list[str]:
    """What these lists are for."""
    return list(tenant.objects(SubscriberList).filter(pk__in=list(list_ids)).order_by("pk").values_list("purpose", flat=True))


def without_purpose(tenant: TenantDB) -> int:
    """How many lists say nothing, or name no ground."""
    return sum(
        not purpose.strip() or not ground.strip() for purpose, ground in tenant.objects(SubscriberList).values_list("purpose", "ground")
    )


def joined(tenant: TenantDB) -> dict[Pair, int]:
    """Pairs that may be served together -> the instruction behind that, the newest of each."""
    rows = tenant.objects(PurposesJoined).order_by("pk").values_list("first", "second", "instruction_id")
    return {(first, second): number for first, second, number in rows}


def need(one: ListView, other: ListView) -> None:
    """Raise NoPurpose unless these two lists are for two things."""
    if not differing((one.purpose, other.purpose)):
        raise NoPurpose


def join(tenant: TenantDB, one: str, other: str, *, instruction_id: int, actor: Actor, now: datetime) -> None:
    """Let two purposes be served together. Inside `tenant.atomic()`; the flow has asked for the instruction."""
    first, second = pair(one, other)
    tenant.objects(PurposesJoined).create(first=first, second=second, instruction_id=instruction_id, actor=str(actor), at=now)
    append(tenant, JOINED, subject=f"instruction:{instruction_id}", details={"purposes": [first, second]}, actor=actor, at=now)
