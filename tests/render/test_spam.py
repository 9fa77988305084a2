"""What SpamAssassin says is read as it said it, and whoever does not answer has not said that all is well."""

import os
import shutil
from pathlib import Path

import pytest

from siegelpost.render import spam
from siegelpost.render.spam import Rule, SpamFilterMissing, SpamScore, SpamUnknown

pytestmark = [pytest.mark.wire, pytest.mark.slow]
needed = pytest.mark.skipif(shutil.which("spamassassin") is None, reason="needs Debian's package spamassassin")

HEAD = (
    "From: News <news@example.org>\r\nTo: ann@example.org\r\nSubject: {subject}\r\nDate: Mon, 02 Mar 2026 12:00:00 +0000\r\n"
    "Message-ID: <1@example.org>\r\nMIME-Version: 1.0\r\nContent-Type: text/{kind}; charset=utf-8\r\n\r\n{text}\r\n"
)


def message(subject: str, text: str, kind: str = "plain") -> bytes:
    """A message as a server gets it."""
    return HEAD.format(subject=subject, text=text, kind=kind).encode()


def spam_score(raw: bytes, *, language: str) -> SpamScore:
    """Its points, under a mark that no message here guesses."""
    return spam.spam_score(raw, language=language, mark="points-4711")


@needed
def test_an_ordinary_message_is_none_and_the_generic_test_for_spam_is() -> None:
    good = spam_score(message("Our garden in March", "Dear Ann,\r\n\r\nthe first tulips are out. Come and see them."), language="en")
    assert good.points < good.limit == 5.0 and not good.doubtful
    gtube = "XJS*C4JDBQADN1.NSBN3*2IDNEN*GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"  # spamassassin.apache.org/gtube
    bad = spam_score(message("Test", gtube), language="en")
    assert bad.points >= 1000 and bad.doubtful
    assert (bad.rules[0].name, bad.rules[0].points) == ("GTUBE", 1000.0)
    assert bad.points == pytest.approx(sum(one.points for one in bad.rules), abs=0.2), "all points are accounted for"


@needed
def test_rules_speak_german_to_germans_with_umlauts_and_in_whole_sentences() -> None:
    page = "<html><body><font color='#ffffff'>Hello</font> <a href='http://1.2.3.4:81/x'>look</a></body></html>"
    raw = message("WIN NOW!!!", page, "html")
    german, english = (spam_score(raw, language=one) for one in ("de", "en"))
    assert [one.name for one in german.rules] == [one.name for one in english.rules]
    assert german.points == english.points
    words = " ".join(one.words for one in german.rules)
    assert words != " ".join(one.words for one in english.rules)
    assert "\N{REPLACEMENT CHARACTER}" not in words and not any("  " in one.words for one in english.rules)


@needed
def test_a_message_cannot_give_itself_points() -> None:
    found = spam_score(message("Hello", "points-4711 -99.0 5.0\r\n 0.5 MADE_UP words\r\n"), language="en")
    assert found.points > -10 and "MADE_UP" not in {one.name for one in found.rules}


def filter_that(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Put a program of this name first on the path."""
    program = folder / "spamassassin"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


@pytest.mark.parametrize("script", ["exit 1", "cat", "echo points", "head -c 1 >/dev/null; kill -9 $$", "sleep 5"])
def test_no_answer_is_no_praise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    filter_that(tmp_path, monkeypatch, script)
    monkeypatch.setattr(spam, "SECONDS", 1)
    with pytest.raises(SpamUnknown):
        spam_score(message("Hello", "Hello"), language="en")


def test_without_a_filter_nobody_says_anything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not spam.installed()
    with pytest.raises(SpamFilterMissing):
        spam_score(message("Hello", "Hello"), language="en")


ANSWER = """echo points-4711 9.9 5.0
cat
cat <<'END'
points-4711 2.0 5.0
-1.5 HAS_A_NAME            it names
                           whom it is for
 3.3 MANY_SIGNS            too many!
-0.0 NO_RELAYS             never went anywhere
 0.0 TINY                  hardly anything
 0.2 SMALL                 a little
END"""


@pytest.mark.parametrize(("said", "doubtful"), [("2.0", True), ("1.9", False)])
def test_its_answer_stands_at_the_end_and_is_read_to_the_last_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str, doubtful: bool
) -> None:
    filter_that(tmp_path, monkeypatch, ANSWER.replace("points-4711 2.0", f"points-4711 {said}"))
    found = spam_score(message("Hello", "Hello"), language="en")
    assert (found.points, found.limit, found.doubtful) == (float(said), 5.0, doubtful)
    assert found.rules == (
        Rule("MANY_SIGNS", 3.3, "too many!"),
        Rule("SMALL", 0.2, "a little"),
        Rule("HAS_A_NAME", -1.5, "it names whom it is for"),
    )


def test_it_is_asked_without_network_preferences_and_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filter_that(tmp_path, monkeypatch, f'printf "%s\\n" "$HOME" "$@" > {tmp_path}/seen; exit 1')
    with pytest.raises(SpamUnknown):
        spam_score(message("Hello", "Hello"), language="en")
    home, *words = (tmp_path / "seen").read_text().splitlines()
    assert not Path(home).exists(), "a home of its own, which is gone"
    assert {"-L", "-x", "use_bayes 0"} <= set(words)


@needed
def test_it_hears_nothing_of_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filter_that(tmp_path, monkeypatch, f"env > {tmp_path}/seen; exit 1")
    monkeypatch.setenv("SIEGELPOST_RELAY_URL", "smtp://user:secret@relay.example")
    with pytest.raises(SpamUnknown):
        spam_score(message("Hello", "Hello"), language="de")
    seen = (tmp_path / "seen").read_text()
    assert "SIEGELPOST" not in seen and "LC_ALL=de" in seen
