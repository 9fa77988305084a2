"""What goes wrong, in a real browser: a session that ends, no network, two writers, hostile words, wrong files, no mouse."""

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, Dialog, FilePayload, Locator, Page, expect

from siegelpost.accounts.models import Session
from siegelpost.delivery.models import Delivery
from siegelpost.evidence.reads import entries
from siegelpost.mailings.reads import mailing
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import a_list, people
from tests.web.browser import Browsing, Site, Window, window
from tests.web.mailing_pages import SOURCE, a_draft
from tests.web.uploading import archive
from tests.web.visiting import colleague

pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.sqlite]  # about pages, not about engines
SECRET: Final = "seven red envelopes, 7"
HIT: Final = "<script>top.__hit=1;alert(1)</script><svg onload='top.__hit=1'>\"'&amp;{{ first_name }}🎉"
HOSTILE: Final = ("x" * 10_000, "turned \u202e around", HIT)
"""The last one stays where there is only one of a kind."""
TEXTS: Final = "input:not([type]), input[type=text], input[type=email], input[type=url], textarea"
REFUSED: Final = re.compile(r"^console: Failed to load resource: the server responded with a status of 4(09|22) ")
BLOCKED: Final = re.compile(r"^console: Blocked script execution in '\S+/preview/document\S*' because the document's frame is sandboxed")


def staff(tenant: TenantDB, role: str, email: str = "", language: str = "en") -> str:
    """The address of somebody with a password."""
    person = colleague(tenant, role, email, language)
    person.set_password(SECRET)
    person.save()
    return person.email


def log_in(here: Window, email: str) -> None:
    """By password, at the login or wherever it was asked for.

    Whoever administers is asked for a second factor after it: a one-time link is one on a test system, and leads on from there.
    """
    if "/login" not in here.page.url:
        here.see("/login")
    wanted = parse_qs(urlsplit(here.page.url).query).get("next", ["/"])[0]
    here.page.fill("[name=login]", email)
    here.page.fill("[name=password]", SECRET)
    here.page.locator("main form button[type=submit]").first.click()
    here.page.wait_for_url(lambda url: "/login" not in url)
    if "factor" in here.page.url:
        here.log_in(email)
        here.see(wanted)


@contextmanager
def held(chromium: Browsing, site: Site, email: str) -> Iterator[Window]:
    """A window with somebody logged in that stays open between two looks."""
    with ExitStack() as after:
        opened = ExitStack()
        here = chromium.run(lambda browser: opened.enter_context(window(browser, site)))
        after.callback(lambda: chromium.run(lambda _browser: opened.close()))
        chromium.run(lambda _browser: log_in(here, email))
        yield here


def source(page: Page) -> Locator:
    """The editor, in which people type."""
    return page.locator("source-editor .cm-content")


def press_save(page: Page) -> None:
    page.locator("#mailing-form button[type=submit]").last.click()


def save(page: Page) -> None:
    with page.expect_navigation():
        press_save(page)


def write(page: Page, subject: str, text: str) -> None:
    """Type both and wait until the browser has put them by."""
    page.fill("[name=subject]", subject)
    source(page).fill(text)
    page.wait_for_function("words => Object.values(sessionStorage).some((kept) => kept.includes(words))", arg=text)


def is_back(page: Page, subject: str, text: str) -> None:
    expect(page.locator("[data-kept-notice]")).to_contain_text("Your unsaved changes are back")
    expect(page.locator("[name=subject]")).to_have_value(subject)
    expect(source(page)).to_contain_text(text)


def is_saved(page: Page) -> None:
    expect(page.locator("#toasts")).to_contain_text("Saved.")
    expect(page.locator("[data-kept-notice]")).to_have_count(0)


def stored(tenant: TenantDB, number: int) -> tuple[str, str]:
    first = mailing(tenant, number).variants[0]
    return first.subject, first.source.replace("\r\n", "\n")


def unexpected(here: Window) -> list[str]:
    """What the window noticed, without the browser's remarks about a form that was refused and a script that it did not run."""
    return [fault for fault in here.faults if not REFUSED.match(fault) and not BLOCKED.match(fault)]


def test_a_session_that_ends_while_somebody_types_costs_no_word(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    number, person = a_draft(alpha), staff(alpha, "editor")
    path = f"/t/alpha/mailings/{number}/edit"

    with held(chromium, site, person) as here:

        def type_on(_browser: Browser) -> None:
            here.see(path)
            write(here.page, "Typed for long", "Words of an hour")

        def come_back(_browser: Browser) -> None:
            save(here.page)
            assert "/login" in here.page.url
            log_in(here, person)
            assert here.page.url.endswith(path)
            is_back(here.page, "Typed for long", "Words of an hour")
            save(here.page)
            is_saved(here.page)

        def by_link(_browser: Browser) -> None:
            write(here.page, "Typed again", "More words")
            here.page.context.clear_cookies(name="staff")
            save(here.page)
            assert "/login" in here.page.url
            here.log_in(person)
            here.see(path)
            is_back(here.page, "Typed again", "More words")
            save(here.page)
            is_saved(here.page)

        chromium.run(type_on)
        Session.objects.all().delete()
        chromium.run(come_back)
        assert stored(alpha, number) == ("Typed for long", "Words of an hour")
        chromium.run(by_link)
        assert stored(alpha, number) == ("Typed again", "More words")
        assert here.faults == []


def test_without_a_connection_everything_stays_in_the_form(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    number, person = a_draft(alpha), staff(alpha, "editor")

    def look(browser: Browser) -> None:
        with window(browser, site) as here:
            log_in(here, person)
            here.see(f"/t/alpha/mailings/{number}/edit")
            write(here.page, "In the tunnel", "Words in the dark")
            here.page.context.set_offline(True)
            press_save(here.page)
            expect(here.page.locator("#toasts")).to_contain_text("The server cannot be reached")
            expect(here.page.locator("[name=subject]")).to_have_value("In the tunnel")
            expect(source(here.page)).to_contain_text("Words in the dark")
            here.page.context.set_offline(False)
            save(here.page)
            is_saved(here.page)

            here.page.add_init_script("Object.defineProperty(navigator, 'onLine', {get: () => false})")
            here.page.reload()
            write(here.page, "In the tunnel", "A server on this machine answers all the same")
            save(here.page)
            is_saved(here.page)

    chromium.run(look)
    assert stored(alpha, number) == ("In the tunnel", "A server on this machine answers all the same")


def test_a_double_click_on_send_the_way_back_and_a_second_tab_launch_once(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    number, person = a_draft(alpha), staff(alpha, "editor")
    path = f"/t/alpha/mailings/{number}/send"

    def look(browser: Browser) -> list[str]:
        with window(browser, site) as here:
            log_in(here, person)
            here.see(path)
            other = here.page.context.new_page()
            other.goto(site.url + path)
            for page in (here.page, other):
                page.locator("[name=confirm]").check()
            button = "main form[action$='/send'] button[type=submit]"
            here.page.locator(button).dblclick()
            here.page.wait_for_url("**/progress")
            here.page.go_back()
            here.page.wait_for_url("**/progress")
            other.locator(button).click()
            other.wait_for_url("**/progress")
            expect(other.locator("#toasts")).to_contain_text("already on its way")
            return here.faults

    assert chromium.run(look) == []
    assert len(entries(alpha, act="mailing.sending")) == 1 and alpha.objects(Delivery).count() == 2


def test_of_two_writers_the_second_sees_both_texts(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    number = a_draft(alpha)
    ann, bob = staff(alpha, "editor", "ann@staff.example"), staff(alpha, "editor", "bob@staff.example")

    with held(chromium, site, ann) as first, held(chromium, site, bob) as second:

        def both_write(_browser: Browser) -> None:
            for here, name in ((first, "Ann"), (second, "Bob")):
                here.see(f"/t/alpha/mailings/{number}/edit")
                write(here.page, f"{name}'s subject", f"{name}'s words")
            save(first.page)
            is_saved(first.page)
            save(second.page)
            expect(second.page.locator("[role=alert]").first).to_contain_text("Somebody else saved this mailing")
            expect(second.page.locator("details pre").first).to_have_text("Ann's words")
            expect(second.page.locator("#about-subject")).to_contain_text("Ann's subject")
            expect(second.page.locator("[name=subject]")).to_have_value("Bob's subject")
            expect(source(second.page)).to_have_text("Bob's words")

        def mine_instead(_browser: Browser) -> None:
            save(second.page)
            is_saved(second.page)

        chromium.run(both_write)
        assert stored(alpha, number) == ("Ann's subject", "Ann's words")
        chromium.run(mine_instead)
        assert stored(alpha, number) == ("Bob's subject", "Bob's words")
        assert unexpected(first) + unexpected(second) == []


FORMS: Final = ("lists/new", "fields/new", "subscribers/{person}", "mailings/new/html", "forms/new", "settings")
HARMLESS: Final = {
    "alias": "alias_{n}",
    "options": "",
    "reply_to": "",
    "allowed_hosts": "",
    "source": SOURCE,
    "data_protection": "",
    "people": "{n}@example.org",
    "privacy_url": "https://{n}.example.org/privacy",
    "text": "I would like to get the letter no. {n} by e-mail. I can withdraw this at any time.",
}
"""What stands in fields that do not take any prose, once they have refused it."""
FILL: Final = """([form, values]) => {
    form.noValidate = true;
    const box = form.querySelector("[name=lists]");
    if (box && !form.querySelector("[name=lists]:checked")) { box.checked = true; }
    for (const [name, text] of Object.entries(values)) {
        form.elements[name].removeAttribute("maxlength");
        form.elements[name].value = text;
        form.elements[name].dispatchEvent(new Event("input", {bubbles: true}));
    }
}"""


def send(page: Page, values: dict[str, str]) -> list[str]:
    """Put these into the form and send it, whatever the browser thinks of it; returns the fields that refuse theirs."""
    form = page.locator(f"main form:is(:has({'), :has('.join(TEXTS.split(', '))}))").last
    page.evaluate(FILL, [form.element_handle(), values])
    with page.expect_navigation() as answer:
        form.locator("button[type=submit]").last.click()
    if answer.value.status == 200:
        return []
    assert answer.value.status in (409, 422), f"{page.url}: {answer.value.status}"
    refused: list[str] = page.eval_on_selector_all("main form .is-invalid", "all => all.map((one) => one.name)")
    assert refused, f"{page.url} refuses and does not say where: {page.locator('main').inner_text()[:500]}"
    for name in refused:
        expect(page.locator(f"#about-{name} .invalid-feedback").first).to_have_text(re.compile(r"\S"))
    return refused


def type_everywhere(here: Window, path: str, text: str, n: int) -> None:
    """Type it into each text field; what its field refuses gives way to something harmless, then all is saved."""
    here.see(path)
    names = here.page.eval_on_selector_all(TEXTS, "all => all.filter((one) => one.form?.closest('main')).map((one) => one.name)")
    refused = send(here.page, dict.fromkeys(names, text))
    while refused:
        assert set(refused) <= set(names), f"{path}: {refused} refused what is harmless"
        names = [name for name in names if name not in refused]
        refused = send(here.page, {name: HARMLESS.get(name, "Harmless {n}").replace("{n}", str(n)) for name in refused})


def open_everything(here: Window) -> tuple[list[str], int]:
    """Open every page of the tenant to which a link leads, of each kind the newest one; returns where a script ran, and how many."""
    waiting, seen, kinds, hit = {"/t/alpha/"}, set[str](), Counter[str](), list[str]()
    while waiting:
        path = max(waiting, key=lambda one: [int(number) for number in re.findall(r"\d+", one)] or [10**9])
        waiting.remove(path)
        kind = re.sub(r"\d+", "N", path)
        kinds[kind] += 1
        if kinds[kind] > 1:
            continue
        seen.add(path)
        here.see(path)
        if here.page.evaluate("window.__hit") is not None:
            hit.append(path)
        links = here.page.eval_on_selector_all("a[href]:not([download])", "all => all.map((one) => one.getAttribute('href'))")
        paths = (re.sub(r"[?#].*$", "", link) for link in links)
        waiting |= {path for path in paths if path.startswith("/t/alpha/") and not path.endswith((".csv", "/refused"))} - seen
    return hit, len(seen)


def note(here: Window, dialog: Dialog) -> None:
    here.faults.append(f"dialog: {dialog.message}")
    dialog.dismiss()


def test_hostile_words_are_saved_or_refused_at_their_field_and_run_nowhere(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    a_draft(alpha)
    [person] = people(alpha, ["eve@example.org"], a_list(alpha))
    admin = staff(alpha, "admin")

    def look(browser: Browser) -> list[str]:
        with window(browser, site) as here:
            here.page.on("dialog", lambda dialog: note(here, dialog))
            log_in(here, admin)
            for path in FORMS:
                for n, text in enumerate(HOSTILE):
                    type_everywhere(here, "/t/alpha/" + path.format(person=person), text, n)
            here.see("/t/alpha/lists")
            expect(here.page.locator("main")).to_contain_text("<script>top.__hit=1")
            hit, many = open_everything(here)
            assert many > 25, many
            for _look in range(200):  # what the console says comes by itself
                if any(BLOCKED.match(fault) for fault in here.faults):
                    break
                here.page.wait_for_timeout(100)
            assert any(BLOCKED.match(fault) for fault in here.faults), "no preview held a script"
            return hit + unexpected(here)

    assert chromium.run(look) == []


def test_a_picture_an_empty_file_and_an_archive_are_refused_in_the_reader_s_language(
    alpha: TenantDB, site: Site, chromium: Browsing
) -> None:
    files = {"ein Bild": b"\x89PNG\r\n\x1a\n" + bytes(64), "keine Zeilen": b"", "ein ZIP-Archiv": archive()}
    person = staff(alpha, "editor", language="de")

    def look(browser: Browser) -> list[str]:
        with window(browser, site, language="de") as here:
            log_in(here, person)
            for says, content in files.items():
                here.see("/t/alpha/imports/new")
                here.page.set_input_files("#id_file", FilePayload(name="leute.csv", mimeType="text/csv", buffer=content))
                here.page.locator("main form button[type=submit]").last.click()
                expect(here.page.locator("#about-file .invalid-feedback")).to_contain_text(says)
                expect(here.page.locator("#id_file")).to_be_focused()
            return unexpected(here)

    assert chromium.run(look) == []


def test_dark_stays_dark_and_a_copy_button_copies(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    number, person = a_draft(alpha), staff(alpha, "editor")

    def look(browser: Browser) -> list[str]:
        with window(browser, site) as here:
            log_in(here, person)
            here.see(f"/t/alpha/mailings/{number}/edit")
            html = here.page.locator("html")
            for _press in range(3):
                if html.get_attribute("data-theme-choice") != "dark":
                    here.page.locator("[data-theme-switch]").click()
            expect(html).to_have_attribute("data-bs-theme", "dark")
            here.page.reload()
            expect(html).to_have_attribute("data-bs-theme", "dark")
            here.see("/t/alpha/lists")
            expect(html).to_have_attribute("data-bs-theme", "dark")

            here.see(f"/t/alpha/mailings/{number}/edit")
            here.page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
            button = here.page.locator("[data-copy]").first
            with here.says_for_a_moment("[data-copy] .copied-note", "Copied"):
                button.click()
            code = here.page.locator(button.get_attribute("data-copy") or "").inner_text()
            assert code.startswith("{{ ") and here.page.evaluate("navigator.clipboard.readText()") == code
            return here.faults

    assert chromium.run(look) == []


def test_without_a_mouse_the_skip_link_and_the_menu_of_a_phone_work(alpha: TenantDB, site: Site, chromium: Browsing) -> None:
    person = staff(alpha, "editor")

    def look(browser: Browser) -> list[str]:
        with window(browser, site, width=390) as here:
            log_in(here, person)
            here.see("/t/alpha/lists")
            press = here.page.keyboard.press
            press("Tab")
            expect(here.page.locator(".skip-link")).to_be_focused()
            expect(here.page.locator(".skip-link")).to_be_in_viewport(ratio=1)
            press("Enter")
            expect(here.page.locator("#content")).to_be_focused()

            here.see("/t/alpha/lists")
            menu, toggler = here.page.locator("#menu"), here.page.locator(".navbar-toggler")
            expect(menu).to_be_hidden()
            for _key in range(3):
                press("Tab")
            expect(toggler).to_be_focused()
            press("Enter")
            expect(menu).to_be_visible()
            expect(toggler).to_have_attribute("aria-expanded", "true")
            link = menu.locator("a[href='/t/alpha/mailings/']")
            for _key in range(20):
                if link.evaluate("one => one === document.activeElement"):
                    break
                press("Tab")
            expect(link).to_be_focused()
            press("Enter")
            here.page.wait_for_url("**/mailings/")
            return here.faults

    assert chromium.run(look) == []
