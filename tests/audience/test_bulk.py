"""Many people at once, on both engines: who is known, who is new, who is on the list."""

from datetime import UTC, datetime

from siegelpost.audience.bulk import add_members, find_many, insert_many, update_many
from siegelpost.audience.models import Membership, Subscriber
from siegelpost.audience.services import create_list
from siegelpost.base.actor import Actor
from siegelpost.base.sqlfile import sql
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from tests.plans import plan

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
EMAILS = [f"person{number}@example.org" for number in range(40)]


def keys(tenant: TenantDB) -> list[bytes]:
    return [address_key(email, tenant.keys.addresses) for email in EMAILS]


def store(tenant: TenantDB) -> tuple[int, list[int]]:
    wanted = create_list(tenant, "Brief", actor=Actor.operator(), now=NOW)
    with tenant.atomic():
        fields = [{"first_name": 'J\u00fcrgen "\u20ac" \\', "number": number, "vip": number % 2 == 0} for number in range(40)]
        return wanted, insert_many(tenant, EMAILS, keys(tenant), fields, NOW)


def test_new_people_are_stored_with_all_they_have(alpha: TenantDB, beta: TenantDB) -> None:
    wanted, ids = store(alpha)
    known = find_many(alpha, keys(alpha), wanted)
    assert len(set(ids)) == len(known) == 40
    third = known[keys(alpha)[3]]
    assert third.fields == {"first_name": 'J\u00fcrgen "\u20ac" \\', "number": 3, "vip": False}
    assert not third.on_list
    row = alpha.objects(Subscriber).get(pk=third.id)
    assert (row.email, bytes(row.address_key), row.fields, row.created_at) == (EMAILS[3], keys(alpha)[3], third.fields, NOW)


def test_strangers_are_not_found(alpha: TenantDB, beta: TenantDB) -> None:
    wanted, _ids = store(alpha)
    assert find_many(alpha, [b"x" * 16, keys(alpha)[0]], wanted).keys() == {keys(alpha)[0]}
    assert find_many(alpha, [], wanted) == {}
    assert find_many(alpha, [address_key("ann@example.org", beta.keys.addresses)], wanted) == {}


def test_people_who_are_stored_stay_as_they_are(alpha: TenantDB, beta: TenantDB) -> None:
    wanted, _ids = store(alpha)
    with alpha.atomic():
        insert_many(alpha, EMAILS[:1], keys(alpha)[:1], [{"first_name": "X"}], NOW)
    assert alpha.objects(Subscriber).count() == 40
    assert find_many(alpha, keys(alpha)[:1], wanted)[keys(alpha)[0]].fields["number"] == 0


def test_people_are_put_on_a_list_once(alpha: TenantDB, beta: TenantDB) -> None:
    wanted, ids = store(alpha)
    for _ in range(2):
        with alpha.atomic():
            add_members(alpha, ids[:10], wanted, NOW)
    assert alpha.objects(Membership).filter(list_id=wanted).count() == 10
    assert sum(person.on_list for person in find_many(alpha, keys(alpha), wanted).values()) == 10


def test_changes_reach_the_right_people(alpha: TenantDB, beta: TenantDB) -> None:
    wanted, _ids = store(alpha)
    known = find_many(alpha, keys(alpha), wanted)
    with alpha.atomic():
        update_many(alpha, [(known[keys(alpha)[5]].id, {"first_name": "Zo\u00eb", "number": 7.5})], NOW)
    after = find_many(alpha, keys(alpha), wanted)
    assert after[keys(alpha)[5]].fields == {"first_name": "Zo\u00eb", "number": 7.5}
    assert after[keys(alpha)[6]] == known[keys(alpha)[6]]


def test_people_are_looked_up_by_the_index(alpha: TenantDB, beta: TenantDB, engine: str) -> None:
    wanted = {"count": 1, "keys": b"x" * 16, "list_id": 1}
    found = plan(alpha, sql("audience", "find_many", engine), wanted)
    looked_up = {
        "sqlite": ("SEARCH s USING INDEX", "SEARCH m USING COVERING INDEX", "(list_id=? AND subscriber_id=?)"),
        "postgresql": ("audience_subscriber_address_key", "Index Only Scan using audience_", "subscriber_id = s.id", "list_id = 1"),
    }
    assert [part for part in looked_up[engine] if part not in found] == []
    assert "Seq Scan" not in found
    assert "SCAN s" not in found
