"""`siegelpost tenant list`, `end`, `status` and `sub-accounts`: which account lies below which, and which of them work."""

from datetime import UTC, date
from zoneinfo import ZoneInfo

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.errors import WrongUsage
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.context import installation, tenant_of
from siegelpost.cli.output import as_json, say, table
from siegelpost.cli.tenants import JSON, app
from siegelpost.flows.tenant_end import allow_sub_accounts, change_status
from siegelpost.flows.tenant_end import end as end_tenant
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import tree
from siegelpost.tenancy.standing import end_of

__all__ = ("JSON", "app")
"""Handed on to the file that adds the last commands of this word."""

WORDS = {"normal": _("normal"), "test": _("test"), "ended": _("ended")}


class EndUnclear(WrongUsage):
    """Not one of the three."""

    code = "tenancy.end_unclear"
    message = _("Say one of --last, --now and --never.")


class StatusUnknown(WrongUsage):
    """Not one of the two."""

    code = "tenancy.status_unknown"
    message = _("A tenant is `normal` or `test`.")


@app.command("list", help=t(_("List all tenants, each followed by its sub-accounts.")))
def list_tenants(json: bool = JSON) -> None:
    """Every tenant that is ready."""
    installation()
    found = tree()
    slugs = {tenant.number: tenant.slug for tenant, _depth in found}
    if json:
        as_json([_row(tenant) | {"parent": slugs.get(tenant.parent or 0)} for tenant, _depth in found])
        return
    rows = [
        ("  " * depth + tenant.slug, tenant.name, "✓" if tenant.own else "", t(WORDS[_status(tenant)]), _end(tenant))
        for tenant, depth in found
    ]
    table([_("Slug"), _("Name"), _("Own"), _("Status"), _("Ends")], rows)


def _row(tenant: TenantDB) -> dict[str, object]:
    return {
        "id": tenant.number, "slug": tenant.slug, "name": tenant.name, "own": tenant.own, "status": _status(tenant),
        "ends_at": tenant.ends_at, "sub_accounts": tenant.sub_accounts,
    }  # fmt: skip


def _status(tenant: TenantDB) -> str:
    return "ended" if tenant.ended else "test" if tenant.test else "normal"


def _end(tenant: TenantDB) -> str:
    return f"{tenant.ends_at.astimezone(UTC):%Y-%m-%d %H:%M}" if tenant.ends_at else ""


@app.command(help=t(_("Let a tenant end: nothing is sent any more, and nobody works in it; its administrators read and export.")))
def end(
    slug: str,
    last: str = typer.Option("", help=t(_("Its last day, YYYY-MM-DD."))),
    at_once: bool = typer.Option(False, "--now", help=t(_("At once."))),
    never: bool = typer.Option(False, "--never", help=t(_("Take the end back; it works again."))),
    json: bool = JSON,
) -> None:
    """Exit 4 for a day in the past or far away."""
    if [bool(last), at_once, never].count(True) != 1:
        raise EndUnclear
    tenant, now = tenant_of(slug), clock.now()
    until = None if never else now if at_once else end_of(_day(last), ZoneInfo(process_settings().time_zone), now=now)
    changed = end_tenant(tenant, until, actor=Actor.operator(), now=now)
    if json:
        as_json(_row(changed))
    elif changed.ended:
        say(_("{slug} has ended."), slug=slug)
    elif changed.ends_at:
        say(_("{slug} ends on {moment} UTC."), slug=slug, moment=_end(changed))
    else:
        say(_("{slug} has no end."), slug=slug)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(t(_("{text} is no day; write it like 2026-12-31.")).format(text=text)) from None


@app.command(help=t(_("Make a tenant a test, which does everything but sending with made-up people, or a normal one.")))
def status(slug: str, status: str = typer.Argument(help=t(_("normal or test"))), json: bool = JSON) -> None:
    """Exit 3 where somebody would be on the wrong side."""
    if status not in ("normal", "test"):
        raise StatusUnknown
    tenant = tenant_of(slug)
    changed = change_status(tenant, test=status == "test", settings=process_settings(), actor=Actor.operator(), now=clock.now())
    if json:
        as_json(_row(changed))
    else:
        say(_("{slug}: {status}"), slug=slug, status=t(WORDS[_status(changed)]))


@app.command("sub-accounts", help=t(_("Let an account make so many sub-accounts by itself, 0 for none.")))
def sub_accounts(slug: str, most: int = typer.Argument(min=0, max=10_000), json: bool = JSON) -> None:
    """Exit 4 for a sub-account, which has none below it."""
    tenant = tenant_of(slug)
    changed = allow_sub_accounts(tenant, most, actor=Actor.operator(), now=clock.now())
    if json:
        as_json(_row(changed))
    else:
        say(_("{slug} may make {most} sub-accounts by itself."), slug=slug, most=most)
