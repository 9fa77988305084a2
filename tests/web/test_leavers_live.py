"""Off-boarding somebody who is logged in at another desk: their next click ends at the login, with a sentence that says why."""

import pytest
from playwright.sync_api import Browser, expect

from siegelpost.accounts.models import Session
from siegelpost.tenancy.handle import TenantDB
from tests.web.browser import Browsing, Site, Window, window
from tests.web.test_mishaps import log_in, staff
from tests.web.visiting import colleague

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about browsers, not about engines


def off_board(here: Window, name: str, email: str) -> None:
    """From the table of the staff to the case."""
    here.see("/t/alpha/staff")
    here.page.click(f"a.row-title:has-text('{name}')")
    here.page.click("main a[href$='/off-board']")
    button = here.page.locator("main form button[type=submit]")
    expect(button).to_be_disabled()
    here.page.fill("[name=confirm]", email)
    button.click()
    here.page.wait_for_url("**/staff/leavers/*")
    expect(here.page.locator("main")).to_contain_text("tasks are open")


def tick_off_all(here: Window) -> int:
    """Every task of the case; how many there were."""
    tasks = here.page.locator("main form:has([name=note])")
    many = tasks.count()
    for left in range(many - 1, -1, -1):
        tasks.first.locator("[name=note]").fill(f"receipt {left}")
        tasks.first.locator("button").click()
        expect(tasks).to_have_count(left)
    return many


def test_the_next_click_of_whoever_left_ends_at_the_login(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    boss = colleague(alpha, "admin")
    leaver = staff(alpha, "editor", "eva@staff.example")

    def story(browser: Browser) -> list[str]:
        with window(browser, site) as theirs, window(browser, site) as mine:
            log_in(theirs, leaver)
            theirs.see("/t/alpha/mailings/")
            mine.log_in(boss.email)
            off_board(mine, leaver, leaver)
            theirs.page.click("nav a[href='/t/alpha/lists']")
            theirs.page.wait_for_url("**/login?next=**")
            expect(theirs.page.locator("main [role=status]")).to_contain_text("your access has ended")
            found = theirs.accessible()
            theirs.page.fill("[name=login]", leaver)
            theirs.page.fill("[name=password]", "seven red envelopes, 7")
            theirs.page.locator("main form button[type=submit]").first.click()
            expect(theirs.page.locator("main .alert-danger, main .invalid-feedback").first).to_be_visible()
            assert tick_off_all(mine) == 9
            expect(mine.page.locator("main .card-actions")).to_contain_text("all done")
            return found + mine.accessible() + theirs.faults + mine.faults

    assert chromium.run(story) == []
    assert Session.objects.filter(person_id=boss.pk).exists()
