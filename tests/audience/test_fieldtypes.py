"""Each type reads what Germans and English people write, and refuses what it would have to guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.audience.fieldtypes import KINDS, Choice, Date, Number, Text, Value, ValueUnfit, field_type


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("de", "1.234,5", 1234.5),
        ("en", "1.234,5", 1234.5),
        ("de", "1,234.5", 1234.5),
        ("de", "1.234", 1234),
        ("en", "1.234", 1.234),
        ("de", "1,234", 1.234),
        ("en", "1,234", 1234),
        ("de", "0,50", 0.5),
        ("en", "0,50", 0.5),
        ("de", "0.125", 0.125),
        ("de", "1.234.567", 1234567),
        ("en", "12 345", 12345),
        ("de", "\u22127", -7),
        ("de", "12'345,25", 12345.25),
    ],
)
def test_numbers_are_read_in_both_manners(language: str, text: str, value: Value) -> None:
    assert Number(language).parse(text) == value


@pytest.mark.parametrize("text", ["", "abc", "1.23.4", "12,34,5", "1,2.3,4", "--1", "1e9", "\u0661\u0662", "1234567890123456", ".", "1."])
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueUnfit):
        Number("de").parse(text)


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "2026-12-31", "2026-12-31"),
        ("en", "31.12.2026", "2026-12-31"),
        ("de", "1.2.2026", "2026-02-01"),
        ("de", "01.02.2026 00:00", "2026-02-01"),
        ("en", "12/31/2026", "2026-12-31"),
        ("en", "31/12/2026", "2026-12-31"),
        ("de", "01/02/2026", "2026-02-01"),
        ("en", "02/02/2026", "2026-02-02"),
    ],
)
def test_days_are_read_in_both_manners(language: str, text: str, value: str) -> None:
    assert Date(language).parse(text) == value


@pytest.mark.parametrize("text", ["01/02/2026", "31.02.2026", "2026-13-01", "gestern", "31.12.26", "0000-01-01"])
def test_days_that_do_not_exist_or_are_in_doubt_are_refused(text: str) -> None:
    with pytest.raises(ValueUnfit):
        Date("en").parse(text)


@pytest.mark.parametrize(("text", "value"), [("ja", True), ("Nein", False), ("YES", True), ("0", False), (" x ", True)])
def test_yes_and_no_in_both_languages(text: str, value: bool) -> None:
    assert field_type("boolean").parse(text) is value


def test_a_choice_takes_its_options_in_any_case_and_nothing_else() -> None:
    size = Choice(("Klein", "Gro\u00df"))
    assert size.parse("gro\u00df") == "Gro\u00df"
    with pytest.raises(ValueUnfit):
        size.parse("mittel")


def test_a_text_is_one_line_and_not_endless() -> None:
    assert Text().parse("  Mara\r\nBcc:\u00a0ben \u200b") == "Mara Bcc: ben"
    assert Text().parse("=cmd()") == "=cmd()"
    with pytest.raises(ValueUnfit):
        Text().parse("x" * 1_001)


def test_values_are_shown_in_the_reader_s_manner() -> None:
    assert field_type("number").show(1234.5, "de") == "1234,5"
    assert field_type("number").show(1234.5, "en") == "1234.5"
    assert field_type("date").show("2026-12-31", "de") == "31.12.2026"
    assert field_type("boolean").show(True, "en") == "yes"


@given(st.sampled_from(["de", "en"]), st.decimals(-(10**9), 10**9, places=3, allow_nan=False))
def test_a_shown_number_reads_back(language: str, number: object) -> None:
    value = Number("en").parse(f"{number:.3f}0")
    assert Number(language).parse(Number().show(value, language) + ("" if float(value).is_integer() else "0")) == value


@given(st.sampled_from(KINDS), st.sampled_from(["de", "en"]), st.text(min_size=1, max_size=50).filter(str.strip))
def test_no_text_makes_a_type_fall_over(kind: str, language: str, text: str) -> None:
    wanted = field_type(kind, language, ("a", "b"))
    try:
        value = wanted.parse(text)
    except ValueUnfit:
        return
    assert isinstance(wanted.show(value, language), str)
