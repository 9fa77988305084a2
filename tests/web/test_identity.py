"""Staff log in with an identity provider that vouches for them, and are out when it no longer does."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from cryptography.hazmat.primitives.asymmetric import ec

from siegelpost.accounts.id_tokens import LOGOUT_EVENT
from siegelpost.accounts.models import Identity, Person, Session
from siegelpost.base import clock
from siegelpost.base.settings import SettingsWrong, process_settings, read_settings
from siegelpost.evidence.access import FAILED, accesses
from siegelpost.evidence.models import Entry
from siegelpost.flows import identity_http
from siegelpost.flows.identity_login import heed_providers
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.installation import operator_db, operator_store
from tests.web.factors import set_up_app
from tests.web.provider import CLIENT, SECRET, IdentityProvider, answering
from tests.web.visiting import Visitor, colleague, visitor

BACK = "/login/with/office/back"


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[IdentityProvider]:
    with answering(IdentityProvider()) as found:
        monkeypatch.setenv("SIEGELPOST_OIDC", f"office {found.issuer} {CLIENT} amr:mfa")
        monkeypatch.setenv("SIEGELPOST_OIDC_SECRETS", f"office:{SECRET}")
        process_settings.cache_clear()
        identity_http.forget()
        yield found
    monkeypatch.undo()
    process_settings.cache_clear()


def sent_away(tenant: TenantDB) -> tuple[Visitor, str]:
    client = Visitor(None, tenant)
    answer = client.post("/login/with/office")
    assert answer.status_code == 303, answer.content.decode()
    return client, str(answer.headers["location"])


def come_back(tenant: TenantDB, provider: IdentityProvider) -> tuple[Visitor, Any]:
    client, url = sent_away(tenant)
    return client, client.get(BACK, provider.authorize(url))


def is_in(client: Visitor) -> bool:
    return bool(client.get(client.start).status_code == 200)


def acts(act: str) -> list[str]:
    return list(operator_store().objects(Entry).filter(act=act).values_list("subject", flat=True))


def vouched(tenant: TenantDB, provider: IdentityProvider) -> Visitor:
    """An administrator who came in by the provider, which asked for a second factor."""
    provider.says["amr"] = ["pwd", "mfa"]
    client, _answer = come_back(tenant, provider)
    assert is_in(client)
    return client


def end(tenant: TenantDB, token: str) -> int:
    return int(Visitor(None, tenant).post("/login/with/office/end", {"logout_token": token}).status_code)


def logout_token(provider: IdentityProvider, **more: Any) -> str:
    return provider.token(**{"typ": "logout+jwt", "events": {LOGOUT_EVENT: {}}, "jti": "j-1", **more})


@pytest.mark.slow
def test_whoever_works_here_comes_in_by_the_verified_address_and_later_by_the_subject_alone(
    alpha: TenantDB, provider: IdentityProvider
) -> None:
    person = colleague(alpha, "admin")
    vouched(alpha, provider)
    assert list(Identity.objects.values_list("issuer", "subject", "person_id")) == [(provider.issuer, "u-17", person.pk)]
    provider.says |= {"email": "married@staff.example"}
    assert is_in(come_back(alpha, provider)[0])
    assert "r" not in Identity.objects.get().sealed[:3] and len(Identity.objects.get().sealed) > 30


def test_the_page_of_the_login_leads_there_and_no_other_page_may(alpha: TenantDB, provider: IdentityProvider) -> None:
    page = Visitor(None, alpha).get("/login")
    assert 'action="/login/with/office"' in page.content.decode()
    assert f"form-action 'self' {provider.issuer};" in page.headers["Content-Security-Policy"] + ";"
    assert provider.issuer not in visitor(alpha, "viewer").get("/account").headers["Content-Security-Policy"]
    assert Visitor(None, alpha).get("/login/with/office").status_code != 303, "no page that somebody looks at sends them away"
    assert Visitor(None, alpha).post("/login/with/other").status_code == 404


@pytest.mark.slow
def test_without_a_second_factor_there_ours_is_asked_for(alpha: TenantDB, provider: IdentityProvider) -> None:
    colleague(alpha, "admin")
    client, answer = come_back(alpha, provider)
    assert answer.status_code in (302, 303) and client.get(client.start).headers["location"].startswith("/account/second-factor")
    set_up_app(client)
    again, answer = come_back(alpha, provider)
    assert answer.headers["location"].startswith("/login/second-factor") and not is_in(again)


@pytest.mark.parametrize(
    "lie",
    [
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "somebody-else"},
        {"aud": [CLIENT, "somebody-else"]},
        {"azp": "somebody-else"},
        {"iss": "https://evil.example"},
        {"exp": 1},
        {"iat": 9_999_999_999},
        {"exp": None},
        {"sub": None},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": "stranger@staff.example"},
        {"email": ""},
    ],
    ids=str,
)
def test_a_token_that_says_anything_wrong_opens_nothing(alpha: TenantDB, provider: IdentityProvider, lie: dict[str, Any]) -> None:
    colleague(alpha, "admin")
    provider.says = {"amr": ["mfa"], **lie}
    client, answer = come_back(alpha, provider)
    assert answer.status_code == 403 and "identity.refused" in answer.content.decode()
    assert not is_in(client) and not Identity.objects.exists() and Person.objects.count() == 1


def test_a_token_that_another_key_or_nobody_has_signed_opens_nothing(alpha: TenantDB, provider: IdentityProvider) -> None:
    colleague(alpha, "admin")
    provider.says["amr"] = ["mfa"]
    for key, algorithm in ((ec.generate_private_key(ec.SECP256R1()), "ES256"), (None, "none"), (SECRET.encode() * 8, "HS256")):
        provider.signs_with, provider.algorithm = key, algorithm
        client, answer = come_back(alpha, provider)
        assert answer.status_code == 403 and not is_in(client), algorithm
    provider.key, provider.signs_with, provider.algorithm = ec.generate_private_key(ec.SECP256R1()), None, "ES256"
    assert is_in(come_back(alpha, provider)[0]), "its new key is fetched when the old one does not fit"


@pytest.mark.slow
def test_an_answer_counts_once_and_in_the_session_that_was_sent_away(alpha: TenantDB, provider: IdentityProvider) -> None:
    colleague(alpha, "admin")
    provider.says["amr"] = ["mfa"]
    client, url = sent_away(alpha)
    brought = provider.authorize(url)
    assert Visitor(None, alpha).get(BACK, brought).status_code == 403, "a login that somebody else began"
    assert client.get(BACK, brought).status_code == 303 and is_in(client)
    asked = len(provider.asked)
    assert client.get(BACK, brought).status_code == 403 and len(provider.asked) == asked, "not even the provider is asked again"
    client.post("/logout")
    assert client.get(BACK, brought).status_code == 403 and not is_in(client)
    other, url = sent_away(alpha)
    for wrong in ({"state": "x"}, {"iss": "https://evil.example"}, {"code": ""}, {"code": "code-0"}):
        assert other.get(BACK, {**provider.authorize(url), **wrong}).status_code == 403
        other, url = sent_away(alpha)


def test_an_address_that_was_given_to_somebody_else_there_opens_nothing(alpha: TenantDB, provider: IdentityProvider) -> None:
    colleague(alpha, "admin")
    vouched(alpha, provider)
    provider.says["sub"] = "u-18"
    assert come_back(alpha, provider)[1].status_code == 403
    today = clock.now().date()
    assert [one.who for one in accesses(operator_db(), today, today) if one.result == FAILED] == ["unknown"], "the operator learns of it"


def test_a_provider_that_calls_itself_another_is_not_asked(alpha: TenantDB, provider: IdentityProvider) -> None:
    colleague(alpha, "admin")
    provider.calls_itself = "https://evil.example"
    answer = Visitor(None, alpha).post("/login/with/office")
    assert answer.status_code == 502 and "identity.unreachable" in answer.content.decode() and provider.asked == []


def test_whoever_is_blocked_here_stays_blocked(alpha: TenantDB, provider: IdentityProvider) -> None:
    colleague(alpha, "admin")
    vouched(alpha, provider)
    Person.objects.update(is_active=False)
    assert come_back(alpha, provider)[1].status_code == 403


@pytest.mark.slow
def test_the_provider_ends_the_sessions_of_whoever_is_out(alpha: TenantDB, provider: IdentityProvider) -> None:
    person = colleague(alpha, "admin")
    client = vouched(alpha, provider)
    provider.says = {}
    wrong: list[dict[str, Any]] = [
        {"typ": "JWT"},
        {"events": {}},
        {"events": {LOGOUT_EVENT: True}},
        {"nonce": "n"},
        {"aud": "somebody-else"},
        {"jti": None},
        {"iat": int((clock.now() - timedelta(minutes=10)).timestamp())},
    ]
    assert [end(alpha, logout_token(provider, **one)) for one in wrong] == [400] * len(wrong)
    assert end(alpha, "") == 400 and end(alpha, provider.token(nonce="n", email="x")) == 400, "what logs in does not log out"
    provider.signs_with = ec.generate_private_key(ec.SECP256R1())
    assert end(alpha, logout_token(provider)) == 400 and is_in(client)
    provider.signs_with = None
    token = logout_token(provider)
    assert end(alpha, token) == 200 and not is_in(client)
    assert acts("staff.ended_by_provider") == [f"staff:{person.pk}"] and Session.objects.filter(person_id=person.pk).count() == 0
    client = vouched(alpha, provider)
    assert end(alpha, token) == 400 and is_in(client), "it counts once"
    assert end(alpha, logout_token(provider, sub="nobody", jti="j-2")) == 200 and is_in(client)


@pytest.mark.slow
def test_whom_the_provider_refuses_is_blocked_within_the_hour(alpha: TenantDB, provider: IdentityProvider) -> None:
    person = colleague(alpha, "admin")
    colleague(alpha, "admin", email="second@staff.example")
    client = vouched(alpha, provider)

    def round_after(hours: float) -> None:
        with time_machine.travel(clock.now() + timedelta(hours=hours), tick=False):
            heed_providers(process_settings().providers, now=clock.now())

    provider.asked.clear()
    round_after(0.5)
    assert provider.asked == []
    round_after(1)
    round_after(2)
    assert [one["refresh_token"] for one in provider.asked] == ["r", "r+"], "it changes with each answer"
    for no_word_about_them in ("500", "invalid_client", "temporarily_unavailable"):
        provider.refuses = no_word_about_them
        round_after(4)
        assert is_in(client), no_word_about_them
    provider.refuses = "invalid_grant"
    round_after(4)
    assert not Person.objects.get(pk=person.pk).is_active and not is_in(client)
    assert acts("staff.refused_by_provider") == [f"staff:{person.pk}"]
    asked = len(provider.asked)
    round_after(6)
    assert len(provider.asked) == asked


def test_the_last_administrator_is_logged_out_and_not_locked_out(alpha: TenantDB, provider: IdentityProvider) -> None:
    person = colleague(alpha, "admin")
    client = vouched(alpha, provider)
    provider.refuses = "invalid_grant"
    heed_providers(process_settings().providers, now=clock.now() + timedelta(hours=1))
    assert Person.objects.get(pk=person.pk).is_active and not is_in(client)


@pytest.mark.parametrize(
    ("typed", "secrets"),
    [
        ("office http://login.example.org id", "office:x"),
        ("office https://login.example.org id", ""),
        ("office https://login.example.org id", "office:x other:y"),
        ("office https://login.example.org", "office:x"),
        ("office https://login.example.org id mfa", "office:x"),
        ("Office https://login.example.org id", "Office:x"),
        ("a https://a.example id, a https://b.example id", "a:x"),
    ],
)
def test_a_provider_that_cannot_be_meant_is_refused(typed: str, secrets: str) -> None:
    with pytest.raises(SettingsWrong) as told:
        read_settings({"SIEGELPOST_OIDC": typed, "SIEGELPOST_OIDC_SECRETS": secrets})
    assert "SIEGELPOST_OIDC is not" in str(told.value)
