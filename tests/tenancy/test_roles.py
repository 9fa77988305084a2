"""On PostgreSQL each tenant has a database and three roles of its own, and each role can do what it must and nothing else."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connections
from psycopg import sql
from psycopg.errors import InsufficientPrivilege

from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import credentials_of
from siegelpost.tenancy.servers import Credentials
from siegelpost.tenancy.statistics import MANY
from tests.intake.files import imported

pytestmark = pytest.mark.postgresql


@pytest.fixture
def roles(engine: str, alpha: TenantDB) -> Credentials:
    return credentials_of(Tenant.objects.get(slug="alpha"))


@contextmanager
def as_role(user: str, password: str, database: str) -> Iterator[Any]:
    host, _, port = Tenant.objects.get(slug="alpha").server.rpartition(":")
    with closing(psycopg.connect(host=host, port=int(port), user=user, password=password, dbname=database)) as connection:
        connection.autocommit = True
        yield connection


def refused(connection: Any, statement: str) -> bool:
    try:
        connection.execute(statement)
    except InsufficientPrivilege:
        return True
    return False


def test_the_three_roles_are_different_and_none_is_more_than_a_role(roles: Credentials) -> None:
    names = [roles.owner, roles.runtime, roles.sign_ups]
    assert len(set(names)) == 3
    assert len({roles.owner_password, roles.runtime_password, roles.sign_ups_password}) == 3
    with as_role(roles.runtime, roles.runtime_password, roles.database) as runtime:
        rows = runtime.execute("SELECT rolname FROM pg_roles WHERE (rolsuper OR rolcreatedb OR rolcreaterole OR rolbypassrls)").fetchall()
        assert not {name for (name,) in rows} & set(names)
        members = runtime.execute(
            "SELECT 1 FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member WHERE r.rolname = ANY(%s)", [names]
        ).fetchall()
        assert members == []


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (a int)", "CREATE SCHEMA mine", "CREATE TEMP TABLE mine (a int)", "DROP TABLE audience_list",
        "ALTER TABLE audience_list ADD COLUMN a int", "CREATE INDEX ON audience_list (name)", "TRUNCATE audience_list CASCADE",
        "UPDATE evidence_entry SET act = 'x'", "DELETE FROM evidence_entry", "TRUNCATE evidence_entry",
        "CREATE OR REPLACE RULE r AS ON INSERT TO evidence_entry DO INSTEAD NOTHING", "ALTER TABLE evidence_entry DISABLE TRIGGER ALL",
        "SELECT * FROM signups.signups_signup", "INSERT INTO signups.django_migrations (app, name, applied) VALUES ('a', 'b', now())",
        "DELETE FROM django_migrations", "CREATE EXTENSION pg_trgm",
        "COPY audience_list TO '/tmp/stolen'", "SELECT pg_read_file('/etc/passwd')",
    ],
)  # fmt: skip
def test_the_runtime_role_is_refused(roles: Credentials, statement: str) -> None:
    with as_role(roles.runtime, roles.runtime_password, roles.database) as runtime:
        assert refused(runtime, statement)


def test_the_runtime_role_may_write_what_happened(roles: Credentials) -> None:
    entry = "INSERT INTO evidence_entry (at, actor, act, subject, details) VALUES (now(), 'operator', 'a.b', '', '{}')"
    with as_role(roles.runtime, roles.runtime_password, roles.database) as runtime:
        runtime.execute(entry)
        assert runtime.execute("SELECT count(*) FROM evidence_entry").fetchone()[0] >= 1


def test_no_table_of_ours_is_forgotten_by_the_grants(roles: Credentials) -> None:
    with as_role(roles.runtime, roles.runtime_password, roles.database) as runtime:
        tables = [name for (name,) in runtime.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()]
        assert "evidence_entry" in tables
        assert [name for name in tables if refused(runtime, f"SELECT 1 FROM {name} LIMIT 1")] == []
        foreign = runtime.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'signups'").fetchall()
        assert foreign, "a test that finds no table proves nothing"
        assert all(refused(runtime, f"SELECT 1 FROM signups.{name} LIMIT 1") for (name,) in foreign)


def test_the_role_of_the_sign_ups_sees_its_own_schema_alone(roles: Credentials) -> None:
    with as_role(roles.sign_ups, roles.sign_ups_password, roles.database) as sign_ups:
        assert sign_ups.execute("SELECT count(*) FROM signups.signups_signup").fetchone()[0] == 0
        tables = sign_ups.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
        assert tables
        assert [name for (name,) in tables if not refused(sign_ups, f"SELECT 1 FROM public.{name} LIMIT 1")] == []
        for statement in ("CREATE TABLE signups.mine (a int)", "CREATE TABLE public.mine (a int)", "TRUNCATE signups.signups_signup"):
            assert refused(sign_ups, statement)


def test_no_role_of_another_tenant_gets_in(roles: Credentials, beta: TenantDB) -> None:
    other = credentials_of(Tenant.objects.get(slug="beta"))
    strangers = ((other.runtime, other.runtime_password), (other.sign_ups, other.sign_ups_password), (other.owner, other.owner_password))
    for user, password in strangers:
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"), as_role(user, password, roles.database):
            pass
        with as_role(user, password, other.database) as own:
            assert own.execute("SELECT 1").fetchone() == (1,)


def test_the_control_database_is_closed_to_tenants_and_so_are_its_tables(roles: Credentials) -> None:
    control = connections["default"].settings_dict["NAME"]
    with (
        pytest.raises(psycopg.OperationalError, match="permission denied for database"),
        as_role(roles.runtime, roles.runtime_password, control),
    ):
        pass
    names = [sql.Identifier(control), sql.Identifier(roles.runtime)]
    with connections["default"].cursor() as cursor:
        cursor.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(*names))
    try:
        with as_role(roles.runtime, roles.runtime_password, control) as stranger:
            assert refused(stranger, "SELECT * FROM tenancy_tenant")
    finally:
        with connections["default"].cursor() as cursor:
            cursor.execute(sql.SQL("REVOKE CONNECT ON DATABASE {} FROM {}").format(*names))


def test_the_database_is_told_of_many_people_at_once(alpha: TenantDB, roles: Credentials, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("E-Mail\n" + "".join(f"p{number}@example.org\n" for number in range(MANY)), encoding="utf-8")
    imported(alpha, file)
    with as_role(roles.runtime, roles.runtime_password, roles.database) as runtime:
        known = dict(runtime.execute("SELECT relname, reltuples FROM pg_class WHERE relname LIKE %s", ["audience_%"]).fetchall())
    assert (known["audience_subscriber"], known["audience_membership"]) == (MANY, MANY)
