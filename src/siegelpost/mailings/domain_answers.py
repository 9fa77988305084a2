"""What was asked of the DNS and what came back, as plain values. Pure: the rules read them, `domain_lookup` makes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FOUND: Final = "found"
EMPTY: Final = "empty"
"""The name exists and has no record of this type."""
ABSENT: Final = "absent"
"""The name does not exist (NXDOMAIN)."""
FAILED: Final = "failed"
"""Nobody knows: no answer, or one that cannot be used."""
PENDING: Final = "pending"
"""Not asked yet; a rule goes on as if nothing were there, and what it says is thrown away."""


@dataclass(frozen=True, slots=True, order=True)
class Question:
    """One look-up: a name in lower case without the dot at its end, and TXT, MX, A, AAAA or PTR."""

    name: str
    type: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a look-up ended with.

    outcome  FOUND, EMPTY, ABSENT, FAILED or PENDING
    values   one text per record: TXT with its strings joined, MX as "10 mail.example.org", addresses, names without dot
    alias    where CNAMEs led, "" without any
    reason   of FAILED: timeout, server, loop, unusable, unreachable, name or not_asked
    """

    outcome: str
    values: tuple[str, ...] = ()
    alias: str = ""
    reason: str = ""

    @property
    def failed(self) -> bool:
        """Whether nobody knows."""
        return self.outcome == FAILED

    @property
    def nothing(self) -> bool:
        """Whether it is known that there is no such record: a "void lookup" of RFC 7208 section 4.6.4."""
        return self.outcome in (EMPTY, ABSENT)


class Book:
    """The answers so far. Whoever asks for one that is missing gets PENDING, and the question is noted."""

    def __init__(self, answers: Mapping[Question, Answer]) -> None:
        self._answers = answers
        self.missing: dict[Question, None] = {}

    def ask(self, name: str, kind: str) -> Answer:
        """The answer to one question."""
        question = Question(name.lower().rstrip("."), kind)
        found = self._answers.get(question)
        if found is None:
            self.missing[question] = None
            return Answer(PENDING)
        return found
