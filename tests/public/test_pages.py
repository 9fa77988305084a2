"""What every public page has in common: headers, languages, the style sheet, the mark of a test system."""

import re

import pytest

from siegelpost.mailings.models import Variant
from tests.public.world import FORM, World, browser, text


def pages(world: World) -> list[str]:
    person = world.person()
    return [world.link("u", person), world.link("p", person), world.link("w", person), FORM, "/u/AAAA", "/nowhere"]


def test_each_page_is_private_and_loads_nothing_from_elsewhere(world: World) -> None:
    for path in pages(world):
        answer = browser().get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none';")
        assert "frame-ancestors 'none'" in policy
        assert ("script-src" in policy) == (path == FORM), "only the form runs a script, and that is ours"
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in answer.headers


def test_each_page_says_that_this_is_a_test_system(world: World) -> None:
    assert all("Testsystem" in "".join(text(browser().get(path)).split()) for path in pages(world))  # "Test system" in English


def test_each_page_names_its_language(world: World) -> None:
    for path in pages(world):
        if not path.startswith("/w/"):
            assert b'<html lang="de">' in browser("de").get(path).content
            assert b'<html lang="en">' in browser("en").get(path).content
            assert b'<html lang="de">' in browser("en").get(path + "?lang=de").content


WISHES = [
    ("de", "de"),
    ("en-US,en;q=0.9", "en"),
    ("fr,en;q=0.3,de;q=0.8", "de"),
    ("fr", "de"),
    ("", "de"),
    ("de;q=x,en;q=0.1", "en"),
    ("de;q=nan,en;q=0.1", "en"),
    (",;=" * 999, "de"),
]


@pytest.mark.parametrize("header, language", WISHES)
def test_the_browsers_wish_counts_then_the_tenants(world: World, header: str, language: str) -> None:
    assert f'<html lang="{language}">'.encode() in browser(header).get(FORM).content


def test_the_style_sheet_is_ours_and_its_address_changes_with_it(world: World) -> None:
    found = re.search(r'<link rel="stylesheet" href="(/static/public\.css\?v=[0-9a-f]{16})">', browser().get(FORM).content.decode())
    assert found
    answer = browser().get(found[1])
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["Cache-Control"]
    assert b"url(" not in answer.content
    assert b"@import" not in answer.content


def test_the_web_version_is_the_mail_of_that_person_without_measuring(world: World) -> None:
    person = world.person()
    page = browser().get(world.link("w", person)).content.decode()
    assert "Hallo Ann" in page
    assert "https://www.example.com/" in page
    assert world.link("u", person) in page
    assert "/o/" not in page
    assert "/c/" not in page
    assert "sandbox" in browser().get(world.link("w", person)).headers["Content-Security-Policy"]


def test_a_mail_of_plain_text_is_shown_as_text(world: World) -> None:
    with world.tenant.atomic():
        world.tenant.objects(Variant).update(format="txt", source="<b>{{ first_name }}</b> & Co.\n{{ imprint }}")
    page = browser().get(world.link("w", world.person())).content.decode()
    assert "&lt;b&gt;Ann&lt;/b&gt; &amp; Co." in page


def test_the_web_version_of_somebody_who_was_erased_is_gone(world: World) -> None:
    assert "web_version.gone" in text(browser().get(world.link("w", 4_711)))
    assert browser().get(world.link("w", world.person(), mailing=4_711)).status_code == 404


@pytest.mark.parametrize("path", ["/u/AAAA", FORM, "/nowhere"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_an_endless_query_gets_a_page_of_ours(world: World, method: str, path: str) -> None:
    answer = getattr(browser("de"), method)(path + "?" + "a&" * 1_001)
    assert answer.status_code in (200, 400, 404, 422)
    assert b'<html lang="de">' in answer.content


@pytest.mark.parametrize(
    "path", ["/f/al%00pha/brief", "/f/alpha/br%00ief", "/f/..%2f..%2fbeta/brief", "/f/ALPHA/brief", f"/f/{'a' * 5_000}/brief"]
)
def test_names_that_nobody_has_lead_to_the_same_page(world: World, path: str) -> None:
    answer = browser().get(path)
    assert answer.status_code == 404
    assert "alpha" not in text(answer).lower()
