"""Lists, folders, fields and single people."""

from datetime import UTC, datetime

import pytest

from siegelpost.audience.errors import FieldExists, FieldWrong, FolderUnknown, ListExists, ListUnknown, NameWrong, SubscriberUnknown
from siegelpost.audience.fields import FieldSpec
from siegelpost.audience.reads import fields_of, find_by_email, find_subscriber, list_by_name, lists_of
from siegelpost.audience.services import (
    add_member,
    create_field,
    create_folder,
    create_list,
    ensure_standard_fields,
    put_subscriber,
    remove_member,
    update_subscriber,
)
from siegelpost.base.actor import Actor
from siegelpost.evidence.models import Entry
from siegelpost.tenancy.handle import TenantDB

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
LATER = datetime(2026, 5, 2, 12, tzinfo=UTC)
ME = Actor.operator()


def acts(tenant: TenantDB) -> list[str]:
    return list(tenant.objects(Entry).order_by("pk").values_list("act", flat=True))


def test_a_list_lies_in_a_folder_and_counts_its_people(alpha: TenantDB, beta: TenantDB) -> None:
    folder = create_folder(alpha, "Kunden", actor=ME, now=NOW)
    inner = create_folder(alpha, "Inland", parent_id=folder, actor=ME, now=NOW)
    wanted = create_list(alpha, " Brief ", folder_id=inner, actor=ME, now=NOW)
    with alpha.atomic():
        ann = put_subscriber(alpha, "ann@example.org", {}, NOW, ME)
        add_member(alpha, ann, wanted, NOW)
        add_member(alpha, ann, wanted, NOW)
    found = list_by_name(alpha, "Brief")
    assert (found.id, found.folder_id, found.members) == (wanted, inner, 1)
    assert [one.name for one in lists_of(alpha)] == ["Brief"]
    assert acts(alpha)[-4:] == [
        "audience.folder_created", "audience.folder_created", "audience.list_created", "audience.subscriber_created",
    ]  # fmt: skip


def test_a_name_is_taken_only_once(alpha: TenantDB, beta: TenantDB) -> None:
    create_list(alpha, "Brief", actor=ME, now=NOW)
    before = acts(alpha)
    with pytest.raises(ListExists):
        create_list(alpha, "Brief", actor=ME, now=NOW)
    assert len(lists_of(alpha)) == 1
    assert acts(alpha) == before


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "x" * 121, "\x00", "a\u2028b"])
def test_a_name_is_one_line(alpha: TenantDB, beta: TenantDB, name: str) -> None:
    with pytest.raises(NameWrong):
        create_list(alpha, name, actor=ME, now=NOW)


def test_unknown_folders_and_lists_are_said_to_be_unknown(alpha: TenantDB, beta: TenantDB) -> None:
    with pytest.raises(FolderUnknown):
        create_list(alpha, "Brief", folder_id=4711, actor=ME, now=NOW)
    with pytest.raises(ListUnknown):
        list_by_name(alpha, "Beta-Brief")


def test_standard_fields_are_made_once_in_the_tenant_s_language(alpha: TenantDB, beta: TenantDB) -> None:
    for _ in range(2):
        ensure_standard_fields(alpha, NOW)
    assert [field.alias for field in fields_of(alpha)] == ["salutation", "first_name", "last_name"]


def test_a_field_has_name_alias_kind_and_purpose(alpha: TenantDB, beta: TenantDB) -> None:
    spec = FieldSpec(name="Gr\u00f6\u00dfe", alias="size", kind="choice", purpose="Passende Angebote", options=("S", "M"))
    create_field(alpha, spec, actor=ME, now=NOW)
    found = fields_of(alpha)[-1]
    assert (found.name, found.alias, found.kind, found.purpose, found.options) == (
        "Gr\u00f6\u00dfe", "size", "choice", "Passende Angebote", ("S", "M"),
    )  # fmt: skip
    with pytest.raises(FieldExists):
        create_field(alpha, spec, actor=ME, now=NOW)


@pytest.mark.parametrize(
    "spec",
    [
        FieldSpec(name="X", alias="Gr\u00f6\u00dfe", kind="text", purpose="x"),
        FieldSpec(name="X", alias="email", kind="text", purpose="x"),
        FieldSpec(name="X", alias="unsubscribe_url", kind="text", purpose="x"),
        FieldSpec(name="X", alias="x", kind="colour", purpose="x"),
        FieldSpec(name="X", alias="x", kind="choice", purpose="x"),
        FieldSpec(name="X", alias="x", kind="choice", purpose="x", options=("a", "A")),
        FieldSpec(name="X", alias="x", kind="text", purpose=" "),
    ],
)
def test_a_field_that_cannot_work_is_refused(alpha: TenantDB, beta: TenantDB, spec: FieldSpec) -> None:
    with pytest.raises(FieldWrong):
        create_field(alpha, spec, actor=ME, now=NOW)


def test_a_person_is_stored_once_and_fields_are_added(alpha: TenantDB, beta: TenantDB) -> None:
    with alpha.atomic():
        first = put_subscriber(alpha, "Ann@example.org", {"first_name": "Ann"}, NOW, ME)
        again = put_subscriber(alpha, "ann@example.org", {"last_name": "Muster"}, LATER, ME)
    assert first == again
    found = find_by_email(alpha, " ANN@Example.org ")
    assert found is not None
    assert (found.id, found.email, found.fields) == (first, "Ann@example.org", {"first_name": "Ann", "last_name": "Muster"})
    assert (found.created_at, found.updated_at) == (NOW, LATER)


def test_a_person_s_fields_change_and_empty(alpha: TenantDB, beta: TenantDB) -> None:
    with alpha.atomic():
        ann = put_subscriber(alpha, "ann@example.org", {"first_name": "Ann", "last_name": "Muster"}, NOW, ME)
        assert update_subscriber(alpha, ann, {"first_name": "Anna", "last_name": None}, actor=ME, now=LATER)
        assert not update_subscriber(alpha, ann, {"first_name": "Anna"}, actor=ME, now=LATER)
        with pytest.raises(SubscriberUnknown):
            update_subscriber(alpha, 4711, {}, actor=ME, now=LATER)
    found = find_subscriber(alpha, ann)
    assert found is not None
    assert found.fields == {"first_name": "Anna"}
    assert [entry.details for entry in alpha.objects(Entry).filter(act="audience.subscriber_changed")] == [
        {"fields": ["first_name", "last_name"]}
    ]


def test_a_person_leaves_a_list(alpha: TenantDB, beta: TenantDB) -> None:
    wanted = create_list(alpha, "Brief", actor=ME, now=NOW)
    with alpha.atomic():
        ann = put_subscriber(alpha, "ann@example.org", {}, NOW, ME)
        add_member(alpha, ann, wanted, NOW)
        assert remove_member(alpha, ann, wanted, NOW)
        assert not remove_member(alpha, ann, wanted, NOW)
    found = find_subscriber(alpha, ann)
    assert found is not None
    assert found.list_ids == frozenset()


def test_nobody_is_found_under_what_is_no_address(alpha: TenantDB, beta: TenantDB) -> None:
    assert find_by_email(alpha, "no address") is None
    assert find_by_email(alpha, "ann@example.org") is None  # beta's Ann
    with alpha.atomic(), pytest.raises(ValueError):
        put_subscriber(alpha, "no address", {}, NOW, ME)
