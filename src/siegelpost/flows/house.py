"""What two who run the installation decide together: one asks, another agrees; both steps stand in the operator's log.

The rule about second persons is that of tenants (`accounts.approval_rules`); the requests lie in the operator's log and nowhere else, so
nobody can write one past it. A request is known by 16 letters of the hash of what is asked, by whom and when.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from siegelpost.accounts.approval_rules import LIFE, Asked, Human, Second, is_open, why_not
from siegelpost.accounts.approvals.errors import ApprovalOver, ApprovalUnknown, NotSecond, NotYours
from siegelpost.accounts.approvals.words import WHY_NOT
from siegelpost.accounts.errors import RightMissing
from siegelpost.accounts.reads import Person, person_by_id, runs_it_since
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import translate
from siegelpost.evidence.reads import about, entries
from siegelpost.evidence.services import append
from siegelpost.flows.approving import human
from siegelpost.flows.helped import made_link
from siegelpost.tenancy.handle import Logged
from siegelpost.tenancy.installation import operator_db, operator_store
from siegelpost.tenancy.registry import all_tenants

ASKED: Final = "house.asked"
AGREED: Final = "house.agreed"
ENDED: Final = "house.taken_back"
RELEASE: Final = "release"
LEAVE: Final = "leave"
KEY: Final = 16
MANY: Final = 200
"""Requests that are looked back on; of those, some are seven days old at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One of them; `by` is the number of whoever asks."""

    key: str
    kind: str
    what: dict[str, Any]
    by: int
    at: datetime

    @property
    def until(self) -> datetime:
        """From then on nobody agrees to it."""
        return self.at + LIFE


def ask(kind: str, what: dict[str, Any], *, by: Person, now: datetime) -> str:
    """Ask for a second person; returns the key of the request. `what` names people by number. Raises RightMissing."""
    if not (by.operator and by.is_active):
        raise RightMissing
    said = json.dumps([kind, what, by.pk, now.isoformat()], sort_keys=True)
    key = sha256(said.encode()).hexdigest()[:KEY]
    with operator_store().atomic():
        details = {"kind": kind, "what": what}
        append(operator_store(), ASKED, subject=_subject(key), details=details, actor=Actor.staff(by.pk), at=now)
    return key


def requests(kind: str = "", *, now: datetime) -> list[Request]:
    """Those that wait for somebody, the newest first; of one kind, or all."""
    asked = [one for one in entries(operator_db(), act=ASKED, limit=MANY) if is_open(one["at"], now=now)]
    over = {one.subject for one in about(operator_db(), [one["subject"] for one in asked], acts=(AGREED, ENDED))}
    found = [_request(one["subject"], one["details"], one["actor"], one["at"]) for one in asked if one["subject"] not in over]
    return [one for one in found if kind in ("", one.kind)]


def request(key: str, *, now: datetime) -> Request:
    """One that waits. Raises ApprovalUnknown, ApprovalOver."""
    told = about(operator_db(), [_subject(key)], acts=(ASKED, AGREED, ENDED))
    if not told:
        raise ApprovalUnknown(id=key)
    if told[0].act != ASKED or not is_open(told[0].at, now=now):
        raise ApprovalOver(days=LIFE.days)
    return _request(told[0].subject, told[0].details, told[0].actor, told[0].at)


def why_cannot(found: Request, by: Person, *, proved_at: datetime | None, now: datetime) -> str:
    """Why somebody is not the second person, one of `approval_rules.REASONS_WHY_NOT`; "" where they are."""
    asker = person_by_id(found.by)
    concerned = person_by_id(int(found.what["person"])) if found.kind == LEAVE else None
    logs: list[Logged] = [operator_db(), *all_tenants()]
    second = Second(
        human=human(by), entitled=by.is_active and by.operator, here_since=runs_it_since(by) or now, proved_at=proved_at,
        linked=made_link(logs, by.pk, by=str(Actor.staff(found.by)), asked_at=found.at),
    )  # fmt: skip
    asked = Asked(by=human(asker) if asker else Human(found.by, ""), at=found.at, concerned=(human(concerned),) if concerned else ())
    return why_not(asked, second, now=now)


def agree(key: str, *, by: Person, proved_at: datetime | None, now: datetime) -> Request:
    """Agree as the second person, inside the transaction of what is agreed to; returns the request.

    Raises ApprovalUnknown, ApprovalOver, NotSecond, and RightMissing where whoever asked runs the installation no longer.
    """
    found = request(key, now=now)
    asker = person_by_id(found.by)
    if asker is None or not (asker.is_active and asker.operator):
        raise RightMissing
    if why := why_cannot(found, by, proved_at=proved_at, now=now):
        raise NotSecond(why=translate(WHY_NOT[why]))
    append(operator_store(), AGREED, subject=_subject(key), details={"kind": found.kind}, actor=Actor.staff(by.pk), at=now)
    if len(about(operator_db(), [_subject(key)], acts=(AGREED,))) > 1:  # somebody else agreed at the same moment, and was first
        raise ApprovalOver(days=LIFE.days)
    return found


def take_back(key: str, *, by: Person, now: datetime) -> None:
    """Whoever asked does not want it any more. Raises ApprovalUnknown, ApprovalOver, NotYours."""
    with operator_store().atomic():
        if request(key, now=now).by != by.pk:
            raise NotYours
        append(operator_store(), ENDED, subject=_subject(key), actor=Actor.staff(by.pk), at=now)


def _request(subject: str, details: dict[str, Any], actor: str, at: datetime) -> Request:
    return Request(
        key=subject.partition(":")[2], kind=details["kind"], what=details["what"], by=int(actor.partition(":")[2]), at=at
    )  # fmt: skip


def _subject(key: str) -> str:
    return f"house:{key[:KEY]}"
