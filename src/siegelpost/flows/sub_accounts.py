"""A client account and its sub-accounts: make one, give it its first administrator, let it end, count.

Each is a tenant like any other, with a database, a key and people of its own. Nobody of the account above gets anything in it by
that; what is done from above stands in both logs.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import Error

from siegelpost.accounts.errors import WorksAbove
from siegelpost.accounts.invitations import Invited, Wish, drop, waiting
from siegelpost.accounts.leaving import take_from_tenant
from siegelpost.accounts.reads import colleagues
from siegelpost.accounts.rules import ADMIN
from siegelpost.accounts.services import deciding
from siegelpost.audience.listing import stored
from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.delivery.reads import Month, months
from siegelpost.evidence.services import append
from siegelpost.flows.invite import administered, send
from siegelpost.flows.make_tenant import make_tenant
from siegelpost.flows.staff import TAKEN
from siegelpost.flows.staff_mail import writer_for
from siegelpost.flows.tenant_end import end
from siegelpost.tenancy.errors import AdministeredAlready, SubAccountsFull, TenantEnded, TenantUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.provision import NewTenant
from siegelpost.tenancy.registry import children_of, open_tenant

MADE = "sub_account.made"
ADMINISTERED = "sub_account.administered"


@dataclass(frozen=True, slots=True)
class Usage:
    """What a sub-account reports upwards: numbers, never people."""

    people: int
    months: tuple[Month, ...]
    """The current one first, then the one before."""


def child_of(parent: TenantDB, slug: str) -> TenantDB:
    """The sub-account of this name. Raises TenantUnknown, also where it is the sub-account of another."""
    child = open_tenant(slug)
    if child.parent != parent.number:
        raise TenantUnknown
    return child


def make_below(parent: TenantDB, new: NewTenant, settings: Settings, *, ends_at: datetime | None, actor: Actor, now: datetime) -> TenantDB:
    """Make a sub-account, which ends at a moment or not. Raises as `make_tenant`, and SubAccountsFull, TenantEnded.

    The operator makes as many as it likes, and it is another controller's in any case (`own` is not handed down).
    """
    if parent.ended:
        raise TenantEnded
    if actor.kind != "operator" and len(children_of(parent)) >= parent.sub_accounts:
        raise SubAccountsFull(most=parent.sub_accounts)
    child = make_tenant(replace(new, parent=parent.number), settings, now=now, actor=actor)
    with parent.atomic():
        append(parent, MADE, subject=f"tenant:{child.number}", details={"test": child.test}, actor=actor, at=now)
    return end(child, ends_at, actor=actor, now=now) if ends_at else child


def first_administrator(child: TenantDB, parent: TenantDB, email: str, *, name: str, staff_url: str, actor: Actor, now: datetime) -> None:
    """Invite somebody who is to administer a sub-account; the link goes to the address alone (see `flows.invite`).

    Only while nobody administers it who has come in; whoever was named before and never came is out. Raises AdministeredAlready,
    WorksAbove (whoever is in the account above gets nothing here), TenantEnded, NobodyWrites.
    """
    if child.ended:
        raise TenantEnded
    by = writer_for(child, parent)
    with child.atomic(), deciding(child.number):
        admins = [one for one in colleagues(child) if ADMIN in one.roles]
        if administered(child):
            raise AdministeredAlready
        if any(one.email == email.strip().lower() for one in colleagues(parent)):
            raise WorksAbove
        drop(child.number, above=True)
        for number in (one.id for one in admins if not one.operates):
            append(child, TAKEN, subject=f"staff:{number}", actor=actor, at=now)
            take_from_tenant(number, child.number, now=now)
        wish = Wish(email=email, name=name, roles=(ADMIN,), above=True, by=str(actor))
        number = send(child, wish, by, staff_url=staff_url, actor=actor, now=now)
    with parent.atomic():
        append(parent, ADMINISTERED, subject=f"tenant:{child.number}", details={"invitation": number}, actor=actor, at=now)


def named(child: TenantDB, *, now: datetime) -> Invited | None:
    """Who was named from above and has not come yet."""
    return next((one for one in waiting(child.number, now=now) if one.wish.above), None)


def usage_of(child: TenantDB, *, now: datetime) -> Usage | None:
    """What a sub-account counts at this moment; None where its database cannot be asked. Nothing of it is kept here."""
    try:
        return Usage(stored(child), months(child, now=now))
    except Error:
        return None
    finally:
        child.close()
