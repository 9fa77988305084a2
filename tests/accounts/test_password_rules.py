"""What a password must be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts import password_rules as rules
from siegelpost.accounts.password_lists import breached, guesses, is_breached

GOOD = "Seven red envelopes, 7!"
WORDS = ("siegelpost", "Eva Muster", "eva.muster@verlag.example", "Musterverlag")


def judged(password: str, least: int = rules.ALONE, words: tuple[str, ...] = WORDS) -> list[str]:
    return rules.faults(password, least=least, words=words, is_breached=is_breached, guesses=guesses)


@pytest.mark.parametrize(
    "password, wrong",
    [
        (GOOD, []),
        ("Sieben rote Umschläge; 7", []),
        ("七つの赤い封筒, 7 rote Kuverts", []),
        ("x7,Kiesel+Nebel", []),  # 15
        ("x7,Kiesel+Nebe", [rules.SHORT]),  # 14
        ("seven red envelopes", [rules.MIX]),
        ("Seven red envelopes,", [rules.MIX]),
        ("SevenRedEnvelopes77", [rules.MIX]),
        ("1234567890, 1234567890", [rules.MIX]),
        ("passwordpassword", [rules.MIX]),
        ("!!!!password2026!!!!", [rules.BREACHED]),
        ("Iloveyou 1234567 !!", [rules.BREACHED]),
        ("kiesel, Siegelpost 7 Nebel", [rules.NAMED]),
        ("kiesel, S1ege1p0$t 7 Nebel", [rules.NAMED]),
        ("kiesel, 7 muSTER und Nebel", [rules.NAMED]),
        ("kiesel, 7 Musterverlage", [rules.NAMED]),
        ("Aa1!Aa1!Aa1!Aa1!", [rules.GUESSED]),
        ("abcdefg, 12345678", [rules.BREACHED]),
        ("x7,", [rules.SHORT]),
    ],
)
def test_each_fault_is_named(password: str, wrong: list[str]) -> None:
    assert judged(password) == wrong


def test_beside_a_second_factor_twelve_characters_are_enough() -> None:
    assert judged("x7,Kiesel+Ne", rules.BESIDE) == [] and judged("x7,Kiesel+N", rules.BESIDE) == [rules.SHORT]


def test_as_many_as_128_characters_are_possible() -> None:
    long = (GOOD * 6)[: rules.MOST]
    assert judged(long) == [] and judged(long + "x") == [rules.LONG]


def test_a_short_name_does_not_forbid_half_the_words_there_are() -> None:
    assert judged(GOOD, words=("Eva", "e@red.test")) == []


def test_the_list_is_long_and_lies_here() -> None:
    """The catalogue asks for the first 3,000 at least."""
    assert len(breached()) > 40_000 and {"password", "123456", "qwertz", "iloveyou"} <= breached()


@given(st.text(max_size=200))
def test_whatever_is_typed_gets_an_answer_and_a_good_one_is_mixed_and_long(password: str) -> None:
    found = judged(password)
    if not found:
        assert rules.is_mixed(password) and rules.ALONE <= len(password) <= rules.MOST
    assert not (rules.SHORT in found and rules.LONG in found)


@given(st.sampled_from([*WORDS[1].split(), WORDS[0]]), st.text("abc1, ", max_size=20), st.text("xyz7.-", max_size=20))
def test_a_word_of_ones_own_is_found_wherever_it_stands(word: str, before: str, after: str) -> None:
    if len(word) >= rules.SHORTEST_WORD:
        assert rules.NAMED in judged(before + word.upper() + after)
