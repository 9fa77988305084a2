"""What the two databases write differently. Each method returns a piece of SQL and the values for its %s, in order."""

from datetime import UTC, datetime
from typing import Final, Protocol

from siegelpost.segment.spelling import expression, glob, is_plain, lower
from siegelpost.segment.tree import CONTAINS, EQUAL

Piece = tuple[str, tuple[object, ...]]
FARTHEST: Final = 9e999
"""Above every number; in SQLite each text is above it."""


class Dialect(Protocol):
    """What a database can do."""

    def text(self, alias: str) -> Piece:
        """The value of a field that holds text."""

    def number(self, alias: str, operator: str, value: float) -> Piece:
        """Whether a field holds a number that fits; anything that is no number fits nothing."""

    def is_yes(self, alias: str, value: bool) -> Piece:
        """Whether a field holds this yes or no."""

    def missing(self, alias: str) -> Piece:
        """Whether a field has no value."""

    def spelled(self, value: Piece, operator: str, wanted: str) -> Piece:
        """Whether a text fits, without heed of capitals."""

    def moment(self, at: datetime) -> object:
        """A moment as it is compared with a column."""

    def has(self, inner: str, column: str) -> str:
        """Whether the person is among the rows of a table; `inner` begins with FROM, `column` holds the person's number."""


class Sqlite:
    """Fields are a JSON text. A value that was asked for with `json_extract` has the type that it has there."""

    def text(self, alias: str) -> Piece:
        return "json_extract(s.fields, %s)", (f'$."{alias}"',)

    def number(self, alias: str, operator: str, value: float) -> Piece:
        read, where = self.text(alias)
        if operator in (">", ">="):  # a text is above each number
            return f"({read} {operator} %s AND {read} <= %s)", (*where, value, *where, FARTHEST)
        return f"{read} {operator} %s", (*where, value)

    def is_yes(self, alias: str, value: bool) -> Piece:
        read, where = "json_type(s.fields, %s)", (f'$."{alias}"',)
        return f"{read} = %s", (*where, "true" if value else "false")

    def missing(self, alias: str) -> Piece:
        read, where = self.text(alias)
        return f"({read} IS NULL OR {read} = '')", (*where, *where)

    def spelled(self, value: Piece, operator: str, wanted: str) -> Piece:
        read, where = value
        if operator == EQUAL and is_plain(wanted):
            return f"LOWER({read}) = %s", (*where, lower(wanted))
        if operator == CONTAINS and is_plain(wanted):
            return f"INSTR(LOWER({read}), %s) > 0", (*where, lower(wanted))
        return f"LOWER({read}) GLOB %s", (*where, glob(operator, wanted))

    def moment(self, at: datetime) -> object:
        return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")  # as Django keeps it: texts in UTC

    def has(self, inner: str, column: str) -> str:
        return f"s.id IN (SELECT {column} {inner})"


class Postgresql:
    """Fields are jsonb."""

    def text(self, alias: str) -> Piece:
        return "(s.fields ->> %s)", (alias,)

    def number(self, alias: str, operator: str, value: float) -> Piece:
        kind = "jsonb_typeof(s.fields -> %s) = 'number'"
        return f"CASE WHEN {kind} THEN (s.fields ->> %s)::numeric {operator} %s ELSE FALSE END", (alias, alias, value)

    def is_yes(self, alias: str, value: bool) -> Piece:
        return "s.fields -> %s = %s::jsonb", (alias, "true" if value else "false")

    def missing(self, alias: str) -> Piece:
        read, where = self.text(alias)
        return f"COALESCE({read}, '') = ''", where

    def spelled(self, value: Piece, operator: str, wanted: str) -> Piece:
        read, where = value
        folded = f'LOWER({read} COLLATE "C")'
        if operator == EQUAL and is_plain(wanted):
            return f"{folded} = %s", (*where, lower(wanted))
        if operator == CONTAINS and is_plain(wanted):
            return f"POSITION(%s IN {folded}) > 0", (lower(wanted), *where)
        return f"{folded} ~ %s", (*where, expression(operator, wanted))

    def moment(self, at: datetime) -> object:
        return at

    def has(self, inner: str, column: str) -> str:
        return f"EXISTS (SELECT 1 {inner} AND {column} = s.id)"


DIALECTS: Final[dict[str, Dialect]] = {"sqlite": Sqlite(), "postgresql": Postgresql()}
"""By the names that Django's connections have."""
