"""`siegelpost instruction …`"""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.held import held
from siegelpost.cli.output import as_json, say, table
from siegelpost.evidence.input_switch import is_on
from siegelpost.flows.instructions import answer_instruction, end_instruction, record_instruction
from siegelpost.governance.instructions.documents import read_document
from siegelpost.governance.instructions.reads import instruction, instructions, wording
from siegelpost.governance.instructions.rules import CARRIED_OUT, INPUT_LOG, KINDS, OBJECTED, STATES, Term
from siegelpost.governance.instructions.services import NewInstruction, today
from siegelpost.governance.instructions.written import check_signature
from siegelpost.tenancy.home import home

app = App(t(_("Keep the register of instructions: what a tenant told us to do, in writing.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
NOTE = typer.Option("", help=t(_("A word about it, for whoever reads the register.")))
DAYS = ["%Y-%m-%d"]


@app.command(help=t(_("Record an instruction with its wording or a scan of it.")))
@held
def record(
    slug: str,
    kind: str = typer.Option(help=t(_("input-log, personalised-measuring, suppression-override, transfer-deviation, retention or other."))),
    text_file: Path = typer.Option(help=t(_("The document: text, or a scan up to 10 MB."))),
    by: str = typer.Option(help=t(_("The person of the document; somebody entitled, unless the operator itself is the controller."))),
    since: datetime | None = typer.Option(None, "--from", formats=DAYS, help=t(_("First day on which it holds; today without."))),
    until: datetime | None = typer.Option(None, formats=DAYS, help=t(_("Last day on which it holds; without, until somebody ends it."))),
    form: str = typer.Option("", help=t(_("How it came: esigned or signed; somebody else checks the signature afterwards."))),
    only_record: bool = typer.Option(
        False, "--only-record", help=t(_("Do not carry it out: one about the input log turns it on otherwise."))
    ),
    json: bool = JSON,
) -> None:
    """Exit 3 where the person is not entitled, 4 where the document or a date cannot be used."""
    tenant, now = tenant_of(slug), clock.now()
    term = Term(since.date() if since else today(now), until.date() if until else None)
    new = NewInstruction(kind=kind, document=read_document(text_file), given_by=by, term=term, form=form)
    number = record_instruction(tenant, new, carry_out=not only_record, actor=Actor.operator(), now=now)
    found = instruction(tenant, number, now=now)
    if json:
        as_json({"id": number, "kind": kind, "state": found.state, "hash": found.digest})
        return
    say(_("Instruction {id} is recorded: {state}."), id=number, state=t(STATES[found.state]))
    if kind == INPUT_LOG:
        say(_("The input log is on.") if is_on(tenant) else _("The input log is off."))


@app.command("list", help=t(_("List all instructions, the newest first.")))
def list_instructions(slug: str, json: bool = JSON) -> None:
    """Exit 4 for an unknown tenant."""
    rows = instructions(tenant_of(slug), now=clock.now())
    if json:
        as_json([asdict(one) for one in rows])
        return
    columns = [_("No."), _("Kind"), _("State"), _("Given by"), _("Valid from"), _("Until")]
    table(columns, [(str(one.id), one.kind, t(STATES[one.state]), one.given_by, one.valid_from, one.valid_until or "") for one in rows])


@app.command(help=t(_("Print the wording of an instruction.")))
def show(slug: str, number: int, json: bool = JSON) -> None:
    """Exit 4 where there is none; a scan is not printed."""
    tenant = tenant_of(slug)
    found, text = instruction(tenant, number, now=clock.now()), wording(tenant, number, folder=home().tenant(slug))
    if json:
        as_json({**asdict(found), "text": text})
        return
    typer.echo(text) if text is not None else say(_("The document is a scan; the page “Instructions” hands it out."))


@app.command(help=t(_("Answer an instruction: it was carried out, or we object to it. Once.")))
def answer(
    slug: str,
    number: int,
    objected: bool = typer.Option(False, "--object", help=t(_("We think that it is unlawful; nothing rests on it any more."))),
    note: str = NOTE,
    json: bool = JSON,
) -> None:
    """Exit 3 where it has its answer."""
    how = OBJECTED if objected else CARRIED_OUT
    answer_instruction(tenant_of(slug), number, how, note=note, actor=Actor.operator(), now=clock.now())
    _tell(slug, number, json)


@app.command(help=t(_("Say that the signature of an instruction was checked, and how. By somebody else than whoever recorded it.")))
def check(
    slug: str,
    number: int,
    note: str = typer.Option(..., help=t(_("How it was checked: the report of a validation, a signature on file, a call back."))),
    unsound: bool = typer.Option(False, "--unsound", help=t(_("It is not the signature of this person."))),
    json: bool = JSON,
) -> None:
    """Exit 3 where there is nothing to check, or whoever acts recorded it."""
    check_signature(tenant_of(slug), number, sound=not unsound, note=note, actor=Actor.operator(), now=clock.now())
    _tell(slug, number, json)


@app.command(help=t(_("End an instruction now; what rested on it is switched off.")))
def end(slug: str, number: int, note: str = NOTE, json: bool = JSON) -> None:
    """Exit 3 where it has ended."""
    end_instruction(tenant_of(slug), number, note=note, actor=Actor.operator(), now=clock.now())
    _tell(slug, number, json)


def _tell(slug: str, number: int, json: bool) -> None:
    found = instruction(tenant_of(slug), number, now=clock.now())
    if json:
        as_json({"id": number, "kind": found.kind, "state": found.state})
    else:
        say(_("Instruction {id} ({kind}): {state}."), id=number, kind=t(KINDS[found.kind]), state=t(STATES[found.state]))
