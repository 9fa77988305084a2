"""`siegelpost tenant erase | erased`: a tenant goes for good, and its certificate stays."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import current_language
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.context import installation, tenant_of
from siegelpost.cli.departures import app
from siegelpost.cli.held import held
from siegelpost.cli.output import as_json, facts, moment, number, say, table
from siegelpost.cli.tenants import JSON
from siegelpost.flows.erase_tenant import Order, erase_tenant, go_on
from siegelpost.flows.erased_tenants import certificate_of, erased, write_certificate

__all__ = ["app"]


@app.command(
    help=t(_("Erase a tenant for good: mail, staff, database, files and keys. A second person has agreed; the certificate stays."))
)
@held
def erase(
    slug: str,
    waive_export: str = typer.Option("", help=t(_("Why nothing was taken along; without it an export must have been opened."))),
    cancel_mailings: bool = typer.Option(False, "--cancel-mailings", help=t(_("Cancel mailings that are being sent or planned."))),
    json: bool = JSON,
) -> None:
    """Exit 3 without approval or export, with sub-accounts, a running mailing or an instruction to keep; 5 where it is not at its end:
    the same command goes on."""
    now, actor = clock.now(), Actor.operator()
    installation()
    certificate = go_on(slug, actor=actor, now=now)
    if certificate is None:
        certificate = erase_tenant(tenant_of(slug), Order(waived=waive_export, cancel=cancel_mailings), actor=actor, now=now)
    _show(certificate, json)


@app.command("erased", help=t(_("List tenants that were erased, or show the certificate of one, by the number that it had.")))
def show_erased(
    of: int | None = typer.Argument(None, metavar="NUMBER", help=t(_("Number of the tenant, as the list shows it."))),
    pdf: Path | None = typer.Option(None, help=t(_("Write the certificate into this file, as PDF/A to print."))),
    json: bool = JSON,
) -> None:
    """Exit 4 for a number that no erased tenant had, and for a file that cannot be written."""
    installation()
    if of is not None:
        found = certificate_of(of)
        if pdf is not None:
            write_certificate(of, pdf, language=current_language(), now=clock.now())
        _show(found, json)
        return
    lines = erased()
    if json:
        as_json(
            [{"number": one.number, "slug": one.slug, "name": one.name, "begun_at": one.begun_at, "done_at": one.done_at} for one in lines]
        )
        return
    rows = [
        (str(one.number), one.slug, one.name, moment(one.done_at.isoformat()) if one.done_at else t(_("not done yet"))) for one in lines
    ]
    table([_("No."), _("Slug"), _("Name"), _("Done")], rows)


def _show(found: Mapping[str, Any], json: bool) -> None:
    if json:
        as_json(found)
        return
    facts({
        _("Tenant"): f"{found['name']} ({found['tenant']}, {found['number']})",
        _("Begun"): moment(found["begun_at"]),
        _("Done"): moment(found["done_at"]),
        _("Export"): found["export"]["hash"] or found["export"]["waived"],
        _("Rows in its database"): number(sum(found["tables"].values())),
        _("Searched afterwards"): t(_("{files} files, {bytes} bytes for {looked_for} addresses: found nothing")).format(**found["search"]),
    })  # fmt: skip
    print()
    table([_("Store"), _("Found"), _("Removed")], [(t(one["name"]), one["found"], one["removed"]) for one in found["stores"]])
    print()
    say(_("Kept:"))
    for one in found["kept"]:
        print(f"- {t(one['why'])}")
    say(_("Not reached:"))
    for one in found["not_reached"]:
        print(f"- {t(one['why'])}" + (f" {t(_('Ends at the latest'))} {moment(one['until'])}." if one["until"] else ""))
