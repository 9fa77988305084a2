"""`siegelpost import`"""

from contextlib import suppress
from pathlib import Path
from typing import Any

import typer

from siegelpost.audience.reads import list_by_name
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, facts, progress, say, table
from siegelpost.consent.customers import Conditions
from siegelpost.flows.import_subscribers import import_subscribers
from siegelpost.intake.orders import ImportOrder, ImportResult
from siegelpost.intake.reasons import explain

app = App()


@app.command(
    "import",
    help=t(_("Import the people of a CSV file into a list. Bad rows do not stop the good ones; they go into a file with their reasons.")),
)
def import_file(
    slug: str,
    file: Path,
    list_name: str = typer.Option(..., "--list", help=t(_("Name of the list."))),
    ground: str = typer.Option("", help=t(_("Why these people may be written to, in your words. Required."))),
    source: str = typer.Option("", help=t(_("Where the data come from. Required."))),
    email_column: str = typer.Option("", help=t(_("Heading of the column with the address."))),
    mode: str = typer.Option("update_add", help=t(_("add: new people only; update: people on the list only; update_add: both."))),
    sale: str = typer.Option("", help=t(_("Existing customers: with which sale the addresses were received."))),
    goods: str = typer.Option("", help=t(_("Existing customers: which own, similar goods are advertised."))),
    told: str = typer.Option("", help=t(_("Existing customers: where they were told that they can object."))),
    nobody_objected: bool = typer.Option(False, help=t(_("Existing customers: none of them has objected."))),
    refused: Path | None = typer.Option(None, help=t(_("Write refused rows with reasons here, in clear text."))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 0 also with refused rows; 4 for a file that cannot be used; 5 for a fault half-way.

    2 without ground or source, 3 without the conditions of its ground.
    """
    tenant = tenant_of(slug)
    order = ImportOrder(
        list_id=list_by_name(tenant, list_name).id,
        ground=ground,
        source=source,
        mode=mode,
        email_column=email_column,
        customers=Conditions(sale=sale, goods=goods, not_objected=nobody_objected, told=told),
        refused_to=refused,
    )
    with progress(_("Importing"), _size(file)) as advance:
        result = import_subscribers(tenant, file, order, actor=Actor.operator(), now=clock.now(), progress=advance)
    if json:
        as_json(as_data(result))
    else:
        _tell(result)


def _size(file: Path) -> int | None:
    with suppress(OSError):  # the import itself says what is wrong with the file
        return file.stat().st_size if file.is_file() else None
    return None


def as_data(result: ImportResult) -> dict[str, Any]:
    """The result under the keys of CONTRACT.md; `refused_file` is null where nothing was refused."""
    tally = result.tally
    return {
        "id": result.id,
        "rows": tally.rows,
        "added": tally.added,
        "updated": tally.updated,
        "unchanged": tally.unchanged,
        "refused": dict(sorted(tally.refused.items())),
        "refused_file": result.refused_file or None,
        "ignored_columns": list(result.ignored_columns),
    }


SEALED = ".sealed"


def _tell(result: ImportResult) -> None:
    tally = result.tally
    refused = sum(tally.refused.values())
    numbers = {
        _("Rows"): tally.rows,
        _("Added"): tally.added,
        _("Updated"): tally.updated,
        _("Unchanged"): tally.unchanged,
        _("Refused"): refused,
    }
    facts(numbers)
    if result.ignored_columns:
        say(_("Columns without a field, not imported: {columns}."), columns=", ".join(result.ignored_columns))
    if refused:
        print()
        table([_("Refused"), _("Reason")], [(count, explain(reason)) for reason, count in sorted(tally.refused.items())])
        sealed = _("The refused rows are sealed; `siegelpost refused SLUG {id} FILE` writes them in clear.")
        said = sealed if result.refused_file.endswith(SEALED) else _("The refused rows are in {file}.")
        say(said, file=result.refused_file, id=result.id)
