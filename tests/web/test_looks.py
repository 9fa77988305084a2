"""Every page in a real browser: axe finds nothing, the console is silent, no other host is asked, nothing is wider than a phone."""

from typing import Final, Literal

import pytest
from playwright.sync_api import Browser

from siegelpost.tenancy.handle import TenantDB
from tests.web.browser import Browsing, Site, Window, window
from tests.web.crawl import crawl
from tests.web.furnished import furnish
from tests.web.uploading import uploaded
from tests.web.visiting import colleague, visitor

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about pages, not about engines
BESIDE = ("/account", "/?choose=1")
HOUSE = ("/house", "/house/releases", "/house/leavers", "/house/complaints")
"""No link of a tenant's pages leads there."""
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
SHOWN: Final = """scheme => {
    document.getAnimations().filter((one) => one instanceof CSSTransition).forEach((one) => one.finish());
    return document.documentElement.dataset.bsTheme === scheme;
}"""
"""Whether a scheme is shown, with nothing on its way from one colour to another."""


def addresses(alpha: TenantDB) -> list[str]:
    """One address of each page that an operator is shown."""
    found = crawl(visitor(alpha, "operator"), "/t/alpha/")
    return [seen.url for seen in found.values() if seen.texts] + list(BESIDE)


def light_and_dark(here: Window) -> list[str]:
    """What axe finds on the page that is open, in either scheme."""
    found = []
    for scheme in SCHEMES:
        here.page.emulate_media(color_scheme=scheme)
        here.page.wait_for_function(SHOWN, arg=scheme)
        found += [f"{scheme}: {fault}" for fault in here.accessible()]
    return found


def test_axe_finds_nothing_in_light_and_dark_and_nobody_else_is_asked(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    furnish(alpha)
    urls = addresses(alpha)
    for language in ("de", "en"):
        colleague(None, "operator", f"{language}@staff.example", language)

    def look(browser: Browser) -> list[str]:
        with window(browser, site) as here:
            here.page.goto(site.url + "/login")
            found = light_and_dark(here)
            here.log_in("operator@staff.example")
            for url in urls:
                here.see(url)
                found += light_and_dark(here)
            faults = here.faults
        for language in ("de", "en"):
            with window(browser, site, language=language) as here:
                here.log_in(f"{language}@staff.example")
                for url in HOUSE:
                    here.see(url)
                    found += [f"{language} {url} {fault}" for fault in light_and_dark(here)]
                faults += here.faults
        return found + faults

    assert chromium.run(look) == []


def test_a_phone_shows_who_it_is_and_how_they_stand(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    furnish(alpha)
    draft = uploaded(visitor(alpha))
    tables = (
        f"imports/{draft}/columns",
        "subscribers",
        "mailings/",
        "imports",
        "lists",
        "forms",
        "fields",
        "staff",
        "mailings/1/recipients",
        "",
    )

    def look(browser: Browser) -> tuple[dict[str, int], bool]:
        with window(browser, site, width=390) as here:
            here.log_in("operator@staff.example")
            wide = {}
            for path in tables:
                here.see(f"/t/alpha/{path}")
                wide[path] = here.page.evaluate(
                    "Math.max(0, ...[...document.querySelectorAll('.table-responsive')].map((one) => one.scrollWidth - one.clientWidth))"
                )
            here.see("/t/alpha/subscribers")
            row = here.page.locator("tbody tr").first
            seen = row.locator(".phone-only").is_visible() and row.locator(".badge").last.is_visible()
            return {path: over for path, over in wide.items() if over}, seen

    assert chromium.run(look) == ({}, True)


def test_the_preview_of_a_form_ends_with_its_imprint(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    furnish(alpha)

    def look(browser: Browser) -> tuple[int, int]:
        with window(browser, site) as here:
            here.log_in("operator@staff.example")
            here.see("/t/alpha/forms/1")
            frame = here.page.locator("iframe[data-fit]")
            here.page.wait_for_function("document.querySelector('iframe[data-fit]').style.height !== ''")
            here.page.wait_for_function("document.querySelector('iframe[data-fit]').contentDocument.readyState === 'complete'")
            tall, shown = frame.evaluate("(one) => [one.contentDocument.documentElement.scrollHeight, one.clientHeight]")
            return int(tall), int(shown)

    tall, shown = chromium.run(look)
    assert 0 < tall <= shown


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
