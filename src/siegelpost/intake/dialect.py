"""How are the cells of a file separated and quoted? Judged by its beginning."""

import csv
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from typing import Final, NamedTuple

SEPARATORS: Final = ";,\t|"  # the first wins a draw
LOOKED_AT: Final = 50  # records


class Dialect(NamedTuple):
    """What the csv module needs to know.

    announced  the first line is Excel's "sep=;" and holds no data
    """

    separator: str
    quote: str = '"'
    announced: bool = False


def detect(sample: str) -> Dialect:
    """Return how `sample`, the first 64 KiB or so of a file, is written.

    A separator is right when it cuts the first records into equally many cells; among those the one that makes the most.
    """
    lines = sample.splitlines(keepends=True)
    if lines and lines[0].strip().lower()[:4] == "sep=" and len(lines[0].strip()) <= 5:
        return Dialect(lines[0].strip()[4:] or "\t", _quote(lines[1:]), announced=True)
    quote = _quote(lines)
    whole = lines[:-1] if len(lines) > 1 and not lines[-1].endswith(("\n", "\r")) else lines
    return Dialect(max(SEPARATORS, key=lambda separator: _fitness(whole, separator, quote)), quote)


def _quote(lines: Sequence[str]) -> str:
    """The double quote, unless the headings stand in single ones."""
    first = lines[0].strip() if lines else ""
    return "'" if first[:1] == "'" == first[-1:] and len(first) > 1 and '"' not in first else '"'


def _fitness(lines: Sequence[str], separator: str, quote: str) -> tuple[float, int]:
    """Share of records that are as wide as the first, and that width; (0, 0) where nothing is separated."""
    widths: list[int] = []
    records = csv.reader(lines, delimiter=separator, quotechar=quote)
    with suppress(csv.Error):  # a field without end: what came before it must do
        widths.extend(len(record) for record in islice(records, LOOKED_AT) if record)
    if not widths or widths[0] < 2:
        return 0.0, 0
    return round(Counter(widths)[widths[0]] / len(widths), 1), widths[0]
