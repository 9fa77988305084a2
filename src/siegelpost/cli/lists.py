"""`siegelpost list …`"""

import typer

from siegelpost.audience.reads import lists_of
from siegelpost.audience.services import create_list
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, say, table

app = App(t(_("Create and show lists.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))


@app.command(help=t(_("Create a list that people can be imported into or sign up to.")))
def create(slug: str, name: str, description: str = typer.Option("", help=t(_("What the list is for."))), json: bool = JSON) -> None:
    """Exit 4 for a name that is taken or malformed."""
    tenant = tenant_of(slug)
    number = create_list(tenant, name, description=description, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"id": number, "name": name.strip()})
    else:
        say(_("List “{name}” is ready."), name=name.strip())


@app.command("list", help=t(_("Show all lists and how many people are on each.")))
def list_lists(slug: str, json: bool = JSON) -> None:
    """Names and numbers only, no person's data."""
    rows = lists_of(tenant_of(slug))
    if json:
        as_json([{"id": row.id, "name": row.name, "description": row.description, "subscribers": row.members} for row in rows])
    else:
        table([_("List"), _("Subscribers"), _("Description")], [(row.name, row.members, row.description) for row in rows])
