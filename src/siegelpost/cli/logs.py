"""`siegelpost log …`"""

from datetime import datetime
from pathlib import Path

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli import person_search
from siegelpost.cli.app import App
from siegelpost.cli.context import log_of, tenant_of
from siegelpost.cli.faults import UsageWrong
from siegelpost.cli.output import as_json, number, say
from siegelpost.evidence.access import unreadable
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


@app.command(help=t(_("Write the access log of some days as a CSV file, by number; or ask to see what one person did.")))
def access(
    slug: str,
    first: datetime | None = typer.Option(None, "--from", formats=DAYS, help=t(_("First day, UTC."))),
    last: datetime | None = typer.Option(None, "--to", formats=DAYS, help=t(_("Last day, UTC."))),
    csv: Path | None = typer.Option(None, help=t(_("File to write."))),
    person: str = typer.Option("", help=t(_("Address of somebody of the staff: asks to see what they did; a second person must agree."))),
    reason: str = typer.Option("", help=t(_("Why; whoever agrees reads it."))),
    json: bool = JSON,
) -> None:
    """`operator` is the log of logins and of the installation. Exit 2 without days and file, or without a person; 3 for whoever may
    not ask; 4 for a file that cannot be made, 5 where the log was changed."""
    whose = log_of(slug)
    if person:
        person_search.ask(whose, person, reason, json=json)
        return
    if first is None or last is None or csv is None:
        raise UsageWrong(what=t(_("--from, --to and --csv go together; or name a --person")), command="siegelpost log access")
    n = write_access_csv(whose, csv, first.date(), last.date(), actor=Actor.operator(), now=clock.now())
    sealed = unreadable(whose, first.date(), last.date())
    if json:
        as_json({"lines": n, "unreadable": sum(sealed.values()), "file": str(csv)})
        return
    say(_("Lines in {file}: {n}"), n=number(n), file=csv)
    for day, missing in sealed.items():
        say(_("Of {day} {n} accesses cannot be opened: their key is not in this copy of the data."), day=day, n=number(missing))


@app.command(help=t(_("List requests to see what a person of the staff did, and what became of them.")))
def requests(slug: str, json: bool = JSON) -> None:
    """`operator` for those about the operator's log."""
    person_search.show_all(log_of(slug), json=json)


@app.command(help=t(_("Agree, as a second person, to a request to see what somebody did; asks who you are.")))
def agree(
    slug: str,
    request: int,
    refuse: bool = typer.Option(False, "--refuse", help=t(_("Refuse it instead."))),
    json: bool = JSON,
) -> None:
    """Exit 3 for one's own request, for one that is answered, or without the right."""
    person_search.answer(log_of(slug), request, agreed=not refuse, json=json)


@app.command(help=t(_("Show what a person of the staff did, once a second person agreed; asks who you are.")))
def found(slug: str, request: int, json: bool = JSON) -> None:
    """Exit 3 for everybody but whoever asked, before it is agreed to and after a day."""
    person_search.show(log_of(slug), request, json=json)


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
