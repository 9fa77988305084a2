"""What a mail that answers one person's act must hold, and must not."""

import pytest

from siegelpost.mailings.dialog_rules import ACTS, CONFIRMATION, FAREWELL, NOTICE, WELCOME, Words, faults_in
from siegelpost.mailings.dialog_starters import FORMAT, LANGUAGES, dialog_starter

FIELDS = ("first_name", "city")
ASK = "{{ declaration }} [Ja]({{ confirm_url }}) [Nein]({{ not_me_url }}) {{ imprint }}"
HELLO = "Hallo {{ first_name }} [ab]({{ unsubscribe_url }}) {{ imprint }}"


def codes(act: str, source: str, subject: str = "Ja?", format: str = "md") -> set[str]:
    return {fault.code for fault in faults_in(act, format, Words(subject, source), FIELDS)}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("act", ACTS)
def test_our_own_words_pass(act: str, language: str) -> None:
    words = dialog_starter(act, language)
    assert list(faults_in(act, FORMAT, words, FIELDS)) == []
    assert words.subject and "\n" not in words.subject


@pytest.mark.parametrize("name", ACTS[CONFIRMATION].needs)
@pytest.mark.parametrize("hidden", ["", "{% if days %}TAG{% endif %}"])
def test_what_the_question_needs_must_be_there_for_everybody(name: str, hidden: str) -> None:
    tag = "{{ %s }}" % name  # noqa: UP031 - the braces are meant
    assert codes(CONFIRMATION, ASK.replace(tag, hidden.replace("TAG", tag))) == {"dialog.lacks"}


ELSEWHERE = [
    "[mehr](https://shop.example/)", "https://shop.example/", "![](https://shop.example/a.png)", "[uns](mailto:sales@shop.example)",
]  # fmt: skip


@pytest.mark.parametrize("more", ELSEWHERE)
def test_a_question_leads_nowhere_else_and_loads_nothing(more: str) -> None:
    assert codes(CONFIRMATION, f"{ASK}\n\n{more}") == {"dialog.elsewhere"}
    assert codes(WELCOME, f"{HELLO}\n\n{more}") == set()


SELLING = [
    "10 % auf alles", "Ihr Gutschein wartet", "Unsere besten Angebote", "Jetzt kaufen!", "20% discount", "Special offers inside",
    "Save up to 30 today",
]  # fmt: skip


@pytest.mark.parametrize("words", SELLING)
def test_a_question_and_a_farewell_do_not_sell(words: str) -> None:
    assert codes(CONFIRMATION, f"{ASK}\n\n{words}") == {"dialog.advertises"}
    assert codes(CONFIRMATION, ASK, subject=words) == {"dialog.advertises"}
    assert codes(FAREWELL, f"{words} {{{{ imprint }}}}") == {"dialog.advertises"}
    assert codes(WELCOME, f"{HELLO} {words}") == set()


@pytest.mark.parametrize("name", ["first_name", "city", "email", "nonsense"])
def test_a_question_shows_nothing_that_a_stranger_typed(name: str) -> None:
    tag = "{{ %s }}" % name  # noqa: UP031
    assert codes(CONFIRMATION, f"{ASK} {tag}") == {"dialog.value_unknown"}
    assert codes(CONFIRMATION, ASK, subject=f"Hi {tag}") == {"dialog.value_unknown"}


def test_a_welcome_needs_the_way_out_in_both_parts() -> None:
    assert codes(WELCOME, "Hallo {{ imprint }}") == {"dialog.lacks"}
    assert codes(WELCOME, "<p>{{ imprint }}</p><!-- {{ unsubscribe_url }} -->", format="html") == {"dialog.lacks"}
    assert codes(NOTICE, "{{ email }}", format="txt") == set()
