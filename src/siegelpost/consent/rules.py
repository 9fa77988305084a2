"""What consent and suppression mean, as plain functions: reasons, wildcard patterns, digests, limits. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Final

import idna

from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _

OPTOUT: Final = "optout"
COMPLAINT: Final = "complaint"
BLACKLIST: Final = "blacklist"
PARENT: Final = "parent"
"""On the blacklist of the client account that this tenant lies below; see `inherited`."""
OPERATOR: Final = "operator"
"""On the blacklist that the operator keeps for the whole installation."""
ECG: Final = "ecg"
ROBINSON: Final = "robinson"
OUTSIDE: Final = frozenset({ECG, ROBINSON})
"""On a list of others of people who want no advertising; see `listed`. Nobody is told which of them it is."""
LISTED: Final = "listed"
RETAINED: Final = "retained"
EXCLUSION: Final = "exclusion"

# Kind of an entry -> the reason that reports name. The order is the order of weight: when several entries
# hit one address, the weightiest is named, and what the person said counts before what the tenant said.
REASONS: Final[Mapping[str, str]] = {
    COMPLAINT: "complained",
    OPTOUT: "opted_out",
    BLACKLIST: "blacklisted",
    PARENT: "parents_list",
    OPERATOR: "operators_list",
    ECG: LISTED,
    ROBINSON: LISTED,
    RETAINED: "retained",
    EXCLUSION: "excluded",
}
_WEIGHT: Final = {reason: weight for weight, reason in enumerate(REASONS.values())}

REPLY: Final = "reply"
"""Source of an opt-out, and how a consent ended, where a person's answer to a mailing was read as a withdrawal. Staff may correct it."""

SIGN_UP_LIFETIME: Final = timedelta(days=14)  # long enough for a holiday, short enough for Art. 5(1)(c) and (e) GDPR
NOT_ME_PAUSE: Final = timedelta(days=30)  # after "I did not ask for this"
MAILS_PER_DAY: Final = 3  # with a link to leave, to one address: a form must not become a weapon against a mailbox

LONGEST_ADDRESS: Final = 254  # RFC 5321 section 4.5.3.1.3: a path of 256 octets holds two angle brackets
MOST_WILDCARDS: Final = 8  # a pattern that needs more is a mistake


class PatternWrong(BadInput):
    """A blacklist pattern that would match everybody, or that is no part of an address."""

    code = "suppression.pattern_wrong"
    message = _("The pattern cannot be used: it matches everybody, holds spaces or control characters, or has too many wildcards.")
    hint = _("Write at least one letter or digit beside the wildcards, for example %@example.org.")


def weightier(one: str | None, other: str) -> str:
    """Of two reasons for the same address, return the one to name; `one` may be missing."""
    return other if one is None or _WEIGHT[other] < _WEIGHT[one] else one


def text_digest(purpose: str, language: str, text: str) -> str:
    """SHA-256 in hex that names one exact wording; anyone can recompute it with sha256sum.

    What is hashed is `purpose`, a line feed, `language`, a line feed and `text`, in UTF-8.
    """
    return hashlib.sha256(f"{purpose}\n{language}\n{text}".encode()).hexdigest()


def is_pattern(entry: str) -> bool:
    """Whether a line of a blacklist is a pattern; `%` and `*` stand for any number of characters."""
    return "%" in entry or "*" in entry


def like_pattern(entry: str) -> str:
    r"""Return `entry` ("%@Example.org", "*.example.org", "info*") as a pattern for SQL LIKE with the escape character "\".

    Lower case; each part of the domain becomes an A-label, as addresses are stored; "_" and "\" mean themselves.
    Raises PatternWrong for a pattern without a letter or digit, of more than 254 characters or with more than 8 wildcards, and
    where a letter beyond ASCII stands before the @ or beside a wildcard: no stored address would ever fit.
    """
    text = re.sub(r"[%*]+", "%", entry.strip().lower())
    if not text.isprintable() or " " in text or text.count("%") > MOST_WILDCARDS:
        raise PatternWrong
    if not any(character.isalnum() for character in text):
        raise PatternWrong
    local, at, domain = text.rpartition("@")
    if not local.isascii():
        raise PatternWrong
    labels = ".".join(label if label.isascii() else _a_label(label) for label in domain.split("."))
    pattern = f"{local}{at}{labels}".replace("\\", "\\\\").replace("_", "\\_")
    if len(pattern) > LONGEST_ADDRESS:
        raise PatternWrong
    return pattern


def _a_label(label: str) -> str:
    if "%" in label:
        raise PatternWrong
    try:
        return idna.encode(label, uts46=True).decode("ascii")
    except idna.IDNAError:
        raise PatternWrong from None


def _segments(pattern: str) -> list[str]:
    r"""Cut a pattern of `like_pattern` at its wildcards and take the escapes out: "a\_b%@x" -> ["a_b", "@x"]."""
    return [re.sub(r"\\(.)", r"\1", part) for part in pattern.split("%")]


def spells(pattern: str, email: str) -> bool:
    """Whether a pattern of `like_pattern` holds this whole address, so that it names one person and not a group."""
    return any(email.lower() in part for part in _segments(pattern))


class Patterns:
    """Many LIKE patterns, compiled once, asked for many addresses.

    Nearly all patterns are a domain ("%@example.org") or an ending; those are one lookup and one `endswith`.
    The rest become one expression of atomic groups, which cannot run into exponential backtracking.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        domains, endings, beginnings, rest = set[str](), list[str](), list[str](), list[str]()
        for segments in map(_segments, patterns):
            match segments:
                case ["", ending] if ending.count("@") == 1 and ending[0] == "@":
                    domains.add(ending)
                case ["", ending]:
                    endings.append(ending)
                case [beginning, ""]:
                    beginnings.append(beginning)
                case _:
                    rest.append(_expression(segments))
        self._domains = frozenset(domains)
        self._endings = tuple(endings)
        self._beginnings = tuple(beginnings)
        self._rest = re.compile("|".join(rest), re.DOTALL) if rest else None

    def __bool__(self) -> bool:
        return bool(self._domains or self._endings or self._beginnings or self._rest)

    def match(self, email: str) -> bool:
        """Whether one of the patterns covers `email`, whatever its case."""
        address = email.lower()
        return (
            address[address.rfind("@") :] in self._domains
            or address.endswith(self._endings)
            or address.startswith(self._beginnings)
            or (self._rest is not None and self._rest.fullmatch(address) is not None)
        )


def _expression(segments: list[str]) -> str:
    """One alternative: leftmost match of each middle part, never given back (equal to LIKE, linear in time)."""
    if len(segments) == 1:
        return re.escape(segments[0])
    first, *middle, last = segments
    return re.escape(first) + "".join(f"(?>.*?{re.escape(part)})" for part in middle) + ".*" + re.escape(last)


@lru_cache(maxsize=64)
def compiled(patterns: tuple[str, ...]) -> Patterns:
    """`Patterns` for these LIKE patterns; the same tuple is compiled once per process."""
    return Patterns(patterns)
