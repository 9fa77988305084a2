"""`siegelpost mailing …`"""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.faults import StateUnknown
from siegelpost.cli.given import FOR, TO, given
from siegelpost.cli.held import held
from siegelpost.cli.output import as_json, number, say
from siegelpost.cli.status import STATES, show_status
from siegelpost.cli.words import waits
from siegelpost.flows import copy_mailing as copying
from siegelpost.flows import create_mailing as creating
from siegelpost.flows import steer
from siegelpost.flows.check_mailing import check_mailing, has_errors
from siegelpost.flows.public_address import public_url_of
from siegelpost.flows.recipients import write_recipients
from siegelpost.flows.schedule import start_typed
from siegelpost.flows.send import Wish, pace_typed
from siegelpost.flows.send import send as send_as_wished
from siegelpost.flows.send_again import AGAIN, UNSURE, send_again
from siegelpost.flows.spam import spam_score_of
from siegelpost.flows.status import status as status_of
from siegelpost.flows.status import with_pace
from siegelpost.flows.test_mail import send_test_mail
from siegelpost.flows.wait import wait_until_done
from siegelpost.render.checks import BLOCK, WARN, Finding
from siegelpost.tenancy.handle import TenantDB

app = App(t(_("Create, check, send and steer mailings.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
LEVELS = {BLOCK: _("blocks"), WARN: _("advice")}
REFUSED = 3
IN_PART = 5


@app.command(help=t(_("Create a mailing from a .mjml, .html, .md or .txt file.")))
def create(
    slug: str,
    file: Path = typer.Option(..., help=t(_("The content, in UTF-8."))),
    subject: str = typer.Option(..., help=t(_("The subject; fields such as {{ first_name }} can be used."))),
    sender: str = typer.Option(..., help=t(_("'Name <address>' of a sender that was added."))),
    lists: list[str] = typer.Option(..., "--list", help=t(_("The list to send to; may be given several times."))),
    measure: str = typer.Option("", help=t(_("off, anonymous, opens or clicks; otherwise as the tenant chose."))),
    preheader: str = typer.Option("", help=t(_("The line that mail programs show after the subject."))),
    reply_to: str = typer.Option("", help=t(_("Address for answers, if it is not the sender's."))),
    name: str = typer.Option("", help=t(_("Name for the staff; otherwise the subject."))),
    allow_hosts: list[str] = typer.Option([], "--allow-host", help=t(_("A host of others that images may be loaded from."))),
    json: bool = JSON,
) -> None:
    """Exit 4 for a file, sender or list that cannot be used, 3 for personalised measuring."""
    tenant = tenant_of(slug)
    order = creating.MailingOrder(
        file=file,
        subject=subject,
        sender=sender,
        lists=tuple(lists),
        measure=measure,
        preheader=preheader,
        reply_to=reply_to,
        name=name,
        allow_hosts=tuple(allow_hosts),
    )
    _made(creating.create_mailing(tenant, order, actor=Actor.operator(), now=clock.now()), json)


@app.command(help=t(_("Copy a mailing, whatever its state, into a new draft.")))
def copy(
    slug: str, mailing: int, name: str = typer.Option("", help=t(_("Name of the copy; otherwise the old one."))), json: bool = JSON
) -> None:
    """Exit 4 for a mailing that does not exist."""
    _made(copying.copy_mailing(tenant_of(slug), mailing, name=name, actor=Actor.operator(), now=clock.now()), json)


def _made(mailing_id: int, json: bool) -> None:
    if json:
        as_json({"id": mailing_id, "state": "draft"})
    else:
        say(_("Mailing {id} is a draft."), id=mailing_id)


@app.command(help=t(_("Check a mailing before it is sent.")))
def check(slug: str, mailing: int, json: bool = JSON) -> None:
    """Exit 3 where it could not be sent as it is."""
    findings = check_mailing(tenant_of(slug), mailing, public_host=process_settings().public_host)
    refused = has_errors(findings)
    if json:
        as_json({"id": mailing, "sendable": not refused, "findings": [_plain(one) for one in findings]})
    else:
        for one in findings:
            print("  ".join(part for part in (t(LEVELS[one.level]), one.code, one.place, one.text()) if part))
        say(_("Mailing {id} cannot be sent like this.") if refused else _("Mailing {id} can be sent."), id=mailing)
    if refused:
        raise typer.Exit(REFUSED)


def _plain(one: Finding) -> dict[str, str]:
    return {"level": one.level, "code": one.code, "place": one.place, "text": one.text()}


@app.command(help=t(_("Ask SpamAssassin about the message that a sample person would get; nothing is sent.")))
def spam(slug: str, mailing: int, json: bool = JSON) -> None:
    """Exit 3 where SpamAssassin is not installed or does not answer, or the mailing has no sender that may send."""
    found = spam_score_of(tenant_of(slug), mailing, settings=process_settings(), now=clock.now())
    if json:
        as_json({"id": mailing, **asdict(found)})
        return
    say(_("{points} points; {limit} and more are spam."), points=found.points, limit=found.limit)
    for one in found.rules:
        print(f"{one.points:5.1f}  {one.name}  {one.words}")


@app.command("test", help=t(_("Send one mail of a mailing to an address, to look at it.")))
def try_out(
    slug: str,
    mailing: int,
    email: str,
    like: str = typer.Option("", help=t(_("Address of a subscriber whose fields are filled in; otherwise samples."))),
    json: bool = JSON,
) -> None:
    """Exit 3 for an address that must not be written to."""
    tenant = tenant_of(slug)
    url = public_url_of(tenant, process_settings())
    made = send_test_mail(tenant, mailing, email, like=like, public_url=url, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"outgoing": made})
    else:
        say(_("The test is on its way; a running serve or worker sends it."))


@app.command(help=t(_("Freeze the recipients and send; the rest is done by the running serve or worker.")))
@held
def send(
    slug: str,
    mailing: int,
    at: str = typer.Option("", help=t(_("Start by itself at this time, e.g. 2026-12-01T09:00; the recipients are frozen then."))),
    per_hour: int = typer.Option(0, min=0, help=t(_("At most so many messages in an hour, spread evenly; 0 is no limit."))),
    per_day: int = typer.Option(0, min=0, help=t(_("At most so many messages from midnight to midnight; 0 is no limit."))),
    windows: list[str] = typer.Option([], "--window", help=t(_("Send only then, e.g. 'Mo-Fr 08:00-18:00'; may be given several times."))),
    wait: bool = typer.Option(False, "--wait", help=t(_("End when it is finished, paused or cancelled."))),
    json: bool = JSON,
) -> None:
    """Exit 3 where a check or the state refuses, 4 for a time or window that cannot be used; with --wait 5 where it was not finished."""
    tenant, settings, now = tenant_of(slug), process_settings(), clock.now()
    pace = pace_typed(settings, per_hour=per_hour, per_day=per_day, windows=windows)
    wish = Wish(start_at=start_typed(at, settings, now) if at else None, pace=pace)
    send_as_wished(tenant, mailing, wish, settings=settings, actor=Actor.operator(), now=now)
    found = wait_until_done(tenant, mailing, settings=settings, progress=_Course(json)) if wait else status_of(tenant, mailing)
    _tell(tenant, found, json)
    if wait and found["state"] != "finished":
        raise typer.Exit(IN_PART)


class _Course:
    """Tells people, once each time, that a mailing waits for the relay and that it goes on."""

    def __init__(self, json: bool) -> None:
        self._quiet, self._waits = json, ""

    def __call__(self, found: dict[str, Any]) -> None:
        now = found["relay"]["code"] if found["relay"] else ""
        if now != self._waits and not self._quiet:
            say(_("It waits for the relay: {why}."), why=waits(found["relay"])) if now else say(_("The relay works again."))
        self._waits = now


@app.command(help=t(_("Send messages again that did not arrive; consent is asked once more.")))
def again(
    slug: str,
    mailing: int,
    state: str = typer.Option(..., help=t(_("blocked, unsure, expired or bounced (those whose address may be good)."))),
    twice_ok: bool = typer.Option(False, "--twice-ok", help=t(_("For unsure ones: somebody may get the mailing twice."))),
    json: bool = JSON,
) -> None:
    """Exit 2 for another state or for unsure ones without --twice-ok, 3 for a mailing that was cancelled or never launched."""
    if state not in AGAIN:
        raise StateUnknown(states=", ".join(AGAIN))
    if state == UNSURE and not twice_ok:
        raise typer.BadParameter(t(_("say --twice-ok: nobody knows whether these messages arrived")))
    tenant = tenant_of(slug)
    n = send_again(tenant, mailing, state, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"again": n})
    else:
        say(_("Messages that are sent again: {n}"), n=number(n))


@app.command(help=t(_("Pause a mailing; messages on their way are finished.")))
def pause(slug: str, mailing: int, json: bool = JSON) -> None:
    """Exit 3 for a mailing that is not being sent."""
    tenant = tenant_of(slug)
    steer.pause(tenant, mailing, actor=Actor.operator(), now=clock.now())
    _tell(tenant, status_of(tenant, mailing), json)


@app.command(help=t(_("Go on with a paused mailing.")))
def resume(slug: str, mailing: int, json: bool = JSON) -> None:
    """Exit 3 for a mailing that is not paused."""
    tenant = tenant_of(slug)
    steer.resume(tenant, mailing, actor=Actor.operator(), now=clock.now())
    _tell(tenant, status_of(tenant, mailing), json)


@app.command(help=t(_("End a mailing; who was not reached yet gets nothing. One that has not started becomes a draft again.")))
def cancel(slug: str, mailing: int, json: bool = JSON) -> None:
    """Exit 3 for a mailing that has ended."""
    tenant = tenant_of(slug)
    steer.cancel(tenant, mailing, actor=Actor.operator(), now=clock.now())
    _tell(tenant, status_of(tenant, mailing), json)


@app.command(help=t(_("Show where a mailing stands and how its numbers add up.")))
def status(slug: str, mailing: int, json: bool = JSON) -> None:
    """Exit 4 for a mailing that does not exist."""
    tenant = tenant_of(slug)
    _tell(tenant, status_of(tenant, mailing), json)


@app.command(help=t(_("Write who got a mailing and what became of each message into a CSV file.")))
@held
def recipients(
    slug: str,
    mailing: int,
    csv: Path = typer.Option(..., help=t(_("The file to write; only you can read it."))),
    state: str = typer.Option("", help=t(_("Only those in this state, e.g. bounced."))),
    recipient: str = TO,
    purpose: str = FOR,
    json: bool = JSON,
) -> None:
    """Exit 2 for a state that does not exist, 3 in another controller's tenant without an open access, 4 for a file that cannot be made."""
    if state and state not in STATES:
        raise StateUnknown(states=", ".join(STATES))
    tenant, to = tenant_of(slug), given(recipient, purpose)
    written = write_recipients(tenant, mailing, state or None, csv, given=to, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"rows": written, "file": str(csv)})
    else:
        say(_("Rows in {file}: {rows}"), rows=number(written), file=csv)


def _tell(tenant: TenantDB, status: dict[str, Any], json: bool) -> None:
    found = with_pace(tenant, status, settings=process_settings(), now=clock.now())
    if json:
        as_json(found)
    else:
        show_status(found)
