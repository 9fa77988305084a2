"""`siegelpost disclosure record`"""

from datetime import datetime
from pathlib import Path

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, say
from siegelpost.flows.record_disclosure import Happened, record_disclosure
from siegelpost.governance.disclosures.errors import PeopleFileUnusable

app = App(t(_("Write into the disclosure register what went out past the system.")))

DAYS = ["%Y-%m-%d"]


@app.callback()
def words() -> None:
    """Without this typer would leave out "record", as the only word."""


@app.command(help=t(_("Record that data of people went to an authority, a processor or somebody else past the system.")))
def record(
    slug: str,
    kind: str = typer.Option(help=t(_("authority, processor or other."))),
    recipient: str = typer.Option(help=t(_("Who got it: a body or person."))),
    ground: str = typer.Option(help=t(_("Legal ground: an article, an order."))),
    purpose: str = typer.Option(help=t(_("What for; the file number of an authority."))),
    category: list[str] = typer.Option(
        help=t(_("contact, profile, content, delivery, rows, acts, staff or recipients; several times for several."))
    ),
    way: str = typer.Option(help=t(_("letter, e-mail, portal, carrier, in-person, spoken or inspection."))),
    people: Path = typer.Option(help=t(_("File with an address or the number of a subscriber on each line; - reads standard input."))),
    day: datetime | None = typer.Option(None, formats=DAYS, help=t(_("Day on which it happened, UTC; today without."))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 4 for a word that the register does not know, a day to come, or lines that name nobody."""
    said = Happened(
        kind=kind, recipient=recipient, ground=ground, purpose=purpose, categories=tuple(category), way=way,
        day=day.date() if day else None,
    )  # fmt: skip
    number = record_disclosure(tenant_of(slug), said, _lines(people), actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"id": number})
    else:
        say(_("Entry {id} of the disclosure register is recorded."), id=number)


def _lines(file: Path) -> list[str]:
    try:
        data = typer.get_binary_stream("stdin").read() if str(file) == "-" else file.read_bytes()
        return data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as reason:
        raise PeopleFileUnusable(why="UTF-8") from reason
    except OSError as reason:
        raise PeopleFileUnusable(why=reason.strerror or file.name) from reason
