"""Let somebody into a tenant, change or take their roles: the seats in the control database, the act in the tenant's log.

The entry is written first and stands or falls with the change. Who acts may turn only what they have themselves; see
`accounts.granting`. That holds for pages and interfaces; the command line on the host is the operator's.
"""

from collections.abc import Collection
from datetime import datetime

from siegelpost.accounts import invitations, services
from siegelpost.accounts.errors import NotYoursToGive, PersonUnknown
from siegelpost.accounts.granting import may_turn
from siegelpost.accounts.history import LET_IN_AGAIN, SHUT_OUT
from siegelpost.accounts.leaving import came_back
from siegelpost.accounts.leaving_rules import HOUSE
from siegelpost.accounts.links import one_time_link
from siegelpost.accounts.reads import Person, person_with, powers_here, powers_in
from siegelpost.accounts.services import deciding, make_operator, person_for, set_roles, take_role
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.evidence.services import append
from siegelpost.flows.acting import powers_of_actor
from siegelpost.flows.approved_grants import approve_grant
from siegelpost.flows.helped import LINK_MADE
from siegelpost.flows.operator_acts import write_down
from siegelpost.flows.reach import colleague_here, within_reach
from siegelpost.flows.staff_mail import write, writer_for
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_store

GIVEN = "staff.roles_given"
TAKEN = "staff.role_taken"
SUBJECT = _("A link to log in")
BODY = _(
    "Somebody who administers {tenant} sends you a link that logs you in once, within a day:\n\n{url}\n\n"
    "Your second factor is asked for as ever. If you did not ask for it, do nothing, and tell them.\n"
)


def let_in(
    tenant: TenantDB, email: str, roles: Collection[str], *, name: str = "", language: str = "", actor: Actor, now: datetime
) -> Person:
    """Give the person with this address (checked by the caller) these roles instead of those before; made if new.

    Raises RoleUnknown, LastAdmin, NotYoursToGive, and ApprovalNeeded where a rule asks for a second person.
    """
    codes = sorted(set(roles))
    with tenant.atomic(), deciding(tenant.number):
        person = person_for(email, name=name, language=language or tenant.language, now=now)
        before, after = powers_in(person, tenant), powers_here(tenant, codes)
        if not may_turn(powers_of_actor(tenant, actor), before, after):
            raise NotYoursToGive
        approval = approve_grant(tenant, person.email, codes, before=before, after=after, actor=actor, now=now)
        details = {"roles": codes} | ({"approval": approval} if approval else {})
        append(tenant, GIVEN, subject=f"staff:{person.pk}", details=details, actor=actor, at=now)
        set_roles(person, tenant.number, codes, now=now)
        invitations.drop(tenant.number, email=person.email)
        welcome_back(person, tenant.number, actor, now)
    return person


def let_operate(email: str, *, language: str, now: datetime) -> Person:
    """Let the person with this address (checked by the caller) run the installation; made if new."""
    with operator_store().atomic():
        person = person_for(email, language=language, now=now)
        make_operator(person)
        write_down("staff.operator_made", subject=f"staff:{person.pk}", now=now)
        welcome_back(person, HOUSE, Actor.operator(), now)
    return person


def set_active(email: str, *, active: bool, now: datetime) -> Person:
    """Shut somebody out of everything, or let them in again; see `accounts.services.set_active`."""
    with operator_store().atomic():
        person = services.set_active(email, active=active, now=now)
        if active:
            came_back(person, HOUSE, now=now)
        write_down(LET_IN_AGAIN if active else SHUT_OUT, subject=f"staff:{person.pk}", now=now)
    return person


def change_roles(tenant: TenantDB, person_id: int, roles: Collection[str], *, actor: Actor, now: datetime) -> Person:
    """Give somebody who is here other roles.

    Raises PersonUnknown (not here, or an operator), RoleUnknown, LastAdmin, NotYoursToGive.
    """
    return let_in(tenant, colleague_here(tenant, person_id).email, roles, actor=actor, now=now)


def take_out(tenant: TenantDB, person_id: int, *, keep: str = "", actor: Actor, now: datetime) -> None:
    """Take somebody out of a tenant who is here, and end their sessions.

    keep  key of the session that stays, where people take out themselves

    Raises PersonUnknown (not here, or an operator), LastAdmin, NotYoursToGive.
    """
    with tenant.atomic(), deciding(tenant.number):
        within_reach(tenant, person_id, actor)
        append(tenant, TAKEN, subject=f"staff:{person_id}", actor=actor, at=now)
        take_role(person_id, tenant.number, keep=keep, now=now)


def mail_link(tenant: TenantDB, person_id: int, *, staff_url: str, actor: Actor, now: datetime) -> None:
    """Mail somebody a link that logs them in once, written down. Nobody else sees it: it opens all that its receiver may see, anywhere.

    Raises PersonUnknown (not here, or an operator), NotYoursToGive, NobodyWrites.
    """
    with tenant.atomic(), deciding(tenant.number):
        person = person_with(within_reach(tenant, person_id, actor).email)
        if person is None:
            raise PersonUnknown
        by = writer_for(tenant)
        append(tenant, LINK_MADE, subject=f"staff:{person_id}", details={"mailed": True}, actor=actor, at=now)
        facts = {"tenant": tenant.name, "url": one_time_link(person, staff_url)}
        subject, text = (translate(words, person.language).format(**facts) for words in (SUBJECT, BODY))
        write(by, person.email, subject, text, now=now)


def welcome_back(person: Person, where: int, actor: Actor, now: datetime) -> None:
    """Whoever left and is let in again has an account that opens, with nothing in it of before; the operator's log says so."""
    with operator_store().atomic():
        if came_back(person, where, now=now):
            append(operator_store(), LET_IN_AGAIN, subject=f"staff:{person.pk}", actor=actor, at=now)
