"""The command line speaks the reader's language, also where typer finds the words."""

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from siegelpost.base.i18n import use_language
from siegelpost.cli.output import facts, number, table
from siegelpost.cli.words import ground, left_out, paused, refused
from siegelpost.mailings.errors import StateRefused
from tests.patience import PATIENCE


@pytest.fixture
def german() -> Iterator[None]:
    use_language("de")
    yield
    use_language("en")


def help_of(*words: str, language: str) -> str:
    command = [sys.executable, "-m", "siegelpost.cli", *words, "--help"]
    environ = {**os.environ, "LANGUAGE": language, "COLUMNS": "100"}
    return subprocess.run(command, capture_output=True, text=True, check=True, env=environ, timeout=PATIENCE).stdout


@pytest.mark.slow
def test_a_german_help_has_no_english_word_of_typer() -> None:
    said = help_of("import", language="de")

    assert "Aufruf: siegelpost import [OPTIONEN]" in said
    assert "Argumente" in said
    assert "[erforderlich]" in said
    assert "[Vorgabe: update_add]" in said
    assert "Diese Hilfe zeigen." in said
    assert not [word for word in ("Usage", "Options", "[default", "[required]", "Show this") if word in said]


@pytest.mark.slow
def test_an_english_help_stays_english() -> None:
    said = help_of("list", language="en")

    assert "Usage: siegelpost list [OPTIONS] COMMAND" in said
    assert "Optionen" not in said


@pytest.mark.usefixtures("german")
def test_german_numbers_have_points_between_thousands_and_a_comma_before_the_rest() -> None:
    assert [number(n) for n in (0, 999, 1440, 1234567, 0.6, 1440.25)] == ["0", "999", "1.440", "1.234.567", "0,6", "1.440,25"]


def test_english_numbers_have_it_the_other_way_round() -> None:
    assert [number(n) for n in (999, 1440, 1440.25)] == ["999", "1,440", "1,440.25"]


@pytest.mark.usefixtures("german")
def test_counts_in_lists_and_tables_are_written_as_numbers_and_texts_are_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    facts({"Rows": 1440, "Name": "2000", "Rates": [1000, 2000]})
    table(["List", "Subscribers"], [("1000", 1440)])

    out = capsys.readouterr().out
    assert "Zeilen  1.440" in out
    assert "Name    2000" in out
    assert "1.000 / 2.000" in out
    assert "1000 " in out


@pytest.mark.usefixtures("german")
def test_codes_are_shown_as_words_and_unknown_ones_as_they_are() -> None:
    assert left_out("optout") == left_out("opted_out") == "abgemeldet"
    assert paused("relay.unreachable") == "Das Relay ist nicht erreichbar"
    assert paused("staff") == "auf Befehl"
    assert refused("email_missing") == "Die E-Mail-Adresse fehlt."
    assert (ground("double_opt_in"), ground("in my words")) == ("Double-Opt-in", "in my words")


def test_an_error_about_a_state_keeps_the_code_and_says_the_word() -> None:
    error = StateRefused(id=7, state="sending", wanted="draft / approved")

    assert "„wird versendet“; dieser Schritt verlangt „Entwurf / freigegeben“" in error.text("de")
    assert "is sending" in error.text("en")
    assert error.facts["state"] == "sending"
