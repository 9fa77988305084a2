"""The page of a sender domain in a real browser, in each of its states: found accessible, no wider than a phone, its text copied."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.flows.add_sender import sender_records
from siegelpost.flows.check_domain import check_domain
from siegelpost.flows.rotate_keys import rotate_keys
from siegelpost.tenancy.handle import TenantDB
from tests.dns_server import SERVFAIL, DnsServer, dns_server
from tests.mailings.making import WHO, some_sender
from tests.web.browser import Browsing, Site, serving, window
from tests.web.visiting import colleague

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about pages, not about engines
STATES = ("nothing", "partly", "good", "silent", "rotating", "never")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[DnsServer]:
    with dns_server() as running:
        running.hold("news.example.net", "A", "203.0.113.5")
        running.hold("news.example.net", "TXT", '"v=spf1 a:news.example.net ~all"')
        monkeypatch.setenv("SIEGELPOST_DNS_SERVERS", running.place)
        monkeypatch.setenv("SIEGELPOST_PUBLIC_URL", "https://news.example.net")
        process_settings.cache_clear()
        yield running
        monkeypatch.undo()
        process_settings.cache_clear()


@pytest.fixture
def asking_site(server: DnsServer, alpha: TenantDB, tmp_path: Path) -> Iterator[Site]:
    """The staff's pages of an installation that asks the tests' name server."""
    colleague(alpha, "operator")
    with serving(tmp_path) as running:
        yield running


def domain_in(state: str, tenant: TenantDB, server: DnsServer) -> int:
    """Id of a domain of which that is the last thing known."""
    settings, now, name = process_settings(), clock.now(), f"{state}.example"
    found = some_sender(tenant, f"Musterverlag <news@{name}>", unverified_ok=False).domain_id
    server.hold(name, "MX", "10 news.example.net.")
    records = [one for one in sender_records(tenant, found, settings, now=now) if one.name.endswith(name)]
    server.publish({"partly": records[:1], "good": records, "rotating": records}.get(state, []))
    server.tricks |= {one.name: SERVFAIL for one in records if state == "silent"}
    if state != "never":
        check_domain(tenant, found, settings=settings, actor=WHO, now=now)
    if state == "rotating":
        rotate_keys(tenant, found, settings=settings, permitted=False, actor=WHO, now=now)
    return found


@pytest.mark.parametrize("dark, width", [(False, 1280), (True, 390)], ids=["light, desk", "dark, phone"])
def test_axe_finds_nothing_in_any_state(
    alpha: TenantDB, server: DnsServer, asking_site: Site, chromium: Browsing, *, dark: bool, width: int
) -> None:
    domains = [domain_in(one, alpha, server) for one in STATES]

    def look(browser: Browser) -> list[str]:
        with window(browser, asking_site, dark=dark, width=width) as here:
            here.log_in("operator@staff.example")
            found = []
            for number in domains:
                here.see(f"/t/alpha/senders/domains/{number}")
                here.page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
                found += here.accessible()
                if here.page.evaluate("document.documentElement.scrollWidth") > width:
                    found.append(f"{here.page.url} is wider than {width}")
            return found + here.faults

    assert chromium.run(look) == []


def test_one_button_copies_the_whole_text(alpha: TenantDB, server: DnsServer, asking_site: Site, chromium: Browsing) -> None:
    number = domain_in("nothing", alpha, server)
    records = [one for one in sender_records(alpha, number, process_settings(), now=clock.now()) if one.name.endswith("nothing.example")]

    def copied(browser: Browser) -> str:
        with window(browser, asking_site) as here:
            here.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
            here.log_in("operator@staff.example")
            here.see(f"/t/alpha/senders/domains/{number}")
            button = here.page.locator("[data-copy='#letter']")
            with here.says_for_a_moment("[data-copy='#letter'] .copied-note", "Copied"):
                button.click()
            return str(here.page.evaluate("navigator.clipboard.readText()"))

    text = chromium.run(copied)
    assert text.startswith("Hello,") and all(f" {one.name}\n" in text and f" {one.value}\n" in text for one in records)
