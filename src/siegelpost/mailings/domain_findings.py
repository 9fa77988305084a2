"""What a check of a sender domain found, as values that can be stored and said in both languages. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from siegelpost.base.i18n import current_language, translate
from siegelpost.mailings.domain_records import Record
from siegelpost.mailings.domain_words import SAYS, TOPICS, WHY, WORDS

OK: Final = "ok"
ADVICE: Final = "advice"
WARN: Final = "warn"
BLOCK: Final = "block"
SEVERITIES: Final = (BLOCK, WARN, ADVICE, OK)
"""The most pressing first."""
UNCHECKED: Final = "unchecked"
"""Last part of the codes that say: nobody knows."""
PASSED: Final = "passed"
REFUSED: Final = "failed"
UNKNOWN: Final = "unknown"
SHOWN_CHARACTERS: Final = 600  # of one published text; a 4096-bit key has 800, nobody compares them by eye
SHOWN_RECORDS: Final = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    code       stable, "topic.what", listed in docs/sender-domains.md
    severity   ok, advice, warn, or block (nothing may be sent from the domain)
    facts      what stands in the sentence
    published  what the DNS holds now
    publish    what it should hold; empty where nothing is to be done
    """

    code: str
    severity: str
    facts: Mapping[str, str] = field(default_factory=dict)
    published: tuple[str, ...] = ()
    publish: tuple[Record, ...] = ()

    @property
    def topic(self) -> str:
        """The first part of the code."""
        return self.code.partition(".")[0]

    @property
    def title(self) -> str:
        """An English msgid: what the topic is called."""
        return TOPICS.get(self.topic, self.topic)

    @property
    def why(self) -> str:
        """An English msgid: what the topic is good for, in words for people who do not look after domains."""
        return WHY.get(self.topic, "")

    @property
    def unchecked(self) -> bool:
        """Whether it could not be checked."""
        return self.code.endswith(f".{UNCHECKED}")

    def text(self, language: str | None = None) -> str:
        """The sentence in `language` or that of the context; codes among the facts become words, days are written as there."""
        wanted = language or current_language()
        said = {name: _said(name, value, wanted) for name, value in self.facts.items()}
        return translate(SAYS.get(self.code, self.code), wanted).format_map(_Facts(said))

    def as_dict(self) -> dict[str, Any]:
        """For JSON; `from_dict` reads it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: Mapping[str, Any]) -> "Finding":
        """As `as_dict` wrote it."""
        records = tuple(Record(**one) for one in stored["publish"])
        return cls(stored["code"], stored["severity"], dict(stored["facts"]), tuple(stored["published"]), records)


def finding(
    code: str, severity: str, facts: Mapping[str, object], *, published: Iterable[str] = (), publish: Iterable[Record] = ()
) -> Finding:
    """Make one; foreign text is cut to what somebody would read."""
    seen = tuple(one[:SHOWN_CHARACTERS] + "…" * (len(one) > SHOWN_CHARACTERS) for one in list(published)[:SHOWN_RECORDS])
    return Finding(code, severity, {name: str(value)[:SHOWN_CHARACTERS] for name, value in facts.items()}, seen, tuple(publish))


class _Facts(dict[str, str]):
    """A result that another version stored may lack a fact that the sentence names now."""

    def __missing__(self, name: str) -> str:
        return "…"


def _said(name: str, value: str, language: str) -> str:
    if name in ("why", "reason"):
        return translate(WORDS.get(value, value), language)
    return ".".join(reversed(value.split("-"))) if name == "until" and language == "de" else value


def state_of(findings: Iterable[Finding]) -> str:
    """PASSED, REFUSED, or UNKNOWN where nothing is wrong but something needed could not be checked."""
    blocking = [one for one in findings if one.severity == BLOCK]
    if not blocking:
        return PASSED
    return UNKNOWN if all(one.unchecked for one in blocking) else REFUSED


def by_severity(findings: Iterable[Finding]) -> list[Finding]:
    """The most pressing first, otherwise in their order."""
    return sorted(findings, key=lambda one: SEVERITIES.index(one.severity))
