"""Every public address, with tokens and names of one tenant where it names another: answered as what was made up, and nothing happens."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import pytest
from django.urls import URLPattern

from siegelpost.base import clock
from siegelpost.feedback.hooks.gates import Secret
from siegelpost.feedback.hooks.services import add_hook
from siegelpost.measure.targets import Targets
from siegelpost.public import urls
from siegelpost.sign.tokens import MAC_BYTES, decode, encode, head_of, make_token, peek_raw
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_by_number
from tests.isolation.asking import Heard, differs, heard
from tests.isolation.stock import NEVER, Rows, count_on, state_of, stocked
from tests.public.world import browser, fill_in

pytestmark = [pytest.mark.slow, pytest.mark.touches_beta]  # beta is compared here, with what it was given before

TOKENS: Final = {
    "u": ("person", "mailing"),
    "p": ("person", "mailing"),
    "w": ("person", "mailing"),
    "s": (),
    "o": ("mailing",),
    "c": ("mailing", "list"),
}
"""First part of an address (and purpose of its token) -> the numbers in the token; the last two are the edge's."""
AT_THE_EDGE: Final = frozenset({"o", "c"})
WITHOUT: Final = frozenset({"static/public.css", "static/form.js", "static/work.js", "tls/ask"})
"""Addresses with nothing of a tenant."""


@dataclass(frozen=True)
class Sides:
    """The numbers of what each of the two has."""

    alpha: dict[str, int]
    beta: dict[str, int]


@pytest.fixture
def stocks(alpha: TenantDB, beta: TenantDB) -> Sides:
    ours = stocked(alpha)
    count_on(beta)
    return Sides(ours, stocked(beta))


@pytest.fixture
def sides(stocks: Sides, public_site: None) -> Sides:
    """Made through the staff's pages, and looked at from outside."""
    return stocks


def token(purpose: str, tenant: TenantDB, numbers: dict[str, int], key: bytes = b"") -> str:
    """A link of this tenant's own making, or signed with another key."""
    named = tuple(numbers[one] for one in TOKENS[purpose])
    extra = UUID(int=1).bytes if purpose == "s" else b""
    return make_token(purpose, tenant.number, named, key or tenant.keys.tokens, extra=extra)


def relabelled(text: str, tenant: TenantDB) -> str:
    """The same token as if it were of another tenant: its head is changed, its proof stays."""
    raw = decode(text)
    return encode(head_of(tenant.number, 0) + raw[peek_raw(raw)[2] :])


def made_up(text: str) -> str:
    """One of the same length that nobody made."""
    raw = decode(text)
    return encode(raw[:-MAC_BYTES] + bytes(MAC_BYTES))


def purposes() -> Iterator[str]:
    """Of all addresses that take a token. Fails for a route with a part of a kind that nobody has said how to fill."""
    for route in urls.urlpatterns:
        assert isinstance(route, URLPattern)
        first, parts = str(route.pattern).partition("/")[0], set(route.pattern.converters)
        if parts == {"token"}:
            assert first in TOKENS, f"{route.pattern}: say in TOKENS what its token names"
            yield first
        else:
            kinds = ({"tenant_slug", "form_slug"}, {"provider", "token"}, {"tenant_slug", "version"}, {"tenant_slug"})
            known = parts in kinds or (not parts and str(route.pattern) in WITHOUT)
            assert known, f"{route.pattern}: the test of isolation does not know how to try it"


def asked(path: str) -> list[Heard]:
    """Looked at and sent to."""
    return [heard(browser().get(path)), heard(browser().post(path, {"list": str(NEVER), "email": "zoe@example.com", "agreed": "1"}))]


def test_no_link_of_one_tenant_opens_another(sides: Sides, alpha: TenantDB, beta: TenantDB, rows: Rows) -> None:
    ours, theirs = sides.alpha, sides.beta
    before, found = state_of(beta, rows()), list[str]()
    for purpose in purposes():
        genuine = token(purpose, beta, theirs)
        wrong = [
            relabelled(genuine, alpha),
            token(purpose, beta, theirs, alpha.keys.tokens),
            token(purpose, alpha, theirs, beta.keys.tokens),
        ]
        wrong += [token(purpose, beta, ours, alpha.keys.tokens)]
        never = asked(f"/{purpose}/{made_up(genuine)}")
        for one in wrong:
            for there, nothing in zip(asked(f"/{purpose}/{one}"), never, strict=True):
                found += [f"{purpose}: {fault}" for fault in (differs(there, nothing), *there.tells()) if fault]
    assert not found, "\n".join(found)
    assert state_of(beta, rows()) == before


def test_no_address_of_the_edge_leads_to_what_another_tenant_has(sides: Sides, alpha: TenantDB, beta: TenantDB) -> None:
    ours, theirs = sides.alpha, sides.beta
    targets = Targets(open_by_number, lambda: 0.0)
    targets.load([alpha, beta])
    finders: dict[str, Callable[[str], Any]] = {"o": targets.pixel, "c": targets.link}
    assert set(finders) == AT_THE_EDGE == set(TOKENS) - set(purposes())
    for purpose, find in finders.items():
        genuine = token(purpose, beta, theirs)
        assert find(relabelled(genuine, alpha)) is None and find(token(purpose, alpha, theirs)) is None
        assert find(token(purpose, beta, ours, alpha.keys.tokens)) is None


def test_no_form_of_one_tenant_is_found_below_another(sides: Sides, beta: TenantDB, rows: Rows) -> None:
    before = state_of(beta, rows())
    there, never, nobody = (asked(f"/f/{where}") for where in ("alpha/only-beta", "alpha/only-never", "gamma/only-beta"))
    assert [one.status for one in there] == [404, 404] and there == never == nobody
    stamped = fill_in(browser(), path="/f/alpha/only-alpha")
    assert browser().get("/f/beta/only-beta").status_code == stamped.status_code == 200 and state_of(beta, rows()) == before


def test_who_leaves_one_tenant_is_unknown_to_another(sides: Sides, beta: TenantDB, rows: Rows) -> None:
    before = state_of(beta, rows())
    answers = [heard(browser().post("/leave/alpha", {"email": email})) for email in ("eve@only-beta.example", "zoe@example.com")]
    assert answers[0] == answers[1] and answers[0].status == 200 and state_of(beta, rows()) == before


@pytest.mark.usefixtures("public_site")
def test_no_address_of_a_provider_answers_for_another(beta: TenantDB, rows: Rows) -> None:
    _number, secret = add_hook("postmark", beta.number, Secret(), now=clock.now())
    before = state_of(beta, rows())
    there, never = asked(f"/hooks/mailgun/{secret}"), asked(f"/hooks/mailgun/{secret[::-1]}")
    assert there == never and {one.status for one in there} == {403}
    assert state_of(beta, rows()) == before
