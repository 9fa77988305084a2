"""The guard that watches the other tenant sees a change, wherever the database has put it by then."""

import psycopg
import pytest
from django.db import connections

from siegelpost.audience.models import Subscriber
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import credentials_of
from tests.postgres import postgres_cluster
from tests.postgres_copies import work, work_at_rest
from tests.templates import Template


@pytest.fixture
def made(_two_tenants: Template) -> Template:
    return _two_tenants


def test_a_tenant_that_was_only_read_is_as_it_was_made(made: Template, beta: TenantDB) -> None:
    assert beta.objects(Subscriber).count() == 1
    assert made.is_as_made("beta")


@pytest.mark.touches_beta
def test_one_changed_row_is_seen_before_and_after_it_left_the_log(made: Template, beta: TenantDB) -> None:
    with beta.atomic():
        beta.objects(Subscriber).update(email="anna@example.org")
    assert not made.is_as_made("beta")
    made.close()
    assert not made.is_as_made("beta")


@pytest.mark.touches_beta
def test_one_changed_row_is_seen_when_nobody_looked_before(made: Template, beta: TenantDB) -> None:
    with beta.atomic():
        beta.objects(Subscriber).update(email="anna@example.org")
    beta.close()
    assert not made.is_as_made("beta")
    made.restore()
    assert beta.objects(Subscriber).get().email == "ann@example.org"


@pytest.mark.postgresql
def test_databases_that_nobody_spoke_to_are_neither_looked_at_nor_made_anew(engine: str, made: Template) -> None:
    before = work()
    assert sorted(before) == ["alpha", "beta"]
    assert made.is_as_made("beta")
    made.restore()
    assert work() == before


@pytest.mark.postgresql
def test_the_other_tenant_is_kept_after_a_look_and_not_looked_at_again(engine: str, made: Template, beta: TenantDB) -> None:
    number = work()["beta"].partition(",")[0]
    assert beta.objects(Subscriber).count() == 1
    assert made.is_as_made("beta")
    made.restore()
    before = work_at_rest()
    assert before["beta"].partition(",")[0] == number and made.is_as_made("beta")
    assert work() == before


@pytest.mark.postgresql
@pytest.mark.touches_beta
def test_a_change_by_somebody_who_was_connected_all_the_time_is_seen(engine: str, made: Template) -> None:
    database = credentials_of(Tenant.objects.get(slug="beta")).database
    made.kept = True  # so that beta is not made anew, and nobody thrown out
    with psycopg.connect(postgres_cluster().url(database), autocommit=True) as other:
        other.execute("SELECT 1")
        made.restore()
        other.execute("SELECT 1")  # from here on the server counts a second later
        other.execute("UPDATE audience_subscriber SET email = 'anna@example.org'")
        assert not made.is_as_made("beta")


@pytest.mark.postgresql
def test_a_grant_from_outside_is_taken_back(engine: str, made: Template) -> None:
    database = credentials_of(Tenant.objects.get(slug="alpha")).database

    def grants() -> list[str]:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT aclexplode(datacl)::text FROM pg_database WHERE datname = %s", [database])
            return sorted(row for (row,) in cursor.fetchall())

    before = grants()
    with connections["default"].cursor() as cursor:
        cursor.execute(f'GRANT CONNECT ON DATABASE "{database}" TO PUBLIC')
    assert grants() != before
    made.restore()
    assert grants() == before
