"""The access log: readable for 45 days, provable for good, and nobody changes it unseen."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.evidence.access import REFUSED, Access, accesses, opened, record
from siegelpost.evidence.access_proof import damaged, forget, oldest_content, vouch
from siegelpost.evidence.errors import AccessDamaged, EvidenceFileUnusable
from siegelpost.evidence.models import AccessEntry
from siegelpost.evidence.reads import about
from siegelpost.evidence.seal import seal
from siegelpost.evidence.verify import verify
from siegelpost.flows.access_log import write_access_csv
from siegelpost.tenancy import key_store
from siegelpost.tenancy.handle import OperatorDB, TenantDB
from siegelpost.tenancy.installation import operator_db
from tests.evidence.logs import NOW, WHO, exported, past_the_system

DAY = timedelta(days=1)
Break = Callable[[TenantDB], None]


def use(tenant: TenantDB | OperatorDB, n: int = 3, *, days: int = 0) -> list[Access]:
    """Some accesses, and what they say."""
    done = [Access(NOW + days * DAY + timedelta(seconds=at), f"staff:{at}", "subscribers", "read", REFUSED) for at in range(n)]
    for one in done:
        record(tenant, one)
    return done


def today(tenant: TenantDB | OperatorDB, days: int = 0) -> list[Access]:
    day = (NOW + days * DAY).date()
    return list(accesses(tenant, day, day))


def test_what_was_written_is_read_by_day(alpha: TenantDB) -> None:
    first, second = use(alpha), use(alpha, 2, days=1)
    assert (today(alpha), today(alpha, 1)) == (first, second)
    assert list(accesses(alpha, NOW.date(), (NOW + DAY).date())) == first + second


def test_the_operator_has_one_too(alpha: TenantDB) -> None:
    done = use(operator_db())
    assert today(operator_db()) == done and today(alpha) == []


def test_nothing_of_it_stands_in_the_database_in_clear(alpha: TenantDB) -> None:
    use(alpha)
    (row,) = alpha.objects(AccessEntry)[:1]
    assert b"staff:" not in bytes(row.content or b"") and b"subscribers" not in bytes(row.content or b"")
    assert opened(bytes(32), bytes(row.content or b"")) == b""


def test_on_the_46th_day_the_content_is_gone_and_all_proofs_hold(alpha: TenantDB, tmp_path: Path) -> None:
    use(alpha), use(alpha, 2, days=1)
    vouch(alpha, actor=WHO, now=NOW)
    before = seal(alpha, now=NOW).encode()
    assert forget(alpha, actor=WHO, now=NOW + 45 * DAY) == 0 and len(today(alpha)) == 3
    assert forget(alpha, actor=WHO, now=NOW + 46 * DAY) == 3
    assert today(alpha) == [] and len(today(alpha, 1)) == 2
    assert oldest_content(alpha) == (NOW + DAY).date()
    assert [one.day for one in key_store.find("alpha", date.min, date.max)] == [(NOW + DAY).date()]
    assert damaged(alpha) == []
    after = exported(alpha, tmp_path / "after")
    assert verify(after.splitlines(keepends=True), [before]).counts == {}


def test_a_copy_from_before_cannot_be_read_without_the_key(alpha: TenantDB) -> None:
    use(alpha)
    vouch(alpha, actor=WHO, now=NOW)
    copy = bytes(alpha.objects(AccessEntry).values_list("content", flat=True)[0] or b"")
    forget(alpha, actor=WHO, now=NOW + 46 * DAY)
    keys = [alpha.keys.root, alpha.keys.wrapping, alpha.keys.files, alpha.keys.checkpoints]
    assert key_store.find("alpha", date.min, date.max) == []
    assert [opened(key, copy) for key in keys] == [b""] * 4


def test_what_the_log_does_not_vouch_for_yet_is_not_forgotten(alpha: TenantDB) -> None:
    use(alpha)
    assert forget(alpha, actor=WHO, now=NOW + 99 * DAY) == 0
    assert len(today(alpha)) == 3


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM evidence_accessentry WHERE id = 2",
        "DELETE FROM evidence_accessentry",
        "UPDATE evidence_accessentry SET hash = (SELECT hash FROM evidence_accessentry WHERE id = 1) WHERE id = 2",
        "UPDATE evidence_accessentry SET content = (SELECT content FROM evidence_accessentry WHERE id = 1) WHERE id = 2",
        "UPDATE evidence_accessentry SET batch = 2 WHERE id = 3",
    ],
)
def test_a_change_past_the_system_is_found(alpha: TenantDB, statement: str) -> None:
    use(alpha)
    vouch(alpha, actor=WHO, now=NOW)
    assert damaged(alpha) == []
    past_the_system(alpha, statement)
    assert damaged(alpha) != []


def test_content_of_another_entry_is_not_read_as_its_own(alpha: TenantDB) -> None:
    use(alpha)
    past_the_system(alpha, "UPDATE evidence_accessentry SET content = (SELECT content FROM evidence_accessentry WHERE id = 1) WHERE id = 2")
    with pytest.raises(AccessDamaged):
        today(alpha)


def test_an_entry_that_is_put_in_later_is_found(alpha: TenantDB) -> None:
    use(alpha)
    vouch(alpha, actor=WHO, now=NOW)
    use(alpha, 1)
    past_the_system(alpha, "UPDATE evidence_accessentry SET batch = 1 WHERE batch IS NULL")
    assert damaged(alpha) == [1]


@pytest.mark.slow
def test_vouching_twice_adds_nothing(alpha: TenantDB) -> None:
    use(alpha)
    assert [vouch(alpha, actor=WHO, now=NOW) for _ in range(2)] == [3, 0]
    use(alpha, 2)
    assert vouch(alpha, actor=WHO, now=NOW) == 2 and damaged(alpha) == []


@given(st.binary(max_size=80), st.binary(min_size=0, max_size=40))
def test_no_bytes_are_taken_for_content(content: bytes, key: bytes) -> None:
    assert opened(key, content) == b""


def test_the_file_names_people_by_number_and_taking_it_is_logged(alpha: TenantDB, tmp_path: Path) -> None:
    use(alpha, 2)
    record(alpha, Access(NOW, "=cmd|x", "lists", "read"))
    assert write_access_csv(alpha, tmp_path / "a.csv", NOW.date(), NOW.date(), actor=WHO, now=NOW) == 3
    lines = (tmp_path / "a.csv").read_bytes().decode().split("\r\n")
    assert lines[:2] == ["\ufeffat;who;area;verb;result", "2026-05-01T12:00:00.000+00:00;staff:0;subscribers;read;refused"]
    assert lines[3:] == ["2026-05-01T12:00:00.000+00:00;'=cmd|x;lists;read;ok", ""], "a spreadsheet runs nothing of it"
    (act,) = about(alpha, ("log:access",), acts=("access.read",))
    assert act.details == {"from": "2026-05-01", "to": "2026-05-01"}


def test_a_file_that_cannot_be_made_is_said_and_a_broken_log_leaves_none(alpha: TenantDB, tmp_path: Path) -> None:
    with pytest.raises(EvidenceFileUnusable):
        write_access_csv(alpha, tmp_path / "none" / "a.csv", NOW.date(), NOW.date(), actor=WHO, now=NOW)
    use(alpha)
    past_the_system(alpha, "UPDATE evidence_accessentry SET content = hash WHERE id = 2")
    with pytest.raises(AccessDamaged):
        write_access_csv(alpha, tmp_path / "a.csv", NOW.date(), NOW.date(), actor=WHO, now=NOW)
    assert not (tmp_path / "a.csv").exists()
