"""The operator's access in a real browser: from the tenant's click to the operator's leave, on a desk and on a phone."""

from typing import Final

import pytest
from playwright.sync_api import Browser, expect

from siegelpost.base import clock
from siegelpost.flows.operator_access import ask
from siegelpost.tenancy.handle import TenantDB
from tests.accounts.operators import WHY, foreign, operator
from tests.web.browser import Browsing, Site, Window, window
from tests.web.test_looks import light_and_dark

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about pages, not about engines
WIDER: Final = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def looked_at(here: Window, path: str) -> list[str]:
    """What is wrong with a page, on a desk and on a phone."""
    here.see(path)
    found = light_and_dark(here)
    here.page.set_viewport_size({"width": 390, "height": 844})
    wider = here.page.evaluate(WIDER)
    here.page.set_viewport_size({"width": 1280, "height": 900})
    return [*found, *([f"{path} is {wider} wider than a phone"] if wider else [])]


def test_a_tenant_lets_the_operator_in_sees_it_and_throws_it_out(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    customer, ann = foreign(alpha), operator("ann")
    ask(customer, WHY, by=operator("bob"), now=clock.now())

    def look(browser: Browser) -> list[str]:
        with window(browser, site) as theirs, window(browser, site) as ours:
            theirs.log_in("boss@customer.example")
            ours.log_in(ann.email)
            theirs.see("/t/alpha/operator")
            theirs.page.fill("[name=purpose]", "Find out why the import stops")
            theirs.page.locator("form:has([name=purpose]) button[type=submit]").click()
            expect(theirs.page.locator("#toasts")).to_contain_text("The operator can enter now.")
            found = looked_at(ours, "/operator") + looked_at(ours, "/operator/alpha")
            ours.page.locator("form:has(input[name=reason])").locator("input[name=reason]").first.fill("Look at the refused rows")
            ours.page.locator("form:has(input[name=reason]) button[type=submit]").first.click()
            expect(ours.page.locator(".visit-banner")).to_contain_text("4 hours left")
            found += looked_at(ours, "/t/alpha/subscribers") + looked_at(theirs, "/t/alpha/operator")
            theirs.page.locator("form[action$='/end'] button").first.click()
            expect(theirs.page.locator("#toasts")).to_contain_text("Ended.")
            assert ours.page.goto(f"{site.url}/t/alpha/subscribers").status == 403  # type: ignore[union-attr]
            expect(ours.page.locator("main")).to_contain_text("access.not_open")
            return found + theirs.faults + [one for one in ours.faults if "403" not in one]

    assert chromium.run(look) == []
