"""The sign-up form in a real browser, with scripts and without, in both languages: accessible, silent, and it arrives."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from siegelpost.consent.signups.models import SignUp
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.signups import open_sign_ups
from tests.public.world import FORM, make_world
from tests.web.browser import Browsing, Site, Window, serving

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about pages, not about engines
WORDS = {
    "de": ("E-Mail-Adresse", "Anmelden", "Noch ein Schritt", "Jetzt absenden", "Bitte sehen Sie in Ihr Postfach"),
    "en": ("E-mail address", "Sign up", "One more step", "Send now", "Please look into your mailbox"),
}


@pytest.fixture
def public(alpha: TenantDB, tmp_path: Path) -> Iterator[Site]:
    """Alpha's public pages."""
    make_world(alpha)
    with serving(tmp_path, side="public") as found:
        yield found


def look_at(here: Window) -> None:
    """As it is open, on a desk and on a phone."""
    assert here.accessible() == []
    for width in (390, 1280):
        here.page.set_viewport_size({"width": width, "height": 900})
        assert here.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{here.page.url} at {width}"


def fill(page: Page, language: str, email: str) -> None:
    label, button, *_rest = WORDS[language]
    page.get_by_label(label).fill(email)
    page.locator("[name=agreed]").check()
    page.get_by_role("button", name=button).click()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("language", WORDS)
def test_a_visitor_signs_up(alpha: TenantDB, public: Site, chromium: Browsing, language: str, *, scripts: bool) -> None:
    _label, _button, more, send, arrived = WORDS[language]

    def visit(browser: Browser) -> list[str]:
        context = browser.new_context(java_script_enabled=scripts, locale="de-DE" if language == "de" else "en-GB")
        here = Window(context.new_page(), public)
        here.see(FORM)
        if scripts:
            look_at(here)
            here.page.wait_for_timeout(2_100)  # nobody reads quicker; what is tested is that reading is enough
        fill(here.page, language, f"zoe.{language}@example.org")
        if not scripts:
            expect(here.page.get_by_role("heading", level=1)).to_have_text(more)
            here.page.wait_for_timeout(6_000)  # as the page asks
            here.page.get_by_role("button", name=send).click()
        expect(here.page.get_by_role("heading", level=1)).to_have_text(arrived)
        if scripts:
            look_at(here)
        context.close()
        return here.faults

    assert chromium.run(visit) == []
    assert [one.email for one in open_sign_ups(alpha).objects(SignUp).all()] == [f"zoe.{language}@example.org"]


def test_the_slow_step_is_accessible(public: Site, chromium: Browsing) -> None:
    def hurry(browser: Browser) -> list[str]:
        context = browser.new_context(locale="de-DE")
        here = Window(context.new_page(), public)
        here.see(FORM)
        here.page.locator("form").evaluate("form => form.replaceWith(form.cloneNode(true))")  # as if the script had not come
        fill(here.page, "de", "zoe@example.org")
        expect(here.page.get_by_role("heading", level=1)).to_have_text("Noch ein Schritt")
        look_at(here)
        context.close()
        return here.faults

    assert chromium.run(hurry) == []
