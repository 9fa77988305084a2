"""`siegelpost segment …`"""

import typer

from siegelpost.audience.segments import Restated
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, say, table
from siegelpost.flows import segments
from siegelpost.tenancy.handle import TenantDB

app = App(t(_("Store conditions on people, and count whom they fit.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
CONDITION = typer.Argument(help=t(_('For example: list "News" and city = "Berlin" and not born is empty')))


@app.command(help=t(_("Store a condition under a name.")))
def create(slug: str, name: str, condition: str = CONDITION, json: bool = JSON) -> None:
    """Exit 4 for a name that is taken, or a condition that cannot be understood or does not fit."""
    tenant, zone = tenant_of(slug), process_settings().time_zone
    number = segments.create(tenant, name, condition, zone=zone, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"id": number, "name": name.strip()})
    else:
        say(_("Segment “{name}” is ready."), name=name.strip())


@app.command(help=t(_("Give a segment another condition.")))
def change(slug: str, name: str, condition: str = CONDITION, json: bool = JSON) -> None:
    """Exit 4 as `create`, and for a segment that is not there."""
    tenant, zone = tenant_of(slug), process_settings().time_zone
    number = segments.number_of(tenant, name)
    new = Restated(number, name, condition)
    segments.change(tenant, new, zone=zone, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"id": number, "name": name.strip()})
    else:
        say(_("Segment “{name}” is changed."), name=name.strip())


@app.command(help=t(_("Delete a segment; nobody's data change by it.")))
def delete(slug: str, name: str, json: bool = JSON) -> None:
    """Exit 4 for a segment that is not there."""
    tenant = tenant_of(slug)
    number = segments.number_of(tenant, name)
    segments.delete(tenant, number, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"id": number, "deleted": True})
    else:
        say(_("Segment “{name}” is deleted."), name=name.strip())


@app.command("list", help=t(_("Show all segments and what they say.")))
def list_segments(slug: str, json: bool = JSON) -> None:
    """Names and conditions only, no person's data."""
    found = segments.segments(tenant_of(slug), zone=process_settings().time_zone)
    if json:
        as_json([
            {"id": one.id, "name": one.name, "condition": one.text, "fault": one.fault.code if one.fault else None} for one in found
        ])  # fmt: skip
    else:
        heads = [_("Segment"), _("Condition"), _("What no longer fits")]
        table(heads, [(one.name, one.text, one.fault.text() if one.fault else "") for one in found])


@app.command(help=t(_("Count whom a segment, or a condition, fits at this moment.")))
def count(
    slug: str,
    name: str = typer.Argument("", help=t(_("Name of a segment."))),
    where: str = typer.Option("", help=t(_("A condition that is stored nowhere."))),
    json: bool = JSON,
) -> None:
    """Exit 4 for a condition that cannot be understood or no longer fits."""
    tenant = tenant_of(slug)
    n = segments.count(tenant, where or _stored(tenant, name), zone=process_settings().time_zone, now=clock.now())
    if json:
        as_json({"people": n})
    else:
        say(_("It fits {n} people."), n=n)


def _stored(tenant: TenantDB, name: str) -> str:
    return segments.stored(tenant, segments.number_of(tenant, name)).text
