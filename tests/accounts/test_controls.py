"""The checks of the door: each is seen to turn red."""

from datetime import UTC, datetime

import pytest

from siegelpost.accounts.controls import passwords_keep_the_rule, sessions_lock, two_factors
from siegelpost.accounts.factors import add_app
from siegelpost.accounts.models import EntryRule, Person
from siegelpost.accounts.password_rules import VERSION
from siegelpost.accounts.services import set_active
from siegelpost.base.controls import AMBER, GREEN, RED, Around, Check
from siegelpost.base.settings import read_settings
from siegelpost.flows.second_factor import ask_of_staff
from siegelpost.tenancy.handle import TenantDB
from tests.web.townsfolk import STAFF
from tests.web.visiting import colleague

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIVE = Around(read_settings({"SIEGELPOST_PUBLIC_URL": "https://n.example", "SIEGELPOST_STAFF_URL": "https://s.example"}), NOW)
TEST = Around(read_settings({"SIEGELPOST_ENVIRONMENT": "test", "SIEGELPOST_RELAY_URL": "smtp://127.0.0.1:9?tls=off"}), NOW)


def state(check: Check, around: Around = LIVE) -> str:
    return check.run(around).state


@pytest.mark.parametrize("role", ["admin", "operator"])
def test_somebody_without_the_second_factor_turns_it_red(alpha: TenantDB, role: str) -> None:
    assert state(two_factors) == GREEN
    person = colleague(alpha, role)
    assert state(two_factors) == RED and two_factors.run(LIVE).evidence["second_factor_missing"] == 1
    assert state(two_factors, TEST) == AMBER  # where the link counts
    add_app(person, b"x" * 20, 0, now=NOW)
    assert state(two_factors) == GREEN


def test_a_tenant_that_asks_for_more_is_counted_and_the_blocked_are_not(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor")
    assert state(two_factors) == GREEN
    ask_of_staff(alpha, ("editor",), actor=STAFF, now=NOW)
    assert state(two_factors) == RED
    set_active(person.email, active=False, now=NOW)
    assert state(two_factors) == GREEN


def test_a_password_of_an_older_rule_turns_it_red(alpha: TenantDB) -> None:
    person = colleague(alpha, "editor")
    assert state(passwords_keep_the_rule) == GREEN
    person.set_password("kiesel")
    person.save()
    assert state(passwords_keep_the_rule) == RED
    Person.objects.filter(pk=person.pk).update(password_rule=VERSION, password_least=12)
    assert state(passwords_keep_the_rule) == RED  # twelve characters, and nothing beside them
    add_app(person, b"x" * 20, 0, now=NOW)
    assert state(passwords_keep_the_rule) == GREEN


def test_a_tenant_with_a_longer_time_turns_it_red(alpha: TenantDB) -> None:
    ask_of_staff(alpha, (), idle=5, actor=STAFF, now=NOW)
    assert state(sessions_lock) == GREEN and sessions_lock.run(LIVE).evidence["tenants_shorter"] == 1
    EntryRule.objects.update(idle_minutes=60)  # past the page
    assert state(sessions_lock) == RED
