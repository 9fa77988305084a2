"""Who did what can be found out as long as each of the logs is kept, and whoever finds it out leaves an entry."""

from datetime import timedelta
from pathlib import Path

import pytest

from siegelpost.base.controls import Finding
from siegelpost.flows.access_log import write_access_csv
from siegelpost.flows.controls.roll_up import PARTS
from siegelpost.governance.results import keep
from siegelpost.tenancy.handle import TenantDB
from tests.governance.watching import NOW, WHO, seen


@pytest.fixture
def kept(alpha: TenantDB) -> TenantDB:
    """Alpha, of which each part was looked at and found green."""
    for one in PARTS:
        keep(alpha, one, Finding("green"), actor=WHO, now=NOW)
    return alpha


@pytest.mark.parametrize(("state", "wanted", "fact"), [("red", "red", "parts_not_kept"), ("amber", "amber", "parts_unsure")])
def test_it_is_as_good_as_the_worst_of_its_parts(kept: TenantDB, state: str, wanted: str, fact: str) -> None:
    assert seen("2.2-00", kept).state == "green"
    keep(kept, "2.2-05", Finding(state), actor=WHO, now=NOW)
    found = seen("2.2-00", kept)
    assert (found.state, found.evidence[fact]) == (wanted, ["2.2-05"])


def test_what_nobody_looked_at_lately_proves_nothing(kept: TenantDB) -> None:
    assert seen("2.2-00", kept, now=NOW + timedelta(hours=48)).state == "green"
    found = seen("2.2-00", kept, now=NOW + timedelta(hours=49))
    assert (found.state, found.evidence["parts_unsure"]) == ("amber", list(PARTS))


def test_before_anything_was_looked_at_it_is_not_green(alpha: TenantDB) -> None:
    assert seen("2.2-00", alpha).state == "amber"


def test_whoever_reads_a_log_is_counted(kept: TenantDB, tmp_path: Path) -> None:
    before = seen("2.2-00", kept).evidence["logs_read"]
    write_access_csv(kept, tmp_path / "a.csv", NOW.date(), NOW.date(), actor=WHO, now=NOW)
    assert seen("2.2-00", kept).evidence["logs_read"] == before + 2  # that it was read, and that it left as a file
