"""People who do not exist: the same ones for the same seed, as varied as real ones, at addresses that nobody can own. Pure."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final, NamedTuple

DOMAINS: Final = ("example.org", "example.com", "example.net", "post.verein.example", "bücher.example", "mail.firma.test")
"""RFC 2606; one with an umlaut, two with hosts below them."""
FIRST: Final = (
    "Mara", "Jörg", "Zoë", "Ben", "Käthe", "Günther", "Ida", "Søren", "Łucja", "Özkan", "Chloé", "Will", "Aoife", "Tom", "Ännchen", "Emily",
    "Maximiliane-Alexandrina", "José María",
)  # fmt: skip
LAST: Final = (
    "Mustermann", "Beispiel", "Erfunden", "Platzhalter", "Übungsfall", "Niemand", "Example", "Placeholder", "Sample", "Nobody", "Madeup",
    "O'Fiction", "von und zu Beispielhausen-Mustermann", "Großfiktiv", "Testperson",
)  # fmt: skip
CITIES: Final = ("Musterstadt", "Beispielhausen", "Neu-Übungsdorf", "Exampleton", "Sampleford", "Größtadt am See")
PLANS: Final = ("basic", "plus", "pro")
EMPTY: Final = 0.15
"""Share of cells that are left out, of each that may be empty: real lists are never whole."""
_LETTERS: Final = str.maketrans({
    "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ë": "e", "é": "e", "í": "i", "ø": "o", "ł": "l", " ": ".", "'": "",
})  # fmt: skip
_OLDEST: Final = date(1935, 1, 1)
_DAYS: Final = (date(2008, 1, 1) - _OLDEST).days


class MadeUp(NamedTuple):
    """One person; "" where a cell is empty. The names are the aliases of fields, beside `email`."""

    email: str
    salutation: str
    first_name: str
    last_name: str
    city: str
    birthday: str
    points: str
    member: str
    plan: str


def people(count: int, seed: int) -> Iterator[MadeUp]:
    """The first `count` people of a seed, one after the other; no address comes twice, and no two seeds share one."""
    chance = random.Random(f"made up {seed}")  # noqa: S311 - nothing here is secret
    for number in range(count):
        yield _person(chance, f"{seed}-{number}")


def _person(chance: random.Random, number: str) -> MadeUp:
    def some(value: str) -> str:
        return "" if chance.random() < EMPTY else value

    first, last = chance.choice(FIRST), chance.choice(LAST)
    local = f"{first}.{last}".lower().translate(_LETTERS)[:40].rstrip(".-")
    return MadeUp(
        email=f"{local}.{number}@{chance.choice(DOMAINS)}",
        salutation=some(chance.choice(("Frau", "Herr", "Ms", "Mr", "Mx"))),
        first_name=some(first),
        last_name=some(last),
        city=some(chance.choice(CITIES)),
        birthday=some((_OLDEST + timedelta(days=chance.randrange(_DAYS))).isoformat()),
        points=some(str(chance.randrange(10_000))),
        member=some(chance.choice(("yes", "no"))),
        plan=some(chance.choice(PLANS)),
    )
