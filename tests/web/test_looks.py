"""Every page in a real browser: axe finds nothing, the console is silent, no other host is asked, nothing is wider than a phone."""

import pytest
from playwright.sync_api import Browser

from siegelpost.tenancy.handle import TenantDB
from tests.web.browser import Browsing, Site, window
from tests.web.crawl import crawl
from tests.web.furnished import furnish
from tests.web.visiting import visitor

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about pages, not about engines
BESIDE = ("/account", "/?choose=1")


def addresses(alpha: TenantDB) -> list[str]:
    """One address of each page that an operator is shown."""
    found = crawl(visitor(alpha, "operator"), "/t/alpha/")
    return [seen.url for seen in found.values() if seen.texts] + list(BESIDE)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_and_nobody_else_is_asked(alpha: TenantDB, site: Site, chromium: Browsing, *, dark: bool) -> None:
    furnish(alpha)
    urls = addresses(alpha)

    def look(browser: Browser) -> list[str]:
        with window(browser, site, dark=dark) as here:
            here.page.goto(site.url + "/login")
            found = here.accessible()
            here.log_in("operator@staff.example")
            for url in urls:
                here.see(url)
                found += here.accessible()
            return found + here.faults

    assert chromium.run(look) == []


def test_every_page_fits_a_phone(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    furnish(alpha)
    urls = addresses(alpha)

    def look(browser: Browser) -> dict[str, int]:
        with window(browser, site, width=390) as here:
            here.log_in("operator@staff.example")
            widths = {}
            for url in urls:
                here.see(url)
                widths[url] = here.page.evaluate("document.documentElement.scrollWidth")
            return {url: width for url, width in widths.items() if width > 390}

    assert chromium.run(look) == {}
