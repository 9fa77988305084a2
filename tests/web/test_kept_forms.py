"""Nothing typed is lost, in a real browser: every form, through a lost session, the back button, a lost server and a logout."""

import os
import signal
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from siegelpost.accounts.models import Session
from siegelpost.tenancy.handle import TenantDB
from tests.edge.live import listens, wait_until
from tests.procfs import is_gone
from tests.web.browser import Browsing, Site, Window, serving, window
from tests.web.keeping import FORMS, NOTICE, STORED, Form, address, is_untouched, nothing_is_stored, objects
from tests.web.test_mishaps import held, log_in, staff, unexpected
from tests.web.visiting import colleague

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about pages, not about engines


def leaves_without_a_question(here: Window) -> None:
    here.page.on("dialog", lambda dialog: dialog.accept())


@pytest.mark.parametrize("group", FORMS)
def test_what_was_typed_comes_back_after_another_page_and_after_a_lost_session(
    alpha: TenantDB, site: Site, chromium: Browsing, group: str
) -> None:
    found, person = objects(alpha), staff(alpha, "admin")

    with held(chromium, site, person) as here:

        def type_and_leave(form: Form, _browser: Browser) -> None:
            here.see(address(form, found))
            form.type(here.page)
            here.see("/t/alpha/lists")  # at once: what was typed last is written down on leaving
            here.page.go_back()
            form.is_back(here.page)

        def come_back_and_save(form: Form, _browser: Browser) -> None:
            assert form.send(here.page) == 200 and "/login" in here.page.url
            log_in(here, person)
            assert here.page.url.endswith(address(form, found))
            form.is_back(here.page)
            form.send(here.page)
            expect(here.page.locator("main .is-invalid, main .alert-danger")).to_have_count(0)
            nothing_is_stored(here.page)
            here.see(address(form, found))
            expect(here.page.locator(NOTICE)).to_have_count(0)

        chromium.run(lambda _browser: leaves_without_a_question(here))
        for name, form in FORMS[group].items():
            try:
                chromium.run(partial(type_and_leave, form))
                Session.objects.all().delete()
                chromium.run(partial(come_back_and_save, form))
            except AssertionError as fault:
                raise AssertionError(f"{name} ({form.path}): {fault}") from fault
        assert unexpected(here) == []


def away(site: Site) -> None:
    """End the server, and wait until it answers no connection that it had either."""
    os.kill(site.pid, signal.SIGTERM)
    assert wait_until(lambda: is_gone(site.pid) and not listens(site.port))


def test_without_a_server_the_form_stays_and_says_so_and_with_one_it_is_sent(
    alpha: TenantDB, site: Site, chromium: Browsing, tmp_path: Path
) -> None:
    found, person = objects(alpha), staff(alpha, "admin")
    forms = FORMS["people"]["new person"], FORMS["house"]["tenant"]

    def answered(page: Page, status: int) -> None:
        page.route("**/healthz", lambda route: route.fulfill(status=status))

    with held(chromium, site, person) as here:

        def type_without(form: Form, _browser: Browser) -> None:
            here.see(address(form, found))
            form.type(here.page)
            away(site)
            form.press(here.page)
            expect(here.page.locator("#toasts")).to_contain_text("The server cannot be reached. What you typed is kept")
            expect(here.page.locator(f"{form.at} .btn-loading")).to_have_count(0)
            assert here.page.url.endswith(address(form, found))
            form.is_filled(here.page)

        def send_with(form: Form, _browser: Browser) -> None:
            answered(here.page, 502)  # as a proxy says for a server that is away
            form.press(here.page)
            expect(here.page.locator("[data-toast=danger]")).to_have_count(2)
            form.is_filled(here.page)
            here.page.unroute_all()
            answered(here.page, 403)  # as a proxy says where it shows this address to nobody
            assert form.send(here.page) == 200
            here.page.unroute_all()
            expect(here.page.locator("main .is-invalid")).to_have_count(0)
            nothing_is_stored(here.page)

        with ExitStack() as servers:
            for form in forms:
                chromium.run(partial(type_without, form))
                site.pid = servers.enter_context(serving(tmp_path, site.port)).pid
                chromium.run(partial(send_with, form))


def test_two_tenants_in_one_tab_never_get_the_text_of_each_other(alpha: TenantDB, beta: TenantDB, site: Site, chromium: Browsing) -> None:
    person = colleague(beta, "admin", "both@staff.example").email
    staff(alpha, "admin", person)
    number = {"list": 1, "mailing": 1, "person": 1}  # beta has one of each with the numbers of alpha's
    objects(alpha)
    groups = {name: form for group in FORMS.values() for name, form in group.items()}
    shared = [form for name, form in groups.items() if name.startswith("new") or name in ("list", "person", "pattern", "sender", "tenant")]

    def look(browser: Browser) -> list[str]:
        with window(browser, site) as here:
            leaves_without_a_question(here)
            log_in(here, person)
            for form in shared:
                here.see(address(form, number))
                form.type(here.page)
                here.see(address(form, number, "beta"))
                is_untouched(here.page)
                here.see(address(form, number))
                form.is_back(here.page)
            return here.faults

    assert chromium.run(look) == []


def test_who_logs_in_next_in_the_same_tab_sees_nothing_of_the_one_before(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    ann, bob = staff(alpha, "editor", "ann@staff.example"), staff(alpha, "editor", "bob@staff.example")
    form = FORMS["people"]["new list"]

    with held(chromium, site, ann) as here:

        def type_on(_browser: Browser) -> None:
            here.see(address(form, {}))
            form.type(here.page)

        def as_bob(_browser: Browser) -> None:
            assert form.send(here.page) == 200 and here.page.evaluate(STORED) != []
            log_in(here, bob)
            is_untouched(here.page)
            nothing_is_stored(here.page)

        chromium.run(type_on)
        Session.objects.all().delete()
        chromium.run(as_bob)
        assert unexpected(here) == []


def test_logging_out_forgets_everything_in_every_tab(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    person = staff(alpha, "editor")
    form = FORMS["people"]["new list"]

    def look(browser: Browser) -> list[str]:
        with window(browser, site) as here:
            leaves_without_a_question(here)
            log_in(here, person)
            other = Window(here.page.context.new_page(), site)
            for tab in (here, other):
                tab.see(address(form, {}))
                form.type(tab.page)
                tab.page.wait_for_function(f"() => {STORED}.length === 1")
            here.page.locator(".sidebar-foot > button").click()
            with here.page.expect_navigation():
                here.page.locator(".sidebar-foot form[data-kept-forget] button").click()
            other.page.wait_for_function(f"() => {STORED}.length === 0")
            nothing_is_stored(here.page)
            log_in(here, person)
            here.see(address(form, {}))
            is_untouched(here.page)
            return here.faults + other.faults

    assert chromium.run(look) == []
