"""What the demo leaves outside its databases knows no person: logs, output, spool, journals, whatever lay there for a moment."""

import json
import re
from pathlib import Path

import pytest

from tests.journeys.letters import Caught
from tests.journeys.playing import Played, Result
from tests.journeys.test_letters import names_in_the_file

pytestmark = [pytest.mark.wire, pytest.mark.slow]


@pytest.fixture(scope="module")
def telling(letters: list[Caught], confirmation: Caught) -> set[str]:
    """Words that would give somebody away: parts of addresses, last names, tokens of personal addresses, in small letters."""
    everything = [*letters, confirmation]
    locals_ = {letter.recipient.partition("@")[0] for letter in everything}
    names = {last for _first, last in names_in_the_file().values()}
    urls = {url for letter in everything for url in letter.urls if "/o/" not in url and "/c/" not in url}
    tokens = {found[1] for url in urls if (found := re.search(r"/[upws]/([\w-]+)", url))}
    verp = {letter.sender.partition("@")[0] for letter in letters}
    message_ids = {letter.header("Message-ID").strip("<>").partition("@")[0] for letter in everything}
    assert len(tokens) > 3000
    return {word.lower() for word in locals_ | names | tokens | verp | message_ids}


def given_away(text: str, telling: set[str]) -> set[str]:
    """Which of the words stand in `text`."""
    words = set(re.findall(r"[\w.-]+", text.lower()))
    return (words | {part for word in words for part in re.split(r"[.]", word)}) & telling


def test_the_search_would_find_them(telling: set[str], letters: list[Caught]) -> None:
    assert given_away(f'{{"event": "x", "to": "{letters[3].recipient}"}}', telling)
    assert given_away(f"GET {next(url for url in letters[3].urls if '/u/' in url)}", telling)


def test_neither_logs_nor_output_know_anybody(demo: Played, telling: set[str]) -> None:
    log = (Path(demo.second.folder) / "processes.log").read_text()
    assert "inbound.mail" in log  # something was written
    assert given_away(log, telling) == set()
    shown = re.sub(r"http://\S+/[upw]/\S+", "", demo.second.said)  # it names the pages of one made-up person, to look at
    assert given_away(shown, telling) == set()


def test_each_line_that_a_process_logs_is_one_document(demo: Played) -> None:
    lines = [line for line in (Path(demo.second.folder) / "processes.log").read_text().splitlines() if line.startswith("{")]
    assert len(lines) > 10
    assert [line for line in lines if not {"event", "level", "timestamp"} <= set(json.loads(line))] == []


def test_spool_and_journals_never_knew_anybody(result: Result, telling: set[str]) -> None:
    assert len(result.seen["journals"]) > 1000  # one line before each final dot at least
    assert len(result.seen["spool"]) > 10
    for lines in result.seen.values():
        assert given_away("\n".join(lines), telling) == set()
        assert not any("@" in line for line in lines)


def test_a_spool_line_is_variant_link_hour_and_class_and_nothing_else(result: Result) -> None:
    odd = [line for line in result.seen["spool"] if len(line) > 200 or re.search(r"127\.\d+\.\d+\.\d+|Mozilla|http", line)]
    assert odd == []


def test_files_that_hold_people_are_for_their_owner_alone(result: Result) -> None:
    home = Path(result.folder) / "home"
    open_to_others = [str(path.relative_to(home)) for path in home.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    assert home.stat().st_mode & 0o077 == 0
    assert [name for name in open_to_others if name.startswith("keys")] == []
