"""How commands speak: JSON for programs, plain lines and small tables for people, progress where somebody looks."""

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from siegelpost.base.i18n import current_language, translate
from siegelpost.base.settings import process_settings


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
        shown.add_row(*(_shown(value) for value in row))
    Console().print(shown)


def facts(pairs: Mapping[str, object]) -> None:
    """Print name and value, one pair a line; names are English msgids."""
    width = max((len(translate(name)) for name in pairs), default=0)
    for name, value in pairs.items():
        print(f"{translate(name):<{width}}  {_shown(value)}")


def number(n: float) -> str:
    """A count or a ratio as the reader's language writes it: 1,440 and 0.6, in German 1.440 and 0,6."""
    return f"{n:,}".translate(str.maketrans(",.", ".,")) if current_language() == "de" else f"{n:,}"


def moment(text: str) -> str:
    """An ISO moment as date and time in the time zone of the settings, with its offset: 2026-12-01 09:00 +0100."""
    return f"{datetime.fromisoformat(text).astimezone(ZoneInfo(process_settings().time_zone)):%Y-%m-%d %H:%M %z}"


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


def _shown(value: object) -> str:
    """Plain numbers are counts here; whoever shows an id hands over a text."""
    if isinstance(value, list | tuple):
        return " / ".join(_shown(one) for one in value)
    return number(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
