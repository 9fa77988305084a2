"""Who types faster than a page loads loses nothing: before its scripts came, and while a part of it is awaited."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from re import Pattern
from re import compile as pattern
from typing import Final

import pytest
from playwright.sync_api import Browser, Page

from siegelpost.tenancy.handle import TenantDB
from tests.web.browser import Browsing, Site, Window
from tests.web.keeping import FORMS, Form, address, nothing_is_stored
from tests.web.test_mishaps import held, log_in, staff, unexpected
from tests.web.uploading import uploaded
from tests.web.visiting import visitor

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about pages, not about engines
SCRIPTS: Final = pattern(r"/(app|editor|htmx)\.\w+\.js$")
PART: Final = pattern(r"/imports/\d+/columns/\d+$")
PERSON: Final = "ann@staff.example"
LETTER: Final = FORMS["house"]["new mailing"].path
EARLIER: Final = Form(LETTER, {"name": "Kept on an earlier visit"})
EARLY: Final = Form(LETTER, {"subject": "Kept subject", "source": "Kept\nwords"})
BOTH: Final = Form(LETTER, {**EARLIER.values, **EARLY.values})


@contextmanager
def stalled(page: Page, address: Pattern[str]) -> Iterator[None]:
    """What matches does not come before the block ends."""
    page.route(address, lambda _route: None)
    yield
    page.unroute_all()  # lets through what waits


def type_quickly(here: Window, form: Form) -> None:
    """Into a page that was just opened, before it is complete."""
    here.page.goto(here.site.url + address(form, {}), wait_until="commit")
    for name, text in form.values.items():
        here.page.locator(f"{form.at} [name={name}]").fill(text)
    here.page.wait_for_function("document.readyState !== 'loading'")  # all of its words are there


def send_quickly(here: Window) -> None:
    """Type, send with the session lost before the scripts came, and log in again."""
    with stalled(here.page, SCRIPTS):
        type_quickly(here, EARLY)
        here.page.context.clear_cookies()
        here.page.locator("[name=subject]").press("Enter")
        here.page.wait_for_url("**/login**", wait_until="commit")
    log_in(here, PERSON)


def before_the_scripts(here: Window, _import: int) -> None:
    """The page is left before its scripts came."""
    with stalled(here.page, SCRIPTS):
        type_quickly(here, EARLY)
        here.page.goto("about:blank")
    here.see(address(EARLY, {}))
    EARLY.is_back(here.page)


def into_a_page_with_an_earlier_text(here: Window, _import: int) -> None:
    """What is typed before the scripts came goes before what they bring back."""
    type_quickly(here, EARLIER)
    with stalled(here.page, SCRIPTS):
        type_quickly(here, EARLY)
    BOTH.is_back(here.page)
    here.see("/t/alpha/lists")
    here.see(address(BOTH, {}))
    BOTH.is_back(here.page)


def before_an_earlier_text_is_back(here: Window, _import: int) -> None:
    """The page is left before its scripts came, and there is more than what was typed on this visit."""
    type_quickly(here, EARLIER)
    with stalled(here.page, SCRIPTS):
        type_quickly(here, EARLY)
        here.page.goto("about:blank")
    here.see(address(BOTH, {}))
    BOTH.is_back(here.page)


def and_sent_without_a_session(here: Window, _import: int) -> None:
    """It is sent before the scripts came, and the session is over."""
    send_quickly(here)
    EARLY.is_back(here.page)


def and_sent_while_an_earlier_text_waits(here: Window, _import: int) -> None:
    """What was not sent along is still there."""
    type_quickly(here, EARLIER)
    send_quickly(here)
    BOTH.is_back(here.page)


def where_a_field_does_not_come(here: Window, number: int) -> None:
    """The page is left while it awaits a field that comes only when others are filled."""
    columns, found = FORMS["addresses"]["columns"], {"import": number}
    here.see(address(columns, found))
    columns.type(here.page)
    with stalled(here.page, PART):
        here.see(address(columns, found))
        here.page.goto("about:blank")
    here.see(address(columns, found))
    columns.is_back(here.page)


def and_logged_out_at_once(here: Window, _import: int) -> None:
    """Nothing is written down after all was forgotten."""
    type_quickly(here, EARLY)
    here.page.evaluate("document.querySelector('form[data-kept-forget]').requestSubmit()")
    here.page.wait_for_url("**/login**")
    nothing_is_stored(here.page)


TYPED: Final = (
    before_the_scripts,
    into_a_page_with_an_earlier_text,
    before_an_earlier_text_is_back,
    and_sent_without_a_session,
    and_sent_while_an_earlier_text_waits,
    where_a_field_does_not_come,
    and_logged_out_at_once,
)


def test_what_is_typed_quickly_is_not_lost(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    number, person = uploaded(visitor(alpha)), staff(alpha, "admin", PERSON)

    with held(chromium, site, person) as here:
        chromium.run(lambda _browser: here.page.on("dialog", lambda dialog: dialog.accept()))
        for way in TYPED:

            def look(_browser: Browser, way: Callable[[Window, int], None] = way) -> None:
                here.see("/t/alpha/lists")
                here.page.evaluate("sessionStorage.clear()")
                way(here, number)

            try:
                chromium.run(look)
            except AssertionError as fault:
                raise AssertionError(f"typed {way.__name__}: {fault}") from fault
        assert [fault for fault in unexpected(here) if "'beforeunload'" not in fault] == []  # nobody is asked who pressed no key
