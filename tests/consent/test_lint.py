"""What a declaration of consent must not say, and must: a table of texts as people write them, and properties."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.consent.lint import Bundles, ConsentTextWrong, Measures, NoWithdrawal, PreTicked, wrong_with

GOOD = (
    "Ich möchte von der Muster GmbH E-Mails zu Neuigkeiten erhalten. Ich kann das jederzeit mit Wirkung für die Zukunft widerrufen.",
    "Ja, senden Sie mir den Newsletter. Abbestellen kann ich ihn über den Link in jeder E-Mail.",
    "Ich willige ein, dass mir Muster monatlich Messetermine per E-Mail sendet. Abmelden geht jederzeit.",
    "Ich willige in den Newsletter ein. Diese Einwilligung kann ich per Post oder telefonisch widerrufen.",
    "Ich erhalte den Newsletter bis auf Widerruf. Es gilt die Datenschutzerklärung.",
    "Ich möchte den Newsletter. Meine Adresse wird nicht an Dritte weitergegeben. Ich kann mich jederzeit abmelden.",
    "Ich möchte den Newsletter. Wir werten Öffnungen und Klicks nicht personenbezogen aus. Widerruf jederzeit.",
    "Ich möchte Einladungen zu Messen, angemessen oft und ohne Tracking. Austragen kann ich mich jederzeit.",
    "Ja, ich will Nachrichten zu meinem Profil. Widerruflich über den Link in jeder Mail.",
    "I would like to receive e-mails from Example Ltd about its products. I can withdraw this consent at any time.",
    "Send me the monthly letter. I can unsubscribe through the link in each e-mail, by post or by phone.",
    "I agree to receive the newsletter. My data are not shared with third parties. I can opt out at any time.",
    "Yes, write to me about safety measures and analysis. You don’t track what I read. I may revoke this whenever I like.",
)
BAD: Sequence[tuple[type[ConsentTextWrong], str]] = (
    (Bundles, "Ich möchte den Newsletter und akzeptiere die AGB. Widerruf jederzeit."),
    (Bundles, "Ich willige in Werbung per E-Mail, Telefon und SMS ein, was ich jederzeit widerrufen kann."),
    (Bundles, "Ich möchte den Newsletter. Meine Daten dürfen an Partner gehen. Widerruf jederzeit."),
    (Bundles, "Ich nehme am Gewinnspiel teil und erhalte den Newsletter. Abmelden jederzeit."),
    (Bundles, "Ich stimme der Datenschutzerklärung zu und möchte den Newsletter. Widerruf jederzeit."),
    (Bundles, "Ich bin mit der Weitergabe meiner Adresse an Konzernunternehmen einverstanden. Abmelden jederzeit."),
    (Bundles, "I accept the Terms and Conditions and want the newsletter. I can unsubscribe."),
    (Bundles, "I agree to e-mails and phone calls. I can withdraw at any time."),
    (Bundles, "You may share my data. I can withdraw at any time."),
    (Bundles, "Enter the prize draw, get the letter. Enter the competition. Unsubscribe at any time."),
    (PreTicked, "☑ Ich möchte den Newsletter. Widerruf jederzeit."),
    (PreTicked, "[x] Newsletter, ja. Abmelden jederzeit."),
    (PreTicked, "Wenn Sie nicht widersprechen, erhalten Sie den Newsletter. Widerruf jederzeit."),
    (PreTicked, "Entfernen Sie das Häkchen, wenn Sie keinen Newsletter wollen. Widerruf jederzeit."),
    (PreTicked, "Untick the box if you do not want our letter. Unsubscribe at any time."),
    (PreTicked, "You get our letter unless you object. Withdraw at any time."),
    (Measures, "Ich willige in den Newsletter und die Auswertung meines Klickverhaltens ein. Widerruf jederzeit."),
    (Measures, "Ich möchte den Newsletter mit Tracking. Abmelden jederzeit."),
    (Measures, "Aus meinen Käufen darf ein Interessenprofil entstehen. Newsletter, Widerruf jederzeit."),
    (Measures, "Ich willige ein, dass Öffnungen gemessen werden. Widerruf jederzeit."),
    (Measures, "I agree to the newsletter and to profiling. I can withdraw at any time."),
    (Measures, "Send me the letter and measure which links I click. I can unsubscribe."),
    (Measures, "I agree that you analyse my reading behaviour. I can withdraw at any time."),
    (NoWithdrawal, "Ja, ich möchte den Newsletter."),
    (NoWithdrawal, "Ich willige ein. Diese Einwilligung kann ich nicht widerrufen."),
    (NoWithdrawal, "Ich willige unwiderruflich ein."),
    (NoWithdrawal, "Yes, send me the newsletter."),
    (NoWithdrawal, "I agree. This consent cannot be withdrawn."),
)
CLEAN = "Ich möchte den Newsletter. Ich kann das jederzeit widerrufen."


def kinds(text: str, *names: str) -> set[type[ConsentTextWrong]]:
    return {type(one) for one in wrong_with(text, names)}


@pytest.mark.parametrize("text", GOOD)
def test_a_good_text_is_let_through(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(("kind", "text"), BAD)
def test_a_bad_text_is_found_with_the_words_that_gave_it_away(kind: type[ConsentTextWrong], text: str) -> None:
    assert kinds(text) == {kind}
    (found,) = wrong_with(text)
    assert kind is NoWithdrawal or str(found.facts["words"]) in text.casefold()


@given(st.sampled_from(GOOD), st.sampled_from(BAD), st.booleans(), st.sampled_from((" ", "\n", "\r\n\r\n", "  \n ")))
def test_nothing_good_beside_it_hides_what_is_bad(good: str, bad: tuple[type[ConsentTextWrong], str], first: bool, gap: str) -> None:
    kind, text = bad
    whole = gap.join((text, good) if first else (good, text))
    assert kinds(whole) == ({kind} - {NoWithdrawal}), "the hint of the one stands for both; nothing else does"


@given(st.sampled_from((*GOOD, *(text for _kind, text in BAD))), st.sampled_from((str.upper, str.title, str.swapcase)))
def test_capitals_change_nothing(text: str, shout: "type[str]") -> None:
    assert kinds(shout(text)) == kinds(text)


@given(st.text(alphabet="abcdehlmnorstu ,.\n", max_size=200))
def test_a_text_without_any_word_for_it_lacks_the_hint(text: str) -> None:
    said = text.replace("opt", "").replace("abbestell", "").replace("abmeld", "")
    assert NoWithdrawal in kinds(said)


@pytest.mark.parametrize("name", ["SMS-Ticker", "Partnerunternehmen Nord", "Tracking & Logistik", "AGB Verlag"])
def test_what_somebody_is_called_is_no_fault(name: str) -> None:
    text = f"Ich möchte E-Mails von {name}. Widerruf jederzeit."
    assert kinds(text, name) == set() and kinds(text) != set()


def test_each_fault_is_named_once() -> None:
    text = f"{CLEAN} AGB, Telefon und SMS, Tracking und Profiling. Per Post. ☑"
    assert [type(one) for one in wrong_with(text)] == [Bundles, PreTicked, Measures]
