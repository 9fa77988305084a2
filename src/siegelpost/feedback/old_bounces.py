"""Bounces that follow no standard, in the words of single servers and providers: read by flufl.bounce, Mailman's collection. Pure.

Its detectors stand on the parser of the standard library and on search patterns, so they get a flat message of our own making, of
bounded length, and never what came (docs/decisions/0018).
"""

import re
from email.message import Message
from typing import Final

from flufl.bounce import all_failures

from siegelpost.feedback.mime import Part, decoded

MAX_TEXT: Final = 16 * 1024  # characters; the reason and the address stand at the beginning
MAX_PARTS: Final = 4
_DAEMON: Final = re.compile(r"\b(?:mailer-daemon|postmaster|mail-?delivery|mailerdaemon|bounce)\b", re.IGNORECASE)
_OF_ANOTHER_SHAPE: Final = (ValueError, LookupError, TypeError, AttributeError)
"""What detectors raise about text that they do not expect; it is no bounce then."""


def failed_recipients(parts: list[Part]) -> tuple[list[str], str]:
    """Return the addresses that a server gave up on for good, in order, and what it wrote; none where people wrote, or it still tries.

    parts  of the whole message, the outermost first (`mime.walk`)
    """
    top = parts[0].fields
    if not _DAEMON.search(top.get("from", "")) and top.get("return-path", "").strip() != "<>":
        return [], ""
    texts = [part.text() for part in parts if part.content_type == "text/plain"][:MAX_PARTS]
    words = "\n".join(texts)[:MAX_TEXT].replace("\r", "")
    flat = Message()
    for name in ("From", "Subject"):
        flat[name] = re.sub(r"\s+", " ", decoded(top.get(name.lower(), "")))
    flat.set_payload(words)
    try:
        _temporary, permanent = all_failures(flat)
    except _OF_ANOTHER_SHAPE:
        return [], ""
    return sorted(address.decode("ascii", "replace") for address in permanent), words
