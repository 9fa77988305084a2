"""Where the input log was off, each file of it says so, whenever it begins."""

from datetime import UTC, datetime, timedelta

import pytest

from siegelpost.evidence.errors import InputTriggersMissing
from siegelpost.evidence.input_reads import Line, newest, read
from siegelpost.evidence.input_switch import is_on, spans, switch
from siegelpost.evidence.reads import entries
from siegelpost.tenancy.handle import TenantDB
from tests.evidence.logs import WHO, past_the_system
from tests.web.townsfolk import a_person

DAY = timedelta(days=1)
BEGUN = datetime(2026, 7, 1, 8, tzinfo=UTC)


def switched(tenant: TenantDB, *days: int) -> None:
    """On, off, on … on these days after the first."""
    for turn, day in enumerate(days):
        assert switch(tenant, turn % 2 == 0, instruction_id=7 + turn, actor=WHO, now=BEGUN + day * DAY)


def said(tenant: TenantDB, first: int, last: int) -> list[Line]:
    return list(read(tenant, BEGUN + first * DAY, BEGUN + last * DAY))


def test_a_log_that_never_was_on_says_so_from_the_first_moment(alpha: TenantDB) -> None:
    assert said(alpha, 0, 9) == [Line(BEGUN, "log_off", None, "", "", "")]


def test_a_file_that_begins_after_it_was_switched_off_begins_with_that(alpha: TenantDB) -> None:
    switched(alpha, 0, 5)
    assert said(alpha, 6, 9) == [Line(BEGUN + 6 * DAY, "log_off", None, "instruction:8", "operator", "")]


def test_a_file_that_begins_while_it_was_on_has_no_such_line(alpha: TenantDB) -> None:
    switched(alpha, 0)
    assert said(alpha, 1, 9) == []


def test_every_switching_stands_in_the_file_of_its_days_and_in_no_other(alpha: TenantDB) -> None:
    switched(alpha, 0, 3, 5, 9)
    found = said(alpha, 1, 9)
    assert [(one.kind, one.at, one.fields) for one in found] == [
        ("log_off", BEGUN + 3 * DAY, "instruction:8"),
        ("log_on", BEGUN + 5 * DAY, "instruction:9"),
    ]
    assert [one.kind for one in said(alpha, 9, 10)] == ["log_off"]


def test_entries_stand_between_the_switchings_around_them(alpha: TenantDB) -> None:
    now = datetime.now(UTC)
    switch(alpha, True, instruction_id=1, actor=WHO, now=now - DAY)
    a_person(alpha, "eve@example.org")
    switch(alpha, False, instruction_id=1, actor=WHO, now=datetime.now(UTC) + timedelta(seconds=1))
    assert [one.kind for one in read(alpha, now - 2 * DAY, now + DAY)] == ["log_off", "log_on", "create", "log_off"]
    assert [one.kind for one in read(alpha, now - 2 * DAY, now - timedelta(hours=1))] == ["log_off", "log_on"]
    assert [one.kind for one in read(alpha, now + timedelta(hours=1), now + DAY)] == ["log_off"]
    assert [one.kind for one in newest(alpha)] == ["create"]


def test_whoever_switches_it_twice_changes_nothing_the_second_time(alpha: TenantDB) -> None:
    assert [switch(alpha, on, instruction_id=1, actor=WHO, now=BEGUN) for on in (False, True, True, False, False)] == [
        False, True, False, True, False
    ]  # fmt: skip
    assert [one.active for one in spans(alpha)] == [True, False]


def test_without_its_triggers_it_cannot_be_switched_on(alpha: TenantDB) -> None:
    past_the_system(alpha, "DROP TRIGGER inputs_consent_up" + ("" if alpha.vendor == "sqlite" else " ON consent_consent"))
    with pytest.raises(InputTriggersMissing):
        switch(alpha, True, instruction_id=1, actor=WHO, now=BEGUN)
    assert not is_on(alpha) and spans(alpha) == [] and entries(alpha, act="evidence.input_log_on") == []
