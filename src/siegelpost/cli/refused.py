"""`siegelpost refused`"""

from pathlib import Path

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.held import held
from siegelpost.cli.output import as_json, number, say
from siegelpost.flows.refused_rows import write_refused
from siegelpost.flows.run_import import folder_of

app = App()


@app.command("refused", help=t(_("Write the rows that an import refused, with reasons, into a file in clear text.")))
@held
def refused(
    slug: str,
    import_id: int = typer.Argument(..., metavar="IMPORT", help=t(_("Number of the import."))),
    file: Path = typer.Argument(..., help=t(_("File to write."))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """For those that were kept encrypted; exit 4 where the import refused none, or wrote them into a file of the caller's."""
    tenant = tenant_of(slug)
    size = write_refused(tenant, import_id, folder_of(tenant), file, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"file": str(file), "bytes": size})
        return
    say(_("Bytes in {file}: {n}"), n=number(size), file=file)
