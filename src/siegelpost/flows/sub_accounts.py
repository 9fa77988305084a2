"""A client account and its sub-accounts: make one, give it its first administrator, let it end, count.

Each is a tenant like any other, with a database, a key and people of its own. Nobody of the account above gets anything in it by
that; what is done from above stands in both logs.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import Error

from siegelpost.accounts.errors import WorksElsewhere
from siegelpost.accounts.links import one_time_link
from siegelpost.accounts.reads import colleagues, person_with, tenant_numbers
from siegelpost.accounts.rules import ADMIN
from siegelpost.accounts.services import deciding, person_for, set_roles, take_role
from siegelpost.audience.listing import stored
from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.delivery.reads import Month, months
from siegelpost.evidence.services import append
from siegelpost.flows.make_tenant import make_tenant
from siegelpost.flows.staff import GIVEN, TAKEN
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


def first_administrator(child: TenantDB, parent: TenantDB, email: str, *, name: str, staff_url: str, actor: Actor, now: datetime) -> str:
    """Let somebody in who administers a sub-account, and return the link that logs them in once.

    Only while nobody administers it who has come in; whoever was named before and never came is out. Raises AdministeredAlready,
    WorksElsewhere (somebody of the account above, too: whoever is there gets nothing here), TenantEnded.
    """
    if child.ended:
        raise TenantEnded
    with child.atomic(), deciding(child.number):
        admins = [one for one in colleagues(child) if ADMIN in one.roles]
        if administered(child):
            raise AdministeredAlready
        known = person_with(email)
        if known is not None and (known.operator or tenant_numbers(known) - {child.number}):
            raise WorksElsewhere
        person = person_for(email, name=name, language=child.language, now=now)
        append(child, GIVEN, subject=f"staff:{person.pk}", details={"roles": [ADMIN]}, actor=actor, at=now)
        set_roles(person, child.number, (ADMIN,), now=now)
        for number in (one.id for one in admins if one.id != person.pk):
            append(child, TAKEN, subject=f"staff:{number}", actor=actor, at=now)
            take_role(number, child.number, now=now)
    with parent.atomic():
        append(parent, ADMINISTERED, subject=f"tenant:{child.number}", details={"person": person.pk}, actor=actor, at=now)
    return one_time_link(person, staff_url)


def administered(child: TenantDB) -> bool:
    """Whether somebody administers it who has come in: from then on that person lets others in."""
    return any(ADMIN in one.roles and one.last_login for one in colleagues(child))


def usage_of(child: TenantDB, *, now: datetime) -> Usage | None:
    """What a sub-account counts at this moment; None where its database cannot be asked. Nothing of it is kept here."""
    try:
        return Usage(stored(child), months(child, now=now))
    except Error:
        return None
    finally:
        child.close()
