"""The language of segments: what is written is what is meant, and what cannot be meant is refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base.errors import SiegelpostError
from siegelpost.segment import errors
from siegelpost.segment.check import check
from siegelpost.segment.days import day_of, spans_of_year
from siegelpost.segment.known import Known
from siegelpost.segment.parse import parse
from siegelpost.segment.scan import MOST_DEEP
from siegelpost.segment.show import show
from siegelpost.segment.spelling import fits
from siegelpost.segment.tree import Compare, Either, Empty, Every, InSegment, Node, Not, OnList, Recurs, Relative
from tests.segment.trees import FIELDS, LISTS, trees

KNOWN = Known(fields=FIELDS, lists=LISTS, segments={1: parse('city = "Berlin"')}, names={1: "Berliners"}, launched={7: date(2026, 1, 1)})


@given(trees)
def test_what_is_shown_is_read_as_the_same(node: Node) -> None:
    assert flat(parse(show(node))) == flat(node)


def flat(node: Node) -> Node:
    """`a and (b and c)` is `a and b and c`."""
    match node:
        case Every(parts) | Either(parts):
            inside = [flat(one) for one in parts]
            return type(node)(tuple(deep for one in inside for deep in (one.parts if isinstance(one, type(node)) else (one,))))
        case Not(part):
            return Not(flat(part))
    return node


def test_and_binds_more_tightly_than_or() -> None:
    a, b, c = Empty("a"), Empty("b"), Empty("c")
    assert parse("a is empty or b is empty and c is empty") == Either((a, Every((b, c))))
    assert parse("(a is empty or b is empty) and not c is empty") == Every((Either((a, b)), Not(c)))


def test_days_are_counted_from_today() -> None:
    assert parse("born < today - 18 years") == Compare("born", "<", Relative(-18, "years"))
    assert parse('list "News" since today -30 days') == OnList("News", "since", Relative(-30, "days"))
    assert parse("born recurs within 7 days") == Recurs("born", 7)
    assert day_of(Relative(-1, "months"), date(2026, 3, 31)) == date(2026, 2, 28)
    assert day_of(Relative(1, "years"), date(2024, 2, 29)) == date(2025, 2, 28)
    assert day_of(Relative(-3000, "years"), date(2026, 1, 1)) == date.min


def test_a_span_over_the_turn_of_the_year_is_two() -> None:
    assert spans_of_year(date(2026, 12, 28), 7) == (("12-28", "12-31"), ("01-01", "01-04"))
    assert spans_of_year(date(2026, 2, 27), 1) == (("02-27", "02-29"),)
    assert spans_of_year(date(2024, 2, 27), 1) == (("02-27", "02-28"),)
    assert spans_of_year(date(2026, 5, 1), 365) == (("01-01", "12-31"),)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", errors.NotUnderstood),
        ("city", errors.NotUnderstood),
        ("city =", errors.NotUnderstood),
        ("city = Berlin", errors.NotUnderstood),
        ('city = "Berlin', errors.NotUnderstood),
        ('city = "a" "b"', errors.NotUnderstood),
        ('city = "a" and', errors.NotUnderstood),
        ('(city = "a"', errors.NotUnderstood),
        ("age = 1; DROP TABLE audience_subscriber", errors.NotUnderstood),
        ("born < 2026-02-30", errors.NotUnderstood),
        ("born recurs within 1.5 days", errors.NotUnderstood),
        ("x" * 10_001, errors.TooMuch),
        ("(" * 60 + "city is empty" + ")" * 60, errors.TooMuch),
        ("not " * 60 + "city is empty", errors.TooMuch),
        (" or ".join(["city is empty"] * 201), errors.TooMuch),
        ('town = "a"', errors.SegmentFieldUnknown),
        ("list 3", errors.SegmentListUnknown),
        ('list "Newz"', errors.SegmentListUnknown),
        ("segment 9", errors.SegmentPartUnknown),
        ("got 9", errors.SegmentMailingUnknown),
        ('age contains "1"', errors.ConditionUnfit),
        ('age > "1"', errors.ConditionUnfit),
        ("city > 5", errors.ConditionUnfit),
        ('city = ""', errors.ConditionUnfit),
        ("vip > yes", errors.ConditionUnfit),
        ("age = yes", errors.ConditionUnfit),
        ("born recurs within 366 days", errors.ConditionUnfit),
        ("city recurs within 3 days", errors.ConditionUnfit),
        ('email = "ann@example.org"', errors.ConditionUnfit),
        ('email ends with "ann@example.org"', errors.ConditionUnfit),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, wanted: type[SiegelpostError]) -> None:
    with pytest.raises(wanted):
        check(parse(text), KNOWN)


def test_a_fault_says_where_it_is() -> None:
    with pytest.raises(errors.NotUnderstood) as fault:
        parse('city = "Berlin" andd vip = yes')
    assert fault.value.facts["at"] == 17


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        node = parse(text)
    except (errors.NotUnderstood, errors.TooMuch):
        return
    assert parse(show(node)) == node


def test_forty_levels_are_read() -> None:
    deep = "not (" * (MOST_DEEP // 2 - 5) + 'city = "Berlin"' + ")" * (MOST_DEEP // 2 - 5)
    assert show(parse(deep)).count("not") == MOST_DEEP // 2 - 5


def test_names_become_numbers_that_a_new_name_does_not_change() -> None:
    stored = show(check(parse('list "News" and segment "Berliners"'), KNOWN))
    assert stored == "list 1 and segment 1"
    assert show(parse(stored), lists={1: "Letter"}, segments=KNOWN.names) == 'list "Letter" and segment "Berliners"'
    assert show(parse(stored), lists={1: "Twice", 2: "Twice"}) == "list 1 and segment 1"


def test_a_segment_is_never_a_part_of_itself() -> None:
    known = Known(segments={1: InSegment(2), 2: InSegment(3), 3: Empty("language")}, names={1: "a", 2: "b", 3: "c"})
    check(parse("segment 1"), known)
    with pytest.raises(errors.SegmentCircle):
        check(parse('segment "a"'), known, own=3)
    with pytest.raises(errors.SegmentPartUnknown):
        check(InSegment(1), Known(segments={1: InSegment(5)}, names={1: "a"}))


def test_parts_of_parts_do_not_multiply_without_end() -> None:
    twice = {number: Every((InSegment(number + 1),) * 20) for number in range(1, 9)} | {9: Empty("language")}
    with pytest.raises(errors.TooMuch):
        check(InSegment(1), Known(segments=twice, names={number: str(number) for number in twice}))


def test_capitals_do_not_matter_beyond_ascii() -> None:
    assert fits("=", "KÖLN", "köln")
    assert fits("contains", "Łódź", "ÓD")
    assert not fits("=", "Strasse", "Straße")
    assert not fits("=", "Koln", "köln")
