"""`siegelpost brake …`"""

from typing import Any

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.brakes import Level
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import installation, tenant_of
from siegelpost.cli.output import as_json, number, say, table
from siegelpost.cli.words import BRAKE_CAUSES, BRAKE_LEVELS
from siegelpost.feedback.brakes import BrakeView, brakes_of
from siegelpost.flows import brake
from siegelpost.tenancy.registry import all_tenants

app = App(t(_("See which mailings were slowed down or stopped, and let them go on.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))


@app.command("list", help=t(_("Show mailings that too many people complained about, or whose addresses do not exist.")))
def list_(slug: str = typer.Argument("", help=t(_("Only those of this tenant."))), json: bool = JSON) -> None:
    """Exit 4 for an unknown tenant. Lists what was released, too."""
    installation()
    tenants = [tenant_of(slug)] if slug else all_tenants()
    _show([(tenant.slug, one) for tenant in tenants for one in brakes_of(tenant)], json)


@app.command(help=t(_("Let a mailing go on, with a reason, which is written down; it stays paused until it is resumed.")))
def release(
    slug: str, mailing: int, reason: str = typer.Option(..., "--reason", help=t(_("What was found and done about it."))), json: bool = JSON
) -> None:
    """Exit 4 where nothing is to be released, for an unknown mailing, and without a reason."""
    tenant = tenant_of(slug)
    brake.release(tenant, mailing, reason, process_settings(), actor=Actor.operator(), now=clock.now())
    _show([(slug, one) for one in brakes_of(tenant, mailing)], json)


def _show(found: list[tuple[str, BrakeView]], json: bool) -> None:
    if json:
        as_json([_plain(slug, one) for slug, one in found])
    elif not found:
        say(_("No mailing is slowed down or stopped."))
    else:
        columns = [_("Tenant"), _("Mailing"), _("Receivers"), _("Cause"), _("State"), _("Cases"), _("Of")]
        table(columns, [_line(slug, one) for slug, one in found])


def _line(slug: str, one: BrakeView) -> tuple[str, ...]:
    return slug, str(one.mailing_id), one.receivers, t(BRAKE_CAUSES[one.cause]), _state(one), number(one.cases), number(one.of)


def _state(one: BrakeView) -> str:
    return t(_("released")) if one.level is Level.NONE and one.released_at else t(BRAKE_LEVELS[one.level])


def _plain(slug: str, one: BrakeView) -> dict[str, Any]:
    """As programs read it; `level` is none, warn, slow or stop."""
    return {
        "tenant": slug,
        "mailing": one.mailing_id,
        "receivers": one.receivers,
        "cause": one.cause,
        "level": one.level.name.lower(),
        "cases": one.cases,
        "of": one.of,
        "at": one.at,
        "released_at": one.released_at,
        "reason": one.reason,
    }
