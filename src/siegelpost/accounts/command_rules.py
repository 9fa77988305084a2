"""Every command that can be typed on the host, on one of two heaps: the operator's own work, or people's data. Pure.

A command is called by its words, and by an option behind them where that makes another thing of it. A guard fails for a command
that stands here in no heap; what is typed and stands in none counts as people's data.

Source: Art. 28(3)(a) GDPR; control 1.3-01.
"""

from typing import Final

OF_ONE: Final = "disclosures --email"
"""Who received data of one person."""
READING_PROGRAM: Final = "token create --right"
"""A token that reads or changes people: it opens them to whoever holds it, for longer than any visit."""
COLLEAGUE: Final = "staff create --administered"
"""Somebody more in a tenant that has an administrator who works there: that one lets people in."""
USED_LINK: Final = "staff link --used"
USED_FACTORS: Final = "staff forget-factors --used"
"""A way into the account of somebody who has worked with it: whoever takes it is that person."""


def _below(word: str, *verbs: str) -> tuple[str, ...]:
    return tuple(f"{word} {verb}" for verb in verbs)


WORK: Final = frozenset((
    *("init", "serve", "edge", "worker", "settings", "mailbox", "certificates", "controls", "csa", "report", "disclosures", "testdata"),
    *_below("tenant", "create", "settings", "tls", "entitle", "list", "migrate", "look-at", "end", "status", "sub-accounts"),
    "doctor",
    *_below("staff", "create", "link", "block", "unblock", "forget-factors", "list", "leave", "stay", "leavers", "task-done", "tasks"),
    *_below("approval", "list", "show", "decide", "take-back"),
    *_below("access", "list", "open", "close", "ask", "agree"),
    "disclosure record",
    *_below("token", "create", "list", "revoke"),
    *_below("sender", "add", "check", "rotate"),
    *_below("host", "add", "list", "check", "use", "remove", "bring", "take-away"),
    *_below("list", "create", "list", "purpose", "join"),
    *_below("segment", "create", "change", "delete", "list"),
    "form create",
    *_below("mailing", "share", "substitute"),
    *_below("mailing", "create", "copy", "check", "spam", "send", "again", "pause", "resume", "cancel", "status"),
    *_below("release", "record", "approve", "show", "holes", "accept"),
    *_below("relay", "add", "remove", "list", "use", "routes"),
    *_below("pace", "relay", "tenant", "receivers", "warm-up", "show"),
    *_below("brake", "list", "release"),
    *_below("measuring", "show", "choose", "personalise", "duties", "certificates"),
    "proof rule",
    *_below("webhook", "add", "certificate", "list", "remove"),
    *_below("evidence", "checkpoint", "export", "verify"),
    *_below("instruction", "record", "list", "show", "answer", "check", "end"),
    *_below("handover", "list", "deviate", "unscanned"),
    *_below("log", "input", "access", "requests", "agree", "found", "switch", "check"),
    *_below("tenant", "erase", "erased"),
    *_below("bench", "send", "unsigned", "double", "audience", "growth", "processes", "import", "pages", "log"),
))  # fmt: skip
"""Makes what is empty, lists, checks, sends what was prepared, hands out logs and proofs, which know people by number alone. Asks
nobody; a line in the tenant's access log says that it was done."""
PEOPLE: Final = frozenset((
    *("import", "refused", "export", "tenant export", OF_ONE, READING_PROGRAM, COLLEAGUE, USED_LINK, USED_FACTORS),
    *_below("proof", "record", "refuse", "show"),
    *_below("subscriber", "show", "export", "consent", "erase"),
    *_below("suppression", "import", "check", "ask-lift", "lift"),
    *("pseudonymise", "segment count"),
    *_below("opt-out", "list", "export", "enter"),
    *_below("mailing", "test", "recipients"),
    *_below("handover", "prepare", "encrypt", "take", "mail", "password", "scan"),
))  # fmt: skip
"""Shows, takes along or changes data of a tenant's people: in the tenant of another controller only while an access is open."""

HELD: Final = {
    "mailing send": "mailing.send",
    "mailing recipients": "people.export",
    "export": "people.export",
    "refused": "people.export",
    "tenant export": "people.export",
    "tenant erase": "tenant.erase",
    "staff create": "role.grant",
    "staff leave": "role.grant",
    "subscriber erase": "person.erase",
    "instruction record": "instruction.record",
    "sender rotate": "keys.change",
    "measuring personalise": "measuring.personalise",
}
"""Commands that a tenant's rule of approval can hold back -> the act that its rule is about."""


def needs_access(words: str) -> bool:
    """Whether a command needs an open access in the tenant of another controller; one that nobody has classified does."""
    return words not in WORK
