"""`siegelpost mailing share | substitute`: a mailing becomes a draft in sub-accounts, and what stands for the same thing there."""

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.errors import NotFound
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.context import tenant_of
from siegelpost.cli.mailings import IN_PART, JSON, app
from siegelpost.cli.output import as_json, say, table
from siegelpost.flows.share_down import Shared, share_down
from siegelpost.flows.substitutes import give_substitute, things_of

__all__ = ["app"]


class ThingUnknown(NotFound):
    """Nothing that could have a substitute."""

    code = "mailing.thing_unknown"
    message = _("There is no such list, field, form or mailing.")
    hint = _("`siegelpost mailing substitute SLUG` shows those that exist, by kind and number.")


@app.command(help=t(_("Share a mailing with sub-accounts: it becomes a draft there, or there is said what is missing.")))
def share(
    slug: str,
    mailing: int,
    below: list[str] = typer.Option(..., "--with", help=t(_("A sub-account; may be given several times."))),
    json: bool = JSON,
) -> None:
    """Exit 0; 3 where nobody got it, 4 for no mailing and no sub-account, 5 where some did."""
    done = share_down(tenant_of(slug), mailing, below, actor=Actor.operator(), now=clock.now())
    if json:
        as_json([_as_data(one) for one in done])
    else:
        for one in done:
            _tell(one)
    faults = [one.fault for one in done if one.fault]
    if faults:
        raise typer.Exit(IN_PART if len(faults) < len(done) else faults[0].exit_code)


@app.command(help=t(_("Name what stands for a list, field, form or mailing in each account; without a thing, list all of them.")))
def substitute(
    slug: str,
    thing: str = typer.Argument("", help=t(_("Kind and number, e.g. list:3"))),
    name: str = typer.Argument("", help=t(_("The name, the same in each account; without it, it has none any more."))),
    json: bool = JSON,
) -> None:
    """Exit 0; 3 for a name that something else has, 4 for one that cannot be used and for no such thing."""
    tenant = tenant_of(slug)
    if thing:
        kind, _colon, number = thing.partition(":")
        if not any((one.kind, str(one.number)) == (kind, number) for one in things_of(tenant)):
            raise ThingUnknown
        give_substitute(tenant, kind, int(number), name, actor=Actor.operator(), now=clock.now())
    rows = [one for one in things_of(tenant) if not thing or f"{one.kind}:{one.number}" == thing]
    if json:
        as_json([{"thing": f"{one.kind}:{one.number}", "name": one.name, "substitute": one.substitute} for one in rows])
    else:
        table([_("Thing"), _("Name"), _("Substitute")], [(f"{one.kind}:{one.number}", one.name, one.substitute) for one in rows])


def _as_data(one: Shared) -> dict[str, object]:
    if one.taken is None:
        return {"account": one.slug, "mailing": None, "error": one.fault.as_dict() if one.fault else None}
    return {"account": one.slug, "mailing": one.taken.mailing_id, "version": one.taken.version, "new": one.taken.is_new}


def _tell(one: Shared) -> None:
    if one.taken is not None:
        say(_("{account}: draft {number}, version {version}"), account=one.slug, number=one.taken.mailing_id, version=one.taken.version)
    elif one.fault is not None:
        said = one.fault.as_dict()
        say(_("{account}: {why}"), account=one.slug, why=f"{said['message']} {said['hint']}")
