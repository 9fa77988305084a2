"""What an answer means, and when to try again. Pure."""

from enum import Enum, StrEnum
from typing import Final, NamedTuple

from siegelpost.delivery.providers import About, names_us
from siegelpost.delivery.statuses import IS_FULL, IS_GONE, IS_OURS, MAY_BE_OURS, Says, by_status, plain, status_in_words

RETRY_FIRST: Final = 60  # seconds; grey-listing mostly ends within a minute or five (RFC 6647 section 2.1 names 1 min to 24 h)
RETRY_MOST: Final = 4 * 3600
EXPIRES_AFTER: Final = 48 * 3600  # RFC 5321 section 4.5.4.1 asks for four to five days of a relay; a newsletter is stale sooner


class Outcome(StrEnum):
    """State of a delivery after its answer; the values are those of Delivery.state."""

    SENT = "sent"
    RETRY = "retry"
    BOUNCED = "bounced"
    BLOCKED = "blocked"
    UNSURE = "unsure"
    EXPIRED = "expired"
    RELEASED = "due"
    LATER = "later"
    """Given back like RELEASED, and not due before a time that is said with it."""
    WITHDRAWN = "withdrawn"


class Stage(Enum):
    """The command that was answered; CONNECT is everything before MAIL."""

    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


class Verdict(StrEnum):
    """What one reply means for the message.

    DELIVERED  the server took it
    RETRY      not now
    HARD       the address does not exist or takes no mail at all
    SOFT       refused for good, but nothing is said against the address
    FULL       the mailbox is full
    BLOCKED    refused because of us: says nothing about the address, waits for the staff
    """

    DELIVERED = "delivered"
    RETRY = "retry"
    HARD = "hard"
    SOFT = "soft"
    FULL = "full"
    BLOCKED = "blocked"


GIVEN_BACK: Final = frozenset({Outcome.RELEASED, Outcome.LATER})
"""Not begun, or begun in vain through no fault of the message: no attempt is used up."""
OUTCOMES: Final = {
    Verdict.DELIVERED: Outcome.SENT,
    Verdict.RETRY: Outcome.RETRY,
    Verdict.HARD: Outcome.BOUNCED,
    Verdict.SOFT: Outcome.BOUNCED,
    Verdict.FULL: Outcome.BOUNCED,
    Verdict.BLOCKED: Outcome.BLOCKED,
}
"""State of the delivery after a verdict."""


class Judged(NamedTuple):
    """A verdict, whom the reply speaks of, and the mark that is kept beside its code: a provider's code, "full" or "soft"."""

    verdict: Verdict
    about: About = About.MESSAGE
    mark: str = ""


TAKEN: Final = Judged(Verdict.DELIVERED)
LATER: Final = Judged(Verdict.RETRY)
FULL: Final = Judged(Verdict.FULL, mark="full")
SOFT: Final = Judged(Verdict.SOFT, mark="soft")
HARD: Final = Judged(Verdict.HARD)
OURS: Final = Judged(Verdict.BLOCKED)

_BARE: Final = {550: HARD, 551: HARD, 553: HARD, 556: HARD}
"""At RCPT without an enhanced status: no mailbox, not here, no such name (RFC 5321 section 4.2.3), no mail at all (RFC 7504)."""
_DIALOGUE: Final = frozenset({500, 502, 503, 504, 555})
"""The command or its parameters were not understood (RFC 5321 section 4.2.2): our dialogue with the relay is at fault."""
_LOGIN: Final = frozenset({530, 534, 535, 538})
"""Login wanted or refused (RFC 4954 section 6)."""
_SIZE_OR_SIGNS: Final = frozenset({"5.2.3", "5.3.4", "5.6.7"})
"""At MAIL: this message is too large (RFC 1870), or its addresses need SMTPUTF8 (RFC 6531 section 3.5)."""
_BY_SAYS: Final = {Says.GONE: HARD, Says.FULL: FULL, Says.OURS: OURS}


def judge(code: int, enhanced: str, stage: Stage, words: str = "") -> Judged:
    """Say what one SMTP reply means for one recipient.

    code      three digits, 200..599 (RFC 5321 section 4.2)
    enhanced  "5.1.1" (RFC 3463), "" where the server sent none
    stage     the command that was answered; 552 means different things at RCPT and after the dot
    words     what the server said beside it, all lines; only the beginning is read

    A full mailbox and a refusal because of us are never HARD, whatever the code: some servers say 5.1.1 for both.
    Raises ValueError outside 200..599: a server that speaks nonsense is a broken lane, not a bad address.
    """
    if not 200 <= code <= 599:
        raise ValueError(f"not an SMTP reply code: {code}")
    if code < 400:
        return TAKEN if code < 300 and stage is Stage.DOT else LATER  # "250" to DATA: nothing was sent yet
    said = plain(words)
    nobody_named = stage is Stage.CONNECT or (stage is Stage.MAIL and enhanced not in _SIZE_OR_SIGNS)
    about, mark = names_us(code, enhanced, said)
    if nobody_named or code in _LOGIN:
        about = About.RELAY
    if code < 500:
        return Judged(Verdict.RETRY, about, mark)
    if about is not About.MESSAGE or stage is Stage.MAIL or mark:
        return Judged(Verdict.BLOCKED, about, mark)
    return _refused(code, enhanced, stage, said)


def _refused(code: int, enhanced: str, stage: Stage, said: str) -> Judged:
    """A refusal for good of one message or one address."""
    says = by_status(enhanced or status_in_words(said))
    if says is Says.FULL or IS_FULL.search(said):
        return FULL
    if code == 552 and stage is Stage.RCPT and says is Says.UNCLEAR:
        return LATER  # RFC 5321 section 4.5.3.1.10: an old way to say "too many recipients"
    gone = IS_GONE.search(said) is not None
    if IS_OURS.search(said):
        return OURS
    if says is Says.OURS:
        return SOFT if gone else OURS  # "554 5.7.1 … user unknown": the code and the words contradict each other
    if says is Says.UNCLEAR and gone:
        return HARD
    if says is Says.UNCLEAR and MAY_BE_OURS.search(said):
        return OURS
    return _BY_SAYS.get(says) or _unclear(code, enhanced, stage)


def _unclear(code: int, enhanced: str, stage: Stage) -> Judged:
    """Neither status nor words tell: after RCPT was taken it is the message that is refused, and that is ours."""
    if stage is not Stage.RCPT or code in _DIALOGUE:
        return OURS
    return SOFT if enhanced else _BARE.get(code, SOFT)


TLS: Final = "tls"
"""Kept instead of a code where the tenant demands TLS and the relay has none that can be trusted."""


def bounce_of(kept: str) -> Verdict:
    """The verdict behind the kept code of a bounced delivery: HARD, SOFT, FULL, or BLOCKED where TLS was missing."""
    return {"full": Verdict.FULL, "soft": Verdict.SOFT, TLS: Verdict.BLOCKED}.get(kept.rpartition(" ")[2], Verdict.HARD)


def next_try(attempt: int, first: int = RETRY_FIRST) -> int:
    """Seconds to wait after the `attempt`-th refusal (1, 2, …): doubles from `first` up to four hours."""
    return int(min(first * 2 ** min(attempt - 1, 20), max(RETRY_MOST, first)))


def waited(attempts: int, first: int = RETRY_FIRST) -> int:
    """Seconds from the first refusal to the end of the pause after the `attempts`-th."""
    return sum(next_try(attempt, first) for attempt in range(1, attempts + 1))


def code_text(code: int, enhanced: str, mark: str = "") -> str:
    """Reply code as it is kept: "550 5.7.1 S3150", never the server's words (they may name a person)."""
    return _fit(str(code), enhanced, mark)


def held_text(kept: str) -> str:
    """What is kept of a message that was not tried because its domain refused others: "held 550 5.7.26"."""
    first, *middle = kept.split(" ")
    return _fit(f"{HELD} {first}", " ".join(middle[:-1]), middle[-1] if middle else "")


def _fit(*parts: str) -> str:
    """In at most 16 characters, as the column has them; where that is too little, first and last say most."""
    whole = " ".join(part for part in parts if part)
    return whole if len(whole) <= KEPT else " ".join(part for part in (parts[0], parts[-1] or parts[1]) if part)[:KEPT]


KEPT: Final = 16
"""Characters of Delivery.code."""
HELD: Final = "held"
