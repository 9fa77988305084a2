"""Sign-ups wait in a store of their own, and go."""

from datetime import timedelta

from siegelpost.consent import sign_ups
from siegelpost.consent.sign_ups import SignUpDraft
from siegelpost.tenancy.handle import TenantDB
from tests.consent.people import NOON, key_of


def ask(tenant: TenantDB, email: str = "ann@example.org") -> str:
    draft = SignUpDraft(
        form_slug="brief",
        email=email,
        key=key_of(tenant, email),
        fields={"first_name": "Ann"},
        list_ids=(1,),
        language="de",
        text_id=1,
        snapshot={"form": "Brief"},
    )
    return sign_ups.create(tenant, draft, now=NOON)


def test_a_sign_up_waits_fourteen_days_and_not_one_second_longer(alpha: TenantDB) -> None:
    sign_up_id = ask(alpha)
    found = sign_ups.find(alpha, sign_up_id, now=NOON + timedelta(days=14, seconds=-1))
    assert found is not None
    assert (found.email, found.fields, found.list_ids, found.requested_at) == ("ann@example.org", {"first_name": "Ann"}, (1,), NOON)
    assert sign_ups.find(alpha, sign_up_id, now=NOON + timedelta(days=14)) is None


def test_the_sweep_forgets_what_expired_and_nothing_else(alpha: TenantDB) -> None:
    old = ask(alpha)
    assert sign_ups.expire(alpha, NOON + timedelta(days=13)) == 0
    assert sign_ups.find(alpha, old, now=NOON) is not None
    assert sign_ups.expire(alpha, NOON + timedelta(days=14)) == 1
    assert sign_ups.find(alpha, old, now=NOON) is None


def test_not_me_forgets_every_sign_up_of_the_address_and_pauses_it_for_thirty_days(alpha: TenantDB) -> None:
    first, second, other = ask(alpha), ask(alpha), ask(alpha, "bob@example.com")
    key = key_of(alpha, "ann@example.org")
    assert sign_ups.waiting(alpha, key, since=NOON - timedelta(days=1)) == 2
    sign_ups.block(alpha, key, now=NOON)
    sign_ups.block(alpha, key, now=NOON)
    assert sign_ups.find(alpha, first, now=NOON) is None
    assert sign_ups.find(alpha, second, now=NOON) is None
    assert sign_ups.find(alpha, other, now=NOON) is not None
    assert sign_ups.is_blocked(alpha, key, now=NOON + timedelta(days=29))
    assert not sign_ups.is_blocked(alpha, key, now=NOON + timedelta(days=30))


def test_a_sign_up_of_one_tenant_is_unknown_to_the_other(alpha: TenantDB, beta: TenantDB) -> None:
    sign_up_id = ask(alpha)
    assert sign_ups.find(beta, sign_up_id, now=NOON) is None


def test_the_tenants_own_database_holds_nothing_of_a_sign_up(alpha: TenantDB) -> None:
    ask(alpha, "needle@example.com")
    with alpha.cursor() as cursor:
        if alpha.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE name LIKE 'signups%%'")
        else:
            cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_name LIKE 'signups%%'")
        assert cursor.fetchall() == []
