"""A whole story in a real browser: from an empty installation and a messy file to a mailing, its report and a recipient who leaves."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.journeys import living
from tests.journeys.processes import ROOT, listens, plain_environ, siegelpost, wait_for
from tests.ports import free_port
from tests.tools import catcher
from tests.web.browser import PATIENCE, Browsing, Site, Window, window

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about pages, not about engines
MESSY = ROOT / "examples" / "subscribers.csv"
OPERATOR = "operator@example.org"


@dataclass
class House:
    """An installation as its operator starts it, with the catcher as its relay."""

    site: Site
    caught: catcher.Running
    public: int

    def leave_link(self, recipient: str) -> str:
        """The unsubscribe link in the message that somebody got."""
        for raw in self.caught.contents():
            message = message_from_bytes(raw, policy=policy.default)
            if message["To"] == recipient:
                found = re.search(r"<(http[^>]+)>", str(message["List-Unsubscribe"]))
                assert found is not None
                return found[1]
        raise AssertionError(f"{recipient} got nothing")


@contextmanager
def house(folder: Path, language: str) -> Iterator[House]:
    """Empty but for its operator and one tenant."""
    staff, public, inbound = free_port(), free_port(), free_port()
    with catcher.running(folder / "caught") as caught:
        environ = plain_environ(
            SIEGELPOST_HOME=str(folder / "home"), SIEGELPOST_ENVIRONMENT="test", LANGUAGE=language,
            SIEGELPOST_RELAY_URL=f"smtp://127.0.0.1:{caught.port}?tls=off",
            SIEGELPOST_STAFF_URL=f"http://localhost:{staff}", SIEGELPOST_PUBLIC_URL=f"http://localhost:{public}",
        )  # fmt: skip
        siegelpost(environ, "init", "--operator-email", OPERATOR)
        imprint = "Musterverlag GmbH, Musterweg 1, 00000 Musterstadt"
        siegelpost(environ, "tenant", "create", "own", "--name", "Musterverlag", "--imprint", imprint, "--own")
        with living.serving(environ, folder / "serve.log", (public, inbound), "--port", str(staff)):
            wait_for(lambda: listens(staff), "the staff's pages answer", 60)
            yield House(Site(staff, folder / "serve.log", environ), caught, public)


def add_a_sender(here: Window) -> None:
    """A test system asks no name server, so the operator permits it; the next step leads to the mailing."""
    here.see("/t/own/senders/new")
    here.page.fill("[name=name]", "Musterverlag")
    here.page.fill("[name=email]", "news@example.org")
    here.page.locator("main form button[type=submit]").last.click()
    here.page.wait_for_url(re.compile(r"/senders/domains/\d+$"))
    expect(here.page.locator("#letter")).to_contain_text("v=DKIM1")
    here.page.locator("main form[action$='/permit'] button[type=submit]").click()
    expect(here.page.locator("main form[action$='/permit']")).to_have_count(0)
    expect(here.page.locator("main a.btn-primary[href$='/mailings/new']")).to_be_visible()
    expect(here.page.locator("main")).to_contain_text("news@example.org")


def import_the_file(here: Window) -> int:
    """Returns how many rows were refused."""
    here.see("/t/own/imports/new")
    here.page.set_input_files("input[type=file]", str(MESSY))
    here.page.locator("main form button[type=submit]").click()
    here.page.wait_for_url("**/columns")
    here.page.select_option("[name=list_id]", "0")
    here.page.fill("[name=new_list]", "Rundbrief")
    here.page.fill("[name=ground]", "double opt-in")
    here.page.fill("[name=source]", "fair 2026")
    here.page.locator("main form button[type=submit]").last.click()
    here.page.wait_for_url("**/sample")
    here.page.locator("main form button[type=submit]").last.click()
    here.page.wait_for_url(re.compile(r"/imports/\d+$"))
    expect(here.page.locator("[href$='/refused']").first).to_be_visible(timeout=PATIENCE)
    with here.page.expect_download() as download:
        here.page.locator("[href$='/refused']").first.click()
    return len(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()) - 1


def write_a_mailing(here: Window) -> None:
    here.see("/t/own/mailings/new/md")
    here.page.fill("[name=subject]", "Neues für {{ first_name }} 🎉")
    here.page.locator("[name=lists]").first.check()
    here.page.locator("#mailing-form button[type=submit]").last.click()
    here.page.wait_for_url(re.compile(r"/mailings/\d+/edit"))


def look_at_it(here: Window, mailing: str) -> None:
    here.see(f"{mailing}preview")
    frame = here.page.frame_locator("iframe").first
    expect(frame.locator("body")).to_contain_text("Musterverlag GmbH")
    assert here.page.locator("iframe").first.get_attribute("sandbox") is not None


def send_it(here: Window, mailing: str) -> None:
    """Twice at once, and once more after going back: it goes out one time."""
    here.see(f"{mailing}send")
    here.page.locator("[name=confirm]").check(timeout=PATIENCE)
    here.page.locator("main form:has([name=confirm]) button[type=submit]").dblclick()
    here.page.wait_for_url("**/progress")
    here.page.go_back()
    here.page.goto(here.site.url + f"{mailing}progress")
    expect(here.page.locator(".law-list .state-sent .number").first).to_have_text(re.compile(r"^1[.,]\d{3}$"), timeout=10 * PATIENCE)


@pytest.mark.parametrize("language", ["de", "en"])
def test_from_a_messy_file_to_a_report(chromium: Browsing, tmp_path: Path, language: str) -> None:
    with house(tmp_path, language) as at:

        def story(browser: Browser) -> list[str]:
            with window(browser, at.site, language=language) as here:
                here.log_in(OPERATOR)
                here.see("/t/own/")
                add_a_sender(here)
                assert import_the_file(here) > 10
                write_a_mailing(here)
                mailing = re.sub(r"edit.*$", "", here.page.url.removeprefix(at.site.url))
                look_at_it(here, mailing)
                send_it(here, mailing)
                here.see(f"{mailing}report")
                expect(here.page.locator("html")).to_have_attribute("lang", language)
                return here.faults

        assert chromium.run(story) == []
        envelopes = [recipient for one in at.caught.envelopes() for recipient in one["recipients"]]
        assert len(envelopes) == len(set(envelopes)) > 1000
        leaver = next(one for one in envelopes if "@xn--" not in one)  # the page shows such domains in their own letters
        link = at.leave_link(leaver)

        def leave(browser: Browser) -> list[str]:
            public = Site(at.public, at.site.log)
            with window(browser, public, language=language) as recipient:
                recipient.page.goto(link)
                found = recipient.accessible()
                with recipient.page.expect_navigation():
                    recipient.page.locator("button[type=submit]").first.click()
                found += recipient.accessible() + recipient.faults
            with window(browser, at.site, language=language) as here:
                here.log_in(OPERATOR)
                here.see(f"/t/own/subscribers?q={leaver}")
                here.page.locator(f"a.row-title:has-text('{leaver}')").click()
                expect(here.page.locator("main")).to_contain_text("Widerrufen" if language == "de" else "Withdrawn")
                return found + here.faults

        assert chromium.run(leave) == []
