"""Somebody is invited into a tenant: a mail to the address that was typed, and nothing else, whoever has it.

Whoever invites learns nothing about the address: an account that works elsewhere in the installation is asked for by no step of this.
Only the link in the mail leads on. Behind it an account that is there is linked to the tenant by its owner, logged in as ever; for an
address that is not known one is made. See decision 0073.
"""

from datetime import datetime
from typing import Final

from siegelpost.accounts import invitations
from siegelpost.accounts.errors import HereAlready, InvitationNotYours, InvitationOver, NotYoursToGive, OperatorInvited, RoleUnknown
from siegelpost.accounts.granting import may_turn
from siegelpost.accounts.invitations import Invited, Wish
from siegelpost.accounts.leaving_errors import HeirMissing
from siegelpost.accounts.limits import Powers
from siegelpost.accounts.reads import Person, colleagues, person_here, person_with, powers_here
from siegelpost.accounts.roles import checked
from siegelpost.accounts.rules import ADMIN
from siegelpost.accounts.services import deciding, join, person_for
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.evidence.services import append
from siegelpost.flows.acting import powers_of_actor
from siegelpost.flows.approved_grants import approve_grant
from siegelpost.flows.off_board import Parting, leave_tenant, today
from siegelpost.flows.off_board_start import Newcomer, in_time
from siegelpost.flows.staff import GIVEN, welcome_back
from siegelpost.flows.staff_mail import Writer, write, writer_for
from siegelpost.tenancy.errors import TenantUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_store
from siegelpost.tenancy.registry import open_by_number

INVITED: Final = "staff.invited"
WITHDRAWN: Final = "staff.invitation_withdrawn"
SUBJECT: Final = _("You are invited: {tenant}")
BODY: Final = _(
    "Somebody who administers {tenant} wants to give you access to its pages for sending newsletters. Look at it and accept it here; "
    "the link works once, within {days} days:\n\n{url}\n\n"
    "If you have an account here already, you log in with it; it stays as it is. If you expected no invitation, do nothing.\n"
)


def invite(tenant: TenantDB, new: Newcomer, *, staff_url: str, actor: Actor, now: datetime) -> None:
    """Invite somebody into a tenant; the link goes to the address alone.

    Raises HereAlready, RoleUnknown, NotYoursToGive, LastDayWrong, NobodyWrites, and ApprovalNeeded where a rule asks for a second person.
    """
    in_time(new.last_day, now)
    email, codes = new.email.strip().lower(), tuple(sorted(set(new.roles)))
    with tenant.atomic(), deciding(tenant.number):
        if any(one.email == email for one in colleagues(tenant)):
            raise HereAlready
        by = writer_for(tenant)
        checked(tenant.number, codes)
        after = powers_here(tenant, codes)
        if not may_turn(powers_of_actor(tenant, actor), Powers(), after):
            raise NotYoursToGive
        approval = approve_grant(tenant, email, codes, before=Powers(), after=after, actor=actor, now=now)
        wish = Wish(email=email, name=new.name, roles=codes, last_day=new.last_day, by=str(actor), approval=approval)
        send(tenant, wish, by, staff_url=staff_url, actor=actor, now=now)


def send(tenant: TenantDB, wish: Wish, by: Writer, *, staff_url: str, actor: Actor, now: datetime) -> int:
    """Keep the invitation, note it, and queue its mail, in the caller's transaction; returns its number."""
    number, secret = invitations.keep(tenant.number, wish, now=now)
    append(tenant, INVITED, subject=f"invitation:{number}", details={"roles": list(wish.roles)}, actor=actor, at=now)
    facts = {"tenant": tenant.name, "days": invitations.LIFE.days, "url": f"{staff_url}/invitation/{secret}"}
    subject, text = (translate(words, tenant.language).format(**facts) for words in (SUBJECT, BODY))
    write(by, wish.email, subject, text, now=now)
    return number


def withdraw(tenant: TenantDB, number: int, *, actor: Actor, now: datetime) -> None:
    """Take an invitation back. Raises InvitationUnknown, NotYoursToGive."""
    found = invitations.invitation(tenant.number, number, now=now)
    with tenant.atomic(), deciding(tenant.number):
        if not powers_of_actor(tenant, actor).cover(powers_here(tenant, found.wish.roles)):
            raise NotYoursToGive
        append(tenant, WITHDRAWN, subject=f"invitation:{number}", actor=actor, at=now)
        invitations.withdraw(tenant.number, number)


def opened(secret: str, *, now: datetime) -> tuple[TenantDB, Invited, Person | None]:
    """What a link leads to: the tenant, the invitation, and whose account must accept it, None where one is made.

    Raises InvitationOver.
    """
    found = invitations.behind(secret, now=now)
    return _tenant_of(found), found, _owner(found.wish.email)


def accept(secret: str, person: Person | None, *, keep: str = "", now: datetime) -> tuple[TenantDB, Person]:
    """Let in who was invited, by whoever holds the link.

    person  who is logged in, None for nobody: the owner of the account with that address, where it is somebody's
    keep    key of the session that stays; all others of the account end: whoever sits in one was not invited

    Raises InvitationOver (also where whoever invited could not give these roles any more), InvitationNotYours, OperatorInvited.
    """
    found = invitations.behind(secret, now=now)
    tenant, wish = _tenant_of(found), found.wish
    with tenant.atomic(), operator_store().atomic(), deciding(tenant.number):
        invitations.use_up(found)
        owner = _owner(wish.email)
        if owner is not None and (person is None or person.pk != owner.pk):
            raise InvitationNotYours
        if owner is not None and owner.operator:
            raise OperatorInvited
        _ensure_good(tenant, wish, now)
        one = owner or person_for(wish.email, name=wish.name, language=tenant.language, now=now)
        if person_here(tenant, one.pk):
            raise InvitationOver
        details = {"roles": list(wish.roles), "invitation": found.id} | ({"approval": wish.approval} if wish.approval else {})
        append(tenant, GIVEN, subject=f"staff:{one.pk}", details=details, actor=_actor(wish), at=now)
        join(one, tenant.number, wish.roles, keep=keep, now=now)
        welcome_back(one, tenant.number, _actor(wish), now)
        if wish.last_day:
            _until(tenant, one, wish, now)
    one.refresh_from_db()
    return tenant, one


def _owner(email: str) -> Person | None:
    """Whose account it is; None for an address without one, and for an account that is nobody's."""
    person = person_with(email)
    return person if person is not None and invitations.is_claimed(person) else None


def _until(tenant: TenantDB, one: Person, wish: Wish, now: datetime) -> None:
    """Raises InvitationOver where nobody would administer the tenant after that day."""
    try:
        leave_tenant(tenant, one.pk, Parting(wish.last_day), actor=_actor(wish), now=now)
    except HeirMissing:
        raise InvitationOver from None


def administered(tenant: TenantDB) -> bool:
    """Whether somebody administers it who has come in: from then on that person lets others in."""
    return any(ADMIN in one.roles and one.last_login for one in colleagues(tenant))


def _ensure_good(tenant: TenantDB, wish: Wish, now: datetime) -> None:
    """Whoever invited must still be able to give these roles, and their time must not be over. Raises InvitationOver."""
    try:
        checked(tenant.number, wish.roles)
    except RoleUnknown:  # deleted meanwhile
        raise InvitationOver from None
    late = wish.last_day is not None and wish.last_day < today(now)
    mine = Powers() if wish.above else powers_of_actor(tenant, _actor(wish))
    gives = not administered(tenant) if wish.above else may_turn(mine, Powers(), powers_here(tenant, wish.roles))
    if late or not gives:
        raise InvitationOver


def _tenant_of(found: Invited) -> TenantDB:
    """Raises InvitationOver for one that is gone, or over."""
    try:
        tenant = open_by_number(found.tenant_number)
    except TenantUnknown:
        raise InvitationOver from None
    if tenant.ended:
        raise InvitationOver
    return tenant


def _actor(wish: Wish) -> Actor:
    """Whoever invited: they give the roles."""
    kind, _colon, name = wish.by.partition(":")
    return Actor(kind, name)
