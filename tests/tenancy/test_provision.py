"""A tenant comes into being whole or not at all, and nothing that was there before is touched."""

import stat
from collections.abc import Callable

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base.settings import process_settings
from siegelpost.sign.keys import KeyRefused, unwrap
from siegelpost.tenancy import home, migrate, provision, registry
from siegelpost.tenancy.errors import FieldRefused, KeyMissing, PlaceTaken, SlugWrong, TenantExists, TenantUnknown
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.migrate import Migrated, migrate_all
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.provision import SLUG, NewTenant, create_tenant
from siegelpost.tenancy.registry import all_tenants, credentials_of, open_by_number, open_tenant
from siegelpost.tenancy.signups import open_sign_ups
from tests.templates import MADE_AT

BAD_SLUGS = [
    "", "..", "../alpha", "a/b", "/etc", "Alpha", "ALPHA", "a\x00b", "a" * 31, "a" * 300, "-a", "a-", "1a", "a_b", "a b", "a\n", "ä", "a.b",
    'a"b', "a'b", "a;b", "ａ", "a\u2028", "%41",
]  # fmt: skip


def make(slug: str, name: str = "New GmbH", imprint: str = "") -> TenantDB:
    return create_tenant(NewTenant(slug=slug, name=name, imprint=imprint), process_settings(), now=MADE_AT)


def everything(engine: str) -> set[str]:
    """Folders, or databases and roles, that there are."""
    if engine == "sqlite":
        return {str(path) for path in (home.home().root / "tenants").rglob("*")}
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT 'database ' || datname FROM pg_database UNION SELECT 'role ' || rolname FROM pg_roles")
        return {name for (name,) in cursor.fetchall()}


@pytest.mark.parametrize("slug", BAD_SLUGS)
def test_a_slug_that_could_lead_elsewhere_makes_nothing(no_tenants: None, engine: str, slug: str) -> None:
    before = everything(engine)
    with pytest.raises(SlugWrong):
        make(slug)
    assert everything(engine) == before
    with pytest.raises(TenantUnknown):
        open_tenant(slug)


@given(st.text(alphabet=st.characters(), max_size=40))
def test_whatever_passes_as_a_slug_is_a_harmless_name(text: str) -> None:
    if SLUG.fullmatch(text):
        assert 1 <= len(text) <= 30
        assert set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
        assert text[0].isalpha() and text[-1] != "-"


@pytest.mark.parametrize("bad", ["", "  ", "a\nb", "a\rb", "a\x00b", "a\x1bb", "a\u2028b", "a\u202eb", "n" * 201])
def test_a_name_that_cannot_stand_in_a_header_is_refused(no_tenants: None, bad: str) -> None:
    with pytest.raises(FieldRefused):
        make("new", name=bad)
    if bad.strip() and "\n" not in bad and "\r" not in bad and len(bad) < 200:
        with pytest.raises(FieldRefused):
            make("new", imprint=bad)
    assert not Tenant.objects.filter(slug="new").exists()


def test_two_tenants_share_neither_place_nor_key(alpha: TenantDB, beta: TenantDB, engine: str) -> None:
    names = ("root", "tokens", "message_ids", "addresses", "files", "wrapping")
    keys = [getattr(tenant.keys, name) for tenant in (alpha, beta) for name in names]
    assert len(set(keys)) == len(keys)
    places = {connections[store.alias].settings_dict["NAME"] for tenant in (alpha, beta) for store in (tenant, open_sign_ups(tenant))}
    assert len(places) == (4 if engine == "sqlite" else 2)
    rows = Tenant.objects.filter(slug__in=("alpha", "beta"))
    assert all(bytes(row.wrapped_key).find(open_tenant(row.slug).keys.root) == -1 for row in rows)


def test_nothing_that_is_shown_holds_a_key_or_a_password(alpha: TenantDB) -> None:
    shown = repr(alpha) + str(alpha) + repr(alpha.keys) + repr(Tenant.objects.get(slug="alpha"))
    row = Tenant.objects.get(slug="alpha")
    secret = [alpha.keys.root, alpha.keys.tokens, alpha.keys.addresses, home.master_key()]
    assert not any(key.hex() in shown or repr(key)[2:-1] in shown for key in secret)
    if row.server:
        found = credentials_of(row)
        assert found.runtime_password not in repr(found)


def test_another_master_key_opens_nothing_and_makes_nothing(
    alpha: TenantDB, beta: TenantDB, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, wrong = everything(engine), bytes(32)
    wrapped = bytes(Tenant.objects.get(slug="alpha").wrapped_key)
    with monkeypatch.context() as patched:
        for module in (provision, registry):
            patched.setattr(module, "master_key", lambda: wrong)
        for open_it in (lambda: make("new"), lambda: open_tenant("alpha"), lambda: open_by_number(beta.number), all_tenants):
            with pytest.raises(KeyRefused):
                open_it()
    with pytest.raises(KeyRefused):
        unwrap(wrong, wrapped)
    assert everything(engine) == before
    assert not Tenant.objects.filter(slug="new").exists()


@pytest.mark.parametrize("text", ["", "zz", "ab" * 16, "ab" * 33])
def test_a_damaged_master_key_file_is_named(no_tenants: None, text: str) -> None:
    path = process_settings().master_key_file
    before = path.read_text(encoding="ascii")
    try:
        path.write_text(text, encoding="ascii")
        home.master_key.cache_clear()
        with pytest.raises(KeyMissing):
            home.master_key()
        path.unlink()
        with pytest.raises(KeyMissing):
            home.make_home(process_settings(), "1" * 32)
        assert not path.exists()
    finally:
        path.write_text(before, encoding="ascii")
        home.master_key.cache_clear()


@pytest.mark.sqlite
@pytest.mark.slow
def test_what_is_secret_in_the_data_folder_is_its_owners_alone(no_tenants: None, engine: str) -> None:
    make("new")
    settings = process_settings()
    assert stat.S_IMODE(settings.master_key_file.stat().st_mode) & 0o077 == 0
    assert stat.S_IMODE(home.home().tenant("new").stat().st_mode) == 0o700


@pytest.mark.parametrize("after", ["_make_databases", "migrate_tenant"])
@pytest.mark.slow
def test_a_fault_half_way_leaves_no_tenant_no_role_and_no_database(
    no_tenants: None, engine: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, slug = everything(engine), f"half-{after.strip('_')[:4]}"
    real: Callable[..., object] = getattr(provision, after)

    def half_way(*words: object) -> None:
        real(*words)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(provision, after, half_way)
        with pytest.raises(KeyboardInterrupt):
            make(slug)
    assert everything(engine) == before
    assert not Tenant.objects.filter(slug=slug).exists()
    assert make(slug).slug == slug


@pytest.mark.postgresql
def test_a_real_tenants_database_is_closed_to_everybody_else(no_tenants: None, engine: str) -> None:
    """The two tenants of these tests are copies, whose grants the tests set; this one is as it was made."""
    make("real")
    database = credentials_of(Tenant.objects.get(slug="real")).database
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT datacl::text FROM pg_database WHERE datname = %s", [database])
        entries = cursor.fetchone()[0].strip("{}").split(",")
    rights = {entry.partition("=")[0].strip('"'): entry.partition("=")[2].partition("/")[0] for entry in entries}
    assert "" not in rights, "the public"
    assert (rights[f"{database}_r"], rights[f"{database}_s"]) == ("c", "c")
    assert not set(rights) - {f"{database}_o", f"{database}_r", f"{database}_s", "postgres"}


def test_a_slug_that_is_taken_touches_its_owner_not(alpha: TenantDB, beta: TenantDB, engine: str) -> None:
    before = everything(engine)
    with pytest.raises(TenantExists):
        make("beta")
    assert everything(engine) - before == set()
    assert open_tenant("beta").keys.root == beta.keys.root


@pytest.mark.sqlite
def test_a_folder_that_no_tenant_knows_is_left_alone(no_tenants: None, engine: str) -> None:
    folder = home.home().tenant("lost")
    folder.mkdir()
    (folder / "tenant.sqlite3").write_bytes(b"the only copy")
    with pytest.raises(PlaceTaken):
        make("lost")
    assert (folder / "tenant.sqlite3").read_bytes() == b"the only copy"
    assert not Tenant.objects.filter(slug="lost").exists()


@pytest.mark.postgresql
def test_postgresql_compiles_no_question_before_it_answers(alpha: TenantDB) -> None:
    """To compile the count of those who would get a mailing takes four seconds, and the count half of one."""
    with alpha.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone()[0] == "off"


@pytest.mark.postgresql
def test_a_database_that_no_tenant_knows_is_left_alone(no_tenants: None, engine: str) -> None:
    name = f"{connections['default'].settings_dict['NAME'][:28]}_lost"
    with connections["default"].cursor() as cursor:
        cursor.execute(f'CREATE DATABASE "{name}"')
    try:
        before = everything(engine)
        with pytest.raises(PlaceTaken):
            make("lost")
        assert everything(engine) == before
        assert not Tenant.objects.filter(slug="lost").exists()
    finally:
        with connections["default"].cursor() as cursor:
            cursor.execute(f'DROP DATABASE "{name}"')


def test_numbers_that_no_token_should_hold_open_nothing(alpha: TenantDB) -> None:
    assert open_by_number(alpha.number).slug == "alpha"
    for number in (0, -1, 4711, 2**62, 2**63, 10**30):
        with pytest.raises(TenantUnknown):
            open_by_number(number)


@pytest.mark.slow
def test_sign_ups_know_the_migrations_of_no_other_room(alpha: TenantDB) -> None:
    with open_sign_ups(alpha).cursor() as cursor:
        cursor.execute("SELECT DISTINCT app FROM django_migrations")
        assert cursor.fetchall() == [("signups",)]


@pytest.mark.slow
def test_migrating_twice_changes_nothing(alpha: TenantDB, beta: TenantDB) -> None:
    told: list[Migrated] = []
    for _turn in range(2):
        assert migrate_all(told.append) == [Migrated("alpha"), Migrated("beta")]
    assert len(told) == 4
    assert {tenant.slug for tenant in all_tenants()} == {"alpha", "beta"}


@pytest.mark.sqlite
@pytest.mark.slow
def test_a_broken_tenant_stops_no_other_and_a_lost_database_is_not_replaced_by_an_empty_one(
    alpha: TenantDB, beta: TenantDB, engine: str
) -> None:
    path = home.home().tenant("alpha") / "tenant.sqlite3"
    whole = path.read_bytes()
    connections.close_all()
    for broken in (b"garbage" * 1000, None):
        path.write_bytes(broken) if broken else path.unlink()
        found = migrate_all(lambda _one: None)
        assert [one.slug for one in found if one.fault] == ["alpha"]
        assert path.exists() is bool(broken)
    path.write_bytes(whole)
    assert [one.fault for one in migrate_all(lambda _one: None)] == ["", ""]


@pytest.mark.postgresql
def test_a_broken_server_database_stops_no_other(alpha: TenantDB, beta: TenantDB, engine: str) -> None:
    name = credentials_of(Tenant.objects.get(slug="alpha")).database
    connections.close_all()
    with connections["default"].cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" RENAME TO "{name}_away"')
    try:
        found = migrate_all(lambda _one: None)
        assert [one.slug for one in found if one.fault] == ["alpha"]
    finally:
        connections.close_all()
        with connections["default"].cursor() as cursor:
            cursor.execute(f'ALTER DATABASE "{name}_away" RENAME TO "{name}"')
    assert [one.fault for one in migrate.migrate_all(lambda _one: None)] == ["", ""]
