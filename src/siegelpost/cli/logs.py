"""`siegelpost log …`"""

from datetime import datetime
from pathlib import Path

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import log_of, tenant_of
from siegelpost.cli.output import as_json, number, say
from siegelpost.evidence.input_check import DIFFERENCES, compare
from siegelpost.evidence.input_switch import is_on
from siegelpost.flows.access_log import write_access_csv
from siegelpost.flows.input_log import switch_input_log, write_csv_file

app = App(t(_("Hand out access log and input log, switch the input log, compare its two sources.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
DAYS = ["%Y-%m-%d"]
FOUND = 4


@app.command("input", help=t(_("Write the input log of up to three months as a CSV file, with signature and proof beside it.")))
def input_log(
    slug: str,
    first: datetime = typer.Option(..., "--from", formats=DAYS, help=t(_("First day, UTC."))),
    last: datetime = typer.Option(..., "--to", formats=DAYS, help=t(_("Last day, UTC."))),
    csv: Path = typer.Option(
        ..., help=t(_("File to write; its signature goes into FILE.sig, the proof that the log holds it into FILE.proof."))
    ),
    json: bool = JSON,
) -> None:
    """Exit 4 for more than three months or a file that cannot be made."""
    tenant = tenant_of(slug)
    done = write_csv_file(tenant, csv, first.date(), last.date(), actor=Actor.operator(), now=clock.now())
    if json:
        as_json(
            {
                "lines": done.lines,
                "sha256": done.digest,
                "file": str(csv),
                "signature": f"{csv}.sig",
                "proof": f"{csv}.proof",
                "on": is_on(tenant),
            }
        )
        return
    say(
        _("Lines in {file}: {n}. Keep {file}.sig and {file}.proof with it: `siegelpost evidence verify {file}` needs them."),
        n=number(done.lines),
        file=csv,
    )


@app.command(help=t(_("Write the access log of some days as a CSV file; people stand there by their number.")))
def access(
    slug: str,
    first: datetime = typer.Option(..., "--from", formats=DAYS, help=t(_("First day, UTC."))),
    last: datetime = typer.Option(..., "--to", formats=DAYS, help=t(_("Last day, UTC."))),
    csv: Path = typer.Option(..., help=t(_("File to write."))),
    json: bool = JSON,
) -> None:
    """`operator` is the log of logins and of the installation. Exit 4 for a file that cannot be made, 5 where the log was changed."""
    n = write_access_csv(log_of(slug), csv, first.date(), last.date(), actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"lines": n, "file": str(csv)})
    else:
        say(_("Lines in {file}: {n}"), n=number(n), file=csv)


@app.command(help=t(_("Switch the input log on or off; needs a valid instruction of the tenant.")))
def switch(
    slug: str,
    on: bool = typer.Argument(help=t(_("on or off"))),
    instruction: int = typer.Option(..., help=t(_("Number of the instruction, of the kind input-log."))),
    json: bool = JSON,
) -> None:
    """Exit 3 without a valid instruction."""
    changed = switch_input_log(tenant_of(slug), on, instruction_id=instruction, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"on": on, "changed": changed})
    else:
        say(_("The input log is on.") if on else _("The input log is off."))


@app.command(help=t(_("Compare the entries of the database with what the system says of them; the worker does it every hour.")))
def check(slug: str, json: bool = JSON) -> None:
    """Exit 4 where they differ."""
    found = compare(tenant_of(slug), now=clock.now())
    differences = found.differences if found else {}
    if json:
        as_json({"on": is_on(tenant_of(slug)), "entries": found.entries if found else 0, "differences": differences})
    elif found is None:
        say(_("The input log was never on."))
    else:
        say(_("New entries: {n}"), n=number(found.entries))
        for kind, facts in differences.items():
            say(DIFFERENCES[kind], **facts)
    if differences:
        raise typer.Exit(FOUND)
