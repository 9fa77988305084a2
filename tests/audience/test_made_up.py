"""People who do not exist: the same for the same seed, varied, and nobody's."""

from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siegelpost.audience.addresses import address_reader
from siegelpost.audience.made_up import MadeUp, people
from siegelpost.audience.reserved import is_reserved
from siegelpost.tenancy.handle import TenantDB
from tests.cli.shell import Shell
from tests.cli.typed import Typed
from tests.templates import Template

OWNED = "somewhere.zzz"
"""Nobody owns it either, but no rule keeps it so."""


@given(st.integers(0, 999_999_999), st.integers(1, 60))
@settings(max_examples=25)
def test_everybody_has_an_address_of_their_own_that_belongs_to_nobody(seed: int, count: int) -> None:
    read, found = address_reader(), list(people(count, seed))
    judged = [read(one.email) for one in found]
    assert [one.reason for one in judged] == [""] * count
    assert all(is_reserved(one.address.rpartition("@")[2]) for one in judged)
    assert len({one.address.lower() for one in judged}) == count
    assert found == list(islice(people(count + 7, seed), count)), "fewer are the first of more"


def test_they_are_as_varied_as_real_ones() -> None:
    found = list(people(500, 1))
    assert {name for name in MadeUp._fields if any(not getattr(one, name) for one in found)} == set(MadeUp._fields[1:])
    assert any("ö" in one.first_name for one in found) and any(len(one.last_name) > 30 for one in found)
    assert any("ü" in one.email for one in found)
    numbers = [{one.email.partition("@")[0].rpartition(".")[2] for one in people(500, seed)} for seed in (1, 2)]
    assert not numbers[0] & numbers[1], "no two seeds share an address, whatever the names"


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


@pytest.mark.slow
def test_a_tenant_is_filled_by_the_import_and_the_second_time_nothing_changes(alpha: TenantDB, typed: Typed) -> None:
    words = ("testdata", "alpha", "--subscribers", "120")
    code, said = typed(*words)
    assert (code, said.get("subscribers")) == (0, 120), said
    assert [(one["rows"], one["added"]) for one in said["lists"]] == [(120, 120), (40, 40), (12, 12)]
    again = typed(*words)[1]
    assert [(one["added"], one["unchanged"]) for one in again["lists"]] == [(0, 120), (0, 40), (0, 12)]
    assert typed(*words, "--seed", "1")[1]["lists"][0]["added"] == 120
    assert typed("testdata", "alpha", "--subscribers", "0")[0] == 2


def test_in_production_only_a_tenant_without_real_people_is_filled(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "home", {"SIEGELPOST_ENVIRONMENT": "production"})
    assert shell("init").code == 0
    shell.json("tenant", "create", "own", "--name", "Own", "--own", "--language", "en")
    shell.json("tenant", "create", "other", "--name", "Other")
    words = ("testdata", "own", "--subscribers", "30", "--json")
    assert shell(*words).data["lists"][0]["added"] == 30
    assert shell(*words).code == 0, "whoever is there was made up"
    assert shell("testdata", "other", "--subscribers", "1", "--json").error["code"] == "tenancy.agreement_missing"
    people_file = tmp_path / "people.csv"
    people_file.write_text(f"email\nbob@{OWNED}\n")
    shell.json("import", "own", people_file, "--list", "Made-up people", "--ground", "consent", "--source", "fair")
    said = shell(*words)
    assert (said.code, said.error["code"]) == (3, "testdata.production")
