"""Patterns, reasons, digests: rules without a database."""

import hashlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.consent.rules import Patterns, PatternWrong, compiled, is_pattern, like_pattern, text_digest, weightier

PARTS = st.text(alphabet="ab.@_\\%", min_size=1, max_size=12).map(lambda text: "x" + text)


def slow_like(pattern: str, address: str) -> bool:
    """SQL LIKE with the escape character backslash, the plain way."""
    expression, position = "", 0
    while position < len(pattern):
        if pattern[position] == "\\":
            position += 1
            expression += re.escape(pattern[position])
        else:
            expression += ".*" if pattern[position] == "%" else re.escape(pattern[position])
        position += 1
    return re.fullmatch(expression, address, re.DOTALL) is not None


@given(st.lists(PARTS, max_size=4), st.text(alphabet="xab.@_\\", max_size=14))
@pytest.mark.slow
def test_compiled_patterns_answer_as_sql_like_does(entries: list[str], address: str) -> None:
    patterns = [like_pattern(entry) for entry in entries]
    assert Patterns(patterns).match(address) == any(slow_like(pattern, address) for pattern in patterns)


@pytest.mark.parametrize(
    "entry, address, covered",
    [
        ("%@example.org", "ann@example.org", True),
        ("%@example.org", "ANN@Example.ORG", True),
        ("%@example.org", "ann@sub.example.org", False),
        ("%example.org", "ann@sub.example.org", True),
        ("info@%", "info@example.net", True),
        ("info@%", "infos@example.net", False),
        ("a_b@%", "axb@example.net", False),
        ("a_b@%", "a_b@example.net", True),
        ("%+news%@%.test", "bob+newsletter@mail.test", True),
        ("%@müller.example", "x@xn--mller-kva.example", True),
        ("%@%.MÜLLER.example", "x@mail.xn--mller-kva.example", True),
        ("%.müller.example", "x@mail.xn--mller-kva.example", True),
        ("info@müller.%", "info@xn--mller-kva.example", True),
    ],
)
def test_wildcards_cover_what_people_mean(entry: str, address: str, covered: bool) -> None:
    assert Patterns([like_pattern(entry)]).match(address) is covered


REFUSED = ["", "%", "%%%", "%@%", "%.%", "a b%", "a\x00%", "a\n%", "%a" * 9, "%" + "a" * 254, "%@\ud800.x", "%@-ü-"]
REFUSED += ["jürgen@%", "%müller.example", "%@müll%", "ü%"]  # stored addresses are ASCII: these would cover nobody


@pytest.mark.parametrize("entry", REFUSED)
def test_patterns_that_would_cover_everybody_or_nobody_are_refused(entry: str) -> None:
    with pytest.raises(PatternWrong):
        like_pattern(entry)


def test_a_pattern_made_to_backtrack_costs_nothing() -> None:
    assert not Patterns([like_pattern("%a%a%a%a%a%a%a%b")]).match("a" * 254)


def test_no_pattern_matches_nobody() -> None:
    assert not compiled(())
    assert not compiled(()).match("ann@example.org")
    assert not compiled(()).match("")


def test_the_digest_of_a_wording_can_be_recomputed_by_anybody() -> None:
    assert text_digest("newsletter", "de", "Ja.") == hashlib.sha256(b"newsletter\nde\nJa.").hexdigest()


def test_a_complaint_outweighs_every_other_reason() -> None:
    assert weightier(None, "excluded") == "excluded"
    assert weightier("excluded", "complained") == "complained"
    assert weightier("opted_out", "blacklisted") == "opted_out"


@pytest.mark.parametrize(
    ("typed", "fits", "not_"),
    [
        ("*@Firm.example", "ann@firm.example", "ann@sub.firm.example"),
        ("*.firm.example", "ann@sub.firm.example", "ann@firm.example"),
        ("info*", "info-desk@other.example", "an-info@other.example"),
    ],
)
def test_stars_stand_for_anything_as_percent_signs_do(typed: str, fits: str, not_: str) -> None:
    assert is_pattern(typed) and like_pattern(typed) == like_pattern(typed.replace("*", "%"))
    assert compiled((like_pattern(typed),)).match(fits) and not compiled((like_pattern(typed),)).match(not_)


@pytest.mark.parametrize("typed", ["*", "**", "*%*", "*@*", "*.*", "*a" * 9])
def test_stars_that_match_everybody_are_refused(typed: str) -> None:
    with pytest.raises(PatternWrong):
        like_pattern(typed)
