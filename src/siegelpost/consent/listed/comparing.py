"""Compare everybody with the lists of others, in steps; whoever stands on one gets a suppression, as a keyed hash.

How far that is says the list itself: numbers of subscribers only go up, and an address never changes. A new list begins anew, and
takes back the suppressions of the one before that it does not name any more.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final, NamedTuple

from siegelpost.base.actor import Actor
from siegelpost.base.sqlfile import sql
from siegelpost.consent.listed.looking import on_list
from siegelpost.consent.listed.models import ListState
from siegelpost.consent.listed.states import FILE, Limits
from siegelpost.consent.models import Suppression
from siegelpost.evidence.reads import about
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

CHUNK: Final = 900  # people per transaction, each a parameter of one statement; about 20 ms
PAUSE: Final = 0.01  # seconds; SQLite's busy handler has no queue, so a bulk writer lets others in
COMPARED: Final = "suppression.list_compared"
ACTOR: Final = Actor.system("lists")


class Person(NamedTuple):
    """Somebody to compare."""

    id: int
    email: str
    key: bytes


@dataclass(slots=True)
class Compared:
    """Sources with which somebody was compared now, and whether everybody is by now."""

    moved: set[str]
    done: bool


def compare(tenant: TenantDB, limits: Limits, *, now: datetime, seconds: float = float("inf")) -> Compared:
    """Go on for at most so many seconds; at once for tenants without lists, and where nobody is left.

    limits  how long a list counts; one whose limit was changed follows it from now on
    """
    end, found = time.monotonic() + seconds, Compared(set(), done=True)
    for state in tenant.objects(ListState).order_by("source"):
        _keep_limit(tenant, state, limits)
        if state.way != FILE:
            continue
        while people := _next(tenant, state.checked_upto):
            if time.monotonic() > end:
                found.done = False
                break
            if not _compare(tenant, state, people, now):
                found.done = False
                break  # a newer list was taken over meanwhile: the next look begins with it
            found.moved.add(state.source)
            if tenant.vendor == "sqlite" and len(people) == CHUNK:
                time.sleep(PAUSE)
    return found


def _keep_limit(tenant: TenantDB, state: ListState, limits: Limits) -> None:
    good_until = state.dated + limits[state.source, state.way]
    if good_until != state.good_until:
        with tenant.atomic():
            tenant.objects(ListState).filter(pk=state.pk, generation=state.generation).update(good_until=good_until)


def _next(tenant: TenantDB, after: int) -> list[Person]:
    with tenant.cursor() as cursor:
        cursor.execute(sql("consent", "listed_people", tenant.vendor), {"after": after, "limit": CHUNK})
        return [Person(number, email, bytes(key)) for number, email, key in cursor.fetchall()]


def _compare(tenant: TenantDB, state: ListState, people: list[Person], now: datetime) -> bool:
    """Judge some people and move on; False where another list counts by now."""
    listed = {people[index].key for index in on_list(tenant, state, [one.email for one in people])}
    with tenant.atomic():
        mine = tenant.objects(ListState).select_for_update().filter(pk=state.pk, generation=state.generation)
        if not mine.filter(checked_upto=state.checked_upto).update(checked_upto=people[-1].id):
            return False
        _mark(tenant, state, {one.key for one in people}, listed, now)
    state.checked_upto = people[-1].id
    return True


def _mark(tenant: TenantDB, state: ListState, asked: set[bytes], listed: set[bytes], now: datetime) -> None:
    rows = tenant.objects(Suppression).filter(kind=state.source, key__in=list(asked))
    known = {bytes(key) for key in rows.values_list("key", flat=True) if key is not None}
    new = [Suppression(kind=state.source, key=key, source=state.source, at=now) for key in sorted(listed - known)]
    tenant.objects(Suppression).bulk_create(new)
    if gone := known - listed:
        rows.filter(key__in=list(gone)).delete()


def note(tenant: TenantDB, mailing_id: int, list_ids: tuple[int, ...], *, now: datetime) -> None:
    """Keep in the log with which lists the audience of a mailing was compared: version, counts, and the hits as one keyed commitment.

    Its own transactions; nothing for tenants without lists, and of each version once.
    """
    states = list(tenant.objects(ListState).order_by("source"))
    said = {one.details["generation"] for one in about(tenant, [f"mailing:{mailing_id}"], acts=[COMPARED])} if states else set()
    for state in states:
        if state.generation in said:
            continue
        with tenant.cursor() as cursor:
            marks = ", ".join(["%s"] * len(list_ids)) or "NULL"
            cursor.execute(sql("consent", "listed_of_mailing", tenant.vendor).replace("/*lists*/", marks), [*list_ids, state.source])
            hits = [bytes(key) for (key,) in cursor.fetchall()]
        details = {
            "source": state.source, "generation": state.generation, "version": state.version, "list_sha256": state.digest,
            "entries": state.entries,
            "compared_upto": state.checked_upto, "hits": len(hits), "commitment": sha256(b"".join(hits)).hexdigest(),
        }  # fmt: skip
        with tenant.atomic():
            append(tenant, COMPARED, subject=f"mailing:{mailing_id}", details=details, actor=ACTOR, at=now)
