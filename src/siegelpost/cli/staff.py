"""`siegelpost staff create | link | block | unblock | forget-factors | list`; who leaves: `leavers.py`."""

from datetime import datetime
from typing import Any

import typer

from siegelpost.accounts import reads
from siegelpost.accounts.command_rules import COLLEAGUE, USED_FACTORS, USED_LINK
from siegelpost.accounts.errors import PersonUnknown
from siegelpost.accounts.links import one_time_link
from siegelpost.accounts.reads import Person, Seat, is_administered
from siegelpost.accounts.roles import codes_of
from siegelpost.accounts.rules import OPERATOR
from siegelpost.audience.addresses import read_address
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import installation, tenant_of
from siegelpost.cli.faults import AddressRefused
from siegelpost.cli.held import held
from siegelpost.cli.output import as_json, say, table
from siegelpost.flows.off_board_start import Newcomer, let_in_until, let_operate_until
from siegelpost.flows.second_factor import forget_factors
from siegelpost.flows.staff import set_active
from siegelpost.tenancy.registry import all_tenants

app = App(t(_("Let people log in, give them roles, block them, off-board them.")))


@app.command(help=t(_("Give somebody a role in a tenant; prints a link that logs in once.")))
@held
def create(
    email: str = typer.Argument(help=t(_("E-mail address"))),
    tenant: str = typer.Option(..., help=t(_("Tenant"))),
    role: list[str] = typer.Option(
        ..., help=t(_("viewer, editor, admin, privacy, security, auditor, operator, or a role of the tenant; may be given several times"))
    ),
    until: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help=t(_("Last day, for somebody who leaves again"))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 0; 3 in another controller's tenant that has an administrator, while no access is open; 4 for what is no address, no role or
    no such day."""
    opened = tenant_of(tenant)
    if read_address(email).reason:
        raise AddressRefused
    now, last = clock.now(), until.date() if until else None
    if OPERATOR in role:
        person = let_operate_until(email, last, language=opened.language, now=now)
    else:
        if not opened.own and is_administered(opened):
            tenant_of(tenant, also=COLLEAGUE)
        _ask_tenants_of(reads.person_with(email), USED_LINK)
        new = Newcomer(email=email, roles=codes_of(opened, role), last_day=last)
        person = let_in_until(opened, new, actor=Actor.operator(), now=now)
    _hand_over(person, json=json)


@app.command(help=t(_("Print a new link that logs somebody in once.")))
def link(
    email: str = typer.Argument(help=t(_("E-mail address"))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 0; 4 where nobody has this address."""
    installation()
    person = reads.person_with(email)
    if person is None:
        raise PersonUnknown
    _ask_tenants_of(person, USED_LINK)
    _hand_over(person, json=json)


@app.command(help=t(_("Let nobody in with this address; running sessions end.")))
def block(
    email: str = typer.Argument(help=t(_("E-mail address"))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 0; 4 where nobody has this address."""
    _set_active(email, active=False, json=json)


@app.command(help=t(_("Let somebody in again who was blocked.")))
def unblock(
    email: str = typer.Argument(help=t(_("E-mail address"))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 0; 4 where nobody has this address."""
    _set_active(email, active=True, json=json)


@app.command(
    "forget-factors",
    help=t(_("Take the second factors of somebody who lost them; sessions end, and new ones are set up at the next login.")),
)
def forget(
    email: str = typer.Argument(help=t(_("E-mail address"))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 0; 4 where nobody has this address."""
    installation()
    _ask_tenants_of(reads.person_with(email), USED_FACTORS)
    person = forget_factors(email, now=clock.now())
    if json:
        as_json({"id": person.pk, "email": person.email})
    else:
        say(_("The second factors are gone. A one-time link lets the person in to set up new ones: `siegelpost staff link`."))


@app.command("list", help=t(_("Show who can log in, and in which role.")))
def show_all(json: bool = typer.Option(False, "--json", help=t(_("Print JSON.")))) -> None:
    """Exit 0."""
    installation()
    slugs = {tenant.number: tenant.slug for tenant in all_tenants()}
    rows: list[dict[str, Any]] = [
        {
            "id": person.pk,
            "email": person.email,
            "operator": person.operator,
            "blocked": not person.is_active,
            "roles": _by_tenant(seats, slugs),
        }
        for person, seats in reads.everybody()
    ]
    if json:
        as_json(rows)
        return
    table(
        [_("E-mail address"), _("Roles"), _("State")],
        [(row["email"], _roles(row), t(_("blocked")) if row["blocked"] else "") for row in rows],
    )


def _set_active(email: str, *, active: bool, json: bool) -> None:
    installation()
    person = set_active(email, active=active, now=clock.now())
    if json:
        as_json({"id": person.pk, "email": person.email, "blocked": not active})
    else:
        say(_("Let in again.") if active else _("Blocked."))


def _ask_tenants_of(person: Person | None, words: str) -> None:
    """Whoever opens an account that somebody works with is in all its tenants: each must have let the operator in. Raises AccessNotOpen."""
    if person is None or person.last_login is None or person.operator:
        return
    mine = reads.tenant_numbers(person)
    for tenant in all_tenants():
        if tenant.number in mine and not tenant.own:
            tenant_of(tenant.slug, also=words)


def _by_tenant(seats: list[Seat], slugs: dict[int, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for seat in seats:
        if seat.tenant_number in slugs:
            found.setdefault(slugs[seat.tenant_number], []).append(seat.role)
    return {slug: sorted(roles) for slug, roles in found.items()}


def _roles(row: dict[str, Any]) -> str:
    seats = [f"{slug}: {', '.join(roles)}" for slug, roles in row["roles"].items()]
    return ", ".join([t(_("operator")), *seats] if row["operator"] else seats)


def _hand_over(person: Person, *, json: bool) -> None:
    url = one_time_link(person, process_settings().staff_url)
    if json:
        as_json({"id": person.pk, "email": person.email, "link": url})
    else:
        say(_("Logs in once, within a day: {url}"), url=url)
