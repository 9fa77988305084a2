"""Checks of rights: who administers, whether anybody raised themselves, and whether the log tells what really holds."""

from datetime import timedelta
from typing import Final

from siegelpost.accounts.reads import operators, seats_in
from siegelpost.accounts.roles import made_roles
from siegelpost.base.controls import EVIDENCED, INSTALLATION, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.flows import recertify
from siegelpost.flows.rights_at import first_gift, self_grants, state_before
from siegelpost.tenancy.handle import TenantDB

PLATFORM_ADMINS: Final = 2
"""One alone has nobody who looks at what they do, or who comes in when they are ill (control 1.3-04)."""
SOON: Final = timedelta(seconds=1)
"""What was written at this moment counts."""


@check(
    "1.3-04",
    _("At least two people who can log in run the installation. Who uses the command line on the host is not looked at."),
    every=timedelta(days=1),
    limit=30,
    scope=INSTALLATION,
    whole=False,
)
def two_run_it(around: Around) -> Finding:
    """Blocked ones run nothing."""
    active = sum(person.is_active for person in operators())
    return finding(red=active < PLATFORM_ADMINS, platform_admins=active)


@check(
    "1.3-04",
    _("Nobody gave themselves a right, by all entries of the log."),
    every=timedelta(days=1),
    limit=120,
    scope=TENANT,
    whole=False,
    basis=EVIDENCED,
)
def nobody_raised_themselves(tenant: TenantDB, around: Around) -> Finding:
    """Told from the log, so it also sees what an older release let through."""
    found = self_grants(tenant)
    return finding(red=found, self_grants=found)


@check(
    "1.3-05",
    _(
        "The roles of each person, and the rights of each role that the tenant made, are those that the log tells: nobody gave any past "
        "the system, and any day in the past can be answered for. Within six months somebody looked through all of them."
    ),
    every=timedelta(days=1),
    limit=120,
    scope=TENANT,
)
def log_tells_what_holds(tenant: TenantDB, around: Around) -> Finding:
    """Compares what holds with the state to which the entries lead."""
    told = state_before(tenant, around.now + SOON)
    seats = seats_in(tenant)
    made = {code: (one.name, one.rights, one.limits) for code, one in made_roles(tenant).items()}
    people = sum(set(seats.get(one, ())) != set(told.seats.get(one, ())) for one in {*seats, *told.seats})
    given = {role for roles in (*seats.values(), *told.seats.values()) for role in roles}
    roles = sum(made.get(one) != told.made.get(one) for one in given & {*made, *told.made})
    days = _since_review(tenant, around)
    return finding(
        red=people or roles, amber=days > recertify.EVERY.days, people_unexplained=people, roles_unexplained=roles, days_since_review=days
    )


def _since_review(tenant: TenantDB, around: Around) -> int:
    """Days since the last review was closed, or since somebody first got a role."""
    last = recertify.closed(tenant, limit=1)
    since = last[0].at if last else first_gift(tenant)
    return (around.now - since).days if since else 0


CHECKS = (two_run_it, nobody_raised_themselves, log_tells_what_holds)
