"""What a program may be given: a few words, each a bundle of rights of the catalogue. Pure.

A program works with people and mailings; it administers nothing and nobody, so no word holds a right about staff or settings.
"""

from collections.abc import Iterable
from typing import Final

READ: Final = "read"
EXPORT: Final = "export"
BULK: Final = "bulk"
PEOPLE: Final = "people"
WRITE: Final = "write"
SEND: Final = "send"
FOR_TOKENS: Final[dict[str, frozenset[str]]] = {
    READ: frozenset({"lists.see", "fields.see", "subscribers.see", "mailings.see", "sending.see", "reports.see"}),
    EXPORT: frozenset({"subscribers.export"}),
    BULK: frozenset({"bulk.export"}),
    PEOPLE: frozenset({"subscribers.create", "subscribers.edit"}),
    WRITE: frozenset({"mailings.create", "mailings.edit"}),
    SEND: frozenset({"sending.edit", "sending.approve"}),
}
"""Word -> rights.

read    lists, fields, mailings and their figures; one subscriber at a time
export  subscribers by the page
bulk    more of them on a day than the tenant's limit
people  add and change subscribers, take them off lists
write   write mailings
send    launch, pause, resume and cancel them
"""


AREAS: Final = tuple(sorted({right.partition(".")[0] for rights in FOR_TOKENS.values() for right in rights} - {"bulk"}))
"""What a token can be kept to: parts of what its words hold. How many people at once is no part, and goes with each."""


def in_areas(rights: frozenset[str], areas: Iterable[str]) -> frozenset[str]:
    """Those of these rights that lie in some areas; all of them where none is named."""
    kept = frozenset(areas)
    return frozenset(one for one in rights if one.partition(".")[0] in kept | {"bulk"}) if kept else rights


def rights_of_words(words: Iterable[str]) -> frozenset[str]:
    """All that these words hold; others hold nothing."""
    return frozenset().union(*(FOR_TOKENS.get(word, frozenset()) for word in words))


def rights_of_token(words: Iterable[str], owners: frozenset[str]) -> frozenset[str]:
    """What a token allows at this moment: never more than it was given, nor than its owner has.

    owners  the owner's rights in the tenant now
    """
    return rights_of_words(words) & owners
