"""Requests as others see them."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from siegelpost.accounts.approval_rules import AGREED, DONE, OPEN, Human, state_of
from siegelpost.accounts.approvals.acts import ACTS, ceiling
from siegelpost.accounts.approvals.errors import ApprovalUnknown, Wish
from siegelpost.accounts.approvals.models import Decision, End, Request
from siegelpost.evidence.lines import canonical
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval:
    """A request, its decision, and what became of it.

    asker       who asks
    state       one of `approval_rules.STATES`
    text        exactly what shall be done, as canonical JSON; `digest` its SHA-256
    decided_by  number of whoever decided, None for nobody yet
    """

    id: int
    act: str
    matter: str
    text: str
    digest: str
    reason: str
    asker: Human
    asked_at: datetime
    state: str
    decided_by: int | None = None
    decided_at: datetime | None = None
    decided_reason: str = ""
    refused: bool = False
    own_right: bool = False
    ended: str = ""
    ended_by: str = ""
    ended_at: datetime | None = None

    @property
    def what(self) -> dict[str, Any]:
        """What shall be done."""
        found: dict[str, Any] = json.loads(self.text)["what"]
        return found

    @property
    def at_most(self) -> int | None:
        """To how many people it holds, None for acts without a number."""
        found: int | None = json.loads(self.text).get("at_most")
        return found

    @property
    def intact(self) -> bool:
        """Whether the text is what was hashed."""
        return digest_of(self.text) == self.digest

    def covers(self, wish: Wish) -> bool:
        """Whether exactly this was asked for, and for no fewer people."""
        same = (self.act, self.matter) == (wish.act, wish.matter) and self.intact and self.what == plain(wish.what)
        return same and (self.at_most is None or wish.size <= self.at_most)


def plain(what: dict[str, Any]) -> dict[str, Any]:
    """As JSON gives it back: a tuple is a list there."""
    found: dict[str, Any] = json.loads(json.dumps(what))
    return found


def text_of(wish: Wish) -> str:
    """A wish as it is kept and hashed."""
    told: dict[str, Any] = {"act": wish.act, "matter": wish.matter, "what": plain(wish.what)}
    at_most = at_most_of(wish)
    if at_most is not None:
        told["at_most"] = at_most
    return canonical(told).decode()


def at_most_of(wish: Wish) -> int | None:
    """To how many people an approval of this holds; None for acts without a number."""
    return ceiling(wish.size) if ACTS[wish.act].counted else None


def digest_of(text: str) -> str:
    """SHA-256, in hex."""
    return sha256(text.encode()).hexdigest()


def approval(tenant: TenantDB, number: int, *, now: datetime) -> Approval:
    """One of them. Raises ApprovalUnknown."""
    row = tenant.objects(Request).filter(pk=number).first() if 0 < number < 2**63 else None
    if row is None:
        raise ApprovalUnknown(id=number)
    return _views(tenant, [row], now)[0]


def approvals(tenant: TenantDB, *, now: datetime, limit: int = 200) -> list[Approval]:
    """The newest first."""
    return _views(tenant, tenant.objects(Request).order_by("-id")[:limit], now)


def about_matter(tenant: TenantDB, act: str, matter: str, *, now: datetime) -> list[Approval]:
    """All that were asked for one matter, the newest first."""
    return _views(tenant, tenant.objects(Request).filter(act=act, matter=matter).order_by("-id"), now)


def still_open(tenant: TenantDB, *, now: datetime) -> list[Approval]:
    """Those that wait, or were agreed to and not carried out; the oldest first."""
    rows = tenant.objects(Request).filter(end=None).exclude(decision__agreed=False).order_by("id")
    return [one for one in _views(tenant, rows, now) if one.state in OPEN]


def overdue(tenant: TenantDB, *, now: datetime) -> list[Approval]:
    """Those whose time is over and of which nobody wrote that down."""
    rows = tenant.objects(Request).filter(end=None).exclude(decision__agreed=False).order_by("id")
    return [one for one in _views(tenant, rows, now) if one.state not in OPEN and one.asked_at < now]


def usable(found: Sequence[Approval], wish: Wish, performer: int | None) -> Approval | None:
    """The one that covers a wish: agreed to, not used, and asked for by whoever does it (None: the host's command line, a worker)."""
    fits = (one for one in found if one.state == AGREED and one.covers(wish))
    return next((one for one in fits if performer in (None, one.asker.number)), None)


def used(tenant: TenantDB, act: str, matter: str, *, now: datetime) -> list[Approval]:
    """Those of a matter that were carried out, the newest first."""
    return [one for one in about_matter(tenant, act, matter, now=now) if one.state == DONE]


def _views(tenant: TenantDB, rows: Iterable[Request], now: datetime) -> list[Approval]:
    listed = list(rows)
    numbers = [row.pk for row in listed]
    decisions = {one.request_id: one for one in tenant.objects(Decision).filter(request_id__in=numbers)}
    ends = {one.request_id: one for one in tenant.objects(End).filter(request_id__in=numbers)}
    return [_view(row, decisions.get(row.pk), ends.get(row.pk), now) for row in listed]


def _view(row: Request, decision: Decision | None, end: End | None, now: datetime) -> Approval:
    how = end.how if end else ""
    state = state_of(row.asked_at, agreed=decision.agreed if decision else None, done=how == DONE, ended=bool(end), now=now)
    return Approval(
        id=row.pk, act=row.act, matter=row.matter, text=row.what, digest=row.digest, reason=row.reason,
        asker=Human(row.asked_by, row.mailbox), asked_at=row.asked_at, state=state,
        decided_by=decision.by if decision else None, decided_at=decision.at if decision else None,
        decided_reason=decision.reason if decision else "", refused=bool(decision and not decision.agreed),
        own_right=bool(decision and decision.own_right),
        ended=how, ended_by=end.actor if end else "", ended_at=end.at if end else None,
    )  # fmt: skip
