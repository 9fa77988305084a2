"""What one person of the staff did: to be seen with a reason, once a second person agreed, by whoever asked, for a day.

Whether somebody may ask or agree at all is for the flow to say: rights are not this room's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.db import IntegrityError

from siegelpost.base.actor import Actor
from siegelpost.evidence.access import Access, accesses, unreadable
from siegelpost.evidence.access_proof import KEPT
from siegelpost.evidence.errors import OwnRequest, ReasonMissing, RequestAnswered, RequestClosed, RequestUnknown
from siegelpost.evidence.models import AccessAnswer, AccessRequest
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import Logged

REASON: Final = range(10, 501)
"""Characters."""
WAITS: Final = timedelta(days=7)
"""For so long somebody may agree."""
OPEN: Final = timedelta(hours=24)
"""For so long after that the result can be seen."""
WAITING: Final = "waiting"
AGREED: Final = "agreed"
REFUSED: Final = "refused"
OVER: Final = "over"


@dataclass(frozen=True, slots=True)
class RequestView:
    """A request; `state` is WAITING, AGREED (its result is open), REFUSED or OVER. People by number, None for nobody yet."""

    id: int
    person_id: int
    reason: str
    asked_by: int
    asked_at: datetime
    state: str
    answered_by: int | None
    answered_at: datetime | None


def ask(log: Logged, person_id: int, reason: str, *, asker: int, now: datetime) -> int:
    """Ask to see what somebody did, and return the number of the request. The log gets numbers, not the reason. Raises ReasonMissing."""
    tidy = " ".join("".join(sign if sign.isprintable() else " " for sign in reason).split())
    if len(tidy) not in REASON:
        raise ReasonMissing(limit=REASON[-1])
    row = AccessRequest(person_id=person_id, reason=tidy, asked_by=asker, asked_at=now)
    with log.atomic():
        row.save(using=log.alias, force_insert=True)
        _write(log, "access.search_asked", row.pk, Actor.staff(asker), now, person=person_id)
    return int(row.pk)


def answer(log: Logged, request_id: int, *, agreed: bool, by: int, now: datetime) -> None:
    """Agree or refuse, once, as somebody who neither asks nor is asked about. Raises RequestUnknown, OwnRequest, RequestAnswered."""
    found = request(log, request_id, now=now)
    if by in (found.asked_by, found.person_id):
        raise OwnRequest
    if found.state != WAITING:
        raise _answered(request_id)
    row = AccessAnswer(request_id=request_id, agreed=agreed, by=by, at=now)
    with log.atomic():
        try:
            with log.atomic():
                row.save(using=log.alias, force_insert=True)
        except IntegrityError as reason:
            raise _answered(request_id) from reason
        _write(log, "access.search_agreed" if agreed else "access.search_refused", request_id, Actor.staff(by), now)


def result(log: Logged, request_id: int, *, reader: int, tokens: Iterable[int], now: datetime) -> list[Access]:
    """What that person did, as far as it is kept, for whoever asked; each look is an entry of the log.

    tokens  numbers of those that belong to the person: what programs did with them counts

    Raises RequestUnknown, RequestClosed, AccessDamaged.
    """
    found = request(log, request_id, now=now)
    if found.state != AGREED or found.asked_by != reader:
        raise RequestClosed(id=request_id, hours=OPEN // timedelta(hours=1))
    with log.atomic():
        _write(log, "access.search_read", request_id, Actor.staff(reader), now)
    theirs = {str(Actor.staff(found.person_id)), *(str(Actor.token(number)) for number in tokens)}
    today = now.astimezone(UTC).date()
    return [one for one in accesses(log, today - KEPT, today) if one.who in theirs]


def sealed(log: Logged, *, now: datetime) -> int:
    """So many accesses of the same time cannot be opened: whether they are of that person nobody knows."""
    today = now.astimezone(UTC).date()
    return sum(unreadable(log, today - KEPT, today).values())


def request(log: Logged, request_id: int, *, now: datetime) -> RequestView:
    """One of them. Raises RequestUnknown."""
    row = log.objects(AccessRequest).filter(pk=request_id).first() if 0 < request_id < 2**63 else None
    if row is None:
        raise RequestUnknown(id=request_id)
    return next(iter(_views(log, [row], now)))


def requests(log: Logged, *, now: datetime, limit: int = 50) -> list[RequestView]:
    """The newest first."""
    return _views(log, log.objects(AccessRequest).order_by("-id")[:limit], now)


def _views(log: Logged, rows: Iterable[AccessRequest], now: datetime) -> list[RequestView]:
    listed = list(rows)
    answers = {one.request_id: one for one in log.objects(AccessAnswer).filter(request_id__in=[row.pk for row in listed])}
    return [_view(row, answers.get(row.pk), now) for row in listed]


def _view(row: AccessRequest, given: AccessAnswer | None, now: datetime) -> RequestView:
    if given is None:
        state = WAITING if row.asked_at <= now < row.asked_at + WAITS else OVER
    elif not given.agreed:
        state = REFUSED
    else:
        state = AGREED if given.at <= now < given.at + OPEN else OVER
    by, at = (given.by, given.at) if given else (None, None)
    return RequestView(row.pk, row.person_id, row.reason, row.asked_by, row.asked_at, state, by, at)


def _answered(request_id: int) -> RequestAnswered:
    return RequestAnswered(id=request_id, days=WAITS.days)


def _write(log: Logged, act: str, request_id: int, actor: Actor, now: datetime, **details: int) -> None:
    append(log, act, subject=f"access_request:{request_id}", details=details, actor=actor, at=now)
