"""Which DMARC policy holds for a domain, and whether the envelope sender belongs to it (RFC 9989; before it RFC 7489). Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from siegelpost.mailings.domain_answers import Answer, Book

POLICIES: Final = ("none", "quarantine", "reject")
_BEGINS: Final = re.compile(r"\s*v\s*=\s*DMARC1\s*(?:;|$)")
MAX_STEPS: Final = 8  # look-ups of a tree walk, RFC 9989 section 4.10


@dataclass(frozen=True, slots=True)
class Dmarc:
    """What receivers find.

    place      the domain whose record holds, "" where there is none
    record     its text
    policy     none, quarantine or reject for mail from the domain that was asked about; "" where the record is broken
    tags       of the record
    several    the domain with more than one record: receivers then act as if there were none
    failed     the answer that is missing, None where all came
    between    the record stands below the organisational domain: who reads RFC 7489 does not find it
    """

    place: str = ""
    record: str = ""
    policy: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    several: str = ""
    failed: tuple[str, Answer] | None = None
    between: bool = False


def discover(domain: str, organisation: str, book: Book) -> Dmarc:
    """Find the policy for mail from `domain`: its own record, else that of the organisation, else the highest one between.

    organisation  the registered domain above it by the public suffix list (RFC 7489 section 3.2)

    RFC 9989 walks up the names instead; both find the same record unless one stands between, which is said. Records of
    public suffixes (psd=) are left aside: nobody sends from there.
    """
    found: dict[str, str] = {}
    names = _steps(domain, organisation)
    for name in names:
        answer = book.ask(f"_dmarc.{name}", "TXT")
        if answer.failed:
            return Dmarc(failed=(f"_dmarc.{name}", answer))
        records = [one for one in answer.values if _BEGINS.match(one)]
        if len(records) > 1:
            return Dmarc(several=name)
        if records:
            found[name] = records[0]
    place = next((name for name in (domain, organisation, *reversed(names)) if name in found), "")
    if not place:
        return Dmarc()
    tags = tags_of(found[place])
    wanted = tags.get("p", "").lower()
    if place != domain:
        wanted = tags.get("sp", wanted).lower()
    policy = wanted if wanted in POLICIES else ""
    return Dmarc(place, found[place], policy, tags, between=place not in (domain, organisation))


def aligned(envelope: str, domain: str, organisations: tuple[str, str], tags: Mapping[str, str]) -> bool:
    """Whether SPF for the envelope sender counts for From: the same organisation, or with aspf=s the same domain."""
    if tags.get("aspf", "r").lower() == "s":
        return envelope == domain
    return organisations[0] == organisations[1]


def tags_of(record: str) -> dict[str, str]:
    """The tags of a record like "v=DMARC1; p=none", {} where it is no such list; of a tag that stands twice, the first."""
    tags: dict[str, str] = {}
    for part in record.split(";"):
        if part.strip():
            name, equals, value = part.partition("=")
            if not equals:
                return {}
            tags.setdefault(name.strip().lower(), value.strip())
    return tags


def _steps(domain: str, organisation: str) -> list[str]:
    """The domain and those above it down to the organisational one; of very long names the first and the last seven."""
    labels = domain.split(".")
    names = [".".join(labels[at:]) for at in range(len(labels))]
    upward = names[: names.index(organisation) + 1] if organisation in names else [domain]
    return upward if len(upward) <= MAX_STEPS else [upward[0], *upward[1 - MAX_STEPS :]]
