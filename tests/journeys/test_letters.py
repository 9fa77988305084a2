"""Each message that the demo's catcher took: its headers, its parts, its links, and that it loads nothing from elsewhere."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

import pytest

from tests.journeys.letters import Caught
from tests.journeys.processes import ROOT

pytestmark = [pytest.mark.wire, pytest.mark.slow]

DOMAIN = "werkhof.example"
IMPRINT = "Werkhof Musterstadt e. V., Musterweg 1, 00000 Musterstadt, werkhof@example.org"
TOKEN = r"[A-Za-z0-9_-]+"
SIGNED = {
    *("from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post", "list-id"),
    *("feedback-id", "x-csa-complaints", "precedence", "mime-version", "content-type"),
}


def the_same(letters: list[Caught], name: str) -> str:
    """The value that a header has in all messages."""
    (value,) = {letter.header(name) for letter in letters}
    return value


def names_in_the_file() -> dict[str, tuple[str, str]]:
    """Number of a person -> first and last name, read without any code of ours."""
    text = (ROOT / "examples" / "subscribers.csv").read_bytes().decode("cp1252", "replace")
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=";")
    people = ((re.search(r"\.(\d{4})\s*@", row["E-Mail-Adresse"] or ""), row) for row in rows if row["Kundennummer"] < "K-9")
    return {found[1]: (row["Vorname"].strip(), row["Name"].strip()) for found, row in people if found}


def test_headers_that_are_alike_in_all_messages(letters: list[Caught]) -> None:
    assert the_same(letters, "From") == f'"Werkhof Musterstadt" <brief@{DOMAIN}>'
    assert the_same(letters, "List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert the_same(letters, "Precedence") == "bulk"
    assert the_same(letters, "X-CSA-Complaints") == "betrieb@example.org"
    assert the_same(letters, "MIME-Version") == "1.0"
    assert re.fullmatch(rf'"Fruehlingsbrief" <list-\d+\.werkhof\.{re.escape(DOMAIN)}>', the_same(letters, "List-Id"))


def test_feedback_id_names_groups_only(letters: list[Caught]) -> None:
    mailing, kind, tenant, sender = the_same(letters, "Feedback-ID").split(":")
    assert (mailing, kind, tenant) == ("1", "standard", "werkhof")
    assert re.fullmatch(r"[a-z0-9]{5,15}", sender)


def test_each_message_is_to_its_envelope_recipient_alone(letters: list[Caught]) -> None:
    assert [letter.header("To") for letter in letters] == [letter.recipient for letter in letters]
    assert not any(letter.message["Cc"] or letter.message["Bcc"] for letter in letters)


def test_bounces_of_each_message_come_back_to_an_address_of_its_own(letters: list[Caught]) -> None:
    assert all(re.fullmatch(rf"b-[a-z0-9]+@bounce\.{re.escape(DOMAIN)}", letter.sender) for letter in letters)
    assert len({letter.sender for letter in letters}) == len(letters)


def test_dates_are_those_of_the_run_and_message_ids_are_unique(letters: list[Caught]) -> None:
    now = datetime.now(UTC)
    assert all(now - timedelta(hours=12) < parsedate_to_datetime(letter.header("Date")) <= now for letter in letters)
    found = {letter.header("Message-ID") for letter in letters}
    assert len(found) == len(letters)
    assert all(re.fullmatch(rf"<[0-9a-f]{{32}}@{re.escape(DOMAIN)}>", one) for one in found)


def test_leaving_is_offered_on_the_web_first_and_by_mail_second_to_each_person_apart(letters: list[Caught]) -> None:
    form = re.compile(rf"<(http://localhost:\d+/u/{TOKEN})>, <(mailto:u-[a-z0-9]+@bounce\.{re.escape(DOMAIN)}\?subject=unsubscribe)>")
    ways = [found.groups() for letter in letters if (found := form.fullmatch(letter.header("List-Unsubscribe")))]
    assert len(ways) == len(letters)
    assert all(len(set(column)) == len(letters) for column in zip(*ways, strict=True))
    for letter, (web, _mail) in zip(letters, ways, strict=True):
        assert web in letter.page.links


def test_two_signatures_cover_all_of_it(letters: list[Caught]) -> None:
    for letter in letters:
        found = [dict(tag.strip().split("=", 1) for tag in str(one).split(";")) for one in letter.message.get_all("DKIM-Signature", [])]
        assert [one["a"] for one in found] == ["rsa-sha256", "ed25519-sha256"]
        for one in found:
            assert one["d"] == DOMAIN
            assert {name.strip() for name in one["h"].split(":")} >= SIGNED
            assert "l" not in one


def test_names_are_those_of_the_person_written_to(letters: list[Caught]) -> None:
    people, seen = names_in_the_file(), 0
    for letter in letters:
        if not (number := re.search(r"\.(\d{4})@", letter.recipient)):
            continue
        first, last = people[number[1]]
        assert str(letter.message["Subject"]) == f"{first}, die Tore gehen wieder auf"
        for text in (letter.plain, letter.page.text):
            assert f"Guten Tag {first} {last}," in " ".join(text.split())
            assert letter.recipient in text
        seen += 1
    assert seen > 1000


def test_both_parts_have_imprint_and_a_visible_way_out(letters: list[Caught]) -> None:
    for letter in letters:
        plain, page = letter.plain, letter.page
        ways = [url for url, words in page.links.items() if "/u/" in url and words.strip().startswith("Abmelden")]
        assert len(ways) == 1
        assert ways[0] in plain
        assert IMPRINT in plain
        assert IMPRINT in page.text


def test_pixel_and_measured_links_are_the_same_for_everybody(letters: list[Caught]) -> None:
    def measured() -> Iterator[frozenset[str]]:
        for letter in letters:
            yield frozenset(url for url in letter.urls if urlsplit(url).path.startswith(("/o/", "/c/")))

    (found,) = set(measured())
    assert sorted(urlsplit(url).path[:3] for url in found) == ["/c/", "/c/", "/o/"]  # the two links of the example, one pixel


def test_personal_addresses_are_nobody_elses(letters: list[Caught]) -> None:
    for kind in ("/u/", "/p/", "/w/"):
        found = [url for letter in letters for url in letter.urls if urlsplit(url).path.startswith(kind)]
        assert len(found) == len(set(found)) == len(letters)


def test_nothing_is_loaded_but_the_pixel(letters: list[Caught]) -> None:
    for letter in letters:
        (pixel,) = letter.page.loads
        assert urlsplit(pixel).hostname == "localhost"
        assert urlsplit(pixel).path.startswith("/o/")


def test_no_line_is_longer_than_smtp_allows_and_no_parser_finds_a_fault(letters: list[Caught]) -> None:
    for letter in letters:
        assert max(map(len, letter.raw.split(b"\r\n"))) <= 998
        assert letter.raw.count(b"\n") == letter.raw.count(b"\r\n")
        assert letter.raw.isascii()
        assert [part.defects for part in letter.message.walk() if part.defects] == []
        assert [part.get_content_type() for part in letter.message.walk()] == ["multipart/alternative", "text/plain", "text/html"]


def test_the_question_whether_a_sign_up_is_meant_is_not_measured_and_no_mailing(confirmation: Caught) -> None:
    assert confirmation.recipient == "neu.hier@example.org"
    assert confirmation.header("Auto-Submitted") == "auto-generated"
    names = {name.lower() for name in confirmation.message}
    assert not {name for name in names if name.startswith("list-")} | (names & {"feedback-id", "precedence"})
    page = confirmation.page
    assert page.loads == []
    assert {urlsplit(url).path[:3] for url in confirmation.urls} == {"/s/"}
    assert "Das war ich nicht" in page.links.values()
    assert IMPRINT in page.text


def test_who_signed_up_and_confirmed_gets_the_mailing(letters: list[Caught]) -> None:
    assert [letter.recipient for letter in letters].count("neu.hier@example.org") == 1
