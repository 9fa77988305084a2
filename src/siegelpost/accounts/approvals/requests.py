"""Ask for a second person, decide, use up what was agreed to, end. Who may do which is the flow's to say; each step is written once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import IntegrityError

from siegelpost.accounts.approval_rules import AGREED, DONE, LIFE, OPEN, REASON, WAITING, Asked, Human, Second, tidy_reason, why_not
from siegelpost.accounts.approvals.errors import ApprovalOver, ApprovalReasonMissing, ApprovalWaits, NotSecond, NotYours, Wish
from siegelpost.accounts.approvals.models import Decision, End, Request
from siegelpost.accounts.approvals.reads import Approval, about_matter, approval, digest_of, overdue, still_open, text_of
from siegelpost.accounts.approvals.words import WHY_NOT
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import translate
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

REQUESTED: Final = "approval.requested"
AGREED_TO: Final = "approval.agreed"
REFUSED: Final = "approval.refused"
EXECUTED: Final = "approval.done"
TAKEN_BACK, REPLACED, LEFT, EXPIRED = "taken_back", "replaced", "left", "expired"


def ask(tenant: TenantDB, wish: Wish, reason: str, *, by: Human, actor: Actor, now: datetime) -> int:
    """Ask for exactly this and return the number of the request; what the same person asked before for the same matter is replaced.

    Raises ApprovalReasonMissing, and ApprovalWaits where somebody asked for the same already.
    """
    tidy, text = tidy_reason(reason), text_of(wish)
    if not tidy:
        raise ApprovalReasonMissing(limit=REASON[-1])
    with tenant.atomic():
        for one in about_matter(tenant, wish.act, wish.matter, now=now):
            if one.state in OPEN and one.covers(wish):
                raise ApprovalWaits(wish)
            if one.state in OPEN and one.asker.is_also(by):
                _end(tenant, one, REPLACED, actor, now)
        row = Request(
            act=wish.act, matter=wish.matter, what=text, digest=digest_of(text), reason=tidy, asked_by=by.number, mailbox=by.mailbox,
            asked_at=now,
        )  # fmt: skip
        row.save(using=tenant.alias, force_insert=True)
        _write(tenant, REQUESTED, approval(tenant, row.pk, now=now), actor, now)
    return int(row.pk)


def asked_of(tenant: TenantDB, found: Approval, *, concerned: tuple[Human, ...], now: datetime) -> Asked:
    """A request as the rule about second persons needs it: rivals are those who ask, or asked with success, for the same matter."""
    others = (one for one in about_matter(tenant, found.act, found.matter, now=now) if one.id != found.id)
    rivals = tuple(one.asker for one in others if one.state in OPEN or (one.state == DONE and now - one.asked_at < LIFE))
    return Asked(by=found.asker, at=found.asked_at, concerned=concerned, rivals=rivals)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody decides; a refusal needs a reason.

    own_right  whether they may do the act themselves
    """

    agreed: bool
    reason: str
    own_right: bool


def decide(tenant: TenantDB, number: int, verdict: Verdict, *, second: Second, concerned: tuple[Human, ...], now: datetime) -> None:
    """Agree or refuse, once. Raises ApprovalUnknown, ApprovalOver, NotSecond, ApprovalReasonMissing."""
    tidy = tidy_reason(verdict.reason)
    if (verdict.reason.strip() or not verdict.agreed) and not tidy:
        raise ApprovalReasonMissing(limit=REASON[-1])
    with tenant.atomic():
        found = approval(tenant, number, now=now)
        if found.state != WAITING:
            raise ApprovalOver(days=LIFE.days)
        why = why_not(asked_of(tenant, found, concerned=concerned, now=now), second, now=now)
        if why or second.human is None:
            raise NotSecond(why=translate(WHY_NOT[why]))
        row = Decision(request_id=number, agreed=verdict.agreed, reason=tidy, own_right=verdict.own_right, by=second.human.number, at=now)
        try:
            with tenant.atomic():
                row.save(using=tenant.alias, force_insert=True)
        except IntegrityError as first:  # somebody else decided at the same moment
            raise ApprovalOver(days=LIFE.days) from first
        _write(tenant, AGREED_TO if verdict.agreed else REFUSED, found, Actor.staff(second.human.number), now)


def take_back(tenant: TenantDB, number: int, *, by: int, actor: Actor, now: datetime) -> None:
    """Whoever asked does not want it any more. Raises ApprovalUnknown, NotYours, ApprovalOver."""
    with tenant.atomic():
        found = approval(tenant, number, now=now)
        if found.asker.number != by:
            raise NotYours
        if found.state not in OPEN:
            raise ApprovalOver(days=LIFE.days)
        _end(tenant, found, TAKEN_BACK, actor, now)


def use_up(tenant: TenantDB, found: Approval, *, actor: Actor, now: datetime) -> None:
    """Write down that it was carried out, inside the transaction of the act: of two at once one is refused. Raises ApprovalOver."""
    if found.state != AGREED:
        raise ApprovalOver(days=LIFE.days)
    _end(tenant, found, DONE, actor, now)


def expire(tenant: TenantDB, *, actor: Actor, now: datetime) -> int:
    """Write down which requests were open for too long; returns how many. Called every hour: without it they are over all the same."""
    found = overdue(tenant, now=now)
    for one in found:
        with tenant.atomic():
            _end(tenant, one, EXPIRED, actor, now)
    return len(found)


def hand_on(tenant: TenantDB, leaver: int, successor: Human | None, *, actor: Actor, now: datetime) -> int:
    """End the open requests of somebody who leaves; returns how many. A successor asks for the same anew, and it is decided anew."""
    mine = [one for one in still_open(tenant, now=now) if one.asker.number == leaver]
    for one in mine:
        with tenant.atomic():
            _end(tenant, one, LEFT, actor, now)
            if successor is not None and successor.number != leaver:
                _ask_again(tenant, one, successor, actor, now)
    return len(mine)


def _ask_again(tenant: TenantDB, old: Approval, by: Human, actor: Actor, now: datetime) -> None:
    row = Request(
        act=old.act, matter=old.matter, what=old.text, digest=old.digest, reason=old.reason, asked_by=by.number, mailbox=by.mailbox,
        asked_at=now,
    )  # fmt: skip
    row.save(using=tenant.alias, force_insert=True)
    _write(tenant, REQUESTED, approval(tenant, row.pk, now=now), actor, now)


def _end(tenant: TenantDB, found: Approval, how: str, actor: Actor, now: datetime) -> None:
    row = End(request_id=found.id, how=how, actor=str(actor), at=now)
    try:
        with tenant.atomic():
            row.save(using=tenant.alias, force_insert=True)
    except IntegrityError as first:  # another process was first
        raise ApprovalOver(days=LIFE.days) from first
    _write(tenant, EXECUTED if how == DONE else f"approval.{how}", found, actor, now)


def _write(tenant: TenantDB, act: str, found: Approval, actor: Actor, now: datetime) -> None:
    details = {"act": found.act, "hash": found.digest}
    append(tenant, act, subject=f"approval:{found.id}", details=details, actor=actor, at=now)
