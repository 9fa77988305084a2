"""The checks of the input log see each thing that they watch being broken past the system."""

from datetime import UTC, datetime, timedelta

import pytest

from siegelpost.base.controls import Finding
from siegelpost.evidence.input_check import compare
from siegelpost.flows.input_log import switch_input_log
from siegelpost.flows.instructions import end_instruction, record_instruction
from siegelpost.governance.instructions.rules import INPUT_LOG, Term
from siegelpost.governance.instructions.services import NewInstruction, today
from siegelpost.tenancy.handle import TenantDB
from tests.evidence.logs import past_the_system
from tests.governance.watching import WHO, seen
from tests.web.townsfolk import a_list, a_person

ALL = ("2.2-04", "2.2-05", "2.2-06", "2.2-07", "2.2-08", "2.2-09", "2.2-10")


def now() -> datetime:
    """The database's triggers ask the clock of the machine, so these tests do, too."""
    return datetime.now(UTC)


def looked(control: str, tenant: TenantDB, **later: int) -> Finding:
    return seen(control, tenant, now=now() + timedelta(**later))


def an_instruction(tenant: TenantDB, term: Term | None = None) -> int:
    new = NewInstruction(kind=INPUT_LOG, document=b"Bitte.", given_by="Eva Muster", term=term)
    return record_instruction(tenant, new, carry_out=False, actor=WHO, now=now())


@pytest.fixture
def on(alpha: TenantDB) -> TenantDB:
    """Alpha with its input log on, one person in it, both sources compared."""
    switch_input_log(alpha, True, instruction_id=an_instruction(alpha), actor=WHO, now=now())
    a_person(alpha, "eve@example.org", a_list(alpha))
    compare(alpha, now=now())
    return alpha


def broken(tenant: TenantDB, *statements: str) -> None:
    """Change the log itself: not even the triggers that keep it are in the way."""
    free = ("SET session_replication_role = replica",) if tenant.vendor == "postgresql" else ()
    past_the_system(tenant, *free, *statements)


@pytest.mark.parametrize("control", ALL)
def test_a_log_that_runs_is_kept(on: TenantDB, control: str) -> None:
    found = looked(control, on)
    assert found.state == "green", found.evidence
    assert found.evidence.get("input_entries", 1) > 0


@pytest.mark.parametrize("control", ALL)
def test_a_log_that_nobody_asked_for_is_off_and_that_is_right(alpha: TenantDB, control: str) -> None:
    a_person(alpha, "eve@example.org", a_list(alpha))
    found = looked(control, alpha)
    assert found.state == "green" and not found.evidence.get("input_log_on") and not found.evidence.get("input_entries")


def test_a_change_past_the_system_is_held_against_it_for_a_week(on: TenantDB) -> None:
    past_the_system(on, "UPDATE audience_subscriber SET language = 'de'")
    compare(on, now=now())
    compare(on, now=now())  # which finds nothing more
    found = looked("2.2-04", on)
    assert (found.state, found.evidence["input_differences"]) == ("red", ["past"])
    compare(on, now=now() + timedelta(days=8))
    assert looked("2.2-04", on, days=8).state == "green"
    nobody = looked("2.2-09", on)
    assert (nobody.state, nobody.evidence["by_nobody"]) == ("red", 1)


def test_a_missing_trigger_is_seen(on: TenantDB) -> None:
    table = "" if on.vendor == "sqlite" else " ON consent_consent"
    past_the_system(on, f"DROP TRIGGER inputs_consent_up{table}")
    assert (looked("2.2-04", on).state, looked("2.2-07", on).state) == ("red", "red")
    assert looked("2.2-04", on).evidence["missing_triggers"] == 1


@pytest.mark.parametrize(("hours", "wanted"), [(1, "green"), (3, "amber")])
def test_sources_that_nobody_compares_prove_nothing(on: TenantDB, hours: int, wanted: str) -> None:
    assert looked("2.2-04", on, hours=hours).state == wanted


@pytest.mark.parametrize(("days", "wanted"), [(0, "green"), (91, "green"), (93, "red")])
def test_an_entry_that_stays_for_too_long_is_seen(on: TenantDB, days: int, wanted: str) -> None:
    found = looked("2.2-05", on, days=days)
    assert (found.state, found.evidence["oldest_input_days"]) == (wanted, days)


@pytest.mark.parametrize(
    ("control", "change", "wanted", "fact"),
    [
        ("2.2-06", "subscriber_id = 0", "red", "nameless"),
        ("2.2-06", "fields = 'eve@example.org'", "red", "speaking"),
        ("2.2-07", "kind = 5", "red", "odd_kinds"),
        ("2.2-08", "at = '2999-01-01 00:00:00.000000'", "red", "ahead"),
        ("2.2-08", "at = '2020-01-01 00:00:00.000000'", "amber", "backwards"),
        ("2.2-09", "tx = 0", "red", "by_nobody"),
    ],
)
def test_an_entry_that_lacks_what_it_must_say_is_seen(on: TenantDB, control: str, change: str, wanted: str, fact: str) -> None:
    a_person(on, "ann@example.org")
    broken(on, f"UPDATE evidence_inputentry SET {change} WHERE id = (SELECT max(id) FROM evidence_inputentry)")
    found = looked(control, on)
    assert (found.state, found.evidence[fact]) == (wanted, 1)


def test_an_act_of_nobody_is_seen_once_it_was_compared(on: TenantDB) -> None:
    broken(on, "UPDATE evidence_inputnote SET actor = 'system:unnamed'")
    assert looked("2.2-09", on).state == "red"


@pytest.mark.parametrize(
    "statements",
    [
        ("UPDATE evidence_inputentry SET subscriber_id = 99",),
        ("UPDATE evidence_inputentry SET fields = 'email' WHERE id = 1",),
        ("DELETE FROM evidence_inputnote", "DELETE FROM evidence_inputentry"),
        ("UPDATE evidence_inputnote SET actor = 'staff:9'",),
    ],
)
def test_what_was_compared_is_not_changed_afterwards_by_whoever_owns_the_database(on: TenantDB, statements: tuple[str, ...]) -> None:
    """Not even together with the notes; whoever owns the keys could seal those anew."""
    a_person(on, "ann@example.org")
    compare(on, now=now())
    assert looked("2.2-09", on).state == "green"
    broken(on, *statements)
    found = looked("2.2-09", on)
    assert found.state == "red" and found.evidence["altered_parts"] >= 1


def test_what_was_deleted_when_its_time_was_over_is_no_change(on: TenantDB) -> None:
    broken(on, "DELETE FROM evidence_inputnote", "DELETE FROM evidence_inputentry")  # as the sweep does in the fourteenth week
    assert looked("2.2-09", on, days=91).evidence["altered_parts"] == 0
    assert looked("2.2-09", on, days=89).evidence["altered_parts"] == 1


def test_a_log_that_outlives_its_instruction_is_seen(alpha: TenantDB) -> None:
    number = an_instruction(alpha, Term(today(now()), today(now())))
    switch_input_log(alpha, True, instruction_id=number, actor=WHO, now=now())
    assert looked("2.2-10", alpha).state == "green"
    found = looked("2.2-10", alpha, days=2)  # and no worker has switched it off
    assert (found.state, found.evidence["without_instruction"]) == ("red", True)


def test_an_instruction_that_ends_takes_the_log_with_it(alpha: TenantDB) -> None:
    number = an_instruction(alpha)
    switch_input_log(alpha, True, instruction_id=number, actor=WHO, now=now())
    end_instruction(alpha, number, actor=WHO, now=now())
    found = looked("2.2-10", alpha)
    assert (found.state, found.evidence["input_log_on"]) == ("green", False)


def test_a_log_that_was_switched_by_hand_is_seen(on: TenantDB) -> None:
    past_the_system(on, "UPDATE evidence_inputswitch SET active = false")
    found = looked("2.2-10", on)
    assert (found.state, found.evidence["switched_past"]) == ("red", True)
