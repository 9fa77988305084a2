"""Tokens: shown once, kept as a hash, never worth more than their owner is at that moment."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts.catalogue import RIGHTS
from siegelpost.accounts.models import Token
from siegelpost.accounts.rules import ROLES, rights_of
from siegelpost.accounts.services import give_role
from siegelpost.accounts.token_rights import FOR_TOKENS, rights_of_token, rights_of_words
from siegelpost.accounts.token_text import PREFIX, SECRET_BYTES, digest_of, new_token
from siegelpost.accounts.tokens import COARSE, LASTS, tokens_of
from siegelpost.base import clock
from siegelpost.evidence.reads import entries
from siegelpost.flows.staff import set_active, take_out
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.registry import open_tenant
from tests.accounts.operators import approval
from tests.api.calling import Program, program
from tests.cli.typed import Typed
from tests.templates import Template
from tests.web.townsfolk import STAFF
from tests.web.visiting import NOON, colleague, visitor


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


@given(
    secret=st.binary(min_size=SECRET_BYTES, max_size=SECRET_BYTES),
    at=st.integers(min_value=0),
    sign=st.sampled_from("0123456789abcdefg é_"),
)
def test_one_wrong_sign_makes_it_none(secret: bytes, at: int, sign: str) -> None:
    key = new_token(lambda _size: secret)
    place = at % len(key)
    other = key[:place] + sign + key[place + 1 :]
    assert key.startswith(PREFIX) and len(digest_of(key)) == 64 and secret.hex() not in digest_of(key)
    assert (digest_of(other) == "") == (other != key)
    assert digest_of(key + "\n") == digest_of(f" {key}") == digest_of(key.upper()) == ""


@given(words=st.sets(st.sampled_from([*FOR_TOKENS, *RIGHTS, "nothing"])), role=st.sampled_from([*ROLES, ""]))
def test_a_token_is_never_worth_more_than_its_owner_and_administers_nothing(words: set[str], role: str) -> None:
    has = rights_of_token(words, rights_of(role))
    assert has == rights_of_words(words) & rights_of(role) and has <= rights_of_words(FOR_TOKENS)
    assert rights_of_words(FOR_TOKENS) <= set(RIGHTS)
    areas = {right.partition(".")[0] for right in has}
    assert not areas & {"staff", "roles", "tokens", "settings", "senders", "input_log", "access_log", "hand_overs", "instructions"}


def test_the_key_is_nowhere_but_in_the_answer(alpha: TenantDB, engine: str) -> None:
    caller = program(alpha)
    assert caller.ask("GET", "lists").status_code == 200
    row = Token.objects.get(pk=caller.number)
    secret = (caller.key or "").removeprefix(PREFIX)
    assert row.digest == digest_of(caller.key or "") and secret not in str(row.__dict__)
    if engine == "sqlite":
        kept = [path for path in Path(home().root).rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
        assert kept == []
    assert [one["details"]["rights"] for one in entries(alpha, act="token.created")] == [["export", "people", "read", "send", "write"]]


def test_whoever_loses_a_right_takes_it_from_the_token_at_the_next_call(alpha: TenantDB) -> None:
    caller = program(alpha, "read", "people", role="editor")
    body: dict[str, dict[str, str]] = {"fields": {}}
    assert caller.refused("PATCH", "subscribers/1", body) == (404, "subscriber.unknown")
    person = colleague(alpha, "viewer", "editor@staff.example")
    assert caller.refused("PATCH", "subscribers/1", body) == (403, "api.right_missing")
    assert caller.ask("GET", "lists").status_code == 200
    give_role(person, alpha.number, "admin", now=NOON)
    assert caller.refused("PATCH", "subscribers/1", body) == (404, "subscriber.unknown")


def test_whoever_is_blocked_takes_the_token_along_for_good(alpha: TenantDB) -> None:
    caller = program(alpha)
    set_active("editor@staff.example", active=False, now=clock.now())
    assert caller.refused("GET", "lists") == (401, "api.token_refused")
    set_active("editor@staff.example", active=True, now=clock.now())
    assert caller.refused("GET", "lists") == (401, "api.token_refused")
    assert Token.objects.get(pk=caller.number).revoked_at is not None


def test_whoever_leaves_the_tenant_takes_its_tokens_along_and_no_others(alpha: TenantDB, beta: TenantDB) -> None:
    person = colleague(beta, "editor")
    caller, other = program(alpha), Program("beta", "")
    colleague(alpha, "admin")
    take_out(alpha, person.pk, actor=STAFF, now=clock.now())
    assert caller.refused("GET", "lists") == (401, "api.token_refused") == other.refused("GET", "lists")
    assert [one.state for one in tokens_of(alpha, now=clock.now())] == ["revoked"]


def test_a_token_of_the_operators_own_opens_own_tenants_only(alpha: TenantDB, typed: Typed) -> None:
    code, made = typed("token", "create", "alpha", "--name", "Shop", "--right", "read")
    caller = Program("alpha", made["token"], made["id"])
    assert code == 0 and caller.ask("GET", "lists").status_code == 200
    Tenant.objects.filter(slug="alpha").update(own=False)
    assert caller.refused("GET", "lists") == (403, "api.right_missing")
    assert typed("token", "create", "alpha", "--name", "Shop", "--right", "send")[1]["error"]["code"] == "token.owner_missing"
    owner = colleague(alpha, "viewer")
    reading = ("token", "create", "alpha", "--name", "Shop", "--right", "read", "--owner", owner.email)
    assert typed(*reading)[1]["error"]["code"] == "access.not_open"
    typed("access", "open", "alpha", "--reason", "Set up the shop", "--approval", str(approval(open_tenant("alpha"), owner)))
    code, made = typed(*reading)
    assert code == 0 and Program("alpha", made["token"]).ask("GET", "lists").status_code == 200


def test_the_last_use_is_known_to_the_hour_and_costs_one_write(alpha: TenantDB) -> None:
    caller = program(alpha)
    used = []
    for minutes in (0, 59, 61, 90):
        with time_machine.travel(NOON + timedelta(days=300, minutes=minutes), tick=False):
            Token.objects.filter(pk=caller.number).update(expires_at=NOON + LASTS)
            caller.ask("GET", "lists")
        used.append(Token.objects.get(pk=caller.number).used_at)
    first = NOON + timedelta(days=300)
    assert used == [first, first, first + timedelta(minutes=61), first + timedelta(minutes=61)] and timedelta(hours=1) == COARSE


def test_commands_make_list_and_revoke(alpha: TenantDB, typed: Typed) -> None:
    last = (clock.now() + timedelta(days=7)).date().isoformat()
    words = ("token", "create", "alpha", "--name", "Shop", "--right", "read", "--right", "people")
    code, made = typed(*words, "--expires", last)
    assert code == 0 and set(made) == {"id", "token"} and re.fullmatch(r"siegelpost_[0-9a-f]{72}", made["token"])
    (listed,) = typed("token", "list", "alpha")[1]
    assert (listed["id"], listed["name"], listed["rights"], listed["state"]) == (made["id"], "Shop", ["people", "read"], "lives")
    assert made["token"] not in str(listed) and listed["expires_at"][:10] > last
    assert typed("token", "revoke", "alpha", str(made["id"])) == (0, {"id": made["id"], "revoked": True})
    assert typed("token", "revoke", "alpha", str(made["id"])) == (0, {"id": made["id"], "revoked": False})
    assert [one["act"] for one in entries(alpha)][:2] == ["token.revoked", "token.created"]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (("--right", "tenants"), (4, "token.right_unknown")),
        (("--right", "staff"), (4, "token.right_unknown")),
        (("--right", "read", "--owner", "nobody@staff.example"), (4, "token.owner_unknown")),
        (("--right", "people", "--owner", "viewer@staff.example"), (3, "token.right_too_much")),
        (("--right", "read", "--expires", "2020-01-01"), (4, "token.end_wrong")),
        (("--right", "read", "--expires", "2199-01-01"), (4, "token.end_wrong")),
        (("--right", "read", "--name", "two\nlines"), (4, "audience.name_wrong")),
    ],
)
def test_what_cannot_be_a_token_is_none(alpha: TenantDB, typed: Typed, words: tuple[str, ...], wanted: tuple[int, str]) -> None:
    colleague(alpha, "viewer")
    assert typed.refused("token", "create", "alpha", "--name", "Shop", *words) == wanted
    assert not Token.objects.exists()


def test_a_token_of_another_tenant_cannot_be_revoked_here(alpha: TenantDB, beta: TenantDB, typed: Typed) -> None:
    number = program(alpha).number
    client = visitor(alpha, "admin")
    assert typed.refused("token", "revoke", "alpha", str(number + 1)) == (4, "token.unknown")
    for path in (f"/t/beta/tokens/{number}/revoke", f"/t/alpha/tokens/{number + 1}/revoke"):
        assert client.post(path).status_code == 404
    assert Token.objects.get(pk=number).revoked_at is None


@pytest.mark.slow
def test_an_administrator_makes_one_on_the_page_and_takes_it_back(alpha: TenantDB) -> None:
    client, last = visitor(alpha, "admin"), (clock.now() + timedelta(days=30)).date()
    page = client.send("tokens/new", {"name": "Web shop", "rights": ["read"], "last": last.isoformat()}, status=200).content.decode()
    found = re.search(r"siegelpost_[0-9a-f]{72}", page)
    assert found is not None
    (made,) = tokens_of(alpha, now=clock.now())
    caller = Program("alpha", found[0], made.id)
    assert caller.ask("GET", "lists").status_code == 200
    table = client.see("tokens")
    assert "Web shop" in table and "admin@staff.example" in table and found[0] not in table and "/api/v1/t/alpha/" in table
    assert "Revoke the token?" in client.see(f"tokens/{made.id}/revoke")
    client.send(f"tokens/{made.id}/revoke")
    assert caller.refused("GET", "lists") == (401, "api.token_refused") and "revoked" in client.see("tokens")


@pytest.mark.parametrize(
    "wrong",
    [{"rights": []}, {"rights": ["staff"]}, {"name": " "}, {"name": "a\x00b"}, {"last": "2020-01-01"}, {"last": "soon"}, {"last": ""}],
)
def test_the_page_says_what_is_wrong_at_its_field(alpha: TenantDB, wrong: dict[str, object]) -> None:
    last = (clock.now() + timedelta(days=30)).date().isoformat()
    page = visitor(alpha, "admin").send("tokens/new", {"name": "Shop", "rights": ["read"], "last": last, **wrong}, status=422)
    assert "invalid-feedback" in page.content.decode() and not Token.objects.exists()
