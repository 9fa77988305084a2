"""What happened is written down once, together with the act, and never changed."""

from contextlib import suppress

import pytest
from django.db import DatabaseError, IntegrityError

from siegelpost.audience.models import SubscriberList
from siegelpost.audience.services import create_list
from siegelpost.base.actor import Actor
from siegelpost.evidence.models import Entry
from siegelpost.evidence.reads import entries
from siegelpost.evidence.services import append
from siegelpost.tenancy.errors import TransactionNotNamed
from siegelpost.tenancy.handle import TenantDB
from tests.templates import MADE_AT

WHO = Actor.operator()


def write(tenant: TenantDB, act: str) -> None:
    with tenant.atomic():
        append(tenant, act, subject="list:1", details={"rows": 1}, actor=WHO, at=MADE_AT)


@pytest.mark.parametrize("statement", ["UPDATE evidence_entry SET act = 'x'", "DELETE FROM evidence_entry"])
def test_an_entry_is_neither_changed_nor_removed(alpha: TenantDB, statement: str) -> None:
    write(alpha, "a.b")
    before = entries(alpha)
    with pytest.raises(DatabaseError), alpha.atomic(), alpha.cursor() as cursor:
        cursor.execute(statement)
    assert entries(alpha) == before


def test_the_orm_cannot_change_an_entry_either(alpha: TenantDB) -> None:
    write(alpha, "a.b")
    row = alpha.objects(Entry).get(act="a.b")
    row.act = "c.d"
    with pytest.raises(DatabaseError), alpha.atomic():
        row.save()
    with pytest.raises(DatabaseError), alpha.atomic():
        row.delete()
    assert [one["act"] for one in entries(alpha, act="a.b")] == ["a.b"]


@pytest.mark.sqlite
def test_replacing_an_entry_is_a_change_too(alpha: TenantDB, engine: str) -> None:
    write(alpha, "a.b")
    number = entries(alpha, act="a.b")[0]["id"]
    with pytest.raises(DatabaseError), alpha.atomic(), alpha.cursor() as cursor:
        cursor.execute(
            "INSERT OR REPLACE INTO evidence_entry (id, at, actor, act, subject, details) VALUES (%s, '', '', 'x', '', '{}')", [number]
        )
    assert entries(alpha, act="x") == []


def test_an_act_and_its_entry_come_and_go_together(alpha: TenantDB) -> None:
    before = entries(alpha)
    with suppress(ZeroDivisionError), alpha.atomic():
        create_list(alpha, "Letter", actor=WHO, now=MADE_AT)
        assert len(entries(alpha)) == len(before) + 1
        raise ZeroDivisionError
    assert entries(alpha) == before
    assert not alpha.objects(SubscriberList).filter(name="Letter").exists()


def test_an_entry_that_cannot_be_written_takes_the_act_back(alpha: TenantDB) -> None:
    with suppress(IntegrityError), alpha.atomic():
        alpha.objects(SubscriberList).create(name="Letter", created_at=MADE_AT)
        append(alpha, "a.b", actor=WHO, at=None)  # type: ignore[arg-type]
    assert not alpha.objects(SubscriberList).filter(name="Letter").exists()


def test_an_entry_outside_a_transaction_is_refused(alpha: TenantDB) -> None:
    with pytest.raises(TransactionNotNamed):
        append(alpha, "a.b", actor=WHO, at=MADE_AT)


def test_entries_are_read_newest_first_and_by_act(alpha: TenantDB) -> None:
    for act in ("a.one", "a.two", "a.one"):
        write(alpha, act)
    assert [one["act"] for one in entries(alpha, limit=3)] == ["a.one", "a.two", "a.one"]
    assert {one["actor"] for one in entries(alpha, act="a.two")} == {"operator"}
