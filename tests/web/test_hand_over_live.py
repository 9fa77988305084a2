"""The exchange desk in a real browser, on a desk and on a phone: each page passes axe, and the password is gone once one goes on."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from siegelpost.base import clock
from siegelpost.governance.handover import exceptions
from siegelpost.tenancy.handle import TenantDB
from tests.governance.handing import CSV, WHO
from tests.mailings.making import some_sender
from tests.web.browser import Browsing, Site, Window, window
from tests.web.test_looks import light_and_dark
from tests.web.visiting import colleague

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about pages, not about engines


def looked_at(here: Window, faults: list[str]) -> None:
    """What axe finds, and whether it is wider than the screen."""
    faults += [f"{here.page.url} {one}" for one in light_and_dark(here)]
    if here.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        faults.append(f"{here.page.url} is too wide")


@pytest.mark.parametrize(("width", "language"), [(390, "de"), (1280, "en")])
def test_a_file_goes_the_whole_way(alpha: TenantDB, site: Site, chromium: Browsing, tmp_path: Path, width: int, language: str) -> None:
    some_sender(alpha)
    now = clock.now()
    exceptions.accept_unscanned(alpha, reason="Kein Scanner", until=now.date() + timedelta(days=2), actor=WHO, now=now)
    colleague(alpha, "admin", language=language)
    (tmp_path / "kunden.csv").write_bytes(CSV)
    faults: list[str] = []

    def go(browser: Browser) -> None:
        with window(browser, site, language=language, width=width) as here:
            page = here.page
            here.log_in("admin@staff.example")
            here.see("/t/alpha/hand-over")
            looked_at(here, faults)
            page.locator(".empty-action a").click()
            looked_at(here, faults)
            page.set_input_files("[name=file]", tmp_path / "kunden.csv")
            facts = {"receiver": "Steuerkanzlei Muster", "email": "kanzlei@example.com", "phone": "+49 30 1234567"}
            for name, text in {**facts, "purpose": "Vertrag 7", "categories": "E-Mail", "records": "1"}.items():
                page.fill(f"[name={name}]", text)
            page.locator("main form button[type=submit]").click()
            page.wait_for_url("**/hand-over/1")
            looked_at(here, faults)
            page.locator("main form[action$=encrypt] button").click()
            password = page.locator("#password").inner_text()
            assert len(password.split("-")) == 8
            looked_at(here, faults)
            page.locator("main .card-footer a").click()
            page.wait_for_url("**/hand-over/1")
            looked_at(here, faults)
            assert password not in page.content()
            with page.expect_download() as download:
                page.locator("main form[action$=file] button").click()
            assert download.value.suggested_filename == "transfer-1.zip"
            page.select_option("[name=path]", "phone")
            page.fill("[name=to_whom]", "Frau Muster")
            page.locator("main form[action$=password] button").click()
            expect(page.locator("main form[action$=password]")).to_have_count(0)
            looked_at(here, faults)
            for path in ("hand-over", "hand-over/deviations", "hand-over/unscanned"):
                here.see(f"/t/alpha/{path}")
                looked_at(here, faults)
            faults.extend(here.faults)

    chromium.run(go)
    assert faults == []
