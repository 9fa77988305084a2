"""How the number of people grew."""

from datetime import UTC, datetime, timedelta

from siegelpost.audience.growth import any_list, joined_by_week
from siegelpost.audience.models import Subscriber
from siegelpost.audience.services import create_list
from siegelpost.base.actor import Actor
from siegelpost.tenancy.handle import TenantDB

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def test_people_are_counted_in_the_week_in_which_they_came(alpha: TenantDB) -> None:
    moments = [
        timedelta(seconds=-1),
        timedelta(0),
        timedelta(days=6, hours=23, minutes=59, seconds=59),
        timedelta(days=7),
        timedelta(days=20),
    ]
    with alpha.atomic():
        for number, after in enumerate(moments):
            at = MONDAY + after
            alpha.objects(Subscriber).create(email="a@example.org", address_key=bytes([number]) * 16, created_at=at, updated_at=at)
    assert joined_by_week(alpha, MONDAY, 4) == [2, 1, 1, 0]


def test_a_list_is_there_once_it_was_made(alpha: TenantDB) -> None:
    assert not any_list(alpha)
    create_list(alpha, "Letter", actor=Actor.operator(), now=MONDAY)
    assert any_list(alpha)
