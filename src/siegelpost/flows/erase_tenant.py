"""A tenant is erased: nothing is sent any more, its staff is out, database and files are gone, somebody else looks, and its key goes last.

Each step is written down when it is done and can be done twice: whoever is killed goes on with the same command, or the worker does.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from siegelpost.accounts.approvals.errors import ApprovalNeeded
from siegelpost.accounts.approvals.reads import Approval
from siegelpost.accounts.reads import people
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.evidence.seal import seal
from siegelpost.evidence.services import append
from siegelpost.flows.approved_exit import approve_erasure, ensure_may_erase, exit_wish
from siegelpost.flows.departing_steps import STEPS, needles_of
from siegelpost.governance.departure.errors import ChildrenThere, ImportsRun, KeptByInstruction, MailingsRun, NotGoneYet
from siegelpost.governance.departure.rules import KEYS, certificate
from siegelpost.governance.instructions.reads import valid
from siegelpost.governance.instructions.rules import RETENTION
from siegelpost.intake.reads import anything_runs
from siegelpost.mailings.reads import in_state
from siegelpost.mailings.state import PREPARING, SCHEDULED, SENDING
from siegelpost.tenancy import departing
from siegelpost.tenancy.departing import Case
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.installation import operator_db, operator_store

BEGUN: Final = "tenant.erasure_begun"
ERASED: Final = "tenant.erased"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """How it is to be done.

    waived  why nothing was taken along, "" where an export was opened
    cancel  whether mailings that are being sent or planned are cancelled
    """

    waived: str = ""
    cancel: bool = False


def ensure_nothing_forbids(tenant: TenantDB, order: Order, *, now: datetime) -> None:
    """Raise ChildrenThere, KeptByInstruction, MailingsRun or ImportsRun."""
    if below := departing.children_of(tenant):
        raise ChildrenThere(n=below)
    for one in valid(tenant, RETENTION, now=now):
        raise KeptByInstruction(number=one.id)
    running = in_state(tenant, SENDING, PREPARING, SCHEDULED)
    if running and not order.cancel:
        raise MailingsRun(n=len(running))
    if anything_runs(tenant, home().tenant(tenant.slug)):
        raise ImportsRun


def erase_tenant(tenant: TenantDB, order: Order, *, actor: Actor, now: datetime) -> dict[str, Any]:
    """Erase a tenant and return the certificate.

    Raises as `ensure_nothing_forbids`, ExportMissing, ApprovalNeeded and its kind; NotGoneYet where it was begun and is not at its end.

    Source: Art. 28(3)(g) GDPR; control 1.4-03.
    """
    ensure_nothing_forbids(tenant, order, now=now)
    ensure_may_erase(tenant, order.waived, actor=actor, now=now)
    with _alone(wait=True):
        _begin(tenant, order, actor, now)
        return _go_on(_known(tenant.slug), actor, now)


def go_on(slug: str, *, actor: Actor, now: datetime) -> dict[str, Any] | None:
    """Go on with an erasure that was begun; None where none of this short name is. Raises NotGoneYet."""
    if departing.going(slug) is None:  # before anything is made, for whatever was typed
        return None
    with _alone(wait=True):
        case = departing.going(slug)  # another process may have ended it meanwhile
        return _go_on(case, actor, now) if case else None


def go_on_with_all(*, actor: Actor, now: datetime) -> tuple[int, int]:
    """The worker's part: whatever was interrupted, unless somebody is at it; returns how many ended, and how many did not."""
    if not departing.cases(done=False):
        return 0, 0
    done = left = 0
    with _alone(wait=False) as mine:
        for case in departing.cases(done=False) if mine else ():
            try:
                _go_on(case, actor, now)
                done += 1
            except NotGoneYet:
                left += 1
    return done, left


def _begin(tenant: TenantDB, order: Order, actor: Actor, now: datetime) -> None:
    """Approval, entry and state together: from here on no door opens the tenant, and there is no way back."""
    wish = exit_wish(tenant, order.waived)
    sealed = needles_of(tenant)
    with operator_store().atomic(), tenant.atomic():
        used = approve_erasure(tenant, order.waived, actor=actor, now=now)
        if used is None:  # no rule of a tenant can waive it
            raise ApprovalNeeded(wish)
        append(tenant, BEGUN, subject="tenant", details={"approval": used.id}, actor=actor, at=now)
        facts = {"approval": _approval(used), "export": wish.what["export"], "waived": wish.what["waived"], "names": _names(used)}
        departing.begin(tenant, facts, sealed, actor=str(actor), now=now)
        details = {"approval": used.id, "hash": used.digest, "export": bool(wish.what["export"])}
        append(operator_store(), BEGUN, subject=f"tenant:{tenant.number}", details=details, actor=actor, at=now)


def _approval(used: Approval) -> dict[str, Any]:
    return {"id": used.id, "hash": used.digest, "asked_by": used.asker.number, "agreed_by": used.decided_by, "reason": used.reason}


def _names(used: Approval) -> dict[str, str]:
    """Of the two, as far as they have one: an address would be looked for, and found here."""
    found = people([one for one in (used.asker.number, used.decided_by) if one is not None])
    return {str(number): name for number, (name, _email) in found.items() if name and "@" not in name}


def _go_on(case: Case, actor: Actor, now: datetime) -> dict[str, Any]:
    for code, step in STEPS:
        if code not in case.steps:
            told = step(case, now)
            departing.note_step(case.number, code, told, now=now)
            case = departing.case(case.number)
    return _end(case, actor, now)


def _end(case: Case, actor: Actor, now: datetime) -> dict[str, Any]:
    """The key goes, with the certificate that says so: together, or neither."""
    made = certificate(_about(case), case.steps, backup_days=process_settings().backup_days, now=now)
    with operator_store().atomic():
        departing.destroy_keys(case)
        departing.finish(case.number, made, now=now)
        append(operator_store(), ERASED, subject=f"tenant:{case.number}", details=made, actor=actor, at=now)
    if not departing.overwrite():
        raise NotGoneYet(what=KEYS)
    seal(operator_db(), now=now)
    return made


def _about(case: Case) -> dict[str, Any]:
    return {
        "number": case.number, "tenant": case.slug, "name": case.name, "own": case.own, "database": case.vendor, "by": case.actor,
        "begun_at": case.begun_at.isoformat(), "approval": case.facts["approval"],
        "export": {"hash": case.facts["export"], "waived": case.facts["waived"]}, "checkpoint": case.steps["counted"]["checkpoint"],
    }  # fmt: skip


def _known(slug: str) -> Case:
    found = departing.going(slug)
    if found is None:
        raise NotGoneYet(what=slug)
    return found


@contextmanager
def _alone(*, wait: bool) -> Iterator[bool]:
    """One process at a time; the lock dies with its owner. Gives False to whoever would not wait."""
    fd = os.open(home().root / "departures.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(fd)
