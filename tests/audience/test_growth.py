"""How the number of people grew."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test.utils import CaptureQueriesContext

from siegelpost.audience.growth import any_list, came_by_week, joined_by_week, last_weeks
from siegelpost.audience.listing import on_list
from siegelpost.audience.models import Membership, Subscriber
from siegelpost.audience.reads import list_by_id, lists_of
from siegelpost.audience.services import create_list
from siegelpost.base.actor import Actor
from siegelpost.base.sqlfile import sql
from siegelpost.tenancy.handle import TenantDB
from tests.plans import plan

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
MOMENTS = [timedelta(microseconds=-1), timedelta(0), timedelta(days=7, microseconds=-1), timedelta(days=7), timedelta(days=27, hours=23)]
WEEKS = [MONDAY + timedelta(weeks=week) for week in range(4)]


def come(tenant: TenantDB, *lists: int) -> None:
    """Somebody at each of the moments, who joins these lists a week later."""
    with tenant.atomic():
        for number, after in enumerate(MOMENTS):
            at = MONDAY + after
            person = tenant.objects(Subscriber).create(
                email="a@example.org", address_key=bytes([number]) * 16, created_at=at, updated_at=at
            )
            for one in lists:
                tenant.objects(Membership).create(list_id=one, subscriber=person, added_at=at + timedelta(weeks=1))


def test_people_are_counted_in_the_week_in_which_they_came(alpha: TenantDB) -> None:
    come(alpha)
    assert came_by_week(alpha, WEEKS) == [2, 1, 0, 1]


def test_members_are_counted_in_the_week_in_which_they_joined_the_list(alpha: TenantDB) -> None:
    letter, news = (create_list(alpha, name, actor=Actor.operator(), now=MONDAY) for name in ("Letter", "News"))
    come(alpha, letter)
    assert joined_by_week(alpha, letter, WEEKS) == [1, 2, 1, 0]
    assert joined_by_week(alpha, news, WEEKS) == [0, 0, 0, 0]
    assert {one.name: one.members for one in lists_of(alpha)} == {"Letter": 5, "News": 0}
    assert (list_by_id(alpha, letter).members, on_list(alpha, letter), on_list(alpha, news)) == (5, 5, 0)


@pytest.mark.parametrize("now", [MONDAY, MONDAY + timedelta(days=6, hours=23, minutes=59, seconds=59)])
def test_the_last_week_is_the_one_that_has_begun(now: datetime) -> None:
    assert last_weeks(now, 3) == [MONDAY - timedelta(weeks=2), MONDAY - timedelta(weeks=1), MONDAY]


@pytest.mark.parametrize("statement, index", [("came_by_week", "audience_came"), ("joined_by_week", "audience_joined")])
def test_a_week_is_counted_in_an_index_alone(alpha: TenantDB, engine: str, statement: str, index: str) -> None:
    found = plan(alpha, sql("audience", statement, engine), {"weeks": "[]", "list_id": 1})
    covering = {"sqlite": f"USING COVERING INDEX {index}", "postgresql": index}
    assert covering[engine] in found
    assert "Seq Scan" not in found


@pytest.mark.sqlite
def test_members_are_counted_in_the_shortest_index(alpha: TenantDB) -> None:
    with alpha.cursor() as cursor, CaptureQueriesContext(cursor.db) as said:
        lists_of(alpha)
        on_list(alpha, 1)
    plans = [plan(alpha, one["sql"]) for one in said]
    assert len(plans) == 2
    assert [found for found in plans if "USING COVERING INDEX sqlite_autoindex_audience_membership_1 (list_id=?)" not in found] == []


def test_a_list_is_there_once_it_was_made(alpha: TenantDB) -> None:
    assert not any_list(alpha)
    create_list(alpha, "Letter", actor=Actor.operator(), now=MONDAY)
    assert any_list(alpha)
