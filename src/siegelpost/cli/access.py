"""`siegelpost access list | open | close | ask | agree`"""

import typer

from siegelpost.accounts.reads import Person, names_of
from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, moment, say, table
from siegelpost.cli.person_search import who
from siegelpost.flows import operator_access as flow
from siegelpost.tenancy.admissions import ENDED, OPEN, OVER, WAITING, AdmissionView, admission, admissions
from siegelpost.tenancy.errors import AdmissionOfAnother
from siegelpost.tenancy.visits import VisitView, visits

app = App(t(_("Enter the data of another controller's tenant: let in by it, or in an emergency by a second person.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
REASON = typer.Option(..., help=t(_("What is to be done; it goes into the tenant's log, so name no address.")))
STATES = {WAITING: _("waits for a second person"), OPEN: _("in force"), OVER: _("over"), ENDED: _("ended by the tenant")}


@app.command("list", help=t(_("Show the approvals of a tenant, and who of the operator was there.")))
def show_all(slug: str, json: bool = JSON) -> None:
    """Exit 0; 4 for an unknown tenant."""
    tenant, now = tenant_of(slug), clock.now()
    given, made = admissions(tenant, now=now), visits(tenant)
    if json:
        as_json({"approvals": [_approval(one) for one in given], "visits": [_visit(one) for one in made]})
        return
    names = names_of(number for one in given for number in (one.asked_by, one.agreed_by) if number is not None)
    table(
        [_("No."), _("Kind"), _("Purpose"), _("By"), _("Until"), _("State")],
        [
            (
                one.id, t(_("emergency")) if one.emergency else t(_("approval")), one.purpose, names.get(one.asked_by, "?"),
                moment(one.until.isoformat()) if one.until else "–", t(STATES[one.state]),
            )
            for one in given
        ],
    )  # fmt: skip


@app.command("open", help=t(_("Enter with an approval: until it ends, commands show and change data of this tenant's people.")))
def enter(
    slug: str,
    reason: str = REASON,
    approval: int = typer.Option(..., help=t(_("Number of the approval, as `siegelpost access list` shows it."))),
    json: bool = JSON,
) -> None:
    """Exit 3 for an approval that opens nothing, or in a tenant that needs none; 4 for one that does not exist. An emergency asks who
    you are."""
    tenant = tenant_of(slug)
    person = who() if admission(tenant, approval, now=clock.now()).emergency else None
    _entitled(person)
    opened = flow.enter(tenant, approval, reason, by=person, at_command_line=True, now=clock.now())
    if json:
        as_json({"visit": opened.id, "until": opened.until})
    else:
        say(_("Open until {until}; `siegelpost access close {slug}` ends it."), until=moment(opened.until.isoformat()), slug=slug)


@app.command("close", help=t(_("Leave the tenant's data before the time is over.")))
def leave(slug: str, json: bool = JSON) -> None:
    """Exit 0, also where nothing was open."""
    done = flow.leave(tenant_of(slug), by=None, at_command_line=True, now=clock.now())
    if json:
        as_json({"closed": done})
    else:
        say(_("Closed.") if done else _("Nothing was open."))


@app.command(help=t(_("Ask to get in without the tenant, in an emergency; asks who you are. A second person must agree.")))
def ask(slug: str, reason: str = REASON, json: bool = JSON) -> None:
    """Exit 3 where the tenant needs no access or could not be told, or for who does not run the installation."""
    tenant, person = tenant_of(slug), who()
    _entitled(person)
    number = flow.ask(tenant, reason, by=person, now=clock.now())
    if json:
        as_json({"approval": number})
    else:
        say(
            _("Request {id} waits for a second person: the page “Enter a tenant”, or `siegelpost access agree {slug} {id}`."),
            id=number,
            slug=slug,
        )


@app.command(help=t(_("Agree to an emergency of a colleague, as a second person; asks who you are. The tenant is told at once.")))
def agree(slug: str, approval: int, json: bool = JSON) -> None:
    """Exit 3 for one's own, one that is answered or too old, or without the right; 4 for one that does not exist."""
    tenant, person, now = tenant_of(slug), who(), clock.now()
    flow.agree(tenant, approval, by=person, proved_at=now, staff_url=process_settings().staff_url, now=now)
    if json:
        as_json({"approval": approval, "until": admission(tenant, approval, now=now).until})
    else:
        say(_("Agreed: whoever asked may enter for an hour, and the tenant is told."))


def _entitled(person: Person | None) -> None:
    """Whoever says who they are must run the installation. Raises AdmissionOfAnother."""
    if person is not None and not person.operator:
        raise AdmissionOfAnother


def _approval(one: AdmissionView) -> dict[str, object]:
    return {
        "id": one.id, "emergency": one.emergency, "purpose": one.purpose, "asked_by": one.asked_by, "asked_at": one.asked_at,
        "agreed_by": one.agreed_by, "until": one.until, "ended_at": one.ended_at, "state": one.state,
    }  # fmt: skip


def _visit(one: VisitView) -> dict[str, object]:
    return {
        "id": one.id, "approval": one.admission_id, "person": one.person_id, "command_line": one.at_command_line, "reason": one.reason,
        "opened_at": one.opened_at, "until": one.until, "ended_at": one.ended_at, "how": one.how,
    }  # fmt: skip
