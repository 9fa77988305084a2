"""Checks of controls that this room can make. They run in the worker, which knows people and roles, and nothing of the login."""

from datetime import timedelta

from siegelpost.accounts.factor_rows import with_factor
from siegelpost.accounts.models import EntryRule, Person
from siegelpost.accounts.password_rules import ALONE, VERSION
from siegelpost.accounts.rule_rows import requires
from siegelpost.accounts.stay_rules import FRESH, IDLE, LONGEST
from siegelpost.base.controls import EVIDENCED, INSTALLATION, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _


@check(
    "1.2-01",
    _(
        "Everybody who must show a second factor has one: operators, administrators of tenants, and roles of which their tenant asks it. "
        "On a test system the one-time link counts as one. How the machine itself lets people in is not looked at."
    ),
    every=timedelta(hours=1),
    limit=30,
    scope=INSTALLATION,
    whole=False,
)
def two_factors(around: Around) -> Finding:
    """Counts people who may log in; whoever has none gets no further than to where it is set up."""
    people, have = list(Person.objects.filter(is_active=True)), with_factor()
    needing = [one.pk for one in people if requires(one)]
    without = sum(1 for number in needing if number not in have)
    is_test = around.settings.environment == "test"
    return finding(
        red=without and not is_test, amber=without, accounts=len(people), second_factor_required=len(needing), second_factor_missing=without
    )


@check(
    "1.2-09",
    _(
        "No password was judged by an older rule than that of today, and none is shorter than it asks where no second factor "
        "stands beside it."
    ),
    every=timedelta(days=1),
    limit=30,
    scope=INSTALLATION,
    basis=EVIDENCED,
)
def passwords_keep_the_rule(around: Around) -> Finding:
    """By the version and the length that are kept with each password; the password itself nobody can read."""
    have = with_factor()
    people = [one for one in Person.objects.filter(is_active=True) if one.has_usable_password()]
    older = sum(1 for one in people if one.password_rule < VERSION)
    shorter = sum(1 for one in people if one.password_rule >= VERSION and one.password_least < ALONE and one.pk not in have)
    return finding(red=older or shorter, passwords=len(people), passwords_under_older_rule=older, passwords_too_short=shorter, rule=VERSION)


@check(
    "1.2-11",
    _(
        "Sessions lock after ten idle minutes and end after twelve hours, and no tenant has a longer time. "
        "The screens of the machines on which people work are not looked at."
    ),
    every=timedelta(days=1),
    limit=30,
    scope=INSTALLATION,
    whole=False,
    basis=EVIDENCED,
)
def sessions_lock(around: Around) -> Finding:
    """What holds, and what tenants asked for; that it works is a test of each release."""
    most = int(IDLE.total_seconds()) // 60
    longer = EntryRule.objects.filter(idle_minutes__gt=most).count()
    shorter = EntryRule.objects.filter(idle_minutes__lt=most).count()
    facts = {"idle_minutes": most, "session_hours": int(LONGEST.total_seconds()) // 3600, "fresh_minutes": int(FRESH.total_seconds()) // 60}
    return finding(red=longer, tenants_longer=longer, tenants_shorter=shorter, **facts)


CHECKS = (two_factors, passwords_keep_the_rule, sessions_lock)
