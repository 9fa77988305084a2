"""Somebody leaves the desk while a form is half filled in: the page is hidden, and comes back as it was left."""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from siegelpost.accounts.models import Session
from siegelpost.accounts.tokens import tokens_of
from siegelpost.base import clock
from siegelpost.tenancy.handle import TenantDB
from tests.web.browser import Browsing, Site, window
from tests.web.factors import PASSWORD
from tests.web.keeping import Form, nothing_is_stored
from tests.web.test_mishaps import SECRET, held, staff
from tests.web.visiting import colleague

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about browsers, not about engines
COME_BACK = "() => document.dispatchEvent(new Event('visibilitychange'))"
PATIENCE = 180
"""Seconds; on a busy machine the whole takes a minute."""
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
            gone.result(PATIENCE)
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
        try:
            _when(left, seen)
            Session.objects.filter(person_id=person.pk).update(seen_at=clock.now() - timedelta(minutes=11))
        finally:
            gone.set_result(None)  # or the helper would wait for it, and the test for the helper
        try:
            assert seen.result(PATIENCE) == []
        except TimeoutError:
            pytest.fail(f"the page did not come back within {PATIENCE} s: the browser hangs")


def test_what_was_typed_is_there_again_after_the_question_for_the_password(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    form = Form("tokens/new", {"name": "Till of the shop", "last": f"{clock.now().date() + timedelta(days=9)}"})

    with held(chromium, site, staff(alpha, "admin")) as here:

        def type_into(_browser: Browser) -> None:
            here.see("/t/alpha/tokens/new")
            form.type(here.page)
            here.page.check("[name=rights]")

        def send_and_show_the_password(_browser: Browser) -> None:
            form.send(here.page)
            assert "/account/again" in here.page.url
            here.page.fill("#again-password", SECRET)
            here.page.locator("form[data-again] button[type=submit]").first.click()
            here.page.wait_for_url("**/tokens/new")
            form.is_back(here.page)
            expect(here.page.locator("[name=rights]").first).to_be_checked()
            assert form.send(here.page) == 200
            nothing_is_stored(here.page)

        chromium.run(type_into)
        Session.objects.update(began_at=clock.now() - timedelta(minutes=11))
        chromium.run(send_and_show_the_password)
    assert [one.name for one in tokens_of(alpha, now=clock.now())] == ["Till of the shop"]


def _when(left: Future[None], seen: Future[list[str]]) -> None:
    """Wait until the person has left, or the browser has failed."""
    both: tuple[Future[Any], ...] = (left, seen)
    done, _waits = wait(both, timeout=PATIENCE, return_when=FIRST_COMPLETED)
    if seen in done:
        seen.result()
    assert done, f"the form was not filled in within {PATIENCE} s: the browser hangs"
