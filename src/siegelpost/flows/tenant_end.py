"""A tenant ends on a day, or tries things out. The operator says both; the end of a sub-account the account above it, too.

Each step stands in the tenant's log, and in that of the account above.
"""

from datetime import datetime
from typing import Any

from siegelpost.audience.listing import stored
from siegelpost.audience.real_people import holds_real_people
from siegelpost.audience.reserved import judge_of
from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.consent.sign_ups import any_waiting
from siegelpost.delivery.outgoing import hold_all
from siegelpost.evidence.services import append
from siegelpost.tenancy.errors import NestedTooDeep, PeopleStored
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import parent_of
from siegelpost.tenancy.standing import set_end, set_sub_accounts, set_test

ENDS = "tenancy.end_set"
STATUS = "tenancy.status_set"
SUB_ACCOUNTS = "tenancy.sub_accounts_set"


def end(tenant: TenantDB, ends_at: datetime | None, *, actor: Actor, now: datetime) -> TenantDB:
    """Let a tenant end at a moment (see `standing.end_of`), at once with `now`, or never with None: then it works again."""
    write_in_both(tenant, ENDS, {"ends_at": ends_at.isoformat() if ends_at else None}, actor=actor, now=now)
    return set_end(tenant, ends_at)


def change_status(tenant: TenantDB, *, test: bool, settings: Settings, actor: Actor, now: datetime) -> TenantDB:
    """Let a tenant try things out, or work. Raises PeopleStored.

    A test becomes a normal one only while nobody is stored or asked: mail to made-up people comes back, and they falsify each figure.
    A normal one becomes a test only while nobody real is stored. System mails that wait in a test are never sent.
    """
    if tenant.test == test:
        return tenant
    if not test:
        if stored(tenant) or any_waiting(tenant):
            raise PeopleStored
        hold_all(tenant, now=now)
    changed = set_test(tenant, test)
    if test and holds_real_people(changed, judge_of(settings)):  # asked when nobody real can come any more
        set_test(tenant, False)
        raise PeopleStored
    write_in_both(changed, STATUS, {"test": test}, actor=actor, now=now)
    return changed


def allow_sub_accounts(tenant: TenantDB, most: int, *, actor: Actor, now: datetime) -> TenantDB:
    """Let an account make so many sub-accounts by itself, 0 for none. Raises NestedTooDeep for one that is a sub-account itself."""
    if most and tenant.parent is not None:
        raise NestedTooDeep
    with tenant.atomic():
        append(tenant, SUB_ACCOUNTS, details={"most": most}, actor=actor, at=now)
    return set_sub_accounts(tenant, most)


def write_in_both(tenant: TenantDB, act: str, details: dict[str, Any], *, actor: Actor, now: datetime) -> None:
    """Into the log of a tenant, and of the account above it."""
    with tenant.atomic():
        append(tenant, act, details=details, actor=actor, at=now)
    if (parent := parent_of(tenant)) is not None:
        with parent.atomic():
            append(parent, act, subject=f"tenant:{tenant.number}", details=details, actor=actor, at=now)
