"""Which hosts take mail for a domain, to which group they belong, and when they are asked for again. Pure."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final

PEOPLE: Final = 5
"""Recipients of one tenant from which on a domain is looked up and kept: one with fewer may be the name of a person or a family."""
MOST_HOSTS: Final = 10
"""Kept of one domain; more hosts of the same preference are one provider's, and their names end alike."""
RENEW: Final = timedelta(days=7)
"""A company changes its provider once in years."""
AGAIN: Final = timedelta(days=1)
"""After no answer, or one that names nobody."""
FORGET: Final = timedelta(days=30)
"""What was not confirmed for so long counts no more: the domain has fewer recipients now, or its servers are gone."""


def first_hosts(records: Iterable[str]) -> tuple[str, ...]:
    """The hosts that a sender calls first (RFC 5321 section 5.1), sorted; none where the domain takes no mail (RFC 7505).

    records  as Answer.values has them: "10 mx.example.org"

    Hosts of higher preference are those of an emergency, often with somebody else. What is no record is passed over.
    """
    by_preference: dict[int, set[str]] = {}
    for record in records:
        preference, _blank, host = record.partition(" ")
        if preference.isascii() and preference.isdigit() and host:
            by_preference.setdefault(int(preference), set()).add(host.lower())
    return tuple(sorted(by_preference[min(by_preference)])[:MOST_HOSTS]) if by_preference else ()


def group_of(hosts: Collection[str], groups: Mapping[str, int]) -> int:
    """The group of the longest of its ends that one of the hosts has, 0 where none has any.

    groups  end of a host's name ("google.com" is the end of itself and of aspmx.l.google.com, not of notgoogle.com) -> its group
    """
    found = {end for host in hosts for end in _ends(host) if end in groups}
    return groups[max(found, key=lambda end: (end.count("."), end))] if found else 0


def _ends(host: str) -> Iterable[str]:
    labels = host.split(".")
    return (".".join(labels[at:]) for at in range(len(labels)))


def ask_again_at(hosts: Collection[str], now: datetime) -> datetime:
    """When what was found now should be asked for again."""
    return now + (RENEW if hosts else AGAIN)
