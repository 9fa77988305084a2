"""What is counted of a tenant's people before others are made up in their shape: one pass, and nothing of one person is kept."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any, Final

from siegelpost.audience.export import all_list_names, pages_of_people
from siegelpost.audience.made_up import FIRST, LAST
from siegelpost.audience.reads import FieldView, fields_of
from siegelpost.audience.shares import Shares, filler, length_of, month_of, ranges_of, some_day, some_number
from siegelpost.tenancy.handle import TenantDB

SAMPLE: Final = 50_000
"""Numbers and days of one field that are in memory."""
NAMES: Final[Mapping[str, tuple[str, ...]]] = {"first_name": FIRST, "last_name": LAST}
"""Fields that hold names: they get made-up ones."""
KEPT: Final = frozenset({"first_name", "last_name", "salutation"})
"""Aliases that every tenant has, and that say nothing."""
OTHER: Final = "other"


@dataclass(slots=True)
class Portrait:
    """How many people have what. `lists` are sets of lists, `fields` what each field holds, by alias."""

    people: int = 0
    domains: Counter[str] = field(default_factory=Counter)
    languages: Counter[str] = field(default_factory=Counter)
    lists: Counter[tuple[int, ...]] = field(default_factory=Counter)
    fields: dict[str, Counter[Any]] = field(default_factory=lambda: defaultdict(Counter))
    numbers: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))


def portrait_of(tenant: TenantDB, chance: Random) -> Portrait:
    """Count, a page of people at a time."""
    kinds = {one.alias: one.kind for one in fields_of(tenant)}
    found = Portrait()
    for page, lists in pages_of_people(tenant):
        for person in page:
            found.people += 1
            found.domains[person.email.rpartition("@")[2].lower()] += 1
            found.languages[person.language] += 1
            found.lists[tuple(sorted(lists.get(person.pk, ())))] += 1
            for alias, kind in kinds.items():
                _count(found, alias, kind, person.fields.get(alias), chance)
    return found


def _count(found: Portrait, alias: str, kind: str, value: Any, chance: Random) -> None:
    if value is None or value == "":
        found.fields[alias][""] += 1
    elif kind in ("choice", "boolean"):
        found.fields[alias][value] += 1
    elif kind == "text":
        found.fields[alias][length_of(str(value))] += 1
    else:
        found.fields[alias]["there"] += 1
        number = float(month_of(date.fromisoformat(str(value)))) if kind == "date" else float(value)
        kept = found.numbers[alias]
        if len(kept) < SAMPLE:
            kept.append(number)
        elif (place := chance.randrange(found.fields[alias]["there"])) < SAMPLE:
            kept[place] = number


@dataclass(frozen=True, slots=True)
class MadeUpField:
    """A field as a test system gets it: under another name, with other options."""

    alias: str
    kind: str
    options: tuple[str, ...]


class Painter:
    """Makes people up in the shape of a portrait. Whatever is drawn is drawn by itself."""

    def __init__(self, tenant: TenantDB, found: Portrait, chance: Random) -> None:
        self._chance, self._found = chance, found
        own = [one for one in fields_of(tenant) if one.alias not in KEPT]
        self._alias = {one.alias: f"field_{n}" for n, one in enumerate(own, 1)} | {alias: alias for alias in KEPT}
        self._kinds = {one.alias: one.kind for one in fields_of(tenant)}
        self._shares: dict[str, Shares[Any]] = {alias: Shares(counts, "") for alias, counts in found.fields.items()}
        self._ranges = {alias: ranges_of(values) for alias, values in found.numbers.items()}
        self._whole = {alias: all(one.is_integer() for one in values) for alias, values in found.numbers.items()}
        self._options = {one.alias: self._renamed(one) for one in own if one.kind == "choice"}
        self._domains = Shares({**found.domains}, OTHER)
        self._domain_names = {one: f"group-{n}.example" for n, one in enumerate(self._domains.values, 1)}
        self._languages = Shares({**found.languages}, "")
        self._lists = Shares({**found.lists}, ())
        known = sorted({number for pattern in self._lists.values for number in pattern} & set(all_list_names(tenant)))
        self.lists = {number: f"list-{n}" for n, number in enumerate(known, 1)}
        self.fields = [MadeUpField(self._alias[one.alias], one.kind, tuple(self._options.get(one.alias, {}).values())) for one in own]

    @property
    def merged(self) -> int:
        """How many values stood with fewer than LEAST people and were put together with others."""
        return sum(one.merged for one in (*self._shares.values(), self._domains, self._languages, self._lists))

    def _renamed(self, one: FieldView) -> dict[Any, str]:
        drawn = [value for value in self._shares[one.alias].values if value] if one.alias in self._shares else []
        return {value: f"option-{n}" for n, value in enumerate(drawn, 1)}

    def people(self) -> Iterator[dict[str, Any]]:
        """As many as there are real ones; no address twice."""
        for _number in range(self._found.people):
            domain = self._domain_names.get(self._domains.draw(self._chance, OTHER), "group-0.example")
            lists = [self.lists[one] for one in self._lists.draw(self._chance, ()) if one in self.lists]
            yield {
                "email": f"p{self._chance.getrandbits(64):016x}@{domain}",
                "language": self._languages.draw(self._chance, ""),
                "lists": lists,
                "fields": {self._alias[alias]: value for alias in self._kinds if (value := self._value(alias)) is not None},
            }

    def _value(self, alias: str) -> Any:
        drawn = self._shares[alias].draw(self._chance, "") if alias in self._shares else ""
        if drawn == "":
            return None
        kind = self._kinds[alias]
        if kind == "choice":
            return self._options[alias].get(drawn) if alias in self._options else None
        if kind == "boolean":
            return drawn
        if kind == "text":
            return self._chance.choice(NAMES[alias]) if alias in NAMES else filler(int(drawn), self._chance)
        number = some_number(self._ranges.get(alias, []), kind == "date" or self._whole[alias], self._chance)
        if number is None:
            return None
        return some_day(int(number), self._chance).isoformat() if kind == "date" else number
