"""Errors in four parts, in two languages; logs that nobody can forge."""

import io
import json
import logging
import sys

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base import errors
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import language_of, translate
from siegelpost.base.logs import Line, configure_logs
from siegelpost.base.sqlfile import sql
from siegelpost.tenancy.errors import MigrationsFailed, SlugWrong, TenantUnknown


@pytest.mark.parametrize(
    ("branch", "exit_code"),
    [("WrongUsage", 2), ("Refused", 3), ("BadInput", 4), ("NotFound", 4), ("DoneInPart", 5), ("SiegelpostError", 4)],
)
def test_each_branch_has_the_exit_code_of_the_contract(branch: str, exit_code: int) -> None:
    assert getattr(errors, branch).exit_code == exit_code


@pytest.mark.parametrize("error", [SlugWrong(), TenantUnknown(), MigrationsFailed(failed=1, all=2, slugs="a")])
def test_an_error_says_four_things_in_both_languages(error: SiegelpostError) -> None:
    english, german = error.as_dict("en"), error.as_dict("de")
    assert list(english) == ["code", "message", "hint", "nothing"]
    assert all(english.values()) and all(german.values())
    assert english["code"] == german["code"]
    assert all(english[part] != german[part] for part in ("message", "hint", "nothing"))
    assert error.text("en").startswith(f"{error.code}: {english['message']}")


def test_braces_in_a_fact_are_not_filled_in_again() -> None:
    assert "{failed}" in MigrationsFailed(failed=1, all=2, slugs="{failed} {0}").text("en")


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"), ({"LANG": "de_DE.UTF-8"}, "de"), ({"LANG": "C", "LC_ALL": "de_AT"}, "de"),
        ({"LANG": "de_DE", "LANGUAGE": "en:de"}, "en"),
        ({"LANGUAGE": "", "LANG": "de"}, "de"), ({"LANG": "../../etc"}, "en"),
    ],
)  # fmt: skip
def test_the_shell_says_which_language_is_read(environment: dict[str, str], language: str) -> None:
    assert language_of(environment) == language


def test_what_nobody_translated_stays_english() -> None:
    assert translate("A sentence that no catalogue holds.", "de") == "A sentence that no catalogue holds."
    assert translate("", "de") == ""  # gettext would answer with the head of the catalogue


def test_a_statement_is_read_by_name_and_nothing_else_is() -> None:
    assert sql("delivery", "claim", "sqlite") != sql("delivery", "claim", "postgresql")
    assert "--" not in sql("delivery", "claim", "sqlite").split("'")[0]
    with pytest.raises(FileNotFoundError):
        sql("delivery", "no_such_statement", "sqlite")


@given(st.text(), st.text(min_size=1, max_size=40))
@pytest.mark.slow
def test_no_value_forges_a_line_of_the_log(value: str, other: str) -> None:
    configure_logs()
    page = io.StringIO()
    log = structlog.wrap_logger(structlog.PrintLogger(page), processors=structlog.get_config()["processors"])
    log.warning("a.fact", value=value + '\n{"event": "forged"}\x1b[2J' + other)
    line = page.getvalue()
    assert line.endswith("\n") and len(line.splitlines()) == 1
    assert line[:-1].isprintable()
    assert json.loads(line)["event"] == "a.fact"


NASTY = st.sampled_from(["\n", "\r\n", "\x1b[2J", "\u2028", "\x85", "\x00", '"}\n{"event": "forged"']).flatmap(
    lambda sign: st.text(max_size=20).map(lambda text: f"{text}{sign}{text}")
)


@pytest.mark.slow
@given(NASTY, st.dictionaries(NASTY, st.one_of(NASTY, st.lists(NASTY, max_size=2), st.dictionaries(NASTY, NASTY, max_size=2)), max_size=3))
def test_neither_event_nor_key_nor_anything_nested_forges_a_line(event: str, fields: dict[str, object]) -> None:
    configure_logs()
    page = io.StringIO()
    log = structlog.wrap_logger(structlog.PrintLogger(page), processors=structlog.get_config()["processors"])
    log.warning(event, **{name: value for name, value in fields.items() if name not in ("event", "level", "timestamp")})
    line = page.getvalue()
    assert line.endswith("\n") and len(line.splitlines()) == 1 and line[:-1].isprintable()
    assert json.loads(line)["event"] == event


@given(NASTY, NASTY, st.booleans())
@pytest.mark.slow
def test_what_a_library_logs_is_a_line_of_ours_without_its_words(name: str, words: str, fails: bool) -> None:
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, "%s", (f"ann@example.org {words}",), None)
    if fails:
        try:
            raise ValueError(f"ann@example.org {words}")
        except ValueError:
            record.exc_info = sys.exc_info()
    line = Line().format(record)
    assert line.isprintable() and "ann@example.org" not in line
    said = json.loads(line)
    assert (said["event"], said["logger"], said["level"]) == ("library.said", name, "error")
    assert said.get("kind") == ("ValueError" if fails else None) and bool(said.get("places")) == fails


def test_a_process_gives_the_lines_of_libraries_this_form() -> None:
    configure_logs()
    assert [type(one.formatter) for one in logging.getLogger().handlers] == [Line]
