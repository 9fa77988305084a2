"""Passkeys and codes in a real browser, with an authenticator that the browser plays (WebAuthn section 11)."""

import pytest
from playwright.sync_api import Browser, Page, expect

from siegelpost.accounts.models import Person
from siegelpost.tenancy.handle import TenantDB
from tests.web.browser import Browsing, Site, Window, window
from tests.web.factors import PASSWORD, app_shown
from tests.web.visiting import colleague

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about browsers, not about engines
PLAYED = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
ASK_ELSEWHERE = """async (options) => {
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.request_options.publicKey);
    return JSON.stringify((await navigator.credentials.get({publicKey})).toJSON());
}"""
OPTIONS = "async () => (await fetch('/login/passkey', {headers: {'X-Requested-With': 'XMLHttpRequest'}})).json()"
BRING = """(credential) => {
    const form = document.querySelector("form[data-passkey]");
    form.elements.credential.value = credential;
    form.requestSubmit();
}"""


def with_password(tenant: TenantDB, role: str) -> Person:
    person = colleague(tenant, role)
    person.set_password(PASSWORD)
    person.save()
    return person


def with_authenticator(page: Page) -> None:
    """This browser has a fingerprint reader, and the right finger lies on it."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": PLAYED | {"automaticPresenceSimulation": True}})


def log_in(here: Window, email: str) -> None:
    here.page.goto(f"{here.site.url}/login")
    here.page.fill("[name=login]", email)
    here.page.fill("[name=password]", PASSWORD)
    here.page.locator("main form button[type=submit]").first.click()


def log_out(here: Window) -> None:
    here.see("/account")
    here.page.locator("form[action='/logout'] button").click()
    here.page.wait_for_url("**/login*")


def set_up_a_passkey(here: Window) -> None:
    """Led there by the login; the recovery codes come along."""
    here.page.wait_for_url("**/account/second-factor")
    assert here.accessible() == []
    here.page.locator("a[href$='/passkey']").click()
    here.page.fill("[name=name]", "Office")
    here.page.locator("[data-passkey-go]").click()
    expect(here.page.locator("#recovery-codes li")).to_have_count(10)
    assert here.accessible() == []
    here.page.locator("main a.btn-primary").click()
    here.page.wait_for_url("**/t/alpha/")


def by_passkey_alone(here: Window) -> None:
    here.page.goto(f"{here.site.url}/login")
    here.page.locator("[data-passkey-go]").click()


def relayed(here: Window) -> None:
    """Another page of this machine asks for the passkey with our challenge, and somebody brings us what it got."""
    here.page.goto(f"{here.site.url}/login")
    options = here.page.evaluate(OPTIONS)
    other = f"http://localhost:{here.site.port + 1}/"
    here.page.context.route(f"{other}**", lambda route: route.fulfill(body="<title>Forged</title>", content_type="text/html"))
    before = len(here.faults)
    here.page.goto(other)
    credential = here.page.evaluate(ASK_ELSEWHERE, options)
    del here.faults[before:]  # the forged page is another host, and has no icon
    here.page.goto(f"{here.site.url}/login")
    with here.page.expect_navigation():
        here.page.evaluate(BRING, credential)


def test_a_passkey_opens_the_door_after_the_password_and_without_one(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    person = with_password(alpha, "admin")

    def look(browser: Browser) -> list[str]:
        with window(browser, site) as here:
            with_authenticator(here.page)
            log_in(here, person.email)
            set_up_a_passkey(here)
            log_out(here)
            log_in(here, person.email)
            here.page.wait_for_url("**/login/second-factor*")
            assert here.accessible() == []
            here.page.locator("[data-passkey-go]").click()
            here.page.wait_for_url("**/t/alpha/")
            log_out(here)
            relayed(here)
            expect(here.page.locator(".toast, [role=alert]:not([hidden])").first).to_contain_text("opens nothing here")
            here.page.goto(f"{site.url}/t/alpha/")
            assert "/login" in here.page.url
            by_passkey_alone(here)
            here.page.wait_for_url("**/t/alpha/")
            return here.faults

    assert chromium.run(look) == []


def test_an_app_is_set_up_by_its_letters_and_its_code_logs_in(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    person = with_password(alpha, "admin")

    def look(browser: Browser) -> list[str]:
        with window(browser, site, width=390) as here:
            log_in(here, person.email)
            here.page.wait_for_url("**/account/second-factor")
            here.page.locator("a[href$='/app']").click()
            app = app_shown(here.page.content())
            assert here.accessible() == []
            here.page.fill("[name=code]", app.code())
            here.page.locator("main form button[type=submit]").first.click()
            expect(here.page.locator("#recovery-codes li")).to_have_count(10)
            codes = here.page.locator("#recovery-codes li").all_inner_texts()
            log_out(here)
            log_in(here, person.email)
            here.page.wait_for_url("**/login/second-factor*")
            here.page.fill("[name=code]", "12")
            here.page.locator("main form button[type=submit]").first.click()
            expect(here.page.locator(".invalid-feedback").first).to_contain_text("is not right")
            here.page.fill("[name=code]", codes[0])
            here.page.locator("main form button[type=submit]").first.click()
            here.page.wait_for_url("**/t/alpha/")
            return here.faults

    assert chromium.run(look) == []
