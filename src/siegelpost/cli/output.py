"""How commands speak: JSON for programs, plain lines and small tables for people, progress where somebody looks."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import translate


def say(text: str, **facts: object) -> None:
    """Print one translated line; `text` is the English msgid with {facts}."""
    print(translate(text).format(**facts) if facts else translate(text))


def as_json(data: object) -> None:
    """Print data for programs: one JSON document, keys as CONTRACT names them."""
    print(json.dumps(data, default=_plain, ensure_ascii=False, indent=2))


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under translated headings."""
    shown = Table(show_edge=False, pad_edge=False, header_style="bold")
    for column in columns:
        shown.add_column(translate(column))
    for row in rows:
        shown.add_row(*(str(value) for value in row))
    Console().print(shown)


def facts(pairs: Mapping[str, object]) -> None:
    """Print name and value, one pair a line; names are English msgids."""
    width = max((len(translate(name)) for name in pairs), default=0)
    for name, value in pairs.items():
        print(f"{translate(name):<{width}}  {value}")


def complain(error: SiegelpostError, *, as_json: bool) -> None:
    """Say on standard error what is wrong, what to do, and what did not happen."""
    text = json.dumps({"error": error.as_dict()}, ensure_ascii=False) if as_json else error.text()
    sys.stderr.write(text + "\n")


@contextmanager
def progress(text: str, total: int | None) -> Iterator[Any]:
    """Give a function `advance(done)`; a bar on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    columns = (TextColumn(translate(text)), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=total)
        yield lambda done: bar.update(task, completed=done)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
