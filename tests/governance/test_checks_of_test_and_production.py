"""Checks of test and production see what they watch being broken; a home of before is asked once what it is."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace

import pytest

from siegelpost.audience import real_people
from siegelpost.base.settings import process_settings
from siegelpost.flows.apart import know_environment, note_environment
from siegelpost.tenancy.environment import FILE, EnvironmentOther, environment_of, write_environment
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home, master_key
from siegelpost.tenancy.installation import record_installation
from siegelpost.tenancy.routes import Entry, set_relay
from tests.delivery.support import a_list, people
from tests.evidence.logs import past_the_system
from tests.governance.watching import NOW, seen

SINK = "somewhere.zzz"
"""Nobody owns it either, but no rule keeps it so."""
OWNED = f"UPDATE audience_subscriber SET email = 'ann@{SINK}' WHERE email LIKE '%1@%'"


@pytest.fixture
def place(no_tenants: None) -> Iterator[None]:
    """A test installation whose log names its environment."""
    record_installation("0" * 32, "", now=NOW)
    note_environment("test", now=NOW)
    key, said = process_settings().master_key_file, process_settings().master_key_file.read_text()
    write_environment(home().root, master_key(), "test")
    yield
    key.write_text(said)
    with suppress(FileNotFoundError):
        (home().root / FILE).unlink()


def test_home_key_and_log_name_one_environment(place: None) -> None:
    found = seen("1.3-03")
    assert (found.state, found.evidence["environment"], found.evidence["environments_silent"]) == ("green", "test", 0)
    assert seen("1.3-03", environment="production").evidence["environments_other"] == 3


def test_a_word_of_the_other_environment_is_red_and_a_missing_one_amber(place: None) -> None:
    write_environment(home().root, master_key(), "production")
    assert (seen("1.3-03").state, seen("1.3-03").evidence["environments_other"]) == ("red", 1)
    (home().root / FILE).unlink()
    assert (seen("1.3-03").state, seen("1.3-03").evidence["environments_silent"]) == ("amber", 1)
    write_environment(home().root, bytes(32), "test")
    assert (seen("1.3-03").state, seen("1.3-03").evidence["environment_forged"]) == ("red", True)


def test_a_key_of_production_in_a_test_system_is_red(place: None) -> None:
    path = process_settings().master_key_file
    path.write_text(path.read_text().replace("test", "production"))
    assert (seen("1.3-03").state, seen("1.3-03").evidence["environments_other"]) == ("red", 1)


def test_a_relay_beyond_this_machine_is_red_in_a_test_system(place: None) -> None:
    set_relay("far", Entry("smtp://relay.example.org:25", (), 2), now=NOW)
    assert (seen("1.3-03").state, seen("1.3-03").evidence["relays_beyond"]) == ("red", 1)


def test_a_real_address_in_a_test_system_is_seen_and_counted_only(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(real_people, "AT_ONCE", 2)
    people(alpha, 5, a_list(alpha))
    assert (seen("1.4-05", alpha).state, seen("1.4-05", alpha).evidence["people_looked_at"]) == ("green", 5)
    past_the_system(alpha, OWNED)
    found = seen("1.4-05", alpha)
    assert (found.state, found.evidence) == ("red", {"environment": "test", "people_looked_at": 5, "real_addresses": 1})
    assert seen("1.4-05", alpha, test_domains=(SINK,)).state == "green", "a sink"
    assert seen("1.4-05", alpha, environment="production").state == "green"


def test_a_home_of_before_takes_the_word_unless_real_people_are_in_it(alpha: TenantDB) -> None:
    record_installation("0" * 32, "", now=NOW)
    people(alpha, 3, a_list(alpha))
    (home().root / FILE).unlink(missing_ok=True)
    know_environment(process_settings(), now=NOW)
    assert environment_of(home().root, master_key()) == "test"


def test_a_home_of_before_with_real_people_is_no_test_system(alpha: TenantDB) -> None:
    record_installation("0" * 32, "", now=NOW)
    people(alpha, 3, a_list(alpha))
    past_the_system(alpha, OWNED)
    (home().root / FILE).unlink(missing_ok=True)
    with pytest.raises(EnvironmentOther):
        know_environment(process_settings(), now=NOW)
    assert environment_of(home().root, master_key()) == ""
    sinks = replace(process_settings(), test_domains=(SINK,))
    know_environment(sinks, now=NOW)
    assert environment_of(home().root, master_key()) == "test"
