"""Whether somebody's own words are a withdrawal: "Bitte abmelden", "stop", "please take me off the list". Pure.

A closed grammar in German and English: each word of the deciding sentence must be known, so that a "not" in it, a question or a
story decides nothing. What is no clear withdrawal stays what it is, a letter that somebody reads.

Source: Art. 7(3) GDPR (withdrawing is as easy as giving), § 7(2) no. 2 UWG.
"""

import re
import unicodedata
from typing import Final

MAX_WORDS: Final = 30
"""Own words, greetings left out: whoever writes more has something to say that a person must read."""
MAX_LINE: Final = 200  # characters of a line that can be a withdrawal

_WORD: Final = re.compile(r"[^\W_]+")
_SENTENCE_END: Final = re.compile(r"(?<=[.!?;])\s+|\n")
_REPLY: Final = re.compile(r"\s*(?:re|aw|antw|antwort|fw|fwd|wg|sv)\s*(?:\[\d+\])?\s*:", re.IGNORECASE)

_GREETING: Final = re.compile(
    r"(?:hallo|hi|hey|hello|dear|moin|servus|liebe[rs]?|guten (?:tag|morgen|abend)|good (?:morning|afternoon|evening)"
    r"|sehr geehrte[rs]?)\b[^,!.\n]{0,60}(?:[,!.]\s*|$)",
    re.IGNORECASE,
)
_QUOTE: Final = re.compile(
    r">|\||-{2,}\s*(?:original|ursprüngliche|weitergeleitete|forwarded)|_{10,}"
    r"|(?:am|on|le)\b.{0,160}\b(?:schrieb|wrote|a écrit)\b|.{0,120}\b(?:schrieb|wrote):\s*$"
    r"|(?:von|from|gesendet|sent|betreff|subject):\s",
    re.IGNORECASE,
)
"""How a line begins where the words of somebody else follow."""
_QUOTE_BEGINS: Final = re.compile(r"(?:am|on)\b.{0,120}\d{2,4}", re.IGNORECASE)
_QUOTE_ENDS: Final = re.compile(r".{0,120}\b(?:schrieb|wrote)\b.{0,80}:\s*$", re.IGNORECASE)
"""Programs fold "On … Ann <…> wrote:" over two lines."""
_CLOSING: Final = re.compile(
    r"--\s?$|(?:mit )?(?:freundliche[nr]?|beste|viele|liebe|herzliche|schöne) (?:grüße?n?|grüsse?n?|gruß|gruss)\b"
    r"|(?:mfg|lg|vg|gruß|gruss)\b"
    r"|(?:kind|best|warm|many)? ?regards\b|sincerely\b|yours\b|cheers\b|sent (?:from|with|via)\b|gesendet (?:von|mit)\b"
    r"|von meinem \w+ gesendet|diese nachricht wurde von\b|get outlook\b|outlook für\b",
    re.IGNORECASE,
)
"""How a line begins with which one's own words end: a farewell or a signature."""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_FILLERS: Final = (
    "bitte please danke dank vielen thanks thank you sofort umgehend jetzt hiermit now immediately asap "
    "ich i mich me mir uns us sie ihr du wir we moechte wuerde will want wish wuensche gerne gern like to would "
    "vom von aus dem der den die das diesem dieser diesen dieses im in from the this that of for ab zu zum zur auf "
    "ihrem ihren ihrer ihre eurem eurer eure euren deinem your my mein meine meinen meiner "
    "newsletter newsletters newslettern rundbrief verteiler verteilerliste mailverteiler emailverteiler liste list lists mailingliste "
    "mailinglist mailing mailings werbung werbemails mail mails email emails e adresse emailadresse mailadresse address abo subscription "
    "hallo hi hello team guten tag und and"
)
"""Words that change nothing about a withdrawal."""
_CORES: Final = (
    "abmelden", "abmeldung", "abmeldne", "abbestellen", "abbestellung", "austragen", "austragung", "abbestelle", "melde ab", "melden ab",
    "meldet ab", "stop", "stopp", "stoppen", "stoppt", "unsubscribe", "unsubscribed", "unsubscription", "optout", "opt out",
    "remove", "delete me", "take off", "cancel", "loeschen", "loescht", "loesche", "streichen", "streicht", "kuendigen", "kuendigung",
    "widerruf", "widerrufe", "widerspreche", "widerspruch", "nehmen raus", "nimm raus", "nehmt raus", "nehmen heraus", "trage aus",
    "tragen aus", "tragt aus",
    r"(?:nehmen|nimm|nehmt)(?: sie)? (?:mich|uns) (?:aus|von)",
    r"keine?n?(?: weiteren?)?(?: e)? ?(?:mails?|emails?|newsletters?|werbung|post|nachrichten|zusendungen)(?: mehr)?",
    r"nicht mehr (?:an)?schreiben", r"(?:schreiben|schreibt|schicken|schickt|senden|sendet) (?:sie )?(?:mir|uns) (?:bitte )?"
    r"(?:nichts mehr|keine(?: weiteren)? (?:e ?mails|mails|emails|newsletter|werbung)(?: mehr)?)",
    r"no (?:more|further) (?:e ?)?(?:mails?|newsletters?|messages)",
    r"(?:do not|dont|don t)(?: ever)? (?:send|email|e mail|mail|write|contact)(?: me)?(?: to me)?(?: any)?(?: ?more)?"
    r"(?: e?mails?| newsletters?)?"
    r"(?: again| any ?more)?",
    r"stop (?:sending|emailing|mailing|writing|contacting|spamming)(?: me)?(?: any)?(?: these| those)?",
    r"take (?:me|us) off", r"get me off",
    "einwilligung", "consent", "withdraw",
)  # fmt: skip
"""Words and phrases of which a withdrawal has at least one; the gap in a two-part verb may hold fillers."""
_ALONE_NOT_ENOUGH: Final = frozenset({"einwilligung", "consent", "remove", "cancel", "loeschen", "loescht", "loesche", "streichen"})
"""They want their object beside them: "löschen" alone may be meant for a file."""
_OBJECTS: Final = _set(
    "mich me uns us newsletter rundbrief verteiler verteilerliste mailverteiler emailverteiler liste list mailingliste "
    "mailinglist mailing adresse emailadresse mailadresse address abo subscription einwilligung consent mails emails email "
    "widerruf widerrufe withdraw"
)
_NEGATIONS: Final = _set("nicht not never nie niemals don dont kein keine keinen no nichts")
_REASONS: Final = _set(
    "angemeldet bestellt abonniert registriert gebeten zugestimmt eingewilligt interesse interessiert interessieren mehr "
    "weiteren subscribed subscribe signed registered asked agreed interested interest interests longer anymore more again "
    "further"
)
"""Beside a negation they say why: "Ich habe mich nie angemeldet", "I am not interested"."""
_LIMITS: Final = _set("aber but doch ausser except sondern nur only sonst falls wenn if oder or")
"""In another of one's own sentences negations and limits may turn the first one round."""

_EXCLAMATIONS: Final = (["stop"], ["stopp"])
"""Alone they may begin any sentence ("Stop! Before you read on …"), so nothing may follow them."""

_FILLER_WORDS: Final = _set(_FILLERS)
_FILLER: Final = "(?:" + "|".join(sorted(_FILLER_WORDS, key=len, reverse=True)) + ")"
_TWO_PARTS: Final = {"melde ab", "melden ab", "meldet ab", "take off", "nehmen raus", "nimm raus", "nehmt raus", "nehmen heraus",
                     "trage aus", "tragen aus", "tragt aus"}  # fmt: skip
_CORE: Final = (
    "(?:"
    + "|".join(one.replace(" ", f"(?: {_FILLER}){{0,8}} ") if one in _TWO_PARTS else one for one in sorted(_CORES, key=len, reverse=True))
    + ")"
)
_WITHDRAWAL: Final = re.compile(f"(?:{_FILLER} ){{0,20}}({_CORE})(?: (?:{_FILLER}|{_CORE})){{0,20}}")


def reads_like_withdrawal(subject: str, text: str) -> str:
    """Return the words that are a withdrawal, or "" where there are none.

    subject  as written, decoded; behind "Re:" it is the subject of somebody else and says nothing
    text     the plain text of the message with everything that is quoted in it

    Reads the subject and the first own sentence; greetings, quotations and signatures are passed over.
    """
    sentences = own_sentences(text)
    if sum(len(_WORD.findall(one)) for one in sentences) > MAX_WORDS:
        return ""
    said = "" if _REPLY.match(subject) else _withdrawal(subject)
    if said:
        rest = sentences
    else:
        said, rest = (_withdrawal(sentences[0]), sentences[1:]) if sentences else ("", [])
    unclear = _adds if _plain(said) in _EXCLAMATIONS else _doubtful
    return "" if any(unclear(one) for one in rest) else said


def own_sentences(text: str) -> list[str]:
    """What somebody wrote themselves, up to a farewell, a signature or a quotation, sentence by sentence, without a greeting."""
    own: list[str] = []
    lines = [line.strip() for line in text.splitlines()]
    for line, following in zip(lines, [*lines[1:], ""], strict=False):
        if _QUOTE.match(line) or _CLOSING.match(line) or (_QUOTE_BEGINS.match(line) and _QUOTE_ENDS.match(following)):
            if own or not line.startswith((">", "|")):
                break
            continue  # some write below what they quote
        own += [one for one in _SENTENCE_END.split(_GREETING.sub("", line, count=1) if not own else line) if _WORD.search(one)]
    return own


def _withdrawal(sentence: str) -> str:
    if "?" in sentence or len(sentence) > MAX_LINE:
        return ""
    words = _plain(sentence)
    found = _WITHDRAWAL.fullmatch(" ".join(words))
    if found is None or (found[1] in _ALONE_NOT_ENOUGH and not _OBJECTS & (set(words) - {found[1]})):
        return ""
    return " ".join(sentence.split())


def _doubtful(sentence: str) -> bool:
    words = set(_plain(sentence))
    turned = bool(words & _LIMITS) or (bool(words & _NEGATIONS) and not words & _REASONS)
    return not _withdrawal(sentence) and ("?" in sentence or turned)


def _adds(sentence: str) -> bool:
    """Whether it says anything beside thanks or one more withdrawal."""
    return not _withdrawal(sentence) and not set(_plain(sentence)) <= _FILLER_WORDS


def _plain(sentence: str) -> list[str]:
    """The words in small letters, in ASCII where they are German ("löschen" and "loeschen" are one)."""
    text = unicodedata.normalize("NFC", sentence).casefold()
    for letter, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("-", " ")):
        text = text.replace(letter, letters)
    return _WORD.findall(text)
