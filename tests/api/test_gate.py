"""Every operation that the description names refuses whoever may not call it, writes that down, and touches nobody else's tenant."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from siegelpost.accounts import models
from siegelpost.accounts.token_rights import FOR_TOKENS, rights_of_words
from siegelpost.accounts.tokens import LASTS
from siegelpost.api.gate import ENTRY, Token
from siegelpost.api.urls import api
from siegelpost.audience.models import Subscriber
from siegelpost.audience.services import ensure_standard_fields
from siegelpost.base import clock
from siegelpost.evidence.access import Access, accesses
from siegelpost.flows.staff import set_active
from siegelpost.flows.tokens import revoke
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.installation import operator_db
from siegelpost.web.areas import AREAS as OF_PAGES
from tests.api.calling import Program, program, refusal
from tests.api.routes import NEW, Operation, operations
from tests.delivery.support import draft
from tests.evidence.logs import past_the_system
from tests.templates import Template
from tests.web.townsfolk import STAFF, a_list, a_person
from tests.web.visiting import NOON

Rows = Callable[[], str]
WRONG = "siegelpost_" + "0" * 64 + "b5b0e1a5"


@pytest.fixture
def rows(_two_tenants: Template) -> Rows:
    """A digest of every row of alpha but for those of its access log; numbers that PostgreSQL gave out and took back are no rows."""
    return lambda: re.sub(r"\('[^']*_seq', [^)]*\)", "", _two_tenants.fingerprint("alpha"))


def lines(log: Logged) -> list[Access]:
    today = clock.now().date()
    return [one for one in accesses(log, today - timedelta(days=1), today + LASTS) if one.who.startswith("token:") or one.area == ENTRY]


def ask(caller: Program, one: Operation, at: int, *, slug: str = "", number: int = 1) -> tuple[int, str]:
    """One call; each from another address, so that nobody is slowed down for the others."""
    return refusal(caller.ask(one.method, one.url(slug or caller.slug, number), one.body(number), **{"X-Forwarded-For": f"192.0.2.{at}"}))


def expire(_tenant: TenantDB, _caller: Program) -> None:
    models.Token.objects.update(expires_at=clock.now())


def take_back(tenant: TenantDB, caller: Program) -> None:
    assert revoke(tenant, caller.number, actor=STAFF, now=clock.now())


def block(_tenant: TenantDB, _caller: Program) -> None:
    set_active("editor@staff.example", active=False, now=clock.now())


def block_past_the_system(_tenant: TenantDB, caller: Program) -> None:
    """Somebody is blocked by a hand in the database: the call asks, and does not rely on what was written with the block."""
    owner = models.Token.objects.get(pk=caller.number).owner
    assert owner is not None
    owner.is_active = False
    owner.save()


def test_there_are_operations_and_all_of_them_stand_below_a_tenant() -> None:
    found = list(operations())
    assert len(found) >= 12 and all(one.path.startswith("/api/v1/t/{slug}/") for one in found)
    assert len({one.name for one in found}) == len(found)
    views = [operation for _prefix, router in api._routers for path in router.path_operations.values() for operation in path.operations]
    assert {one.operation_id for one in views} == {one.name for one in found}  # none is hidden from the description


def test_every_right_that_an_operation_asks_for_can_be_given_and_its_area_is_one_of_the_pages() -> None:
    gates = [
        operation.auth_callbacks[0]
        for _prefix, router in api._routers
        for path in router.path_operations.values()
        for operation in path.operations
    ]
    asked = {gate.right for gate in gates if isinstance(gate, Token)}
    assert len(asked) > 5 and asked <= rights_of_words(FOR_TOKENS) and {right.partition(".")[0] for right in asked} <= set(OF_PAGES)
    assert ENTRY not in OF_PAGES
    with pytest.raises(ValueError):
        Token("lists.burn")


@pytest.mark.parametrize("key", [None, "", "x", WRONG, "siegelpost_" + "é" * 64])
def test_without_a_token_of_ours_nothing_opens_and_the_operator_learns_of_it(alpha: TenantDB, key: str | None) -> None:
    for at, one in enumerate(operations()):
        assert ask(Program("alpha", key), one, at) == (401, "api.token_refused"), one
    written = lines(operator_db())
    assert [(line.who, line.verb, line.result) for line in written] == [("unknown", "token", "failed")] * (at + 1)
    assert lines(alpha) == []


@pytest.mark.parametrize("end", [expire, take_back, block, block_past_the_system])
def test_a_token_that_is_over_opens_nothing_and_its_tenant_learns_of_it(alpha: TenantDB, end: Callable[[TenantDB, Program], None]) -> None:
    caller = program(alpha)
    assert caller.ask("GET", "lists").status_code == 200
    end(alpha, caller)
    for at, one in enumerate(operations()):
        assert ask(caller, one, at) == (401, "api.token_refused"), one
    assert [line.result for line in lines(alpha)] == ["ok"] + ["refused"] * (at + 1)
    assert {line.who for line in lines(alpha)} == {caller.actor}


@pytest.mark.slow
def test_what_a_token_was_not_given_is_refused(alpha: TenantDB, rows: Rows) -> None:
    nothing, reader, writer = program(alpha, "write"), program(alpha, "read", "export"), program(alpha, "people", "write")
    before = rows()
    for at, one in enumerate(operations()):
        assert ask(nothing, one, at) == (403, "api.right_missing"), one
        assert ask(reader if one.changes else writer, one, at) == (403, "api.right_missing"), one
    written = lines(alpha)
    assert {line.result for line in written} == {"refused"} and len(written) == 2 * (at + 1)
    assert {(line.area, line.verb) for line in written} >= {("subscribers", "change"), ("reports", "read"), ("sending", "read")}
    assert rows() == before


@pytest.mark.slow
def test_no_token_opens_another_tenant_or_says_that_it_exists(alpha: TenantDB, beta: TenantDB) -> None:
    caller = program(alpha, role="admin")
    for at, one in enumerate(operations()):
        assert ask(caller, one, at, slug="beta") == ask(caller, one, at, slug="nobody") == (404, "api.no_such_tenant"), one
    written = lines(alpha)  # the tenant whose token it is learns of it; beta's rows are compared when the test ends
    assert [line.result for line in written] == ["refused"] * 2 * (at + 1) and lines(beta) == []


@pytest.mark.slow
def test_numbers_of_another_tenant_lead_to_nobody(alpha: TenantDB, beta: TenantDB, rows: Rows) -> None:
    caller = program(alpha)
    ensure_standard_fields(alpha, NOON)
    before = rows()
    for number in (1, 2**62, 2**63, 10**30):  # beta has a person, a list and a mailing with the number 1, alpha has nothing
        for at, one in enumerate(operations()):
            if one.name in ("lists", "fields", "mailings", "subscribers", "subscribers_ask"):
                continue
            status, code = ask(caller, one, at, number=number)
            assert status == 404 or (status, one.name) == (422, "subscriber_add"), (one, number, code)
            assert code.endswith("unknown") or code in ("api.no_such_address", "api.request_wrong"), (one, number, code)
    assert caller.see("lists") == {"lists": []} and caller.see("subscribers") == {"subscribers": [], "next": None}
    assert rows() == before


@pytest.mark.slow
def test_whoever_may_reaches_every_operation(alpha: TenantDB) -> None:
    """Otherwise the refusals above would prove nothing."""
    caller, letter = program(alpha), a_list(alpha)
    ensure_standard_fields(alpha, NOON)
    person, mailing = a_person(alpha, "ann@example.org", letter), draft(alpha, letter)
    assert (letter, person, mailing) == (1, 1, 1)
    version = caller.see("mailings/1/launch")["version"]
    for one in operations():
        bodies = {"subscriber_change": {"fields": {}}, "mailing_launch": {"version": version}}
        body = bodies.get(one.name) or one.body()
        answer = caller.ask(one.method, one.url("alpha"), body)
        assert answer.status_code in (200, 201, 202), (one, answer.content)
        assert answer["Cache-Control"] == "no-store" and not answer.cookies
    assert {line.result for line in lines(alpha)} == {"ok"} and {line.area for line in lines(alpha)} == {
        "lists",
        "fields",
        "subscribers",
        "mailings",
        "sending",
        "reports",
    }


def test_wrong_tokens_are_slowed_down_and_good_ones_are_not(alpha: TenantDB) -> None:
    caller, stranger = program(alpha), Program("alpha", WRONG)
    codes = [stranger.refused("GET", "lists") for _ in range(22)]
    assert codes == [(401, "api.token_refused")] * 20 + [(429, "api.too_many_wrong_tokens")] * 2
    assert len(lines(operator_db())) == 20
    assert stranger.ask("GET", "lists")["Retry-After"] == "300"
    assert caller.ask("GET", "lists").status_code == 200
    assert stranger.ask("GET", "lists", **{"X-Forwarded-For": "2001:db8::1"}).status_code == 401


def test_where_the_access_log_cannot_be_written_nothing_happens(alpha: TenantDB) -> None:
    caller, news = program(alpha), a_list(alpha)
    past_the_system(alpha, "ALTER TABLE evidence_accessentry RENAME TO elsewhere")
    assert caller.refused("POST", "subscribers", {**NEW, "list": news}) == (500, "api.our_fault")
    assert not alpha.objects(Subscriber).exists()


def test_a_token_ends_by_itself(alpha: TenantDB) -> None:
    caller = program(alpha)
    with time_machine.travel(clock.now() + LASTS - timedelta(seconds=5), tick=False):
        assert caller.ask("GET", "lists").status_code == 200
    with time_machine.travel(clock.now() + LASTS, tick=False):
        assert caller.refused("GET", "lists") == (401, "api.token_refused")
