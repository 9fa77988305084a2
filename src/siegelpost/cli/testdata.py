"""`siegelpost testdata`"""

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, number, progress, table
from siegelpost.flows.testdata import BYTES, MOST, Wanted, make_test_data

app = App()


@app.command(
    "testdata",
    help=t(_("Fill a tenant with made-up people at addresses that belong to nobody; in production only one that holds no real people.")),
)
def fill(
    slug: str,
    subscribers: int = typer.Option(..., min=1, max=MOST, help=t(_("How many people."))),
    seed: int = typer.Option(0, min=0, max=999_999_999, help=t(_("Another number makes other people; the same one the same."))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 3 on a production system where the tenant holds real people."""
    tenant = tenant_of(slug)
    wanted = Wanted(count=subscribers, seed=seed)
    with progress(_("Making people up"), subscribers * BYTES) as advance:
        filled = make_test_data(tenant, wanted, process_settings(), actor=Actor.operator(), now=clock.now(), progress=advance)
    if json:
        lists = [
            {"id": one.id, "name": one.name, "rows": one.tally.rows, "added": one.tally.added, "unchanged": one.tally.unchanged}
            for one in filled
        ]
        as_json({"subscribers": subscribers, "seed": seed, "lists": lists})
    else:
        rows = [(one.name, number(one.tally.rows), number(one.tally.added)) for one in filled]
        table([_("List"), _("Rows"), _("Added")], rows)
