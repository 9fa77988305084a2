"""A list that was deleted is in nobody's sight, although its memberships are still there."""

import pytest

from siegelpost.audience.bulk import add_members
from siegelpost.audience.catalogue import delete_folder, folders_of
from siegelpost.audience.errors import ListUnknown
from siegelpost.audience.growth import any_list
from siegelpost.audience.leaving import (
    deleted_names,
    drop_members,
    forget_list,
    hold_lists,
    labels,
    leaving_lists,
    lock_list,
    mark_leaving,
    on_no_other,
    some_members,
)
from siegelpost.audience.listing import list_names, people
from siegelpost.audience.models import Membership
from siegelpost.audience.reads import find_subscriber, list_by_id, list_by_name, lists_of
from siegelpost.audience.services import add_member, create_folder, create_list
from siegelpost.consent.numbers import agreeing
from siegelpost.consent.people import SILENT, standings
from siegelpost.evidence.reads import about, entries
from siegelpost.tenancy.handle import TenantDB
from tests.web.townsfolk import STAFF, a_list, a_person
from tests.web.visiting import NOON


def mark(tenant: TenantDB, list_id: int) -> None:
    """What a flow does once nothing stands in the way."""
    with tenant.atomic():
        lock_list(tenant, list_id)
        mark_leaving(tenant, list_id, actor=STAFF, now=NOON)


def rows(tenant: TenantDB, list_id: int) -> int:
    return tenant.objects(Membership).filter(list_id=list_id).count()


def test_a_deleted_list_is_found_by_nobody_and_its_name_is_free(alpha: TenantDB) -> None:
    letter = a_list(alpha, "Letter")
    a_person(alpha, "ann@example.org", letter)
    mark(alpha, letter)
    assert (lists_of(alpha), list_names(alpha), any_list(alpha)) == ([], {}, False)
    for look in (lambda: list_by_id(alpha, letter), lambda: list_by_name(alpha, "Letter"), lambda: mark(alpha, letter)):
        with pytest.raises(ListUnknown):
            look()
    assert a_list(alpha, "Letter") != letter
    assert rows(alpha, letter) == 1


def test_nobody_is_on_a_deleted_list_and_its_consent_counts_for_nothing(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    ann = a_person(alpha, "ann@example.org", letter)
    assert agreeing(alpha) == 1
    mark(alpha, letter)
    person, [line] = find_subscriber(alpha, ann), people(alpha, [ann])
    assert person is not None and (person.list_ids, line.list_ids) == (frozenset(), ())
    assert standings(alpha, [line])[ann].code == SILENT
    assert agreeing(alpha) == 0


def test_nobody_gets_onto_a_deleted_list(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    ann = a_person(alpha, "ann@example.org")
    mark(alpha, letter)
    with pytest.raises(ListUnknown), alpha.atomic():
        add_member(alpha, ann, letter, NOON)
    with pytest.raises(ListUnknown), alpha.atomic():
        add_members(alpha, [ann], letter, NOON)
    assert rows(alpha, letter) == 0


def test_lists_are_held_all_or_none(alpha: TenantDB) -> None:
    one, two = a_list(alpha, "One"), a_list(alpha, "Two")
    with alpha.atomic():
        hold_lists(alpha, [one, two])
        hold_lists(alpha, [])
    mark(alpha, two)
    with pytest.raises(ListUnknown), alpha.atomic():
        hold_lists(alpha, [one, two])


def test_whoever_is_on_another_list_is_not_left_alone_but_one_that_goes_too_is_no_other(alpha: TenantDB) -> None:
    one, two, three = (a_list(alpha, name) for name in ("One", "Two", "Three"))
    a_person(alpha, "ann@example.org", one)
    a_person(alpha, "bob@example.org", one, two)
    a_person(alpha, "cyd@example.org", one, three)
    a_person(alpha, "dan@example.org", two)
    assert on_no_other(alpha, one) == 1
    mark(alpha, three)
    assert on_no_other(alpha, one) == 2


def test_the_act_says_who_deleted_what_and_how_many_were_on_it(alpha: TenantDB) -> None:
    letter = a_list(alpha, "Letter")
    a_person(alpha, "ann@example.org", letter)
    mark(alpha, letter)
    [act] = about(alpha, [f"list:{letter}"], acts=["audience.list_deleted"])
    assert (act.actor, act.at, act.details) == ("staff:1", NOON, {"name": "Letter", "people": 1})
    assert leaving_lists(alpha)[0].since == NOON


def test_a_list_that_has_gone_empty_is_forgotten_once_and_never_one_that_is_here(alpha: TenantDB) -> None:
    letter, other = a_list(alpha, "Letter"), a_list(alpha, "Other")
    ann = a_person(alpha, "ann@example.org", letter, other)
    mark(alpha, letter)
    with alpha.atomic():
        drop_members(alpha, letter, some_members(alpha, letter, 10))
    for list_id in (letter, letter, other):
        with alpha.atomic():
            forget_list(alpha, list_id, actor=STAFF, now=NOON)
    assert leaving_lists(alpha) == [] and list(list_names(alpha)) == [other]
    assert len(entries(alpha, act="audience.list_cleared")) == 1
    person = find_subscriber(alpha, ann)
    assert person is not None and person.list_ids == {other}


def test_a_deleted_list_keeps_its_name_where_people_read_of_it(alpha: TenantDB, beta: TenantDB) -> None:
    here, gone = a_list(alpha, "Here"), a_list(alpha, "Gone")
    mark(alpha, gone)
    assert labels(alpha, [here, gone, 999]) == {here: "Here", gone: "Gone (deleted)", 999: "[deleted list]"}
    assert deleted_names(alpha, [here, gone, 999]) == {gone: "Gone"}
    assert labels(beta, [gone]) == {gone: "[deleted list]"}
    assert labels(alpha, []) == {}


def test_the_folder_of_a_deleted_list_can_go_at_once(alpha: TenantDB) -> None:
    folder = create_folder(alpha, "News", actor=STAFF, now=NOON)
    letter = create_list(alpha, "Letter", folder_id=folder, actor=STAFF, now=NOON)
    a_person(alpha, "ann@example.org", letter)
    mark(alpha, letter)
    assert folders_of(alpha)[0].holds == 0
    delete_folder(alpha, folder, actor=STAFF, now=NOON)
    assert folders_of(alpha) == []
