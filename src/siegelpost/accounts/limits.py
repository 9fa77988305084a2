"""How far a right reaches: to which lists and folders, and without which fields of people. Pure.

Somebody with several roles may see what any role that grants the right lets them see: the lists add up, and a field is hidden only
where each of these roles hides it.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one role, or of one right.

    everywhere  all lists, whatever the two below say
    lists       numbers of lists
    folders     numbers of folders: all lists in them and in the folders inside, also those that come later
    hidden      aliases of fields that stay hidden, "email" where addresses are shortened
    """

    everywhere: bool = True
    lists: frozenset[int] = frozenset()
    folders: frozenset[int] = frozenset()
    hidden: frozenset[str] = frozenset()

    @property
    def none(self) -> bool:
        """Whether there are no limits at all."""
        return self.everywhere and not self.hidden

    def covers(self, other: "Limits") -> bool:
        """Whether whoever has these sees all that `other` shows. A list inside a folder is not looked for: it must be named."""
        reach = self.everywhere or (not other.everywhere and other.lists <= self.lists and other.folders <= self.folders)
        return reach and self.hidden <= other.hidden

    def within(self, other: "Limits") -> "Limits":
        """What both allow. A list inside a folder of the other is not looked for: it must be named in both."""
        hidden = self.hidden | other.hidden
        if self.everywhere or other.everywhere:
            place = other if self.everywhere else self
            return Limits(place.everywhere, place.lists, place.folders, hidden)
        return Limits(everywhere=False, lists=self.lists & other.lists, folders=self.folders & other.folders, hidden=hidden)

    def as_dict(self) -> dict[str, Any]:
        """For the log and the database; {} for no limits."""
        places: dict[str, Any] = {} if self.everywhere else {"lists": sorted(self.lists), "folders": sorted(self.folders)}
        return places | ({"hidden": sorted(self.hidden)} if self.hidden else {})


UNLIMITED: Final = Limits()


def from_dict(kept: Mapping[str, Any] | None) -> Limits:
    """What `as_dict` wrote; an entry from before limits were known has none."""
    said = kept or {}
    return Limits(
        everywhere="lists" not in said and "folders" not in said,
        lists=frozenset(said.get("lists", ())),
        folders=frozenset(said.get("folders", ())),
        hidden=frozenset(said.get("hidden", ())),
    )


def together(several: Iterable[Limits]) -> Limits:
    """What roles that grant the same right allow together. At least one."""
    found = list(several)
    hidden = frozenset.intersection(*(one.hidden for one in found))
    if any(one.everywhere for one in found):
        return Limits(hidden=hidden)
    lists, folders = (frozenset[int]().union(*(getattr(one, name) for one in found)) for name in ("lists", "folders"))
    return Limits(everywhere=False, lists=lists, folders=folders, hidden=hidden)


@dataclass(frozen=True, slots=True)
class Powers:
    """What somebody may do: right -> how far it reaches."""

    reach: Mapping[str, Limits] = field(default_factory=dict)

    @property
    def rights(self) -> frozenset[str]:
        """The rights alone."""
        return frozenset(self.reach)

    def only(self, rights: Collection[str]) -> "Powers":
        """Those of these rights."""
        return Powers({right: limits for right, limits in self.reach.items() if right in rights})

    def within(self, limits: Limits) -> "Powers":
        """The same rights, none of them beyond these limits."""
        return Powers({right: mine.within(limits) for right, mine in self.reach.items()})

    def cover(self, other: "Powers") -> bool:
        """Whether whoever has these may do all that `other` allows."""
        return all(right in self.reach and self.reach[right].covers(limits) for right, limits in other.reach.items())


def powers(roles: Iterable[tuple[Collection[str], Limits]]) -> Powers:
    """What roles allow together; each is its rights and its limits."""
    return joined(Powers(dict.fromkeys(rights, limits)) for rights, limits in roles)


def joined(several: Iterable[Powers]) -> Powers:
    """What several allow together."""
    by_right: dict[str, list[Limits]] = {}
    for one in several:
        for right, limits in one.reach.items():
            by_right.setdefault(right, []).append(limits)
    return Powers({right: together(found) for right, found in by_right.items()})


def unlimited(rights: Iterable[str]) -> Powers:
    """All of these rights, for everything."""
    return Powers(dict.fromkeys(rights, UNLIMITED))
