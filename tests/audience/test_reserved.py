"""Addresses that belong to nobody, and the doors of a test system that let nobody else in."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.audience.errors import AddressReal
from siegelpost.audience.reserved import RESERVED, is_reserved, judge_of
from siegelpost.audience.services import put_subscriber
from siegelpost.base.actor import Actor
from siegelpost.base.settings import SettingsWrong, read_settings
from siegelpost.flows.add_subscriber import NewSubscriber, add_subscriber
from siegelpost.flows.import_subscribers import import_subscribers
from siegelpost.intake.orders import ImportOrder
from siegelpost.tenancy.handle import TenantDB
from tests.intake.files import a_list, written

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
WHO = Actor.operator()
LABEL = st.from_regex(r"[a-z0-9]{1,8}", fullmatch=True)
OWNED = "somewhere.zzz"
REAL = f"bob@{OWNED}"


@given(st.sampled_from(sorted(RESERVED)), st.lists(LABEL, max_size=3))
@pytest.mark.slow
def test_reserved_is_a_name_and_all_below_it(name: str, below: list[str]) -> None:
    assert is_reserved(".".join([*below, name]))
    assert not is_reserved(f"{name}.zzz") and not is_reserved(f"a{name}")


@pytest.mark.parametrize("domain", ["example.org.de", "myexample.org", "example.co", "org", "test.de", "", "xn--example-zzz"])
def test_what_only_looks_reserved_is_not(domain: str) -> None:
    assert not is_reserved(domain)


def test_a_sink_is_declared_by_whole_domains() -> None:
    is_real = judge_of(read_settings({"SIEGELPOST_TEST_DOMAINS": "Sink.somewhere.zzz, other.zzz"}))
    assert [is_real(f"a@{name}") for name in ("sink.somewhere.zzz", "x.other.zzz", "somewhere.zzz")] == [False, False, True]
    with pytest.raises(SettingsWrong):
        read_settings({"SIEGELPOST_TEST_DOMAINS": "de"})


def test_an_import_into_a_test_system_refuses_real_rows_and_goes_on(alpha: TenantDB, tmp_path: Path) -> None:
    order = ImportOrder(list_id=a_list(alpha), ground="consent", source="fair", refused_to=tmp_path / "refused.csv")
    path = written(tmp_path, f"email\nann@example.org\n{REAL}\neve@EXAMPLE.com\n")
    tally = import_subscribers(alpha, path, order, actor=WHO, now=NOW).tally
    assert (tally.rows, tally.added, tally.refused) == (3, 2, {"address_real": 1})
    assert "Real addresses do not belong into a test system." in (tmp_path / "refused.csv").read_text("utf-8")


def test_nobody_adds_a_real_person_to_a_test_system(alpha: TenantDB) -> None:
    """The pages and the interface both come by this flow; whatever else stores people comes by `put_subscriber`."""
    new = NewSubscriber(email=f" {REAL}", list_id=a_list(alpha), ground="consent", source="fair", fields={})
    with pytest.raises(AddressReal):
        add_subscriber(alpha, new, actor=WHO, now=NOW)
    with pytest.raises(AddressReal), alpha.atomic():
        put_subscriber(alpha, REAL, {}, NOW, WHO)
