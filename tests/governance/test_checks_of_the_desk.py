"""Each check of the exchange desk sees the thing that it watches being broken, in a real database and with real files."""

from datetime import timedelta
from typing import Any

import pytest

from siegelpost.delivery.models import Outgoing
from siegelpost.flows import hand_over as flow
from siegelpost.governance.handover import exceptions, rules
from siegelpost.governance.handover.rules import Way
from siegelpost.governance.handover.services import record_path, sweep
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.evidence.logs import past_the_system
from tests.governance.handing import NOW, WHO, deviating, encrypted
from tests.governance.watching import seen, state
from tests.mailings.making import some_sender

LATER = NOW + timedelta(hours=1)


def handed(tenant: TenantDB, **changes: Any) -> int:
    number, _password = encrypted(tenant, **changes)
    flow.take(tenant, number, actor=WHO, now=LATER)
    return number


def told(tenant: TenantDB, number: int) -> None:
    record_path(tenant, number, Way(rules.LETTER), to_whom="Frau Muster", went_at=LATER, actor=WHO, now=LATER)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE handover_handover SET receiver = 'Jemand anderes'",
        "UPDATE handover_handover SET email = 'other@example.net'",
        "UPDATE handover_handover SET digest = 'x'",
        "UPDATE handover_encryption SET digest = 'x'",
        "UPDATE handover_encryption SET algorithm = 'none'",
        "DELETE FROM handover_encryption",
    ],
)
def test_a_hand_over_that_was_changed_is_seen(alpha: TenantDB, statement: str) -> None:
    handed(alpha)
    exceptions.end_unscanned(alpha, actor=WHO, now=NOW)
    assert state("2.1-04", alpha, now=LATER) == "green"
    past_the_system(alpha, statement)
    found = seen("2.1-04", alpha, now=LATER)
    assert (found.state, found.evidence["differing"]) == ("red", 1)


def test_uploads_that_may_go_unscanned_or_wait_for_a_scanner_are_seen(alpha: TenantDB) -> None:
    assert state("2.1-04", alpha, now=NOW) == "green"
    handed(alpha)
    assert (seen("2.1-04", alpha, now=LATER).state, seen("2.1-04", alpha, now=LATER).evidence["unscanned_allowed"]) == ("amber", True)
    exceptions.end_unscanned(alpha, actor=WHO, now=LATER)
    assert state("2.1-04", alpha, now=LATER) == "green"
    past_the_system(alpha, "DELETE FROM handover_step")
    assert seen("2.1-04", alpha, now=LATER).state == "green", "its row says when it was encrypted"
    past_the_system(alpha, "DELETE FROM handover_encryption")
    assert seen("2.1-04", alpha, now=LATER).evidence["held_uploads"] == 1


def test_a_file_that_left_in_clear_is_seen(alpha: TenantDB) -> None:
    deviating(alpha, rules.UNENCRYPTED)
    handed(alpha)
    handed(alpha, format=rules.PLAIN)
    found = seen("2.1-05", alpha, now=LATER)
    assert (found.state, found.evidence) == ("green", {"left_files": 2, "left_by_deviation": 1, "left_in_clear": 0})
    past_the_system(alpha, "UPDATE handover_handover SET deviation_id = NULL")
    assert (seen("2.1-05", alpha, now=LATER).state, seen("2.1-05", alpha, now=LATER).evidence["left_in_clear"]) == ("red", 1)


def test_a_file_that_left_under_a_weaker_algorithm_is_seen(alpha: TenantDB) -> None:
    handed(alpha)
    assert state("2.1-05", alpha, now=LATER) == "green"
    past_the_system(alpha, "UPDATE handover_encryption SET algorithm = 'ZipCrypto'")
    assert state("2.1-05", alpha, now=LATER) == "red"


def test_a_password_whose_path_nobody_recorded_is_amber_after_a_day_and_red_after_three(alpha: TenantDB) -> None:
    number = handed(alpha)
    states = [state("2.1-06", alpha, now=NOW + timedelta(hours=hours, seconds=1)) for hours in (1, 23, 24, 71, 72)]
    assert states == ["green", "green", "amber", "amber", "red"]
    told(alpha, number)
    assert state("2.1-06", alpha, now=NOW + timedelta(days=30)) == "green"


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE handover_passwordpath SET path = 'email', target = 'kanzlei@example.com'",
        "UPDATE handover_passwordpath SET path = 'phone', target = '+49 30 999999'",
        "UPDATE handover_passwordpath SET path = 'sms'",
    ],
)
def test_a_password_on_a_forbidden_path_is_seen(alpha: TenantDB, statement: str) -> None:
    told(alpha, handed(alpha))
    assert state("2.1-06", alpha, now=LATER) == "green"
    past_the_system(alpha, statement)
    assert (seen("2.1-06", alpha, now=LATER).state, seen("2.1-06", alpha, now=LATER).evidence["paths_forbidden"]) == ("red", 1)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE handover_deviation SET risk = ''",
        "UPDATE handover_deviation SET instruction_id = 99",
        "UPDATE handover_deviation SET until = '2026-05-03'",
        "UPDATE instructions_instruction SET kind = 'other'",
        "UPDATE instructions_instruction SET valid_until = '2026-05-03'",
        "DELETE FROM handover_deviation",
    ],
)
def test_a_deviation_without_ground_or_used_after_its_end_is_seen(alpha: TenantDB, statement: str) -> None:
    assert state("2.1-07", alpha, now=NOW) == "green"
    deviating(alpha, rules.UNENCRYPTED)
    handed(alpha, format=rules.PLAIN)
    found = seen("2.1-07", alpha, now=LATER)
    assert (found.state, found.evidence["deviations"]) == ("green", 1)
    past_the_system(alpha, statement)
    assert state("2.1-07", alpha, now=LATER) == "red"


def test_a_file_that_nobody_destroyed_in_time_is_seen(alpha: TenantDB) -> None:
    encrypted(alpha)
    assert state("2.1-00", alpha, now=NOW + timedelta(hours=24)) == "green"
    late = NOW + timedelta(hours=25, seconds=1)
    found = seen("2.1-00", alpha, now=late)
    assert (found.state, found.evidence["overdue_files"]) == ("red", 1)
    sweep(alpha, home().tenant("alpha"), now=late)
    assert state("2.1-00", alpha, now=late) == "green"


def test_a_file_of_a_mail_that_was_sent_long_ago_is_seen(alpha: TenantDB) -> None:
    some_sender(alpha)
    number, _password = encrypted(alpha)
    flow.mail(alpha, number, actor=WHO, now=LATER)
    with alpha.atomic():
        alpha.objects(Outgoing).update(state="sent", at=int(LATER.timestamp()))
    assert state("2.1-00", alpha, now=LATER + timedelta(hours=3)) == "green"
    assert state("2.1-00", alpha, now=LATER + timedelta(hours=3, seconds=1)) == "red"


@pytest.mark.parametrize("control", ["2.1-00", "2.1-03"])
def test_a_file_in_clear_or_open_to_others_is_seen(alpha: TenantDB, control: str) -> None:
    encrypted(alpha)
    folder = home().tenant("alpha") / "handover"
    assert state(control, alpha, now=LATER) == "green"
    (one, *_rest) = sorted(folder.glob("*.sealed"))
    one.chmod(0o640)
    assert (seen(control, alpha, now=LATER).state, seen(control, alpha, now=LATER).evidence["files_in_clear"]) == ("red", 1)
    one.chmod(0o600)
    sealed = one.read_bytes()
    one.write_bytes(b"E-Mail;Vorname\n")
    assert state(control, alpha, now=LATER) == "red"
    one.write_bytes(sealed)
    assert state(control, alpha, now=LATER) == "green"
