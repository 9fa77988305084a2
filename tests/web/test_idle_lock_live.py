"""Somebody leaves the desk while a form is half filled in: the page is hidden, and comes back as it was left."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from siegelpost.accounts.models import Session
from siegelpost.base import clock
from siegelpost.tenancy.handle import TenantDB
from tests.web.browser import Browsing, Site, window
from tests.web.factors import PASSWORD
from tests.web.visiting import colleague

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about browsers, not about engines
COME_BACK = "() => document.dispatchEvent(new Event('visibilitychange'))"
SEEN = "() => document.querySelector('main').checkVisibility()"


def test_a_page_is_hidden_and_comes_back_as_it_was_left(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    person = colleague(alpha, "editor")
    person.set_password(PASSWORD)
    person.save()
    left, gone = Future[None](), Future[None]()

    def look(browser: Browser) -> list[str]:
        with window(browser, site) as here:
            here.log_in(person.email)
            here.see("/t/alpha/lists/new")
            here.page.fill("[name=name]", "Secret letter")
            left.set_result(None)
            gone.result(60)
            here.page.evaluate(COME_BACK)
            expect(here.page.locator("#cover")).to_be_visible()
            assert here.page.evaluate(SEEN) is False and "Secret" not in here.page.title()
            before = len(here.faults)
            assert here.accessible() == []
            here.page.fill("#again-password", "wrong")
            here.page.locator("#cover button[type=submit]").first.click()
            expect(here.page.locator("#cover [data-again-said]").first).to_contain_text("is not right")
            here.page.fill("#again-password", PASSWORD)
            here.page.locator("#cover button[type=submit]").first.click()
            expect(here.page.locator("#cover")).to_be_hidden()
            expect(here.page.locator("[name=name]")).to_have_value("Secret letter")
            here.page.locator("main form button[type=submit]").last.click()
            here.page.wait_for_url("**/lists/*")
            return [one for one in here.faults[:before] if "423" not in one]

    with ThreadPoolExecutor(1) as helper:
        seen = helper.submit(chromium.run, look)
        _when(left, seen)
        Session.objects.filter(person_id=person.pk).update(seen_at=clock.now() - timedelta(minutes=11))
        gone.set_result(None)
        assert seen.result(300) == []


def _when(left: Future[None], seen: Future[list[str]]) -> None:
    while not left.done():
        if seen.done():
            seen.result()
        _wait(left.result)


def _wait(result: Callable[[float], None]) -> None:
    try:
        result(1)
    except TimeoutError:
        return
