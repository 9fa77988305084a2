"""Answers that no person wrote."""

from typing import Final

from siegelpost.feedback.mime import read

_PRECEDENCE: Final = frozenset({"auto_reply", "auto-reply", "bulk", "junk", "list"})


def is_auto_reply(content: bytes) -> bool:
    """Whether a message was sent by a machine, such as an absence note (RFC 3834 section 5) or a receipt (RFC 8098)."""
    message = read(content)
    fields = message.fields
    submitted = fields.get("auto-submitted", "no").partition(";")[0].strip().lower()
    return (
        submitted != "no"
        or "x-autoreply" in fields
        or "x-autorespond" in fields
        or fields.get("precedence", "").lower() in _PRECEDENCE
        or message.parameter("report-type").lower() == "disposition-notification"
    )
