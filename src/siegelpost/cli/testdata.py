"""`siegelpost testdata`"""

from pathlib import Path

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.faults import UsageWrong
from siegelpost.cli.output import as_json, number, progress, say, table
from siegelpost.flows.take_in import take_in
from siegelpost.flows.testdata import BYTES, MOST, Wanted, make_test_data
from siegelpost.tenancy.handle import TenantDB

app = App()


@app.command(
    "testdata",
    help=t(_("Fill a tenant with made-up people at addresses that belong to nobody; in production only one that holds no real people.")),
)
def fill(
    slug: str,
    subscribers: int = typer.Option(0, min=0, max=MOST, help=t(_("How many people."))),
    seed: int = typer.Option(0, min=0, max=999_999_999, help=t(_("Another number makes other people; the same one the same."))),
    file: Path | None = typer.Option(None, "--from", help=t(_("Instead: a file of `siegelpost pseudonymise` of the production system."))),
    signer: str = typer.Option("", help=t(_("The line by which that command told who signed the file."))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 2 without either; 3 on a production system where the tenant holds real people, and for a file of another signer; 4 for one
    that was changed, or is none."""
    if (subscribers > 0) == (file is not None):
        raise UsageWrong(what=t(_("give either --subscribers or --from")), command="siegelpost testdata")
    tenant = tenant_of(slug)
    if file is not None:
        _take(tenant, file, signer, json)
        return
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


def _take(tenant: TenantDB, file: Path, signer: str, json: bool) -> None:
    with progress(_("Taking people in"), None) as advance:
        done = take_in(tenant, file, signer, process_settings(), actor=Actor.operator(), now=clock.now(), progress=advance)
    if json:
        as_json({"people": done.people, "known": done.known})
    else:
        say(_("Made-up people stored: {people}; there already: {known}."), people=number(done.people), known=number(done.known))
