"""Finding people by address, name, list and how they stand; the blacklist as the staff keep it."""

from datetime import UTC, datetime

import pytest

from siegelpost.audience.listing import people
from siegelpost.audience.services import add_member, create_list, put_subscriber
from siegelpost.base.actor import Actor
from siegelpost.consent.blacklist import counts, lift_address, lift_pattern, patterns
from siegelpost.consent.grants import Proof, grant
from siegelpost.consent.people import SILENT, SUPPRESSED, WRITABLE, Search, find, standings
from siegelpost.consent.suppression import check, suppress, suppress_pattern
from siegelpost.consent.suppression_import import SuppressionFile, import_entries, wrong_lines
from siegelpost.tenancy.handle import TenantDB
from tests.consent.people import key_of

NOON = datetime(2026, 5, 4, 12, 0, 7, tzinfo=UTC)
STAFF = Actor.staff(7)
PROOF = Proof(ground="double_opt_in", source="form:x")


def add(tenant: TenantDB, email: str, *lists: int, agree: bool = True, **fields: str) -> int:
    with tenant.atomic():
        number = put_subscriber(tenant, email, fields, NOON, STAFF)
        for one in lists:
            add_member(tenant, number, one, NOON)
            if agree:
                grant(tenant, subscriber_id=number, list_id=one, proof=PROOF, at=NOON, actor=STAFF)
    return number


def hits(tenant: TenantDB, search: Search) -> list[str]:
    found = find(tenant, search, skip=0, limit=25)
    assert found.total == len(found.ids) and not found.more
    return [one.email.partition("@")[0] for one in people(tenant, found.ids)]


@pytest.fixture
def town(alpha: TenantDB) -> tuple[TenantDB, int, int]:
    """Seven people on two lists, in all ways to stand."""
    one, two = (create_list(alpha, name, actor=STAFF, now=NOON) for name in ("One", "Two"))
    add(alpha, "Zoe@example.org", one, first_name="Zoe", last_name="Özdemir")
    add(alpha, "bob@example.org", one, two, first_name="Bob", last_name="Smith")
    add(alpha, "cleo@example.org", one, agree=False, first_name="Cleo", last_name="Abel")
    add(alpha, "dan_x@firm.example", two, first_name="Dan", last_name="O'Neil")
    add(alpha, "eve@firm.example", one, first_name="Eve", last_name="Smithson")
    add(alpha, "fay@example.org")
    add(alpha, "gus@example.org", one, two, first_name="Gus")
    with alpha.atomic():
        suppress(alpha, kind="complaint", key=key_of(alpha, "bob@example.org"), source="arf", actor=STAFF, now=NOON)
        suppress(alpha, kind="optout", key=key_of(alpha, "gus@example.org"), source="page", actor=STAFF, now=NOON, list_id=one)
        suppress_pattern(alpha, pattern="eve@%.example", source="staff", actor=STAFF, now=NOON)
    return alpha, one, two


@pytest.mark.parametrize(
    "text, expected",
    [
        ("", ["bob", "cleo", "dan_x", "eve", "fay", "gus", "Zoe"]),
        ("BO", ["bob"]),
        ("smith", ["bob", "eve"]),
        ("özd", ["Zoe"]),
        ("ÖZDEMIR", ["Zoe"]),
        ("zoe öz", ["Zoe"]),
        ("zoe smith", []),
        ("o'n", ["dan_x"]),
        ("@firm.example", ["dan_x", "eve"]),
        ("@%", []),
        ("dan_x@f", ["dan_x"]),
        ("danyx@f", []),
        ("%", []),
        ("' OR 1=1 --", []),
        ("x" * 10_000, []),
        ("\U0001f600 \u202e", []),
    ],
)
def test_people_are_found_by_the_beginning_of_address_and_name(town: tuple[TenantDB, int, int], text: str, expected: list[str]) -> None:
    assert hits(town[0], Search(text=text)) == expected


def test_they_come_in_any_order(town: tuple[TenantDB, int, int]) -> None:
    tenant, one, _two = town
    assert hits(tenant, Search(order="added", falling=True))[:2] == ["gus", "fay"]
    named = [name for name in hits(tenant, Search(order="name", text="")) if name in ("cleo", "bob", "eve")]
    assert named == ["cleo", "bob", "eve"]
    assert hits(tenant, Search(list_id=one)) == ["bob", "cleo", "eve", "gus", "Zoe"]


def test_how_they_stand_is_said_of_any_list_or_of_one(town: tuple[TenantDB, int, int]) -> None:
    tenant, one, two = town
    assert hits(tenant, Search(standing=WRITABLE)) == ["dan_x", "gus", "Zoe"]
    assert hits(tenant, Search(standing=SUPPRESSED)) == ["bob", "eve"]
    assert hits(tenant, Search(standing=SILENT)) == ["cleo", "fay"]
    assert hits(tenant, Search(standing=WRITABLE, list_id=one)) == ["Zoe"]
    assert hits(tenant, Search(standing=SUPPRESSED, list_id=one)) == ["bob", "eve", "gus"]
    assert hits(tenant, Search(standing=SILENT, list_id=one)) == ["cleo"]
    assert hits(tenant, Search(standing=WRITABLE, list_id=two)) == ["dan_x", "gus"]


def test_the_filter_and_what_stands_in_the_row_agree(town: tuple[TenantDB, int, int]) -> None:
    tenant, one, two = town
    for list_id in (None, one, two):
        everybody = people(tenant, find(tenant, Search(list_id=list_id), skip=0, limit=25).ids)
        said = standings(tenant, everybody, list_id)
        for code in (WRITABLE, SUPPRESSED, SILENT):
            filtered = find(tenant, Search(list_id=list_id, standing=code), skip=0, limit=25).ids
            assert set(filtered) == {number for number, standing in said.items() if standing.code == code}


def test_what_nobody_counted_is_said_to_be_more(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siegelpost.consent.people.AHEAD", 3)
    for at in range(7):
        add(alpha, f"p{at}@example.org")
    first, last = find(alpha, Search(text="p"), skip=0, limit=2), find(alpha, Search(text="p"), skip=4, limit=2)
    assert (len(first.ids), first.total, first.more) == (2, 5, True)
    assert (len(last.ids), last.total, last.more) == (2, 7, False)


def test_a_large_list_is_walked_and_says_the_same(town: tuple[TenantDB, int, int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siegelpost.consent.people.SPARSE", 0)
    tenant, one, _two = town
    assert hits(tenant, Search(list_id=one)) == ["bob", "cleo", "eve", "gus", "Zoe"]


@pytest.mark.sqlite
@pytest.mark.parametrize(
    "asked",
    [
        "1 = 1 ORDER BY p.by_address, p.subscriber_id LIMIT 25",
        "p.by_address >= 'a' AND p.by_address < 'b'",
        "p.by_address >= '' AND (p.by_first_name >= 'a' AND p.by_first_name < 'b')",
        "p.by_address >= '' ORDER BY p.by_last_name, p.by_first_name, p.subscriber_id",
    ],
)
def test_addresses_and_names_come_from_the_index(alpha: TenantDB, asked: str) -> None:
    with alpha.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN SELECT p.subscriber_id FROM audience_person p WHERE {asked}")
        assert "audience_by_address" in cursor.fetchall()[0][3]


def test_what_the_tenant_put_on_the_blacklist_it_may_take_off_and_nothing_else(alpha: TenantDB) -> None:
    key = key_of(alpha, "ann@example.org")
    with alpha.atomic():
        suppress(alpha, kind="blacklist", key=key, source="staff", actor=STAFF, now=NOON)
        suppress(alpha, kind="complaint", key=key, source="arf", actor=STAFF, now=NOON)
        suppress_pattern(alpha, pattern="a_b%@Example.org", source="staff", actor=STAFF, now=NOON)
    assert counts(alpha) == {"complaint": 1, "optout": 0, "blacklist": 2, "retained": 0, "exclusion": 0}
    assert [one.pattern for one in patterns(alpha)] == ["a_b%@example.org"]
    with alpha.atomic():
        assert lift_address(alpha, key, actor=STAFF, now=NOON)
        assert not lift_address(alpha, key, actor=STAFF, now=NOON)
        assert lift_pattern(alpha, patterns(alpha)[0].id, actor=STAFF, now=NOON)
        assert not lift_pattern(alpha, 999, actor=STAFF, now=NOON)
    assert [one.kind for one in check(alpha, "ann@example.org")] == ["complaint"]


def test_wrong_lines_are_those_that_an_import_refuses(alpha: TenantDB) -> None:
    lines = ["email", "ann@example.org; Ann", "", "# note", "no address", "%@example.org", "%%", "\ufeffbob@example.org"]
    for kind in ("blacklist", "optout"):
        wrong = wrong_lines(lines, kind)
        result = import_entries(alpha, lines, SuppressionFile(kind=kind, source="x"), actor=STAFF, now=NOON)
        assert sum(result.refused.values()) == len(wrong)
        assert {one.reason for one in wrong} == set(result.refused)
    assert [(one.number, one.text) for one in wrong_lines(lines, "blacklist")] == [(5, "no address"), (7, "%%")]
