"""The keys of days lie where copies leave them out: without them content is closed for good, and what proves it holds."""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connections

from siegelpost.base.settings import process_settings
from siegelpost.evidence.access import Access, accesses, record, unreadable
from siegelpost.evidence.access_proof import damaged, vouch
from siegelpost.evidence.day_keys import forget_held, key_of, keys_between
from siegelpost.evidence.models import AccessEntry
from siegelpost.evidence.seal import seal
from siegelpost.evidence.verify import verify
from siegelpost.flows.access_log import keep_access_logs, write_access_csv
from siegelpost.sign.keys import wrap
from siegelpost.tenancy import key_store, provision
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.installation import operator_db
from siegelpost.tenancy.key_store import WrappedKey
from siegelpost.tenancy.migrate import migrate_control, migrate_tenant
from siegelpost.tenancy.models import Tenant
from tests.evidence.logs import NOW, WHO, exported, past_the_system
from tests.governance.watching import seen

DAY, TODAY = timedelta(days=1), NOW.date()
EVER = (date.min, date.max)


def use(log: Logged, who: str = "staff:1", *, days: int = 0, n: int = 1) -> None:
    for _one in range(n):
        record(log, Access(NOW + days * DAY, who, "lists", "read"))


def readable(log: Logged) -> list[str]:
    return [one.who for one in accesses(log, *EVER)]


def lose_the_keys(log: Logged) -> None:
    """What happens where a copy is put back: the store is not in it. On PostgreSQL its processes begin anew."""
    connections.close_all()
    if log.vendor == "sqlite":
        shutil.rmtree(home().root / key_store.FOLDER)
        return
    with connections["default"].cursor() as cursor:
        cursor.execute(f'DROP DATABASE "{connections[key_store.ALIAS].settings_dict["NAME"]}" WITH (FORCE)')
    forget_held()


@contextmanager
def closed(log: Logged) -> Iterator[None]:
    """The store can be neither opened nor made."""
    forget_held()
    if log.vendor == "sqlite":
        folder = home().root / key_store.FOLDER
        away = folder.rename(folder.with_name("away"))
        folder.write_bytes(b"a file stands in its place")
        yield
        folder.unlink()
        away.rename(folder)
        return
    allow = f'ALTER DATABASE "{connections[key_store.ALIAS].settings_dict["NAME"]}" ALLOW_CONNECTIONS '
    with connections["default"].cursor() as cursor:
        cursor.execute(f"{allow} false")
        yield
        cursor.execute(f"{allow} true")


def test_no_access_without_a_key_that_is_kept(alpha: TenantDB) -> None:
    use(alpha)
    with closed(alpha):
        with pytest.raises(DatabaseError):
            use(alpha, "staff:2")
        keep_access_logs([alpha], now=NOW)  # the worker goes on with its other work
    assert alpha.objects(AccessEntry).count() == 1
    use(alpha, "staff:3")
    assert readable(alpha) == ["staff:1", "staff:3"]


def test_whoever_is_killed_between_key_and_access_leaves_a_key_that_the_next_one_takes(alpha: TenantDB) -> None:
    made = key_of(alpha, TODAY, random=lambda n: bytes(range(n)))
    forget_held()
    use(alpha)
    assert [one.number for one in key_store.find("alpha", *EVER)] == [made.number]
    assert readable(alpha) == ["staff:1"]


def test_two_that_make_the_key_of_a_day_at_once_may_each_use_their_own(alpha: TenantDB) -> None:
    use(alpha)
    key_store.add("alpha", WrappedKey(TODAY, 1, wrap(alpha.keys.wrapping, bytes(32), random=bytes)))  # lower: whoever comes takes it
    use(alpha, "staff:2")
    forget_held()
    use(alpha, "staff:3")
    assert len({row.key for row in alpha.objects(AccessEntry)}) == 2
    assert readable(alpha) == ["staff:1", "staff:2", "staff:3"] and unreadable(alpha, *EVER) == {}


def test_each_day_and_each_log_has_a_key_of_its_own(alpha: TenantDB) -> None:
    use(alpha)
    use(alpha, days=1)
    use(operator_db())
    found = [*keys_between(alpha, *EVER).values(), *keys_between(operator_db(), *EVER).values()]
    assert len(found) == len(set(found)) == 3
    assert {row.day for row in alpha.objects(AccessEntry)} == {day for day, _number in keys_between(alpha, *EVER)}


def test_where_the_keys_are_lost_it_says_so_goes_on_and_its_proofs_hold(alpha: TenantDB, tmp_path: Path) -> None:
    use(alpha, n=2)
    vouch(alpha, actor=WHO, now=NOW)
    before = seal(alpha, now=NOW).encode()
    lose_the_keys(alpha)
    use(alpha, "staff:2")
    assert (readable(alpha), unreadable(alpha, *EVER)) == (["staff:2"], {TODAY: 2})
    assert write_access_csv(alpha, tmp_path / "a.csv", TODAY, TODAY, actor=WHO, now=NOW) == 3
    assert (tmp_path / "a.csv").read_text().splitlines()[2:] == ["2026-05-01;;;;unreadable"] * 2
    assert damaged(alpha) == []
    assert verify(exported(alpha, tmp_path / "log").splitlines(keepends=True), [before]).counts == {}


@pytest.mark.slow
def test_lost_keys_are_not_taken_for_destroyed_ones_until_their_days_are_over(alpha: TenantDB) -> None:
    use(alpha)
    keep_access_logs([alpha], now=NOW)
    vouch(alpha, actor=WHO, now=NOW), vouch(operator_db(), actor=WHO, now=NOW)
    assert (seen("2.2-02", alpha).state, seen("2.2-02").state, seen("2.2-03", alpha).state) == ("green", "green", "green")
    lose_the_keys(alpha)
    keep_access_logs([alpha], now=NOW)
    assert (seen("2.2-02", alpha).state, seen("2.2-02").state, seen("2.2-03", alpha).state) == ("amber", "amber", "red")
    assert seen("2.2-03", alpha).evidence["without_key"] == 2
    vouch(alpha, actor=WHO, now=NOW)
    later = NOW + 46 * DAY
    keep_access_logs([alpha], now=later)
    assert (seen("2.2-02", alpha, now=later).state, seen("2.2-03", alpha, now=later).state) == ("green", "green")


def test_whoever_lets_an_access_name_a_key_that_is_not_there_is_seen(alpha: TenantDB) -> None:
    use(alpha)
    past_the_system(alpha, "UPDATE evidence_accessentry SET key = 4711")
    assert (readable(alpha), seen("2.2-03", alpha).state) == ([], "red")


def test_a_change_of_what_nobody_can_open_is_found(alpha: TenantDB) -> None:
    use(alpha, n=2)
    vouch(alpha, actor=WHO, now=NOW)
    lose_the_keys(alpha)
    past_the_system(alpha, "DELETE FROM evidence_accessentry WHERE id = 2")
    assert damaged(alpha) == [1]


def test_the_key_of_another_installation_is_passed_over(alpha: TenantDB) -> None:
    key_store.add("alpha", WrappedKey(TODAY, 1, wrap(bytes(32), bytes(32), random=bytes)))
    use(alpha)
    assert (readable(alpha), len(key_store.find("alpha", *EVER))) == (["staff:1"], 2)


def test_keys_that_stay_for_too_long_are_seen_and_those_of_nobody_go(alpha: TenantDB) -> None:
    for log in ("alpha", "gone"):
        for days in (45, 46):
            key_store.add(log, WrappedKey(TODAY - days * DAY, 1, b"-"))
    assert (seen("2.2-03", alpha).state, seen("2.2-03", alpha).evidence["oldest_key_days"]) == ("red", 46)
    keep_access_logs([alpha], now=NOW)
    assert [one.day for one in key_store.find("gone", *EVER)] == [TODAY - 45 * DAY]
    assert key_store.find("alpha", date.min, TODAY - DAY) == key_store.find("gone", *EVER)
    assert seen("2.2-03", alpha).state == "green"


def test_a_tenant_that_goes_takes_its_keys_along(no_tenants: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def half_way(row: Tenant) -> None:
        key_store.add(row.slug, WrappedKey(TODAY, 1, b"-"))
        raise KeyboardInterrupt

    key_store.add("alpha", WrappedKey(TODAY, 1, b"-"))
    monkeypatch.setattr(provision, "migrate_tenant", half_way)
    with pytest.raises(KeyboardInterrupt):
        provision.create_tenant(provision.NewTenant(slug="half", name="Half"), process_settings(), now=NOW)
    assert key_store.logs() == {"alpha"}


def test_a_key_that_was_destroyed_is_nowhere_any_more(alpha: TenantDB, engine: str) -> None:
    folder = home().root / key_store.FOLDER
    with closing(sqlite3.connect(folder / key_store.FILE if engine == "sqlite" else ":memory:")) as somebody:
        somebody.execute("SELECT * FROM sqlite_master").fetchall()  # while another process has the store open, its log stays
        use(alpha)
        use(alpha, days=1)
        first, second = key_store.find("alpha", *EVER)
        assert key_store.destroy("alpha", [first.day]) == 1
        assert key_store.find("alpha", *EVER) == [second]
        if engine == "sqlite":
            left = b"".join(path.read_bytes() for path in folder.iterdir())
            assert first.wrapped not in left and second.wrapped in left


OLD_TABLE = "CREATE TABLE evidence_accesskey (day date PRIMARY KEY, wrapped {bytes} NOT NULL)"


def put_back_the_old_way(log: Logged) -> dict[str, bytes]:
    """As a database of an earlier version: keys beside what they open, one for each day. Returns day and wrapped key."""
    old = {one.day.isoformat(): one.wrapped for one in key_store.find(log.slug, *EVER)}
    made = OLD_TABLE.format(bytes="BLOB" if log.vendor == "sqlite" else "bytea")
    rows = [f"INSERT INTO evidence_accesskey VALUES ('{day}', {hexed(log, key)})" for day, key in old.items()]
    gone = ["DELETE FROM django_migrations WHERE name = '0010_day_keys'", "ALTER TABLE evidence_accessentry DROP COLUMN key"]
    if log.vendor != "sqlite" and isinstance(log, TenantDB):
        gone.append(f"ALTER TABLE evidence_accesskey OWNER TO {connections[log.alias].settings_dict['NAME']}_o")
    if isinstance(log, TenantDB):
        past_the_system(log, made, *rows, *gone)
    else:
        with log.atomic(), log.cursor() as cursor:
            for statement in [made, *rows, *gone]:
                cursor.execute(statement)
    key_store.destroy_all(log.slug)
    return old


def hexed(log: Logged, key: bytes) -> str:
    return f"x'{key.hex()}'" if log.vendor == "sqlite" else f"'\\x{key.hex()}'"


@pytest.mark.slow
@pytest.mark.parametrize("killed", [False, True], ids=["at once", "killed half-way before"])
def test_keys_of_an_earlier_version_move_and_leave_nothing_behind(alpha: TenantDB, killed: bool) -> None:
    use(alpha)
    use(alpha, "staff:2", days=1)
    use(operator_db())
    keys = {log.slug: put_back_the_old_way(log) for log in (alpha, operator_db())}
    if killed:  # the first key was kept in the new store, and none is gone from the old one
        day, wrapped = next(iter(keys["alpha"].items()))
        key_store.add("alpha", WrappedKey(date.fromisoformat(day), 0, wrapped))
    forget_held()
    migrate_control()
    migrate_tenant(Tenant.objects.get(slug="alpha"))
    assert (readable(alpha), readable(operator_db())) == (["staff:1", "staff:2"], ["staff:1"])
    assert {one.day.isoformat(): one.wrapped for one in key_store.find("alpha", *EVER)} == keys["alpha"]
    for log in (alpha, operator_db()):
        assert "evidence_accesskey" not in connections[log.alias].introspection.table_names()
        assert unreadable(log, *EVER) == {}
    if alpha.vendor == "sqlite":
        connections.close_all()
        assert_in_no_file([*keys["alpha"].values(), *keys["operator"].values()])


def assert_in_no_file(keys: list[bytes]) -> None:
    """Of the home folder, but for the folder of keys; nor on a page of a database that is free."""
    for path in home().root.rglob("*"):
        if path.is_file() and path.parent.name != key_store.FOLDER:
            assert not [key for key in keys if key in path.read_bytes()], path


@pytest.mark.sqlite
def test_the_folder_has_its_tag_again_before_a_key_comes_into_it(alpha: TenantDB) -> None:
    use(alpha)
    folder = home().root / key_store.FOLDER
    assert folder.stat().st_mode & 0o777 == 0o700
    (folder / key_store.TAG).write_text("not a tag")
    use(alpha, days=1)
    assert (folder / key_store.TAG).read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    with closing(sqlite3.connect(folder / key_store.FILE)) as store:
        assert store.execute("SELECT count(*) FROM day_key").fetchone() == (2,)
