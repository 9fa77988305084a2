"""The records of a CSV file, one after the other; the file is never in memory as a whole."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO, Final, TextIO

from siegelpost.intake.charset import SAMPLE, Survey
from siegelpost.intake.dialect import Dialect, detect

MAX_FIELD: Final = 131_072  # characters; the csv module's own limit, set again because it belongs to the whole process
MAX_LINE: Final = 1 << 20  # characters; what goes beyond is skipped, so that a file without line breaks cannot fill the memory

TOO_LARGE: Final = "cell_too_large"


def open_text(file: BinaryIO, found: Survey) -> tuple[TextIO, Dialect]:
    """Return `file` (at its start) as text and how its cells are separated. What cannot be decoded becomes U+FFFD."""
    text = io.TextIOWrapper(file, encoding=found.encoding, errors="replace", newline="")
    dialect = detect(text.read(SAMPLE).removeprefix("\ufeff"))
    text.seek(0)
    return text, dialect


def _lines(text: TextIO) -> Iterator[str]:
    """The lines of `text`, each at most MAX_LINE characters long."""
    while line := text.readline(MAX_LINE):
        if len(line) == MAX_LINE and line[-1] not in "\r\n":
            while (rest := text.readline(MAX_LINE)) and rest[-1] not in "\r\n":
                pass
        yield line


def records(text: TextIO, dialect: Dialect) -> Iterator[tuple[int, list[str], str]]:
    """Yield each record that holds anything, beginning with the headings.

    Yields the number of its last line (1..), its cells, and TOO_LARGE with no cells where one of them is larger than
    MAX_FIELD; the record after it is read again as usual.
    """
    csv.field_size_limit(MAX_FIELD)
    lines = _lines(text)
    if dialect.announced:
        next(lines, None)
    reader = csv.reader(lines, delimiter=dialect.separator, quotechar=dialect.quote)
    skipped = int(dialect.announced)
    while True:
        try:
            for cells in reader:
                if cells and (cells[0] or any(cells)):
                    yield reader.line_num + skipped, cells, ""
            return
        except csv.Error:
            yield reader.line_num + skipped, [], TOO_LARGE
