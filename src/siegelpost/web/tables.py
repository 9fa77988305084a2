"""Tables of the staff's pages: what the address asks for (search, filter, order, page) and what is shown of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict

ROWS: Final = 25
MOST_PAGE: Final = 100_000


@dataclass(frozen=True, slots=True)
class Column:
    """A column: key (as in ?sort=), words of its head, whether one may order by it, whether it holds numbers or stays away on phones."""

    key: str
    label: str
    sorts: bool = True
    number: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A filter with fixed values: name in the address, words, (value, words) of each."""

    name: str
    label: str
    values: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for, cleaned: unknown columns and values count as not given.

    q        searched text, at most 200 characters
    sort     key of a column, "-" before it for falling order
    page     1 …
    chosen   filter -> value
    """

    q: str
    sort: str
    page: int
    chosen: Mapping[str, str] = field(default_factory=dict)

    @property
    def falling(self) -> bool:
        """Whether the largest comes first."""
        return self.sort.startswith("-")

    @property
    def by(self) -> str:
        """The column, without sign."""
        return self.sort.lstrip("-")

    @property
    def offset(self) -> int:
        """Rows before this page."""
        return (self.page - 1) * ROWS


def wanted(query: QueryDict, columns: Sequence[Column], choices: Sequence[Choice] = (), *, default: str) -> Wanted:
    """Read the address; whatever it says, the answer can be used."""
    allowed = {one.key for one in columns if one.sorts}
    sort = query.get("sort", "")
    number = query.get("page", "1")
    return Wanted(
        q=query.get("q", "").replace("\x00", "").strip()[:200],
        sort=sort if sort.lstrip("-") in allowed else default,
        page=min(max(int(number), 1), MOST_PAGE) if number.isascii() and number.isdigit() and len(number) < 8 else 1,
        chosen={
            one.name: found for one in choices if (found := query.get(one.name, "")) in {value for value, _label in one.values} and found
        },
    )


@dataclass(frozen=True, slots=True)
class Head:
    """A head of a column with the address that orders by it; `order` is ascending, descending or none (WAI-ARIA aria-sort)."""

    label: str
    number: bool
    url: str
    order: str
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """One page of rows and everything around it, for `parts/table.html`."""

    columns: Sequence[Column]
    rows: Sequence[Any]
    total: int
    asked: Wanted
    choices: Sequence[Choice] = ()

    @property
    def heads(self) -> list[Head]:
        """Heads with links; a click on the current one turns the order round."""
        return [self._head(one) for one in self.columns]

    def _head(self, one: Column) -> Head:
        if not one.sorts:
            return Head(one.label, one.number, "", "", one.wide)
        current = self.asked.by == one.key
        order = ("descending" if self.asked.falling else "ascending") if current else "none"
        url = self.url(sort=f"-{one.key}" if current and not self.asked.falling else one.key, page=1)
        return Head(one.label, one.number, url, order, one.wide)

    @property
    def pages(self) -> int:
        """How many pages there are, at least 1."""
        return max(1, -(-self.total // ROWS))

    @property
    def first(self) -> int:
        """Number of the first row shown, 0 where there is none."""
        return self.asked.offset + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """Number of the last row shown."""
        return self.asked.offset + len(self.rows)

    @property
    def before(self) -> str:
        """Address of the page before, "" on the first."""
        return self.url(page=self.asked.page - 1) if self.asked.page > 1 else ""

    @property
    def after(self) -> str:
        """Address of the next page, "" on the last."""
        return self.url(page=self.asked.page + 1) if self.asked.page < self.pages else ""

    @property
    def searched(self) -> bool:
        """Whether something narrows the rows."""
        return bool(self.asked.q or self.asked.chosen)

    @property
    def filters(self) -> list[tuple[Choice, str]]:
        """Filters with what is chosen."""
        return [(one, self.asked.chosen.get(one.name, "")) for one in self.choices]

    def url(self, **changes: object) -> str:
        """The query string of this table with changes."""
        parts: dict[str, object] = {"q": self.asked.q, "sort": self.asked.sort, "page": self.asked.page, **self.asked.chosen, **changes}
        return "?" + urlencode({name: value for name, value in parts.items() if value not in ("", None)})


def table_of(
    rows: Sequence[Any],
    asked: Wanted,
    columns: Sequence[Column],
    choices: Sequence[Choice] = (),
    *,
    key: Callable[[Any], Any] | None = None,
) -> Table:
    """A table over rows that are all in memory (tens or hundreds): ordered by `key(row)` and cut to one page."""
    ordered = sorted(rows, key=key, reverse=asked.falling) if key else list(rows)
    return Table(columns, ordered[asked.offset : asked.offset + ROWS], len(ordered), asked, choices)
