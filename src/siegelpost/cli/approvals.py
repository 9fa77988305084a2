"""`siegelpost approval …`: requests for a second person, decided by somebody who says who they are."""

from typing import Any

import typer

from siegelpost.accounts.approvals.reads import Approval
from siegelpost.accounts.approvals.reads import approval as approval_of
from siegelpost.accounts.approvals.reads import approvals as approvals_of
from siegelpost.accounts.approvals.words import ACTS, STATES
from siegelpost.accounts.reads import names_of
from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, facts, moment, say, table
from siegelpost.cli.person_search import who
from siegelpost.flows import approving

app = App(t(_("See which acts of a tenant wait for a second person, and decide about them.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
NUMBER = typer.Argument(..., metavar="APPROVAL", help=t(_("Number of the request.")))


@app.command("list", help=t(_("List the requests of a tenant, the newest first.")))
def show_all(slug: str, json: bool = JSON) -> None:
    """Exit 0; 4 for an unknown tenant."""
    found = approvals_of(tenant_of(slug), now=clock.now())
    if json:
        as_json([_plain(one) for one in found])
        return
    names = names_of(one.asker.number for one in found)
    table(
        [_("No."), _("What"), _("Asked by"), _("Asked at"), _("State"), _("Reason")],
        [
            (one.id, t(ACTS[one.act]), names.get(one.asker.number, "?"), moment(one.asked_at.isoformat()), t(STATES[one.state]), one.reason)
            for one in found
        ],
    )


@app.command(help=t(_("Show exactly what was asked for, who decided, and what became of it.")))
def show(slug: str, approval: int = NUMBER, json: bool = JSON) -> None:
    """Exit 4 for one that does not exist."""
    found = approval_of(tenant_of(slug), approval, now=clock.now())
    if json:
        as_json(_plain(found))
        return
    names = names_of(number for number in (found.asker.number, found.decided_by) if number is not None)
    said = {_("What"): t(ACTS[found.act]), _("State"): t(STATES[found.state]), _("Reason"): found.reason}
    said |= {_("Asked by"): names.get(found.asker.number, "?"), _("Asked at"): moment(found.asked_at.isoformat())}
    if found.decided_by is not None and found.decided_at is not None:
        said |= {_("Decided by"): names.get(found.decided_by, "?"), _("Decided at"): moment(found.decided_at.isoformat())}
    facts(said | {_("Hash"): found.digest})
    print(found.text)


@app.command(help=t(_("Agree or refuse as the second person; asks who you are.")))
def decide(
    slug: str,
    approval: int = NUMBER,
    agree: bool = typer.Option(..., "--agree/--refuse", help=t(_("What you decide; a refusal needs a reason."))),
    reason: str = typer.Option("", help=t(_("Why; it stays on record."))),
    json: bool = JSON,
) -> None:
    """Exit 3 for one's own request, one that is over, or without the right; 4 for one that does not exist."""
    tenant, person, now = tenant_of(slug), who(), clock.now()
    approving.decide(tenant, approval, agree, reason, by=person, proved_at=now, now=now)
    if json:
        as_json({"approval": approval, "agreed": agree})
    else:
        say(_("You approved it.") if agree else _("You refused it."))


@app.command("take-back", help=t(_("Take back what you asked for; asks who you are.")))
def take_back(slug: str, approval: int = NUMBER, json: bool = JSON) -> None:
    """Exit 3 for somebody else's, or one that is over; 4 for one that does not exist."""
    approving.take_back(tenant_of(slug), approval, by=who(), now=clock.now())
    if json:
        as_json({"approval": approval, "state": "ended"})
    else:
        say(_("The request is taken back."))


def _plain(one: Approval) -> dict[str, Any]:
    return {
        "id": one.id, "act": one.act, "state": one.state, "what": one.what, "at_most": one.at_most, "reason": one.reason,
        "asked_by": one.asker.number, "asked_at": one.asked_at, "decided_by": one.decided_by, "decided_at": one.decided_at,
        "decided_reason": one.decided_reason or None, "ended": one.ended or None, "ended_at": one.ended_at, "hash": one.digest,
    }  # fmt: skip
