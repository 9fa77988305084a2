"""A tenant changes how its public pages look; the log says who did."""

from dataclasses import replace
from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.services import append
from siegelpost.tenancy.colours import can_be_read, nearest_readable, read_colour
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.looks import LookView, look_of, set_look


class ColourUnreadable(BadInput):
    """No colour, or one in which nobody could read a link."""

    code = "look.colour_unreadable"
    message = _("Links and buttons in this colour could not be read on our light ground.")
    hint = _("Choose a darker one: at least 4.5:1 against it (WCAG AA). The nearest one is {nearest}.")


def change_look(tenant: TenantDB, *, accent: str, logo: bytes | None, actor: Actor, now: datetime) -> LookView:
    """Set colour ("" for ours) and logo (None leaves the one that is there, b"" takes it away; drawn by us). Raises ColourUnreadable."""
    colour = read_colour(accent)
    if accent.strip() and not (colour and can_be_read(colour)):
        raise ColourUnreadable(nearest=nearest_readable(colour or "#808080"))
    before = look_of(tenant)
    after = replace(before, accent=colour, logo=before.logo if logo is None else logo)
    with tenant.atomic():
        set_look(tenant, after)
        changed = [name for name in ("accent", "logo") if getattr(before, name) != getattr(after, name)]
        if changed:
            append(tenant, "tenancy.look_changed", details={"fields": changed}, actor=actor, at=now)
    return after
