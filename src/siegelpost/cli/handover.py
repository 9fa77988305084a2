"""`siegelpost handover …`"""

import os
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, say, table
from siegelpost.flows import hand_over as flow
from siegelpost.flows.handing_out import file_of_command
from siegelpost.governance.disclosures.rules import COMMAND
from siegelpost.governance.handover import exceptions, rules
from siegelpost.governance.handover.contents import read_upload
from siegelpost.governance.handover.errors import FileUnusable
from siegelpost.governance.handover.reads import hand_over, hand_overs
from siegelpost.governance.handover.services import NewHandOver, record_path

app = App(t(_("Hand data to somebody outside: encrypted, with the password on another path.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
UNTIL = typer.Option(..., formats=["%Y-%m-%d"], help=t(_("Last day; a year from now at the latest.")))
WHO = Actor.operator()


@app.command(help=t(_("Prepare a hand-over: what, to whom, and why. The file is held until a scanner has seen it.")))
def prepare(
    slug: str,
    file: Path,
    to: str = typer.Option(help=t(_("Person or body that receives it."))),
    purpose: str = typer.Option(help=t(_("What the contract needs it for."))),
    categories: str = typer.Option(help=t(_("Kinds of data, for example name, e-mail address."))),
    records: int = typer.Option(help=t(_("How many records."))),
    email: str = typer.Option("", help=t(_("Address to which it may be mailed."))),
    phone: str = typer.Option("", help=t(_("Phone number on file, to which the password may be said."))),
    format: str = typer.Option(rules.ZIP, help=t(_("zip, pdf or age; plain (not encrypted) takes a deviation."))),
    by_mail: bool = typer.Option(
        False, "--password-by-mail", help=t(_("The password may go to the mailbox of the file; takes a deviation."))
    ),
    json: bool = JSON,
) -> None:
    """Exit 3 without a deviation that is needed, 4 where the file or a line cannot be used."""
    tenant = tenant_of(slug)
    try:
        with file.open("rb") as opened:
            content = flow.upload_content(file.name, read_upload(opened))
    except OSError as reason:
        raise FileUnusable(why=reason.strerror or file.name) from reason
    new = NewHandOver(
        receiver=to, email=email, phone=phone, purpose=purpose, categories=categories, records=records, format=format, by_mail=by_mail
    )
    _tell(slug, flow.prepare(tenant, new, content, actor=WHO, now=clock.now()), json)


@app.command(help=t(_("Encrypt the file of a hand-over and print its password, once.")))
def encrypt(slug: str, number: int, json: bool = JSON) -> None:
    """Exit 3 where it is held, or the password was shown before."""
    tenant = tenant_of(slug)
    password = flow.encrypt(tenant, number, actor=WHO, now=clock.now())
    found = hand_over(tenant, number, now=clock.now()).encryption
    if json:
        as_json({"id": number, "password": password, "hash": found and found.digest, "algorithm": found and found.algorithm})
        return
    if not password:
        say(_("The file is not encrypted, as the deviation allows."))
        return
    say(_("Password: {password}"), password=password)
    say(_("It is shown this once and kept nowhere. Tell it on another path than the file, then: `siegelpost handover password`."))


@app.command(help=t(_("Write the file of a hand-over to disk, once; then it is destroyed here.")))
def take(slug: str, number: int, folder: Path, json: bool = JSON) -> None:
    """Exit 3 where it expired or was taken."""
    tenant = tenant_of(slug)
    if not (folder.is_dir() and os.access(folder, os.W_OK)):  # before the only copy is given away
        raise FileUnusable(why=t(_("there is no such folder, or nobody may write to it")))
    file = flow.take(tenant, number, channel=COMMAND, actor=WHO, now=clock.now())
    path = folder / file.name
    with file_of_command(tenant, path, rules.TAKING_ACTS[0], now=clock.now()) as out:
        out.write(file.data)
    if json:
        as_json({"id": number, "file": str(path)})
    else:
        say(_("Written: {file}"), file=path)


@app.command(help=t(_("Mail the file of a hand-over to its receiver.")))
def mail(
    slug: str,
    number: int,
    text: str = typer.Option("", help=t(_("What stands below the cover; never the password."))),
    json: bool = JSON,
) -> None:
    """Exit 3 where it expired or was taken, 4 without an address."""
    queued = flow.mail(tenant_of(slug), number, text=text, actor=WHO, now=clock.now())
    if json:
        as_json({"id": number, "outgoing": queued})
    else:
        say(_("The mail waits to be sent. Now tell the password on another path."))


@app.command(help=t(_("Record by which path the password went, to whom and when.")))
def password(
    slug: str,
    number: int,
    path: str = typer.Option(help=t(_("phone, sms, letter, in_person, second_person or email (to another address)."))),
    to: str = typer.Option(help=t(_("Person who got it."))),
    target: str = typer.Option("", help=t(_("Number called, or address written to."))),
    at: datetime | None = typer.Option(None, formats=["%Y-%m-%dT%H:%M"], help=t(_("When, in the time zone of the settings; now without."))),
    json: bool = JSON,
) -> None:
    """Exit 3 for a path that leads to the mailbox of the file."""
    tenant, now = tenant_of(slug), clock.now()
    way = rules.Way(path, address=target) if path == rules.EMAIL else rules.Way(path, number=target)
    went_at = at.replace(tzinfo=ZoneInfo(process_settings().time_zone)) if at else now
    record_path(tenant, number, way, to_whom=to, went_at=went_at, actor=WHO, now=now)
    _tell(slug, number, json)


@app.command(help=t(_("Let the malware scanner look at a held file.")))
def scan(slug: str, number: int, json: bool = JSON) -> None:
    """Exit 3 where it stays held or malware was found."""
    flow.scan(tenant_of(slug), number, actor=WHO, now=clock.now())
    _tell(slug, number, json)


@app.command("list", help=t(_("List all hand-overs, the newest first.")))
def list_hand_overs(slug: str, json: bool = JSON) -> None:
    """Exit 4 for an unknown tenant."""
    now = clock.now()
    rows = hand_overs(tenant_of(slug), now=now)
    if json:
        as_json([{**asdict(one), "password_open": one.password_open(now)} for one in rows])
        return
    columns = [_("No."), _("To"), _("State"), _("Format"), _("Records"), _("Path of the password")]
    table(
        columns,
        [
            (str(one.id), one.receiver, t(rules.STATES[one.state]), one.format, one.records, one.path.path if one.path else "")
            for one in rows
        ],
    )


@app.command(help=t(_("Record a deviation: a weaker way that the tenant has instructed, until a day.")))
def deviate(
    slug: str,
    weakness: str = typer.Argument(help=t(_("unencrypted or password_by_mail."))),
    instruction: int = typer.Option(help=t(_("Number of the instruction, of the kind transfer-deviation."))),
    until: datetime = UNTIL,
    accept: bool = typer.Option(False, "--accept-risk", help=t(_("The risk, which is printed without this, is known and accepted."))),
    json: bool = JSON,
) -> None:
    """Exit 3 without an instruction, or where the risk was not accepted."""
    tenant = tenant_of(slug)
    if not accept and weakness in rules.RISKS:
        typer.echo(t(rules.RISKS[weakness]), err=True)
    number = exceptions.deviate(
        tenant, weakness, instruction_id=instruction, until=until.date(), risk_accepted=accept, actor=WHO, now=clock.now()
    )
    if json:
        as_json({"id": number, "weakness": weakness, "until": until.date()})
    else:
        say(_("Deviation {id} holds until {day}."), id=number, day=until.date())


@app.command(help=t(_("Bear the risk of uploads that no malware scanner has seen, until a day; or end that.")))
def unscanned(
    slug: str,
    reason: str = typer.Option("", help=t(_("Why."))),
    until: datetime | None = typer.Option(
        None, formats=["%Y-%m-%d"], help=t(_("Last day; a year from now at the latest. Without: no longer."))
    ),
    json: bool = JSON,
) -> None:
    """Exit 4 for a day that cannot be."""
    tenant, now = tenant_of(slug), clock.now()
    if until:
        exceptions.accept_unscanned(tenant, reason=reason, until=until.date(), actor=WHO, now=now)
    else:
        exceptions.end_unscanned(tenant, actor=WHO, now=now)
    found = exceptions.unscanned_risk(tenant, now=now)
    if json:
        as_json({"until": found.until if found else None})
    elif found:
        say(_("Uploads may go unscanned until {day} where no scanner answers."), day=found.until)
    else:
        say(_("Uploads are held until a scanner has seen them."))


def _tell(slug: str, number: int, json: bool) -> None:
    found = hand_over(tenant_of(slug), number, now=clock.now())
    if json:
        as_json({"id": number, "state": found.state, "expires": found.expires})
    else:
        say(_("Hand-over {id}: {state}."), id=number, state=t(rules.STATES[found.state]))
