"""Subscribers by the interface: the rules of the pages, and what leaves is in the register before it is told."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from siegelpost.audience.fields import FieldSpec, create_field, ensure_standard_fields
from siegelpost.audience.models import Subscriber
from siegelpost.audience.reads import find_subscriber
from siegelpost.consent.reads import records_of
from siegelpost.consent.rules import BLACKLIST
from siegelpost.consent.suppression import suppress
from siegelpost.evidence.reads import entries
from siegelpost.flows.delete_list import delete_list
from siegelpost.flows.disclosed import told_about
from siegelpost.governance.disclosures.reads import disclosures
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from tests.api.calling import Program, program
from tests.api.routes import NEW
from tests.governance.watching import seen as watched
from tests.web.townsfolk import STAFF, a_list, a_person
from tests.web.visiting import NOON


@pytest.fixture
def shop(alpha: TenantDB) -> Program:
    """A program that may read and change people; a list 1, "News"."""
    ensure_standard_fields(alpha, NOON)
    a_list(alpha, "News")
    return program(alpha, "read", "export", "people")


def added(shop: Program, **more: Any) -> int:
    return int(shop.told("POST", "subscribers", {**NEW, "list": 1, **more}, status=201)["id"])


def test_a_person_is_added_with_ground_and_source_and_read_back(alpha: TenantDB, shop: Program) -> None:
    number = added(shop, fields={"first_name": " Eve\u200b "})
    seen = shop.see(f"subscribers/{number}")
    assert (seen["email"], seen["fields"], seen["lists"]) == ("eve@example.org", {"first_name": "Eve"}, [1])
    assert datetime.fromisoformat(seen["created_at"]).tzinfo is UTC
    assert shop.told("POST", "subscribers/find", {"email": "EVE@Example.org"}) == seen
    (record,) = records_of(alpha, number)
    assert (record.ground, record.source) == ("order 7", "shop")
    acts = {one["act"]: one["actor"] for one in entries(alpha) if one["subject"] == f"subscriber:{number}"}
    assert acts.keys() >= {"audience.subscriber_created", "consent.granted"} and set(acts.values()) == {shop.actor}


@pytest.mark.parametrize(
    ("wrong", "wanted"),
    [
        ({"email": "nobody"}, (422, "subscriber.address_wrong")),
        ({"ground": " "}, (400, "import.ground_missing")),
        ({"source": ""}, (400, "import.source_missing")),
        ({"ground": "line\nbreak"}, (400, "import.order_too_long")),
        ({"list": 99}, (404, "list.unknown")),
        ({"email": None}, (422, "api.request_wrong")),
        ({"fields": {"first_name": ["secret@example.org"]}}, (422, "api.request_wrong")),
        ({"fields": {"secret@example.org": "1"}}, (422, "subscriber.field_unknown")),
        ({"fields": {"first_name": "\ufffd secret@example.org"}}, (422, "subscriber.value_refused")),
        ({"secret@example.org": 1}, (422, "api.request_wrong")),
    ],
)
def test_who_cannot_be_added_is_not_and_nothing_personal_is_repeated(
    alpha: TenantDB, shop: Program, wrong: dict[str, Any], wanted: tuple[int, str]
) -> None:
    answer = shop.ask("POST", "subscribers", {**NEW, "list": 1, **wrong})
    assert (answer.status_code, answer.json()["error"]["code"]) == wanted
    assert not re.search("secret|eve@", answer.content.decode()) and not alpha.objects(Subscriber).exists()


def test_nobody_is_brought_back_by_the_hand_of_others(alpha: TenantDB, shop: Program) -> None:
    number = added(shop)
    assert shop.refused("POST", "subscribers", {**NEW, "list": 1}) == (422, "subscriber.on_list")
    way = f"lists/1/subscribers/{number}"
    assert shop.told("POST", f"{way}/unsubscribe") == {"changed": True} and shop.told("POST", f"{way}/unsubscribe") == {"changed": False}
    assert shop.refused("POST", "subscribers", {**NEW, "list": 1}) == (403, "subscriber.suppressed")
    with alpha.atomic():
        key = address_key("eve@example.org", alpha.keys.addresses)
        suppress(alpha, kind=BLACKLIST, key=key, source="staff", actor=STAFF, now=NOON)
    offers = a_list(alpha, "Offers")
    assert shop.refused("POST", "subscribers", {**NEW, "list": offers}) == (403, "subscriber.suppressed")


def test_whoever_was_on_a_list_by_mistake_is_taken_off_and_may_come_back(alpha: TenantDB, shop: Program) -> None:
    number = added(shop)
    assert shop.told("DELETE", f"lists/1/subscribers/{number}") == {"changed": True}
    assert shop.see(f"subscribers/{number}")["lists"] == []
    assert added(shop) == number and shop.see(f"subscribers/{number}")["lists"] == [1]
    assert shop.told("POST", "subscribers", {**NEW, "list": a_list(alpha, "Offers"), "fields": {"first_name": "Not her"}}, 201)["known"]
    assert shop.see(f"subscribers/{number}")["fields"] == {}


@pytest.mark.slow
def test_values_are_read_by_the_type_of_their_field(alpha: TenantDB, shop: Program) -> None:
    for alias, kind, options in (("visits", "number", ()), ("born", "date", ()), ("vip", "boolean", ()), ("size", "choice", ("S", "L"))):
        create_field(alpha, FieldSpec(alias=alias, name=alias, kind=kind, purpose="test", options=options), actor=STAFF, now=NOON)
    number = added(shop)
    good = {"visits": 1.234, "born": "2000-12-31", "vip": True, "size": "l", "first_name": 7}
    kept = {"visits": 1.234, "born": "2000-12-31", "vip": True, "size": "L", "first_name": "7"}
    assert shop.told("PATCH", f"subscribers/{number}", {"fields": good}) == {"changed": True}
    assert shop.told("PATCH", f"subscribers/{number}", {"fields": good}) == {"changed": False}
    assert shop.see(f"subscribers/{number}")["fields"] == kept
    for wrong in (
        {"visits": True},
        {"visits": "many"},
        {"vip": 1},
        {"vip": "maybe"},
        {"born": 20001231},
        {"size": "XL"},
        {"visits": 1e300},
    ):
        assert shop.refused("PATCH", f"subscribers/{number}", {"fields": wrong}) == (422, "subscriber.value_refused"), wrong
    assert shop.told("PATCH", f"subscribers/{number}", {"fields": {"visits": None, "born": " ", "vip": None, "size": None}})["changed"]
    assert shop.see(f"subscribers/{number}")["fields"] == {"first_name": "7"}


def test_what_nobody_has_seen_is_not_overwritten(alpha: TenantDB, shop: Program) -> None:
    number = added(shop, fields={"first_name": "Eve"})
    seen = shop.see(f"subscribers/{number}")["updated_at"]
    assert shop.told("PATCH", f"subscribers/{number}", {"fields": {"first_name": "Eva"}, "seen": seen})["changed"]
    for old in (seen, "yesterday"):
        late = {"fields": {"first_name": "Evi"}, "seen": old}
        assert shop.refused("PATCH", f"subscribers/{number}", late) == (409, "subscriber.changed")
    person = find_subscriber(alpha, number)
    assert person is not None and person.fields == {"first_name": "Eva"}


@pytest.mark.slow
def test_pages_hold_everybody_once_and_no_more_than_was_asked_for(alpha: TenantDB, shop: Program) -> None:
    offers = a_list(alpha, "Offers")
    everybody = [a_person(alpha, f"p{at}@example.org", offers if at % 3 else 1) for at in range(7)]
    for name, wanted in (
        ("", everybody),
        (f"&list={offers}", [one for at, one in enumerate(everybody) if at % 3]),
        ("&list=1", everybody[::3]),
    ):
        got: list[int] = []
        after: int | None = 0
        while after is not None:
            page = shop.see(f"subscribers?limit=2&after={after}{name}")
            got += [one["id"] for one in page["subscribers"]]
            after = page["next"]
            assert len(page["subscribers"]) <= 2
        assert got == wanted
    for wrong in ("limit=0", "limit=501", "limit=x", "after=-1", f"after={2**63}", "list=0"):
        assert shop.refused("GET", f"subscribers?{wrong}") == (422, "api.request_wrong"), wrong
    delete_list(alpha, offers, typed="Offers", actor=STAFF, now=NOON)
    assert shop.refused("GET", f"subscribers?list={offers}") == (404, "list.unknown")


def test_what_a_program_reads_is_in_the_register_with_everybody_in_it(alpha: TenantDB, shop: Program) -> None:
    ann, bob = a_person(alpha, "ann@example.org", 1), a_person(alpha, "bob@example.org", a_list(alpha, "Offers"))
    shop.see("subscribers?list=1"), shop.see("subscribers"), shop.see(f"subscribers/{bob}")
    shop.see(f"subscribers?after={bob}"), shop.refused("POST", "subscribers/find", {"email": "nobody@example.org"})  # nobody is told
    written = [(one.kind, one.people, one.records, one.recipient, one.actor, one.channel) for one in reversed(disclosures(alpha))]
    assert written == [
        ("api", "list:1", 1, "Shop", shop.actor, "api"),
        ("api", "subscribers", 2, "Shop", shop.actor, "api"),
        ("api", f"subscriber:{bob}", 1, "Shop", shop.actor, "api"),
    ]
    for number, wanted in ((ann, ["list:1", "subscribers"]), (bob, ["subscribers", f"subscriber:{bob}"])):
        answers = told_about(alpha, number, actor=STAFF, now=NOON).answers
        assert sorted(one.one.people for one in answers) == sorted(wanted)
    found = watched("2.1-01", tenant=alpha)
    assert (found.state, found.evidence["acts_without_entry"]) == ("green", 0)
