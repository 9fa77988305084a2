"""What all providers tell in one form, and how their JSON is read: of any shape, within bounds. Pure."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from siegelpost.feedback.dsn import MAX_WORDS, UNREADABLE, Report
from siegelpost.feedback.rules import Verdict, status_in

MAX_ID: Final = 320  # characters of an address or a Message-ID that are looked at
MAX_VALUES: Final = 200  # headers or recipients of one message
_MESSAGE_ID: Final = re.compile(r"<?([0-9a-f]{32})@([A-Za-z0-9.-]{1,253})>?")
_CODE: Final = re.compile(r"\b[45]\d\d\b")
_NOT_STORED: Final = re.compile("[\0\ud800-\udfff]")
"""PostgreSQL takes no NUL, and half a sign is none."""


class Kind(StrEnum):
    """What became of a message.

    BOUNCE            it did not arrive
    COMPLAINT         somebody called it spam
    COMPLAINED_BEFORE the provider did not send it, because the person complained about an earlier one
    LEFT              the person unsubscribed at the provider
    """

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    COMPLAINED_BEFORE = "complained"
    LEFT = "left"


class Unreadable(ValueError):
    """A body that is no JSON, or nested beyond all sense."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookEvent:
    """What a provider says about one message to one person, and all in it that may lead to the delivery; nothing of that is proven.

    email        recipient
    verdict      of a bounce
    code         enhanced status or reply code
    words        the other server's words, for people to read
    places       texts that may hold addresses or links of ours: envelope sender, headers, what came back
    message_id   32 hexadecimal digits and domain of a Message-ID of our form, ("", "") for another one
    """

    kind: Kind
    email: str
    verdict: Verdict = Verdict.NONE
    code: str = ""
    words: str = ""
    places: tuple[str, ...] = ()
    message_id: tuple[str, str] = ("", "")


def judged(report: Report, *, permanent: bool) -> tuple[Verdict, str]:
    """What a bounce comes to, and the code to keep.

    permanent  how the provider itself calls it; counts only where the other server said nothing that can be read, so that
               the same words lead to the same as in a delivery report
    """
    code = report.code or reply_code(report.diagnostic)
    verdict = report.verdict
    if verdict is Verdict.SOFT and not code:
        return (Verdict.HARD if permanent else Verdict.SOFT), ""
    return verdict, code


def reply_code(words: str) -> str:
    """The first reply code in a text, "" where there is none."""
    found = _CODE.search(words[:MAX_ID])
    return found[0] if found else ""


def read_json(body: bytes) -> Any:
    """Raises Unreadable."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Unreadable from None


def part(value: object, *names: str) -> object:
    """What lies under these names, None where there is no such thing."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def parts(value: object) -> Iterable[dict[str, Any]]:
    """The objects in a list, at most 200; none where it is no list."""
    return [one for one in value[:MAX_VALUES] if isinstance(one, dict)] if isinstance(value, list) else []


def text(value: object, *names: str, limit: int = MAX_ID) -> str:
    """A text as it can be stored and looked for; "" for everything else but whole numbers."""
    found = part(value, *names)
    if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 10**18:
        return str(found)
    return _NOT_STORED.sub("\N{REPLACEMENT CHARACTER}", found[:limit]) if isinstance(found, str) else ""


def long_text(value: object, *names: str) -> str:
    """A text for people to read: at most 8,000 characters, line feeds and tabs the only control characters."""
    return UNREADABLE.sub("\N{REPLACEMENT CHARACTER}", text(value, *names, limit=MAX_WORDS).replace("\r", ""))


def status_of(value: str) -> str:
    """The enhanced status that a field holds, "" where it holds none."""
    return status_in(value)


def our_id(message_id: str) -> tuple[str, str]:
    """A Message-ID that may be ours, as `HookEvent.message_id`."""
    found = _MESSAGE_ID.fullmatch(message_id.strip())
    return (found[1], found[2].lower()) if found else ("", "")
