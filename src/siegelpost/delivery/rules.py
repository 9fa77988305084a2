"""What an answer means, and when to try again. Pure."""

from enum import Enum, StrEnum
from typing import Final

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
    WITHDRAWN = "withdrawn"


class Stage(Enum):
    """The command that was answered."""

    CONNECT = "connect"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    DOT = "dot"


def judge(code: int, enhanced: str, stage: Stage) -> Outcome:
    """Say what one SMTP reply means for one recipient.

    code      three digits, 200..599 (RFC 5321 section 4.2)
    enhanced  "5.1.1" (RFC 3463), "" where the server sent none
    stage     the command that was answered

    A reply outside 200..599 is nonsense of the server and no fault of the address: try again.
    """
    if 200 <= code < 300:
        return Outcome.SENT if stage is Stage.DOT else Outcome.RETRY  # "250" to DATA: nothing was sent yet
    if code < 500 or code > 599:
        return Outcome.RETRY
    if code == 552 and stage is Stage.RCPT:
        return Outcome.RETRY  # RFC 5321 section 4.5.3.1.10: an old way to say "too many recipients"
    if enhanced.startswith("5.7."):
        return Outcome.BLOCKED  # RFC 3463 section 3.8: policy; it is about us, so the address is not to blame
    if stage is Stage.MAIL:
        return Outcome.BLOCKED  # nobody has been named yet, so nobody but us can be at fault
    if stage is Stage.DATA and not enhanced.startswith("5.1."):
        return Outcome.BLOCKED
    return Outcome.BOUNCED


def next_try(attempt: int, first: int = RETRY_FIRST) -> int:
    """Seconds to wait after the `attempt`-th refusal (1, 2, …): doubles from `first` up to four hours."""
    return int(min(first * 2 ** min(attempt - 1, 20), max(RETRY_MOST, first)))


def code_text(code: int, enhanced: str) -> str:
    """Reply code as it is kept: "550 5.1.1", at most 16 characters, never the server's words (they may name a person)."""
    return f"{code} {enhanced}".strip()[:16]
