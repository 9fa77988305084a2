"""The operator enters the data of another controller: let in by the tenant, or in an emergency by a second person; for a while.

Each step stands in the tenant's log before it opens anything, and what closes something closes it before it is written: whatever
fails in between leaves a door shut. What was begun while it was open (an import, a page) is carried to its end.

Source: Art. 28(3)(a), Art. 29 and Art. 32 GDPR; control 1.3-01.
"""

from datetime import datetime
from typing import Final

from siegelpost.accounts.approval_rules import Asked, Second, why_not
from siegelpost.accounts.reads import Person, person_by_id, runs_it_since
from siegelpost.base.actor import Actor
from siegelpost.evidence.access import OK, Access, record
from siegelpost.evidence.reads import about
from siegelpost.evidence.services import append
from siegelpost.flows.approving import human
from siegelpost.flows.errors import SecondPersonNeeded
from siegelpost.flows.operator_notice import tell_tenant, told_at
from siegelpost.tenancy import admissions, visits
from siegelpost.tenancy.admissions import OPEN, WAITING, AdmissionView
from siegelpost.tenancy.errors import AccessNotNeeded, AdmissionClosed, AdmissionOfAnother, EndUnusable, ReasonUnusable
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.visit_rules import EMERGENCY, LONGEST, REASON, fits, tidy_reason
from siegelpost.tenancy.visits import VisitView

AREA: Final = "operator_access"
"""In the access log."""
LET_IN, SHUT_OUT = "operator.let_in", "operator.shut_out"
ASKED, AGREED = "operator.emergency_asked", "operator.emergency_agreed"
ENTERED, LEFT = "operator.entered", "operator.left"


def let_in(tenant: TenantDB, purpose: str, until: datetime, *, by: Person, now: datetime) -> int:
    """The tenant lets the operator in for a purpose and a time; returns the number of the approval.

    by  somebody of the tenant who may (the door has looked); never somebody of the operator

    Raises AccessNotNeeded, SecondPersonNeeded, ReasonUnusable, EndUnusable.
    """
    _foreign(tenant)
    if by.operator:
        raise SecondPersonNeeded
    wanted = _reason(purpose)
    if not fits(until, now=now):
        raise EndUnusable(days=LONGEST.days)
    number = admissions.begin(tenant, wanted, emergency=False, by=by.pk, now=now)
    details = {"purpose": wanted, "until": until.isoformat()}
    with tenant.atomic():
        append(tenant, LET_IN, subject=_subject(number), details=details, actor=Actor.staff(by.pk), at=now)
    admissions.open_until(number, until)
    return number


def shut_out(tenant: TenantDB, number: int, *, actor: Actor, now: datetime) -> bool:
    """The tenant ends an approval, or an emergency, before its time: visits end at once. False where it was ended before.

    Raises AdmissionUnknown.
    """
    admissions.admission(tenant, number, now=now)
    done = admissions.end(number, now=now)
    if done:
        with tenant.atomic():
            append(tenant, SHUT_OUT, subject=_subject(number), actor=actor, at=now)
        settle([tenant], now=now)
    return done


def ask(tenant: TenantDB, reason: str, *, by: Person, now: datetime) -> int:
    """Somebody of the operator asks to get in without the tenant; returns the number of the request.

    Raises AccessNotNeeded, ReasonUnusable, NobodyToTell.
    """
    _foreign(tenant)
    wanted = _reason(reason)
    told_at(tenant)
    number = admissions.begin(tenant, wanted, emergency=True, by=by.pk, now=now)
    with tenant.atomic():
        append(tenant, ASKED, subject=_subject(number), details={"why": wanted}, actor=Actor.staff(by.pk), at=now)
    return number


def agree(tenant: TenantDB, number: int, *, by: Person, proved_at: datetime | None, staff_url: str, now: datetime) -> None:
    """A second person of the operator agrees; from now on whoever asked may enter for an hour, and the tenant is told at once.

    proved_at  when they last showed password or passkey

    Raises AdmissionUnknown, AdmissionClosed (answered, too old), SecondPersonNeeded, NobodyToTell; then nothing opens.
    """
    found = admissions.admission(tenant, number, now=now)
    if found.state != WAITING:
        raise AdmissionClosed
    if not _may_agree(found, by, proved_at, now):
        raise SecondPersonNeeded
    addresses = told_at(tenant)
    if not admissions.claim(number, by=by.pk, now=now):
        raise AdmissionClosed
    until = now + EMERGENCY
    details = {"why": found.purpose, "asked_by": found.asked_by, "until": until.isoformat(), "told": len(addresses)}
    with tenant.atomic():
        append(tenant, AGREED, subject=_subject(number), details=details, actor=Actor.staff(by.pk), at=now)
        tell_tenant(tenant, addresses, found, by, until=until, staff_url=staff_url, now=now)
    admissions.open_until(number, until)


def enter(tenant: TenantDB, number: int, reason: str, *, by: Person | None, at_command_line: bool = False, now: datetime) -> VisitView:
    """Somebody of the operator enters with an approval, until it ends.

    by  None at a command line that does not know who sits there; an emergency it cannot use

    Raises AccessNotNeeded, AdmissionUnknown, AdmissionClosed, AdmissionOfAnother, ReasonUnusable.
    """
    _foreign(tenant)
    found = admissions.admission(tenant, number, now=now)
    if found.emergency and (by is None or by.pk != found.asked_by):
        raise AdmissionOfAnother
    if found.state != OPEN or found.until is None:
        raise AdmissionClosed
    wanted = _reason(reason)
    who = Actor.staff(by.pk) if by else Actor.operator()
    visit = visits.begin(found, by.pk if by else None, at_command_line=at_command_line, reason=wanted, now=now)
    details = {"approval": number, "why": wanted, "until": found.until.isoformat(), "command_line": at_command_line}
    record(tenant, Access(now, str(who), AREA, "enter", OK))
    with tenant.atomic():
        append(tenant, ENTERED, subject=f"visit:{visit}", details=details, actor=who, at=now)
    visits.open_until(visit, found.until)
    opened = _own(tenant, by, at_command_line, now)
    if opened is None:  # the tenant ended the approval at this moment
        raise AdmissionClosed
    return opened


def leave(tenant: TenantDB, *, by: Person | None, at_command_line: bool = False, now: datetime) -> bool:
    """Whoever entered leaves; False where nothing was open."""
    found = _own(tenant, by, at_command_line, now)
    if found is None or not visits.leave(found.id, now=now):
        return False
    settle([tenant], now=now)
    return True


def settle(tenants: list[TenantDB], *, now: datetime) -> None:
    """Write the end of visits that are over into the logs of their tenants; called after each end, and by the worker all the time."""
    by_number = {tenant.number: tenant for tenant in tenants}
    for one in visits.unsettled(by_number.keys(), now=now):
        tenant, who = by_number[one.tenant_number], Actor.staff(one.person_id) if one.person_id else Actor.operator()
        subject, details = f"visit:{one.id}", {"how": one.how, "ended": (one.ended_at or one.until).isoformat()}
        with tenant.atomic():
            if not about(tenant, (subject,), acts=(LEFT,), limit=1):  # another process may have been first
                append(tenant, LEFT, subject=subject, details=details, actor=who, at=now)
        record(tenant, Access(now, str(who), AREA, "leave", OK))
        visits.settle(one.id)


def _own(tenant: TenantDB, by: Person | None, at_command_line: bool, now: datetime) -> VisitView | None:
    if at_command_line:
        return visits.visit_of_command_line(tenant, now=now)
    return visits.visit_of(tenant, by.pk, now=now) if by else None


def _may_agree(found: AdmissionView, by: Person, proved_at: datetime | None, now: datetime) -> bool:
    asker, since = person_by_id(found.asked_by), runs_it_since(by)
    if asker is None or not asker.is_active or not asker.operator or since is None:
        return False
    others = [one.asked_by for one in admissions.usable(now=now) if one.emergency and one.tenant_number == found.tenant_number]
    rivals = tuple(human(one) for number in {*others} - {asker.pk} if (one := person_by_id(number)))
    asked = Asked(by=human(asker), at=found.asked_at, rivals=rivals)
    second = Second(human=human(by), entitled=by.is_active and by.operator, here_since=since, proved_at=proved_at)
    return not why_not(asked, second, now=now)


def _foreign(tenant: TenantDB) -> None:
    if tenant.own:
        raise AccessNotNeeded


def _reason(text: str) -> str:
    wanted = tidy_reason(text)
    if not wanted:
        raise ReasonUnusable(least=REASON[0], most=REASON[-1])
    return wanted


def _subject(number: int) -> str:
    return f"admission:{number}"
