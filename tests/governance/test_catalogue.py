"""All controls are there, in both languages, in words of our own."""

import re

from siegelpost.flows.controls.collected import CHECKS
from siegelpost.governance.catalogue import SECTIONS, catalogue

NUMBERS = {
    "0": (1, 2), "1.1": (0, 21), "1.2": (0, 14), "1.3": (0, 9), "1.4": (0, 5), "1.5": (1, 7), "2.1": (0, 7), "2.2": (0, 10),
    "3": (0, 11), "4.1": (0, 9), "4.2": (0, 2), "4.3": (0, 12), "4.4": (0, 14),
}  # fmt: skip
"""First and last control of each section."""


def test_all_134_controls_are_there_once_and_in_their_order() -> None:
    wanted = [f"{section}-{n:02}" for section, (first, last) in NUMBERS.items() for n in range(first, last + 1)]
    assert len(wanted) == 134
    assert list(catalogue()) == wanted
    assert tuple(NUMBERS) == SECTIONS


SENTENCE = re.compile(r"[^.]{20,220}\.")


def test_each_has_a_title_and_one_sentence_in_both_languages() -> None:
    pairs = [(one.id, language, words) for one in catalogue().values() for language, words in one.words.items()]
    titles = [(number, language) for number, language, words in pairs if not 3 < len(words.title) <= 60 or words.title.endswith(".")]
    texts = [(number, language) for number, language, words in pairs if not SENTENCE.fullmatch(_plain(words.text))]
    assert titles + texts == []
    said = [text for _number, _language, words in pairs for text in (words.title, words.text)]
    assert len(set(said)) == len(said) == 134 * 4


def _plain(text: str) -> str:
    return re.sub(r"\b(Art|lit|Abs)\.", "", text)


def test_kind_scope_and_article_are_those_that_there_are() -> None:
    for one in catalogue().values():
        assert set(one.kind.split("+")) <= {"T", "E", "D"} and one.kind, one.id
        assert set(one.scope.split("+")) <= {"P", "O", "T"} and one.scope, one.id
        assert one.article.startswith("Art. "), one.id


def test_every_check_watches_a_control_that_exists_and_none_is_watched_twice_in_the_same_way() -> None:
    keys = [one.key for one in CHECKS]
    assert {control for control, _scope in keys} <= set(catalogue())
    assert len(set(keys)) == len(keys)
