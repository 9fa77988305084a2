"""`siegelpost list …`"""

import typer

from siegelpost.audience.catalogue import ListWords, change_list
from siegelpost.audience.reads import list_by_name, lists_of
from siegelpost.audience.services import ListUse, create_list
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, say, table
from siegelpost.flows.purposes import join_purposes

app = App(t(_("Create and show lists.")))

PURPOSE = typer.Option("", help=t(_("For what its people are written to, on one line.")))
GROUND = typer.Option("", help=t(_("Why that is allowed, on one line, e.g. Art. 6(1)(a) GDPR.")))
JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))


@app.command(help=t(_("Create a list that people can be imported into or sign up to.")))
def create(
    slug: str,
    name: str,
    description: str = typer.Option("", help=t(_("What the list is for."))),
    purpose: str = PURPOSE,
    ground: str = GROUND,
    json: bool = JSON,
) -> None:
    """Exit 4 for a name that is taken or malformed."""
    tenant, use = tenant_of(slug), ListUse(purpose, ground)
    number = create_list(tenant, name, description=description, use=use, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"id": number, "name": name.strip()})
    else:
        say(_("List “{name}” is ready."), name=name.strip())


@app.command("list", help=t(_("Show all lists and how many people are on each.")))
def list_lists(slug: str, json: bool = JSON) -> None:
    """Names and numbers only, no person's data."""
    rows = lists_of(tenant_of(slug))
    if json:
        as_json(
            [
                {
                    "id": row.id,
                    "name": row.name,
                    "description": row.description,
                    "subscribers": row.members,
                    "purpose": row.purpose,
                    "ground": row.ground,
                }
                for row in rows
            ]
        )
    else:
        columns = [_("List"), _("Subscribers"), _("Purpose"), _("Legal ground"), _("Description")]
        table(columns, [(row.name, row.members, row.purpose, row.ground, row.description) for row in rows])


@app.command(help=t(_("Say for what the people of a list are written to, and why that is allowed.")))
def purpose(
    slug: str,
    list_name: str = typer.Argument(..., metavar="LIST", help=t(_("Name of the list."))),
    purpose: str = PURPOSE,
    ground: str = GROUND,
    json: bool = JSON,
) -> None:
    """Exit 4 for an unknown list, and for more than one line of 200 characters."""
    tenant = tenant_of(slug)
    one = list_by_name(tenant, list_name)
    words = ListWords(one.name, one.description, one.folder_id, purpose, ground)
    change_list(tenant, one.id, words, actor=Actor.operator(), now=clock.now())
    found = list_by_name(tenant, list_name)
    if json:
        as_json({"id": found.id, "name": found.name, "purpose": found.purpose, "ground": found.ground})
    else:
        say(_("List “{name}”: {purpose} ({ground})"), name=found.name, purpose=found.purpose or "–", ground=found.ground or "–")


@app.command(help=t(_("Let one mailing serve the purposes of two lists, as an instruction asks for it.")))
def join(
    slug: str,
    list_name: str = typer.Argument(..., metavar="LIST", help=t(_("Name of the list."))),
    other: str = typer.Argument(..., help=t(_("Name of the other list."))),
    instruction: int = typer.Option(..., help=t(_("Instruction that asks for it, of the kind “other”."))),
    json: bool = JSON,
) -> None:
    """Exit 3 without a valid instruction."""
    join_purposes(tenant_of(slug), list_name, other, instruction_id=instruction, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"lists": [list_name, other], "instruction": instruction})
    else:
        say(_("One mailing may go to both, as long as instruction {id} holds."), id=instruction)
