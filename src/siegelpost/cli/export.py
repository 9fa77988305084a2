"""`siegelpost export`"""

from pathlib import Path

import typer

from siegelpost.audience.reads import list_by_name
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.given import FOR, TO, given
from siegelpost.cli.held import held
from siegelpost.cli.output import as_json, number, progress, say
from siegelpost.flows.export_list import export_list

app = App()


@app.command(help=t(_("Write the people of a list into a CSV file, readable for its owner only.")))
@held
def export(
    slug: str,
    file: Path,
    list_name: str = typer.Option(..., "--list", help=t(_("Name of the list."))),
    recipient: str = TO,
    purpose: str = FOR,
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 4 where the list or the folder of the file does not exist."""
    tenant = tenant_of(slug)
    wanted = list_by_name(tenant, list_name)
    with progress(_("Exporting"), wanted.members) as advance:
        rows = export_list(tenant, wanted, file, given=given(recipient, purpose), actor=Actor.operator(), now=clock.now(), progress=advance)
    if json:
        as_json({"rows": rows, "file": str(file)})
    else:
        say(_("People in {file}: {rows}"), rows=number(rows), file=file)
