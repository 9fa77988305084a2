"""Which letters are a withdrawal, and which a person has to read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.feedback.withdrawal import MAX_WORDS, own_sentences, reads_like_withdrawal

WITHDRAWALS = (
    "abmelden",
    "STOPP",
    "Stop!",
    "stop\nDanke!",
    "unsubscribe",
    "opt-out",
    "Bitte abmelden.",
    "Bitte aus dem Verteiler löschen",
    "bitte aus dem Verteiler loeschen",
    "Bitte nehmen Sie mich aus Ihrem Verteiler.",
    "Bitte melden Sie mich vom Newsletter ab",
    "Tragen Sie mich bitte aus",
    "Ich möchte keine weiteren Newsletter mehr.",
    "Keine Mails mehr",
    "Bitte nicht mehr anschreiben",
    "Hiermit widerrufe ich meine Einwilligung",
    "Kündigung Newsletter",
    "Please remove me from your list",
    "please take me off the list",
    "I would like to unsubscribe",
    "I withdraw my consent",
    "Don't send me any more emails",
    "stop sending me emails",
    "Hallo Frau Schmidt, bitte abmelden. Danke!",
    "Guten Tag,\n\nich möchte mich vom Newsletter abmelden.\n\nMit freundlichen Grüßen\nMax Muster\nMusterweg 3\nTel. 0123",
    "Bitte abmelden. Ich habe mich nie angemeldet.",
    "Please unsubscribe me. I am not interested.",
    "Abmelden\n-- \nWir stellen nicht nur ein, sondern aus",
    "Abmelden\n\nAm 3.3.2026 um 12:00 schrieb News <n@x.example>:\n> Nicht abmelden!",
    "Abmelden\n\nAm Dienstag, 3. März 2026 um 12:00 Uhr\nschrieb News <n@x.example>:\n\n> Nicht abmelden!",
    "Abmelden\nVon: News\nBetreff: Nicht abmelden",
    "Stop\n\nSent from my phone",
    "> Neues aus März\n> zum Lesen\nabmelden",
)
LETTERS = (
    "",
    "Danke",
    "nicht abmelden",
    "Bitte nicht abmelden!",
    "Ich möchte mich nicht abmelden.",
    "Don't unsubscribe me",
    "keine Abmeldung",
    "Ich habe keine Mails mehr bekommen",
    "Wie kann ich mich abmelden?",
    "abmelden?",
    "Unsubscribe? No!",
    "Abmelden\nwill ich mich nicht.",
    "Bitte abmelden. Aber nur von den Angeboten.",
    "Abmelden, aber nur von den Angeboten",
    "Stop! I love your newsletter and want to know where the blue shoes are.",
    "löschen",
    "remove",
    "newsletter",
    "Please send me the newsletter",
    "Ihre Abmeldung vom Seminar ist eingegangen",
    "Stopp heißt unser neues Buch",
    "> abmelden",
    "-- \nabmelden",
    "Am 3.3. schrieb News <n@x.example>:\nabmelden",
    "Hallo,\nviele Grüße\nabmelden",
    "abmelden\n" + "wort " * MAX_WORDS,
)


@pytest.mark.parametrize("text", WITHDRAWALS)
def test_clear_words_are_a_withdrawal(text: str) -> None:
    assert reads_like_withdrawal("Re: News of March", text)


@pytest.mark.parametrize("text", LETTERS)
def test_what_is_not_clear_is_left_to_people(text: str) -> None:
    assert reads_like_withdrawal("Re: News of March", text) == ""


@pytest.mark.parametrize("subject", ["Abmelden", "unsubscribe", "Bitte vom Newsletter abmelden!", "STOP"])
def test_a_subject_of_ones_own_counts(subject: str) -> None:
    assert reads_like_withdrawal(subject, "")
    assert reads_like_withdrawal(subject, "Danke\n\nMit freundlichen Grüßen\nMax")


@pytest.mark.parametrize("prefix", ["Re:", "AW: ", "WG:", "Fwd : ", "RE[2]:"])
def test_a_subject_of_the_mailing_that_is_answered_does_not_count(prefix: str) -> None:
    assert reads_like_withdrawal(f"{prefix}Stop", "What a nice title") == ""


@pytest.mark.parametrize("text", ["wort " * (MAX_WORDS + 1), "Das will ich nicht.", "Kommen Sie am Dienstag?"])
def test_a_letter_below_a_clear_subject_is_left_to_people(text: str) -> None:
    assert reads_like_withdrawal("Abmelden", text) == ""


@pytest.mark.slow
@given(st.sampled_from(WITHDRAWALS), st.sampled_from(["nicht", "not", "don't", "keinesfalls", "niemals", "never"]))
def test_an_unknown_word_or_a_negation_in_the_deciding_sentence_decides_nothing(text: str, word: str) -> None:
    assert reads_like_withdrawal("", f"{word} {own_sentences(text)[0]}") == ""


@given(st.sampled_from(WITHDRAWALS), st.text(max_size=300))
def test_what_is_quoted_below_changes_nothing(text: str, quoted: str) -> None:
    below = "\n".join("> " + line for line in quoted.splitlines())
    assert reads_like_withdrawal("", f"{text}\n\n{below}") == reads_like_withdrawal("", text)


@given(st.text(max_size=200), st.text(max_size=2_000))
@pytest.mark.slow
def test_any_text_gets_an_answer_that_stands_in_it(subject: str, text: str) -> None:
    said = reads_like_withdrawal(subject, text)
    assert all(word in f"{subject} {text}" for word in said.split())
