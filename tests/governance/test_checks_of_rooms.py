"""Each check of a room sees the thing that it watches being broken, in a real database and with real files."""

from datetime import timedelta

import psycopg
import pytest

from siegelpost.base.actor import Actor
from siegelpost.consent.sign_ups import expire as expire_sign_ups
from siegelpost.consent.signups.models import SignUp
from siegelpost.delivery.models import Delivery, Slice
from siegelpost.delivery.tally import add
from siegelpost.evidence.seal import seal
from siegelpost.feedback.hooks.gates import Secret
from siegelpost.feedback.hooks.models import Post
from siegelpost.feedback.hooks.services import add_hook
from siegelpost.feedback.models import Event, Reply, ReturnedText
from siegelpost.feedback.texts import forget_texts, keep_text
from siegelpost.mailings.models import Mailing
from siegelpost.tenancy.handle import TenantDB, control_store
from siegelpost.tenancy.home import home
from siegelpost.tenancy.migrate import migrate_tenant
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import credentials_of
from siegelpost.tenancy.signups import open_sign_ups
from tests.delivery.support import claimed, launched, state_of
from tests.evidence.logs import past_the_system, write
from tests.governance.watching import NOW, seen, state
from tests.mailings.making import some_mailing
from tests.postgres import postgres_cluster


def as_superuser(tenant: TenantDB, statement: str) -> None:
    """On the server, in the tenant's database; {own} and {runtime} are filled in."""
    found = credentials_of(Tenant.objects.get(slug=tenant.slug))
    with psycopg.connect(postgres_cluster().url(found.database), autocommit=True) as server:
        server.execute(statement.format(own=found.database, runtime=found.runtime).encode())


@pytest.fixture
def private_files() -> None:
    """Files as a command makes them; the tests run with another umask."""
    patterns = ("keys/master", "control.sqlite3*", "tenants/*/*.sqlite3*", "access-keys/*")
    for path in [one for pattern in patterns for one in home().root.glob(pattern)]:
        path.chmod(0o600)


def test_files_that_others_can_read_are_seen(alpha: TenantDB, private_files: None) -> None:
    assert state("1.4-02") == "green"
    key = home().root / "keys" / "master"
    key.chmod(0o640)
    assert (seen("1.4-02").state, seen("1.4-02").evidence["open_to_others"]) == ("red", 1)
    key.chmod(0o600)
    assert state("1.4-02") == "green"


@pytest.mark.sqlite
def test_a_database_that_others_can_read_is_seen(alpha: TenantDB, private_files: None, engine: str) -> None:
    (home().tenant("alpha") / "tenant.sqlite3").chmod(0o604)
    assert state("1.4-02") == "red"


def test_two_tenants_with_the_same_key_are_seen(alpha: TenantDB, private_files: None) -> None:
    key = bytes(Tenant.objects.get(slug="beta").wrapped_key)
    Tenant.objects.filter(slug="alpha").update(wrapped_key=key)
    assert (seen("1.4-02").state, seen("1.4-02").evidence["shared_keys"]) == ("red", 1)


@pytest.mark.sqlite
def test_a_database_in_the_folder_of_another_tenant_is_seen(alpha: TenantDB, engine: str) -> None:
    assert state("1.4-02", alpha) == "green"
    alpha.close()
    own, other = home().tenant("alpha") / "tenant.sqlite3", home().tenant("beta") / "elsewhere.sqlite3"
    own.rename(other)
    own.symlink_to(other)
    assert state("1.4-02", alpha) == "red"


@pytest.mark.postgresql
def test_a_role_that_may_enter_the_database_of_another_tenant_is_seen(alpha: TenantDB, beta: TenantDB, engine: str) -> None:
    assert state("1.4-02", alpha) == "green"
    beta.close()
    other = credentials_of(Tenant.objects.get(slug="beta")).database
    as_superuser(alpha, f'GRANT CONNECT ON DATABASE "{other}" TO "{{runtime}}"')
    try:
        assert (seen("1.4-02", alpha).state, seen("1.4-02", alpha).evidence["others_reachable"]) == ("red", 1)
    finally:
        as_superuser(alpha, f'REVOKE CONNECT ON DATABASE "{other}" FROM "{{runtime}}"')


def test_a_log_that_the_system_could_change_is_seen(alpha: TenantDB) -> None:
    assert (seen("2.2-01", alpha).state, seen("2.2-01", alpha).evidence["entries"]) == ("amber", 0), "nothing is signed yet"
    write(alpha, 3)
    seal(alpha, now=NOW)
    assert state("2.2-01", alpha) == "green"
    if alpha.vendor == "sqlite":
        with alpha.atomic(), alpha.cursor() as cursor:
            cursor.execute("DROP TRIGGER evidence_entry_no_delete")
    else:
        as_superuser(alpha, 'GRANT DELETE ON evidence_entry TO "{runtime}"')
    found = seen("2.2-01", alpha)
    assert (found.state, found.evidence["changeable_tables"]) == ("red", ["evidence_entry"])
    alpha.close()
    migrate_tenant(Tenant.objects.get(slug="alpha"))
    assert state("2.2-01", alpha) == "green"


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE evidence_entry SET act = 'list.renamed' WHERE id = 2",
        "DELETE FROM evidence_entry WHERE id = 2",
        "DELETE FROM evidence_leaf WHERE id > 2",
    ],
)
def test_an_entry_that_was_changed_past_the_system_is_seen(alpha: TenantDB, attack: str) -> None:
    write(alpha, 3)
    seal(alpha, now=NOW)
    past_the_system(alpha, attack)
    found = seen("2.2-01", alpha)
    assert found.state == "red" and found.evidence["faults"]


def test_a_sign_up_that_nobody_confirmed_in_time_and_nobody_deleted_is_seen(alpha: TenantDB) -> None:
    store = open_sign_ups(alpha)

    def wait(until: timedelta) -> None:
        new = {"form_slug": "f", "email": "ann@example.org", "key": b"k", "list_ids": [1], "language": "de", "text_id": 1}
        with store.atomic():
            store.objects(SignUp).all().delete()
            store.objects(SignUp).create(id="1" * 32, requested_at=NOW, expires_at=NOW + until, **new)

    wait(timedelta(hours=-1))
    assert seen("4.3-06", alpha).state == "green", "the worker deletes them every hour"
    wait(timedelta(hours=-3))
    found = seen("4.3-06", alpha)
    assert found.state == "red" and {**found.evidence, "grants": []} == {
        "waiting": 1, "overdue": 1, "readable_by_sending": False, "days_old": {"1": 1}, "deleted_in_30_days": 0, "grants": [],
    }  # fmt: skip
    assert expire_sign_ups(alpha, actor=Actor.system("worker"), now=NOW) == 1
    found = seen("4.3-06", alpha)
    assert (found.state, found.evidence["deleted_in_30_days"], found.evidence["waiting"]) == ("green", 1, 0)


@pytest.mark.postgresql
def test_who_may_do_what_with_sign_ups_is_named(alpha: TenantDB) -> None:
    (grant,) = [one for one in seen("4.3-06", alpha).evidence["grants"] if "_s" in one.partition(":")[0] or "sign" in one]
    assert "select" in grant


def test_sign_ups_within_reach_of_sending_are_seen(alpha: TenantDB) -> None:
    if alpha.vendor == "sqlite":
        with alpha.atomic(), alpha.cursor() as cursor:
            cursor.execute("CREATE TABLE signups_signup (id INTEGER)")
    else:
        as_superuser(alpha, 'GRANT USAGE ON SCHEMA signups TO "{runtime}"')
    found = seen("4.3-06", alpha)
    assert (found.state, found.evidence["readable_by_sending"]) == ("red", True)


def test_a_mailing_that_is_measured_personally_is_seen(alpha: TenantDB) -> None:
    number = some_mailing(alpha, measure="off")
    some_mailing(alpha)
    assert seen("4.3-02", alpha).evidence == {"measured_anonymously": 1, "not_measured": 1, "measured_singly": 0, "measured_otherwise": 0}
    with alpha.atomic():
        alpha.objects(Mailing).filter(pk=number).update(measure="personalised")
    assert (seen("4.3-02", alpha).state, seen("4.3-02", alpha).evidence["measured_otherwise"]) == ("red", 1)


def test_a_lost_delivery_is_seen_and_its_mailing_is_paused(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    other = launched(alpha, 3)
    assert seen("3-11", alpha).evidence == {"mailings": 2, "broken_mailings": [], "late_leases": 0}
    with alpha.atomic():
        alpha.objects(Delivery).filter(mailing_id=mailing).first().delete()  # type: ignore[union-attr]
    found = seen("3-11", alpha)
    assert (found.state, found.evidence["broken_mailings"]) == ("red", [mailing])
    assert state_of(alpha, mailing)[0] == "paused" and state_of(alpha, other)[0] == "sending"


def test_counters_that_forget_somebody_are_seen(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    with alpha.atomic():
        add(alpha, mailing, {"audience": 1})
    assert state("3-11", alpha) == "red"


@pytest.mark.parametrize("boot", ["", "of another machine"])
def test_a_claim_that_nobody_settles_is_seen(alpha: TenantDB, boot: str) -> None:
    taken = claimed(alpha, launched(alpha, 3))
    assert state("3-11", alpha) == "green"
    with alpha.atomic():
        changes = {"boot_id": boot, "claimed_at": 0} if boot else {"lease_until": -1000}
        alpha.objects(Slice).filter(pk=taken.lease.slice_id).update(**changes)
    assert (seen("3-11", alpha).state, seen("3-11", alpha).evidence["late_leases"]) == ("amber", 1)
    taken.journal.leave()


def returned(tenant: TenantDB, age: timedelta) -> None:
    """A text of returned mail of that age."""
    with tenant.atomic():
        event = tenant.objects(Event).create(kind="soft", mailing_id=1, delivery_id=None, at=NOW - age)
        keep_text(tenant, event.pk, "550 no such user", now=NOW - age)


def test_a_text_of_returned_mail_that_is_kept_for_too_long_is_seen(alpha: TenantDB) -> None:
    returned(alpha, timedelta(days=90))
    assert seen("4.3-03", alpha).state == "green"
    returned(alpha, timedelta(days=91))
    found = seen("4.3-03", alpha)
    assert (found.state, found.evidence) == ("red", {"texts": 2, "overdue_texts": 1, "overdue_answers": 0})
    assert forget_texts(alpha, now=NOW) == 1
    assert state("4.3-03", alpha) == "green" and alpha.objects(ReturnedText).count() == 1


def test_an_answer_that_is_kept_for_too_long_is_seen(alpha: TenantDB) -> None:
    with alpha.atomic():
        row = {"key": b"k", "sealed": b"words", "changed": {}}
        alpha.objects(Reply).create(digest=b"d", at=NOW - timedelta(days=91), **row)
    assert (seen("4.3-03", alpha).state, seen("4.3-03", alpha).evidence["overdue_answers"]) == ("red", 1)
    with alpha.atomic():
        alpha.objects(Reply).update(sealed=b"")
    assert state("4.3-03", alpha) == "green"


def test_an_original_of_a_complaint_that_is_kept_for_too_long_is_seen(alpha: TenantDB) -> None:
    number, _token = add_hook("postmark", None, Secret(), now=NOW)

    def post(age: timedelta, sealed: bytes) -> None:
        with control_store.atomic():
            control_store.objects(Post).create(hook_id=number, mark=bytes([age.days]), sealed=sealed, at=NOW - age)

    post(timedelta(days=6), b"sealed")
    post(timedelta(days=9), b"")
    assert seen("4.3-03").evidence == {"originals": 1, "overdue_originals": 0}
    post(timedelta(days=8), b"sealed")
    assert (seen("4.3-03").state, seen("4.3-03").evidence["overdue_originals"]) == ("red", 1)
