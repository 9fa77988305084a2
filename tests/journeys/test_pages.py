"""Live pages, asked over real sockets with the addresses that stand in the demo's mails."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.journeys.letters import Caught, Page, caught_below
from tests.journeys.living import Answer, ask, hidden_fields, running, serving, submit, ticked
from tests.journeys.playing import Result
from tests.journeys.processes import plain_environ, siegelpost, wait_for
from tests.ports import free_port
from tests.tools.catcher import running as catching

pytestmark = [pytest.mark.wire, pytest.mark.slow]

ONE_CLICK = b"List-Unsubscribe=One-Click"
FORMS = {
    "application/x-www-form-urlencoded": ONE_CLICK,
    "multipart/form-data; boundary=b": b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
}
LIST = "Frühlingsbrief"


@dataclass(frozen=True)
class Town:
    """The demo's home, serving again on the address that its mails name; nothing is sent unless a test starts a worker."""

    environ: dict[str, str]
    folder: Path
    public_url: str
    quiet: list[Caught]

    def person(self, number: int) -> Caught:
        """The mail of somebody who did nothing in the demo; each test takes others."""
        return self.quiet[number]

    def lists_of(self, letter: Caught) -> dict[str, bool]:
        """The person's lists, on or off, as her own page shows them."""
        answer = ask(link(letter, "p"))
        assert answer.status == 200
        return ticked(answer.text)

    def arrived(self) -> int:
        """How many messages the catcher took."""
        return sum(1 for _file in (self.folder / "mails" / "messages").glob("*/*.json"))

    def caught(self) -> list[Caught]:
        return caught_below(self.folder)


def link(letter: Caught, kind: str) -> str:
    """The address of one kind in a mail: u, p, w, o or c (the first)."""
    return min(url for url in letter.urls if urlsplit(url).path.startswith(f"/{kind}/"))


@pytest.fixture(scope="module")
def town(result: Result, letters: list[Caught], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    acted = {json.loads(path.read_bytes())["address"] for path in Path(result.folder).glob("mails/acts/*.json")}
    parts = urlsplit(min(letters[0].urls & letters[1].urls))
    public_url = f"{parts.scheme}://{parts.netloc}"
    with catching(folder / "mails") as catcher:
        environ = plain_environ(
            SIEGELPOST_HOME=f"{result.folder}/home",
            SIEGELPOST_ENVIRONMENT="test",
            SIEGELPOST_RELAY_URL=f"smtp://127.0.0.1:{catcher.port}?tls=off",
            SIEGELPOST_PUBLIC_URL=public_url,
            SIEGELPOST_BOUNCE_DOMAIN="bounce.werkhof.example",
        )
        with serving(environ, folder / "serve.log", (parts.port or 80, free_port()), "--no-runner"):
            yield Town(environ, folder, public_url, [letter for letter in letters if letter.recipient not in acted])


def plain_and_final(answer: Answer) -> bool:
    """Neither cookie nor redirect."""
    return "set-cookie" not in answer.headers and "location" not in answer.headers


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_at_the_unsubscribe_page_changes_nothing(town: Town, method: str) -> None:
    answer = ask(link(town.person(0), "u"), method)
    assert answer.status == 200
    assert plain_and_final(answer)
    assert set(town.lists_of(town.person(0)).values()) == {True}


@pytest.mark.parametrize("place, encoding", list(enumerate(FORMS)))
def test_one_post_unsubscribes_and_a_second_one_is_welcome(town: Town, place: int, encoding: str) -> None:
    letter = town.person(1 + place)
    assert set(town.lists_of(letter).values()) == {True}
    for _again in range(2):
        answer = ask(link(letter, "u"), "POST", FORMS[encoding], Content_Type=encoding)
        assert answer.status == 200
        assert plain_and_final(answer)
        assert set(town.lists_of(letter).values()) == {False}


def test_preferences_turn_a_list_off_and_on_again(town: Town) -> None:
    letter = town.person(3)
    page = link(letter, "p")
    (number,) = town.lists_of(letter)
    for fields, on in (([("save", "1")], False), ([("list", number), ("save", "1")], True), ([("nothing", "1")], False)):
        answer = submit(page, fields)
        assert answer.status == 200
        assert plain_and_final(answer)
        assert town.lists_of(letter) == {number: on}


def test_the_web_version_is_the_mail_without_pixel_and_measured_links(town: Town) -> None:
    letter = town.person(4)
    answer = ask(link(letter, "w"))
    assert answer.status == 200
    expected = re.sub(r"<img[^>]*/o/[^>]*>", "", letter.html)
    for measured in [url for url in letter.urls if "/c/" in url]:
        expected = expected.replace(measured, ask(measured).headers["location"])
    page, wanted = Page(answer.text), Page(expected)
    assert page.links == wanted.links
    assert "".join(page.text.split()).removeprefix("Testsystem") == "".join(wanted.text.split())
    assert page.loads == []
    assert "/o/" not in answer.text
    assert "/c/" not in answer.text
    assert "sandbox" in answer.headers["content-security-policy"]


def test_pages_load_nothing_from_elsewhere_keep_no_copy_and_tell_nobody(town: Town) -> None:
    letter = town.person(5)
    for url in (link(letter, "u"), link(letter, "p"), f"{town.public_url}/f/werkhof/anmeldung", f"{town.public_url}/nothing"):
        answer = ask(url)
        assert plain_and_final(answer)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none';")
        assert "unsafe" not in policy
        assert "http" not in policy
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
        assert all(urlsplit(one).netloc in ("", urlsplit(town.public_url).netloc) for one in Page(answer.text).loads)
        scripts = re.findall(r"<script[^>]*>[^<]*", answer.text)  # the form alone reckons, with a file of ours
        assert [one for one in scripts if not re.fullmatch(r'<script src="/static/form\.js\?v=[0-9a-f]+" defer>', one)] == []
        assert not scripts or "/f/" in url
        assert " style=" not in answer.text


def test_pixel_and_links_answer_and_no_parameter_leads_elsewhere(town: Town) -> None:
    letter = town.person(5)
    pixel, click = ask(link(letter, "o")), ask(link(letter, "c"))
    assert (pixel.status, pixel.headers["content-type"]) == (200, "image/gif")
    assert click.status == 302
    target = click.headers["location"]
    assert urlsplit(target).hostname == "www.example.org"
    assert "set-cookie" not in {*pixel.headers, *click.headers}
    for tail in ("?url=https://evil.example/", "?u=//evil.example", "?next=https://evil.example"):
        assert ask(link(letter, "c") + tail).headers["location"] == target
    for path in ("/c/https://evil.example/", "/c///evil.example", "//evil.example/", "/c/", "/o/", "/c/%2e%2e", "/\\evil.example"):
        answer = ask(town.public_url + path)
        assert answer.status == 404, path
        assert "location" not in answer.headers


def test_forged_tokens_and_those_of_another_page_are_unknown(town: Town) -> None:
    letter = town.person(5)
    for kind in "oucpw":
        url = link(letter, kind)
        token = urlsplit(url).path[3:].removesuffix(".gif")
        for place in (0, len(token) // 2, len(token) - 2):
            forged = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1 :]
            assert ask(url.replace(token, forged)).status == 404, kind
        assert ask(url.replace(token, token[:-4])).status == 404
        for other in "ucpws".replace(kind, ""):
            assert ask(f"{town.public_url}/{other}/{token}").status == 404, f"token of /{kind}/ at /{other}/"
    forged = link(letter, "u")[:-3] + "AAA"
    assert ask(forged, "POST", ONE_CLICK, Content_Type="application/x-www-form-urlencoded").status == 404


def test_who_signs_up_counts_only_after_confirming(town: Town) -> None:
    address = "noch.jemand@example.org"
    form = f"{town.public_url}/f/werkhof/anmeldung"
    more = submit(form, [*hidden_fields(ask(form).text), ("email", address), ("agreed", "1")]).text
    fields = hidden_fields(more)  # no scripts run here: one step more, which lasts some seconds
    wait_for(lambda: 'name="step"' not in submit(form, fields).text, "the slow step is over", 40)

    def mail() -> Caught | None:
        return next((letter for letter in town.caught() if letter.recipient == address), None)

    with running(town.environ, town.folder / "worker.log", "worker") as worker:
        wait_for(lambda: mail() is not None, "the confirmation mail arrives", 40, alive=worker)
    letter = mail()
    assert letter is not None
    page = unescape(next(url for url in letter.urls if "/s/" in url and "not-me" not in url))
    assert ask(page).status == 200
    assert ask(page, "HEAD").status == 200
    siegelpost(town.environ, "subscriber", "show", "werkhof", address, code=4)
    answer = submit(page, [])
    assert answer.status == 200
    assert plain_and_final(answer)
    siegelpost(town.environ, "subscriber", "show", "werkhof", address)


def test_who_left_is_refused_at_import_and_left_out_of_a_running_mailing(town: Town, tmp_path: Path) -> None:
    leaver, stays = town.person(6), town.person(7)
    create = ("mailing", "create", "werkhof", "--file", "examples/newsletter.mjml", "--subject", "Zweiter Brief")
    sender = ("--sender", "Werkhof Musterstadt <brief@werkhof.example>", "--list", LIST)
    made = json.loads(siegelpost(town.environ, *create, *sender, "--json"))
    frozen = json.loads(siegelpost(town.environ, "mailing", "send", "werkhof", str(made["id"]), "--json"))
    assert frozen["state"] == "sending"
    ask(link(leaver, "u"), "POST", ONE_CLICK, Content_Type="application/x-www-form-urlencoded")

    again = tmp_path / "again.csv"
    again.write_text(f"email;first_name\n{leaver.recipient};Neu\n{stays.recipient};Neu\n", encoding="utf-8")
    order = ("--list", LIST, "--ground", "consent on paper", "--source", "test")
    result = json.loads(siegelpost(town.environ, "import", "werkhof", str(again), *order, "--json"))
    assert sum(result["refused"].values()) == 1
    assert set(town.lists_of(leaver).values()) == {False}

    with running(town.environ, town.folder / "worker.log", "worker"):

        def status() -> dict[str, int]:
            found: dict[str, int] = json.loads(siegelpost(town.environ, "mailing", "status", "werkhof", str(made["id"]), "--json"))
            return found

        wanted = frozen["audience"] - 1
        wait_for(lambda: town.arrived() >= wanted, "the second mailing arrives", 90)  # files are counted for less than a command takes
        wait_for(lambda: str(status()["state"]) == "finished", "the second mailing is finished", 90)
    end = status()
    assert (end["withdrawn"], end["sent"]) == (1, frozen["audience"] - 1)
    got = {letter.recipient for letter in town.caught()}
    assert stays.recipient in got
    assert leaver.recipient not in got
