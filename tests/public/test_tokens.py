"""Links that we did not make, or not for this: one and the same answer, and nothing happens."""

from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from siegelpost.base import clock
from siegelpost.consent.reads import running_lists
from siegelpost.consent.suppression import check
from siegelpost.sign.tokens import make_token
from siegelpost.tenancy.handle import TenantDB
from tests.public.world import World, browser, fill_in, text


def forgeries(world: World, beta: TenantDB, purpose: str) -> list[str]:
    person = world.person()
    fill_in(browser())
    genuine = (world.sign_up_link(world.pending()[0].id) if purpose == "s" else world.link(purpose, person)).rsplit("/", 1)[1]
    numbers = (person, world.mailing)
    other = "p" if purpose != "p" else "u"
    return [
        *(genuine[:length] for length in range(1, len(genuine))),
        genuine[1:],
        genuine + "A",
        genuine[:-1] + ("A" if genuine[-1] != "A" else "B"),
        genuine.swapcase(),
        make_token(other, world.tenant.number, numbers, world.tenant.keys.tokens),
        make_token(purpose, beta.number, numbers, world.tenant.keys.tokens),
        make_token(purpose, world.tenant.number, numbers, beta.keys.tokens),
        make_token(purpose, 4_711, numbers, world.tenant.keys.tokens),
        make_token(purpose, world.tenant.number, (person,), world.tenant.keys.tokens),
        make_token(purpose, world.tenant.number, (), world.tenant.keys.tokens),
        "A",
        "A" * 10_000,
        "..%2f..%2fetc",
        "%00",
        "%0d%0aSet-Cookie:%20a=b",
        "<script>alert(1)</script>",
        "ü",
    ]


@pytest.mark.parametrize("purpose", ["u", "p", "w", "s"])
@pytest.mark.slow
def test_no_forgery_is_answered(world: World, beta: TenantDB, rows: Callable[[], str], purpose: str) -> None:
    tokens = forgeries(world, beta, purpose)
    before = rows()
    for token in tokens:
        shown, acted = browser().get(f"/{purpose}/{token}"), browser().post(f"/{purpose}/{token}")
        assert shown.status_code == 404
        assert acted.status_code == (405 if purpose == "w" and "/" not in unquote(token) else 404)
        assert ("public.page_unknown" if "/" in unquote(token) else "sign.token_forged") in text(shown)
        assert "Nothing was changed." in text(shown)
        assert b"<script" not in shown.content
        assert not shown.cookies
        assert not acted.cookies
    assert running_lists(world.tenant, 1) == {world.news}
    assert check(world.tenant, "ann@example.org") == []
    assert rows() == before


def test_a_link_that_is_too_old_says_so_and_changes_no_row(world: World, rows: Callable[[], str]) -> None:
    fill_in(browser("de"))
    link, before = world.sign_up_link(world.pending()[0].id), rows()
    with time_machine.travel(clock.now() + timedelta(days=14, seconds=2), tick=True):
        for answer in (browser().get(link), browser().post(link), browser().get(link + "?not-me")):
            assert answer.status_code == 404
            assert all(part in text(answer) for part in ("sign_up.gone", "it expired", "please sign up again", "Nothing was changed."))
        browser().post(link, {"act": "refuse"})  # nothing is left to refuse
    assert rows() == before


def test_a_token_of_one_tenant_opens_nothing_of_the_other(world: World, beta: TenantDB) -> None:
    link = f"/u/{make_token('u', beta.number, (1, 1), beta.keys.tokens)}"
    assert browser().get(link).status_code == 200  # beta's own link is genuine
    assert running_lists(beta, 1) != frozenset()
    assert browser().get(f"/u/{make_token('u', beta.number, (1, 1), world.tenant.keys.tokens)}").status_code == 404


def test_the_error_page_says_four_things_in_both_languages(world: World) -> None:
    english, german = text(browser("en").get("/u/AAAA")), text(browser("de").get("/u/AAAA"))
    assert "This link is not valid." in english
    assert "Nothing was changed." in english
    assert "Dieser Link ist nicht gültig." in german
    assert "Es wurde nichts geändert." in german
    assert "sign.token_forged" in english
    assert "sign.token_forged" in german


ADDRESSES = ["/", "/u/", "/admin/", "/f/alpha", "/f/../../etc/passwd", "/o", "/static/../settings.py", "/f/alpha/brief/x"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_unknown_addresses_get_our_page(world: World, address: str) -> None:
    answer = browser().get(address)
    assert answer.status_code == 404
    assert "public.page_unknown" in text(answer) or "form.unknown" in text(answer)


NO_FORMS = [
    "..%2f..%2fetc/brief",
    "alpha/..%2fbrief",
    "nobody/brief",
    "alpha/nothing",
    "ALPHA/brief",
    "alpha/%00",
    "alpha/" + "a" * 5_000,
]


@pytest.mark.parametrize("address", NO_FORMS)
def test_unknown_forms_and_tenants_get_the_same_page(world: World, address: str) -> None:
    answer = browser().get(f"/f/{address}")
    assert answer.status_code == 404
    assert "etc" not in text(answer)


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("ann@example.org")


urlpatterns = [path("broken", broken)]
handler500 = "siegelpost.public.handlers.our_fault"


@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_of_ours_shows_no_details(alpha: TenantDB) -> None:
    answer = Client(raise_request_exception=False, headers={"accept-language": "de"}).get("/broken")
    assert answer.status_code == 500
    assert "ann@example.org" not in answer.content.decode()
    assert "Auf unserer Seite ist etwas schiefgegangen." in text(answer)
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
