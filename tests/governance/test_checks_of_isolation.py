"""The checks that tenants are apart, and that a missing right is refused, see each wall that they try being broken."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connections

from siegelpost.accounts.catalogue import RIGHTS
from siegelpost.accounts.models import Person, Role, Seat, Token
from siegelpost.base.settings import process_settings
from siegelpost.sign.files import MAGIC
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.isolation import MOST, turn
from siegelpost.tenancy.key_store import key_store
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import credentials_of
from tests.governance.test_checks_of_rooms import as_superuser
from tests.governance.watching import NOW, seen, state

EVERYTHING = " ".join(RIGHTS)


@pytest.fixture
def private(alpha: TenantDB) -> None:
    """Folders and files as a command makes them; the tests run with another umask."""
    for path in (process_settings().master_key_file, *home().root.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


@contextmanager
def trigger(table: str, act: str) -> Iterator[None]:
    """Somebody has taught the control database to do something whenever a row of a table is made."""
    with connections["default"].cursor() as cursor:
        cursor.execute(f"CREATE TRIGGER broken AFTER INSERT ON {table} BEGIN {act}; END")
        try:
            yield
        finally:
            cursor.execute("DROP TRIGGER broken")


@pytest.mark.usefixtures("private")
def test_the_canary_says_by_what_a_tenant_is_kept_apart(alpha: TenantDB, beta: TenantDB, engine: str) -> None:
    found = seen("1.4-03", alpha)
    wanted = "by_file_and_code" if engine == "sqlite" else "by_roles"
    assert (found.state, found.evidence["kept_apart"], found.evidence["let_in"]) == ("green", wanted, [])
    assert found.evidence["tries"] > 80


@pytest.mark.sqlite
@pytest.mark.usefixtures("private")
@pytest.mark.parametrize("broken", ["mode of the folder", "mode of a file", "a file elsewhere"])
def test_a_tenants_files_within_reach_of_others_are_seen_by_the_canary(alpha: TenantDB, engine: str, broken: str) -> None:
    folder = home().tenant("alpha")
    if broken == "mode of the folder":
        folder.chmod(0o750)
    elif broken == "mode of a file":
        (folder / "signups.sqlite3").chmod(0o604)
    else:
        (home().root / "elsewhere").write_bytes(b"")
        (home().root / "elsewhere").chmod(0o600)
        (folder / "upload.sealed").symlink_to(home().root / "elsewhere")
    found = seen("1.4-03", alpha)
    assert found.state == "red" and len(found.evidence["let_in"]) == 1


@pytest.mark.usefixtures("private")
def test_a_table_of_tenants_in_the_control_database_is_seen_by_the_canary(alpha: TenantDB) -> None:
    with connections["default"].cursor() as cursor:
        cursor.execute("CREATE TABLE audience_subscriber (id integer)")
        try:
            assert (seen("1.4-03", alpha).state, seen("1.4-03", alpha).evidence["let_in"]) == ("red", ["audience_subscriber"])
        finally:
            cursor.execute("DROP TABLE audience_subscriber")


@pytest.mark.postgresql
@pytest.mark.usefixtures("private")
@pytest.mark.parametrize(
    ("give", "take"),
    [
        ('GRANT CONNECT ON DATABASE "{other}" TO "{{runtime}}"', 'REVOKE CONNECT ON DATABASE "{other}" FROM "{{runtime}}"'),
        ('GRANT CONNECT ON DATABASE "{other}" TO "{{own}}_s"', 'REVOKE CONNECT ON DATABASE "{other}" FROM "{{own}}_s"'),
        ("GRANT CONNECT ON DATABASE postgres TO PUBLIC", "REVOKE CONNECT ON DATABASE postgres FROM PUBLIC"),
        ("GRANT CONNECT ON DATABASE postgres_access_keys TO PUBLIC", "REVOKE CONNECT ON DATABASE postgres_access_keys FROM PUBLIC"),
        ('GRANT "{other}_o" TO "{{runtime}}"', 'REVOKE "{other}_o" FROM "{{runtime}}"'),
        ('ALTER ROLE "{{runtime}}" SUPERUSER', 'ALTER ROLE "{{runtime}}" NOSUPERUSER'),
    ],
)
def test_what_a_hand_on_the_server_gives_a_tenants_role_is_seen_by_the_canary(
    alpha: TenantDB, beta: TenantDB, engine: str, give: str, take: str
) -> None:
    with key_store():  # it is made where it is missing
        beta.close()
    other = credentials_of(Tenant.objects.get(slug="beta")).database
    as_superuser(alpha, give.format(other=other))
    try:
        found = seen("1.4-03", alpha)
        assert found.state == "red" and found.evidence["let_in"]
    finally:
        as_superuser(alpha, take.format(other=other))
    assert state("1.4-03", alpha) == "green"


@pytest.mark.usefixtures("private")
def test_a_file_of_a_tenant_in_clear_is_seen_and_database_files_are_said_to_rely_on_the_disk(alpha: TenantDB) -> None:
    assert (state("1.4-02"), seen("1.4-02").evidence["database_files"]) == ("green", "disk")
    file = home().tenant("alpha") / "imports" / "1.refused.sealed"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(MAGIC + b"whatever")
    assert state("1.4-02") == "green"
    file.write_bytes(b"ann@example.org\n")
    assert (seen("1.4-02").state, seen("1.4-02").evidence["files_in_clear"]) == ("red", 1)


def test_those_who_ask_for_what_they_may_not_do_are_refused_and_leave_nothing_behind(alpha: TenantDB, beta: TenantDB) -> None:
    for control in ("1.3-02", "1.4-01"):
        found = seen(control, alpha)
        assert (found.state, found.evidence["let_in"], found.evidence["allowed_works"]) == ("green", [], True), found
    assert seen("1.3-02", alpha).evidence["forbidden_tries"] == 3 * len(RIGHTS) - 2 + 5
    assert seen("1.4-01", alpha).evidence["others_asked"] == 1
    assert [model.objects.count() for model in (Person, Role, Seat, Token)] == [0, 0, 0, 0]


@pytest.mark.sqlite
def test_a_gate_that_lets_more_in_is_seen_within_the_hour(alpha: TenantDB, engine: str) -> None:
    with trigger("accounts_role", f"UPDATE accounts_role SET rights = '{EVERYTHING}' WHERE id = NEW.id"):
        found = seen("1.3-02", alpha)
        assert found.state == "red" and len(found.evidence["let_in"]) == 10
    seat = "INSERT INTO accounts_seat (person_id, tenant_number, role, created_at) VALUES (NEW.id, {number}, 'viewer', NEW.created_at)"
    with trigger("accounts_person", seat.format(number=alpha.number)):
        assert state("1.3-02", alpha) == "red"
    with trigger("accounts_role", "UPDATE accounts_role SET rights = '' WHERE id = NEW.id"):
        assert (state("1.3-02", alpha), seen("1.3-02", alpha).evidence["allowed_works"]) == ("red", False)
    with trigger("accounts_role", "UPDATE accounts_role SET limits = '{}' WHERE id = NEW.id"):
        assert (state("1.3-02", alpha), seen("1.3-02", alpha).evidence["let_in"]) == ("red", ["beyond limits: statements"])
    assert state("1.3-02", alpha) == "green"


@pytest.mark.sqlite
def test_a_gate_that_knows_somebody_elses_administrator_is_seen_within_the_hour(alpha: TenantDB, beta: TenantDB, engine: str) -> None:
    seat = "INSERT INTO accounts_seat (person_id, tenant_number, role, created_at) VALUES (NEW.id, {number}, 'viewer', NEW.created_at)"
    with trigger("accounts_person", seat.format(number=beta.number)):
        assert (seen("1.4-01", alpha).state, seen("1.4-01", alpha).evidence["let_in"]) == ("red", ["beta"])
    with trigger("accounts_person", "UPDATE accounts_person SET operator = 1 WHERE id = NEW.id"):
        assert state("1.4-01", alpha) == "red", "whoever is made is an operator, and enters"
    assert state("1.4-01", alpha) == "green"


def test_of_many_others_each_has_its_turn() -> None:
    many = list(range(3 * MOST + 7))
    asked = [set(turn(many, NOW.toordinal() + day)) for day in range(len(many))]
    assert {len(one) for one in asked} == {MOST} and set().union(*asked) == set(many)
    assert turn(many[:MOST], 7) == many[:MOST]
