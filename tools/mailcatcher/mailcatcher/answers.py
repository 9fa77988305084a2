"""Answers by script: what the server says at one stage about one address instead of "250"."""

import re
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

STAGES = ("connect", "ehlo", "mail", "rcpt", "data", "dot")
CLOSE = "close"

_RULE = re.compile(rf"({'|'.join(STAGES)}):([^=]*)=(.+)", re.DOTALL)
_REPLY = re.compile(r"[245]\d\d [\x20-\x7e]+")


@dataclass(slots=True)
class Answer:
    """One rule.

    stage    one of STAGES; "dot" answers the whole message, "connect" stands for the greeting
    pattern  of the address (shell wildcards, small letters): sender at "mail", recipient at "rcpt" and "dot"; "*" elsewhere
    reply    "451 4.2.0 Try later", or "close" to hang up without a word
    once     only the first time for each address
    """

    stage: str
    pattern: str
    reply: str
    once: bool = False
    spent: set[str] = field(default_factory=set)

    def fits(self, stage: str, address: str) -> bool:
        """Say whether this rule answers now, and remember it."""
        address = address.lower()
        if stage != self.stage or not fnmatchcase(address, self.pattern) or (self.once and address in self.spent):
            return False
        self.spent.add(address)
        return True


def parse_answer(text: str, *, once: bool = False) -> Answer:
    """Read "rcpt:*@slow.example=451 4.2.0 Try later". Raises ValueError."""
    found = _RULE.fullmatch(text)
    if not found or not (found[3] == CLOSE or _REPLY.fullmatch(found[3])):
        raise ValueError(f"not STAGE:PATTERN=CODE TEXT with a stage of {', '.join(STAGES)}: {text!r}")
    return Answer(found[1], found[2].lower() or "*", found[3], once)


class Answers:
    """All rules; the first that fits speaks."""

    def __init__(self, rules: list[Answer] | None = None) -> None:
        self._rules = rules or []

    def __call__(self, stage: str, *addresses: str) -> str:
        """Return the scripted reply at `stage` about the first of `addresses` that has one, "" for none."""
        if not self._rules:
            return ""
        for address in addresses or ("",):
            for rule in self._rules:
                if rule.fits(stage, address):
                    return rule.reply
        return ""
