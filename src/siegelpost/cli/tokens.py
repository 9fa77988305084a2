"""`siegelpost token create | list | revoke`"""

from datetime import datetime

import typer

from siegelpost.accounts.command_rules import READING_PROGRAM
from siegelpost.accounts.token_rights import in_areas, rights_of_words
from siegelpost.accounts.tokens import Reach, TokenView, tokens_of
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, say, table
from siegelpost.flows.tokens import NewToken, create_token, reach_of, revoke

app = App(t(_("Let programs use the interface: make, list and revoke API tokens.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
STATES = {"lives": _("in use"), "revoked": _("revoked"), "expired": _("expired"), "shut_out": _("owner blocked")}


@app.command(help=t(_("Make a token; it is printed once and kept nowhere.")))
def create(
    slug: str,
    name: str = typer.Option(help=t(_("What it is for."))),
    right: list[str] = typer.Option(help=t(_("read, export, people, write or send; several times for several."))),
    owner: str = typer.Option("", help=t(_("Address of whoever answers for it: it never has more rights than this person."))),
    lists: list[str] = typer.Option([], "--list", help=t(_("Only this list; may be given several times."))),
    without: list[str] = typer.Option([], help=t(_("Without this field of people, by its alias (email: shortened)."))),
    area: list[str] = typer.Option([], help=t(_("Only in this area, e.g. mailings; several times for several."))),
    expires: datetime | None = typer.Option(None, formats=["%Y-%m-%d"], help=t(_("Last day (UTC) on which it works; 365 days without."))),
    json: bool = JSON,
) -> None:
    """Exit 3 where the owner lacks a right, a list or a field or must be named, and for people of another controller while no access is
    open; 4 for what is no right, no area, no list, no field, no owner or no such day."""
    on_people = any(one.startswith("subscribers.") for one in in_areas(rights_of_words(right), area))
    tenant = tenant_of(slug, also=READING_PROGRAM if on_people else "")
    reach = Reach(reach_of(tenant, lists, without), tuple(area))
    new = NewToken(name=name, rights=tuple(right), owner=owner, last=expires.date() if expires else None, reach=reach)
    number, key = create_token(tenant, new, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"id": number, "token": key})
        return
    say(_("Token {id}. It is shown only now:"), id=number)
    print(key)


@app.command("list", help=t(_("List all tokens of a tenant, the newest first; none is shown.")))
def show_all(slug: str, json: bool = JSON) -> None:
    """Exit 0; 4 for an unknown tenant."""
    rows = tokens_of(tenant_of(slug), now=clock.now())
    if json:
        as_json([_as_data(one) for one in rows])
        return
    columns = [_("No."), _("Name"), _("Rights"), _("Owner"), _("State"), _("Until"), _("Last use")]
    table(columns, [
        (str(one.id), one.name, ", ".join(one.rights), one.owner, t(STATES[one.state]), f"{one.expires_at:%Y-%m-%d}",
         f"{one.used_at:%Y-%m-%d %H:%M}" if one.used_at else "–")
        for one in rows
    ])  # fmt: skip


@app.command("revoke", help=t(_("Make a token void, at once and for good.")))
def take_back(slug: str, number: int, json: bool = JSON) -> None:
    """Exit 0, also where it was void already; 4 where there is none."""
    done = revoke(tenant_of(slug), number, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"id": number, "revoked": done})
    else:
        say(_("Revoked.") if done else _("It was revoked already."))


def _as_data(one: TokenView) -> dict[str, object]:
    return {
        "id": one.id, "name": one.name, "rights": list(one.rights), "limits": one.reach.limits.as_dict(), "areas": list(one.reach.areas),
        "owner": one.owner_id, "state": one.state,
        "created_at": one.created_at, "expires_at": one.expires_at, "used_at": one.used_at,
    }  # fmt: skip
