"""Which column holds what? Columns find their fields by name, in German and in English."""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from siegelpost.intake.errors import ColumnInDoubt, ColumnMissing, HeadingsMissing

SHOWN: Final = 20  # headings named in an error
SHOWN_LENGTH: Final = 40  # characters of each

EMAIL: Final = frozenset(
    (
        "email", "mail", "emailadresse", "mailadresse", "emailaddress", "mailaddress", "eadresse", "elektronischepost",
        "emailprivat", "emailgeschaeftlich", "emailgeschäftlich", "recipient", "empfänger", "empfaenger", "kontaktemail",
    )
)  # fmt: skip

# What people call the fields that every tenant has from the start
_SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "salutation": ("anrede", "title", "titel", "gruss", "gruß", "briefanrede"),
    "first_name": ("vorname", "firstname", "givenname", "forename", "rufname"),
    "last_name": ("nachname", "lastname", "surname", "familyname", "familienname", "zuname"),
}

# "Name" alone may be the whole name; beside one of these it is the last name
_BESIDE_LAST_NAME: Final = frozenset(("first_name", "salutation"))


class Mapped(NamedTuple):
    """Where the columns go.

    email    index of the column of the address
    fields   index of a column and the alias of its field, in the order of the file
    ignored  headings of the other columns
    width    columns that have a heading
    """

    email: int
    fields: tuple[tuple[int, str], ...]
    ignored: tuple[str, ...]
    width: int


def key_of(heading: str) -> str:
    """What of a heading counts: its letters and digits, without case ("E-Mail Adresse:" is "emailadresse")."""
    return "".join(filter(str.isalnum, heading)).casefold()


def map_columns(headings: Sequence[str], names: Mapping[str, str], email_column: str = "") -> Mapped:
    """Find the column of the address and those of the fields.

    headings      the first record of the file
    names         alias of each field of the tenant -> its name
    email_column  heading that the user named, "" to look for a known one

    A field takes the first column that fits; further ones are ignored and named. Raises ColumnMissing, ColumnInDoubt, HeadingsMissing.
    """
    shown = shown_headings(headings)
    keys = [key_of(heading) for heading in shown]
    email = _email_column(shown, keys, email_column)
    taken = _taken(keys, email, names)
    return mapped(headings, email, {index: alias for alias, index in taken.items()})


def guess_columns(headings: Sequence[str], rows: Sequence[Sequence[str]], names: Mapping[str, str]) -> tuple[int, dict[int, str]]:
    """Like `map_columns`, for somebody who looks at it and decides: nothing is in doubt, the best guess is returned.

    rows  the first ones of the file: where no heading says it, the column with most signs of @ holds the address

    Returns the index of the column of the address, -1 where there is none, and index -> alias. Raises HeadingsMissing.
    """
    shown = [_plain(heading) for heading in headings]
    if any("@" in heading for heading in shown):
        raise HeadingsMissing
    keys = [key_of(heading) for heading in shown]
    signs = [sum("@" in row[index] for row in rows if index < len(row)) for index in range(len(shown))]
    fitting = [index for index, key in enumerate(keys) if key in EMAIL] or [index for index, count in enumerate(signs) if count]
    email = max(fitting, key=lambda index: signs[index], default=-1)
    return email, {index: alias for alias, index in _taken(keys, email, names).items()}


def mapped(headings: Sequence[str], email: int, fields: Mapping[int, str]) -> Mapped:
    """Put together where the columns go; whatever has a heading and no field is ignored."""
    shown = shown_headings(headings)
    ignored = tuple(heading for index, heading in enumerate(shown) if index != email and index not in fields and heading)
    return Mapped(email, tuple(sorted(fields.items())), ignored, len(shown))


def shown_headings(headings: Sequence[str]) -> list[str]:
    """Headings as people see them, without the empty ones at the end."""
    shown = [_plain(heading) for heading in headings]
    while shown and not shown[-1]:
        shown.pop()
    return shown


def _taken(keys: Sequence[str], email: int, names: Mapping[str, str]) -> dict[str, int]:
    """Alias -> index of the first column that fits."""
    wanted = _wanted(names)
    taken: dict[str, int] = {}
    for index, key in enumerate(keys):
        alias = wanted.get(key)
        if index != email and alias and alias not in taken:
            taken[alias] = index
    if "last_name" in names and "last_name" not in taken and "name" in keys and taken.keys() & _BESIDE_LAST_NAME:
        taken["last_name"] = keys.index("name")
    return taken


def _plain(heading: str) -> str:
    """A heading fit for an error and for a terminal: whatever controls it becomes a space."""
    return "".join(sign if sign.isprintable() else " " for sign in heading.removeprefix("\ufeff")).strip()


def _wanted(names: Mapping[str, str]) -> dict[str, str]:
    """Key of a heading -> alias; aliases go before names, names before synonyms."""
    wanted = {synonym: alias for alias, synonyms in _SYNONYMS.items() if alias in names for synonym in synonyms}
    wanted |= {key_of(name): alias for alias, name in names.items() if key_of(name)}
    return wanted | {key_of(alias): alias for alias in names}


def _email_column(shown: Sequence[str], keys: Sequence[str], email_column: str) -> int:
    if email_column:
        if email_column in shown:
            return shown.index(email_column)
        if key_of(email_column) in keys:
            return keys.index(key_of(email_column))
        raise ColumnMissing(wanted=email_column, found=_found(shown))
    fitting = [index for index, key in enumerate(keys) if key in EMAIL]
    if len(fitting) > 1:
        raise ColumnInDoubt(found=", ".join(shown[index] for index in fitting))
    if not fitting:
        raise ColumnMissing(wanted="E-Mail", found=_found(shown))
    return fitting[0]


def _found(shown: Sequence[str]) -> str:
    """The headings for an error. A line with an address or a bare number is no line of headings and must not be repeated."""
    if any("@" in heading or not any(map(str.isalpha, heading)) for heading in shown if heading):
        raise HeadingsMissing
    short = [heading[:SHOWN_LENGTH] for heading in shown if heading]
    return ", ".join(short[:SHOWN]) + (", …" if len(short) > SHOWN else "") or "–"
