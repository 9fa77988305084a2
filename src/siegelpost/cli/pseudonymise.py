"""`siegelpost pseudonymise`"""

from pathlib import Path

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, number, progress, say
from siegelpost.flows.pseudonymise import pseudonymise

app = App()


@app.command(
    "pseudonymise", help=t(_("Write made-up people in the shape of those of a tenant into a file for a test system: nobody real is in it."))
)
def draw(
    slug: str,
    file: Path,
    reason: str = typer.Option(..., help=t(_("What is to be tried out; it goes into the tenant's log."))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 3 without an open access in the tenant of another controller; 4 for fewer than a hundred people, or without a reason."""
    tenant = tenant_of(slug)
    with progress(_("Making people up"), None) as advance:
        done = pseudonymise(tenant, file, reason, actor=Actor.operator(), now=clock.now(), progress=advance)
    if json:
        as_json({"file": str(file), "people": done.people, "merged": done.merged, "signer": done.signer})
        return
    say(
        _("Made-up people in {file}: {people}. Nothing in it is about fewer than 20 people; values put together: {merged}."),
        file=file,
        people=number(done.people),
        merged=number(done.merged),
    )
    say(_("On the test system: siegelpost testdata SLUG --from {file} --signer '{signer}'"), file=file, signer=done.signer)
