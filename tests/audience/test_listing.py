"""Tables of people, folders and lists after they were made, fields that change, edits that must not overwrite each other."""

from datetime import UTC, datetime, timedelta

import pytest

from siegelpost.audience import catalogue, listing
from siegelpost.audience.errors import FieldUnknown, FieldWrong, FolderInside, FolderNotEmpty, FolderUnknown, ListExists, SubscriberChanged
from siegelpost.audience.fields import FieldSpec, FieldWords, change_field
from siegelpost.audience.reads import fields_of, find_subscriber, list_by_id
from siegelpost.audience.services import add_member, create_field, create_folder, create_list, put_subscriber, update_subscriber
from siegelpost.base.actor import Actor
from siegelpost.evidence.reads import entries
from siegelpost.tenancy.handle import TenantDB

NOON = datetime(2026, 5, 4, 12, 0, 7, tzinfo=UTC)
STAFF = Actor.staff(7)


def person(tenant: TenantDB, email: str, **fields: str) -> int:
    with tenant.atomic():
        return put_subscriber(tenant, email, fields, NOON, STAFF)


def test_people_come_in_the_order_that_was_asked_with_names_and_lists(alpha: TenantDB) -> None:
    letter = create_list(alpha, "Letter", actor=STAFF, now=NOON)
    ann, bob = person(alpha, "ann@example.org", first_name="Ann", last_name="Ärmel"), person(alpha, "bob@example.org")
    with alpha.atomic():
        add_member(alpha, bob, letter, NOON)
    rows = listing.people(alpha, [bob, 999, ann])
    assert [(one.email, one.name, one.list_ids) for one in rows] == [
        ("bob@example.org", "", (letter,)),
        ("ann@example.org", "Ann Ärmel", ()),
    ]
    assert listing.stored(alpha) == 2
    assert listing.on_list(alpha, letter) == 1
    assert listing.list_names(alpha) == {letter: "Letter"}


def test_folders_are_a_tree_read_from_top_to_bottom(alpha: TenantDB) -> None:
    news = create_folder(alpha, "News", actor=STAFF, now=NOON)
    old = create_folder(alpha, "Old", parent_id=news, actor=STAFF, now=NOON)
    create_folder(alpha, "Archive", actor=STAFF, now=NOON)
    create_list(alpha, "Letter", folder_id=old, actor=STAFF, now=NOON)
    shown = [(one.path, one.depth, one.holds) for one in catalogue.folders_of(alpha)]
    assert shown == [("Archive", 0, 0), ("News", 0, 1), ("News / Old", 1, 1)]


def test_a_folder_is_renamed_and_moved_but_never_into_itself(alpha: TenantDB) -> None:
    top = create_folder(alpha, "Top", actor=STAFF, now=NOON)
    below = create_folder(alpha, "Below", parent_id=top, actor=STAFF, now=NOON)
    for wrong in (top, below):
        with pytest.raises(FolderInside):
            catalogue.change_folder(alpha, top, name="Top", parent_id=wrong, actor=STAFF, now=NOON)
    assert catalogue.change_folder(alpha, below, name="Beside", parent_id=None, actor=STAFF, now=NOON)
    assert not catalogue.change_folder(alpha, below, name="Beside", parent_id=None, actor=STAFF, now=NOON)
    assert len(entries(alpha, act="audience.folder_changed")) == 1
    with pytest.raises(FolderUnknown):
        catalogue.change_folder(alpha, 999, name="X", parent_id=None, actor=STAFF, now=NOON)


def test_only_an_empty_folder_can_be_deleted(alpha: TenantDB) -> None:
    folder = create_folder(alpha, "Folder", actor=STAFF, now=NOON)
    letter = create_list(alpha, "Letter", folder_id=folder, actor=STAFF, now=NOON)
    with pytest.raises(FolderNotEmpty):
        catalogue.delete_folder(alpha, folder, actor=STAFF, now=NOON)
    catalogue.change_list(alpha, letter, catalogue.ListWords("Letter", "", None), actor=STAFF, now=NOON)
    catalogue.delete_folder(alpha, folder, actor=STAFF, now=NOON)
    assert catalogue.folders_of(alpha) == []


def test_a_list_keeps_what_it_was_where_the_new_name_is_taken(alpha: TenantDB) -> None:
    letter = create_list(alpha, "Letter", actor=STAFF, now=NOON)
    create_list(alpha, "Other", actor=STAFF, now=NOON)
    with pytest.raises(ListExists):
        catalogue.change_list(alpha, letter, catalogue.ListWords("Other", "new", None), actor=STAFF, now=NOON)
    assert list_by_id(alpha, letter).description == ""
    assert entries(alpha, act="audience.list_changed") == []


def test_an_edit_of_somebody_who_was_slower_overwrites_nothing(alpha: TenantDB) -> None:
    ann = person(alpha, "ann@example.org", first_name="Ann")
    seen = NOON
    later = NOON + timedelta(seconds=1)
    with alpha.atomic():
        update_subscriber(alpha, ann, {"first_name": "Anna"}, actor=STAFF, now=later, seen=seen)
    with alpha.atomic(), pytest.raises(SubscriberChanged):
        update_subscriber(alpha, ann, {"first_name": "Anne"}, actor=STAFF, now=later, seen=seen)
    with alpha.atomic():  # the same form once more
        assert not update_subscriber(alpha, ann, {"first_name": "Anna"}, actor=STAFF, now=later, seen=seen)
    stored = find_subscriber(alpha, ann)
    assert stored is not None and stored.fields["first_name"] == "Anna"


def test_a_choice_gets_new_options_and_loses_only_those_that_nobody_has(alpha: TenantDB) -> None:
    spec = FieldSpec(name="Colour", alias="colour", kind="choice", purpose="To choose.", options=("red", "blue"))
    number = create_field(alpha, spec, actor=STAFF, now=NOON)
    person(alpha, "ann@example.org", colour="red")
    change_field(alpha, number, FieldWords("Colours", "To choose.", ("red", "green")), actor=STAFF, now=NOON)
    with pytest.raises(FieldWrong):
        change_field(alpha, number, FieldWords("Colours", "To choose.", ("green",)), actor=STAFF, now=NOON)
    colour = next(one for one in fields_of(alpha) if one.alias == "colour")
    assert (colour.name, colour.options) == ("Colours", ("red", "green"))
    with pytest.raises(FieldUnknown):
        change_field(alpha, 999, FieldWords("X", "Y"), actor=STAFF, now=NOON)
