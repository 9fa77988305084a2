"""`siegelpost pace …`"""

from dataclasses import asdict
from typing import Any

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import installation, tenant_of
from siegelpost.cli.output import as_json, number, say, table
from siegelpost.delivery.errors import PaceMissing
from siegelpost.delivery.pace_rules import Limits
from siegelpost.flows import pace
from siegelpost.flows.pace import Line
from siegelpost.tenancy.registry import all_tenants
from siegelpost.tenancy.routes import DEFAULT

app = App(t(_("Limit how much goes out, and warm senders up.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
PER_SECOND = typer.Option(0, min=0, help=t(_("At most so many messages in a second.")))
PER_HOUR = typer.Option(0, min=0, help=t(_("At most so many messages in an hour, spread evenly.")))
PER_DAY = typer.Option(0, min=0, help=t(_("At most so many messages from midnight to midnight.")))
OFF = typer.Option(False, "--off", help=t(_("Remove the limit.")))
NO_HOSTS = "none"
KINDS = {"relay": _("relay"), "tenant": _("tenant"), "receivers": _("receiving domains"), "warm_up": _("warm-up")}


@app.command(help=t(_("Limit what goes through a relay, for all tenants together; what is not named is not limited.")))
def relay(
    name: str = typer.Argument(DEFAULT, help=t(_("As `siegelpost relay list` shows it."))),
    per_second: int = PER_SECOND,
    per_hour: int = PER_HOUR,
    per_day: int = PER_DAY,
    off: bool = OFF,
    json: bool = JSON,
) -> None:
    """Exit 2 without a limit, 4 for an unknown relay."""
    installation()
    pace.limit_relay(_limits(per_second, per_hour, per_day, off), name, settings=process_settings(), now=clock.now())
    _show(json, "relay")


@app.command(help=t(_("Limit what a tenant sends; what is not named is not limited.")))
def tenant(
    slug: str, per_second: int = PER_SECOND, per_hour: int = PER_HOUR, per_day: int = PER_DAY, off: bool = OFF, json: bool = JSON
) -> None:
    """Exit 2 without a limit."""
    found = tenant_of(slug)
    pace.limit_tenant(found, _limits(per_second, per_hour, per_day, off), actor=Actor.operator(), now=clock.now())
    _show(json, "tenant", slug)


@app.command(
    help=t(_("Limit what goes to the domains of a mail provider, for all tenants together; mailings launched from now on know them."))
)
def receivers(
    name: str,
    domains: list[str] = typer.Option(
        [], "--domain", help=t(_("A receiving domain; may be given several times. Not needed for gmail, gmx and others that are known."))
    ),
    mx: list[str] = typer.Option(
        [],
        "--mx",
        help=t(
            _(
                "The end of the names of mail hosts, such as *.google.com; may be given several times. Domains whose mail they take are "
                "in the group, too. Not needed for those that are known; none: only the domains themselves."
            )
        ),
    ),
    per_second: int = PER_SECOND,
    per_hour: int = PER_HOUR,
    per_day: int = PER_DAY,
    off: bool = OFF,
    json: bool = JSON,
) -> None:
    """Exit 2 without a limit, 4 for a name or domain that cannot be used."""
    installation()
    hosts = [] if mx == [NO_HOSTS] else mx or None
    pace.limit_receivers(name, domains, _limits(per_second, per_hour, per_day, off), hosts=hosts, now=clock.now())
    _show(json, "receivers")


@app.command(
    "warm-up", help=t(_("Let a sender's address or domain send a little more each day; the rest of a mailing waits for the next day."))
)
def warm_up(
    slug: str,
    sender: str,
    steps: str = typer.Argument("", help=t(_("50..20000 (doubled each day until the target) or 50,100,200 (day by day)."))),
    off: bool = OFF,
    json: bool = JSON,
) -> None:
    """Exit 2 without steps, 4 for an unknown sender or steps that shrink."""
    if bool(steps) == off:
        raise PaceMissing
    pace.warm_up(tenant_of(slug), sender, steps, actor=Actor.operator(), now=clock.now())
    _show(json, "warm_up", slug)


@app.command(help=t(_("Show all limits and what is used of them today.")))
def show(slug: str = typer.Argument("", help=t(_("Only those that hold for this tenant."))), json: bool = JSON) -> None:
    """Exit 4 for an unknown tenant."""
    installation()
    _show(json, slug=slug)


def _limits(per_second: int, per_hour: int, per_day: int, off: bool) -> Limits:
    limits = Limits(per_second=per_second, per_hour=per_hour, per_day=per_day)
    if bool(limits) == off:
        raise PaceMissing
    return limits


def _show(json: bool, kind: str = "", slug: str = "") -> None:
    tenants = [tenant_of(slug)] if slug else all_tenants()
    lines = [one for one in pace.paces(tenants, settings=process_settings(), now=clock.now()) if kind in ("", one.kind)]
    if json:
        as_json([_plain(one) for one in lines])
    elif not lines:
        say(_("Nothing is limited."))
    else:
        columns = [_("What"), _("Name"), _("Per second"), _("Per hour"), _("Per day"), _("Used today")]
        table(columns, [(t(KINDS[one.kind]), _named(one), *_figures(one)) for one in lines])


def _named(one: Line) -> str:
    meant = [*one.domains, *(f"MX *.{host}" for host in one.hosts)]
    return f"{one.name} ({', '.join(meant)})" if meant else one.name


def _figures(one: Line) -> tuple[str, ...]:
    day = one.limits.per_day or one.today or 0
    step = f" ({one.step + 1}/{len(one.limits.steps)})" if one.today else ""
    over = t(_("over")) if one.limits.steps and not one.today else ""
    return (
        *(number(n) if n else "" for n in (one.limits.per_second, one.limits.per_hour)),
        over or (number(day) + step if day else ""),
        number(one.used_today),
    )


def _plain(one: Line) -> dict[str, Any]:
    """As programs read it; `mx` are ends of the names of hosts, `today` is the limit of the day by a warm-up, null where there is none."""
    limits = asdict(one.limits)
    return {
        "what": one.kind,
        "name": one.name,
        **limits,
        "step": one.step,
        "today": one.today,
        "used_today": one.used_today,
        "domains": one.domains,
        "mx": one.hosts,
    }
