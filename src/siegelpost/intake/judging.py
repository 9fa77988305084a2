"""From the cells of a row to a person, or to the reason why not. The hot loop: about 10 microseconds a row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from siegelpost.audience.addresses import address_reader
from siegelpost.audience.csvcells import arm
from siegelpost.audience.fieldtypes import FieldType, Value, ValueUnfit
from siegelpost.audience.reserved import REAL, IsReal
from siegelpost.intake.headings import Mapped
from siegelpost.sign.addresses import address_key

MAX_REMEMBERED: Final = 5_000  # values per column; about 1 MB each at most in practice


class Row(NamedTuple):
    """One judged row.

    line    number of its last line in the file
    cells   as they came, for the file of refused rows
    reason  code of `reasons`, "" if it is good; `column` is the heading at fault
    email, key, values  the person, if it is good: normalised address, its keyed hash, alias -> value (empty cells left out)
    """

    line: int
    cells: list[str]
    reason: str
    column: str = ""
    email: str = ""
    key: bytes = b""
    values: Mapping[str, Value] = {}


class Unfit(Exception):
    """A cell does not fit its field."""

    def __init__(self, reason: str, index: int) -> None:
        self.reason = reason
        self.index = index
        super().__init__(reason)


def judge_rows(
    records: Iterable[tuple[int, list[str], str]],
    headings: Sequence[str],
    columns: Mapped,
    types: Mapping[str, FieldType],
    secret: bytes,
    is_real: IsReal | None = None,
) -> Iterator[Row]:
    """Judge every record below the headings.

    records  of `rows.records`, the headings already taken
    types    alias -> type of the tenant's fields
    secret   key of the tenant's address hashes (TenantKeys.addresses)
    is_real  tells real addresses, which a test system refuses; None elsewhere

    The first row of an address counts, whatever its case; later ones are duplicates. Remembers 16 bytes per address.
    """
    read_email = address_reader()
    read_values = _value_reader(columns, types)
    seen: set[bytes] = set()
    width, email_at = columns.width, columns.email
    for line, cells, fault in records:
        reason = fault or _misshapen(cells, width)
        if reason:
            yield Row(line, cells, reason)
            continue
        email, reason = read_email(arm(cells[email_at]))
        if reason:
            yield Row(line, cells, reason, headings[email_at])
            continue
        if is_real is not None and is_real(email):
            yield Row(line, cells, REAL, headings[email_at])
            continue
        key = address_key(email, secret)
        if key in seen:
            yield Row(line, cells, "duplicate")
            continue
        try:
            values = read_values(cells)
        except Unfit as unfit:
            yield Row(line, cells, unfit.reason, headings[unfit.index])
            continue
        seen.add(key)
        yield Row(line, cells, "", "", email, key, values)


def _misshapen(cells: list[str], width: int) -> str:
    """A row of another width is shifted somewhere: one person's data would end up under another heading."""
    if len(cells) == width:
        return ""
    if len(cells) < width:
        return "too_few_cells"
    return "too_many_cells" if any(cells[width:]) else ""


def _value_reader(columns: Mapped, types: Mapping[str, FieldType]) -> Callable[[list[str]], dict[str, Value]]:
    """Return a function from the cells of a row to alias -> value; raises Unfit. Most columns repeat themselves, so it remembers."""
    remembered: list[dict[str, Value]] = [{} for _ in columns.fields]
    parsers = [(index, alias, types[alias].parse, memo) for (index, alias), memo in zip(columns.fields, remembered, strict=True)]

    def read(cells: list[str]) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for index, alias, parse, memo in parsers:
            cell = cells[index]
            if not cell:
                continue
            value = memo.get(cell)
            if value is None:
                try:
                    value = "" if cell.isspace() else parse(arm(cell))
                except ValueUnfit as unfit:
                    raise Unfit(unfit.code, index) from None
                if len(memo) < MAX_REMEMBERED:
                    memo[cell] = value
            if value != "":
                values[alias] = value
        return values

    return read
