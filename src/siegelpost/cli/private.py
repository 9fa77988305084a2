"""`siegelpost tenant settings`: what is less private than by default, and why."""

from typing import Any

from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, say, table
from siegelpost.cli.tenant_exit import app
from siegelpost.cli.tenants import JSON
from siegelpost.flows.private_defaults import Deviation, beginning, deviations
from siegelpost.flows.setting_words import name_of, said

__all__ = ["app"]


@app.command("settings", help=t(_("Show what a tenant does that is less private than the default, and on which instruction it rests.")))
def settings(slug: str, json: bool = JSON) -> None:
    """Exit 4 for an unknown tenant."""
    tenant = tenant_of(slug)
    lines, began = deviations(tenant, now=clock.now()), beginning(tenant)
    if json:
        as_json({
            "slug": slug,
            "began": {"at": began.at, "hash": began.digest, "whole": began.whole} if began else None,
            "deviations": [_plain(one) for one in lines],
        })  # fmt: skip
    elif not lines:
        say(_("Nothing is less private than by default."))
    else:
        columns = [_("Setting"), _("Of"), _("Now"), _("By default"), _("Instruction")]
        table(columns, [(name_of(one), one.found.of, said(one.found.value), said(one.found.setting.default), _rests(one)) for one in lines])


def _rests(one: Deviation) -> str:
    if one.instruction is not None and one.sound:
        return str(one.instruction)
    return "–" if one.sound else t(_("missing"))


def _plain(one: Deviation) -> dict[str, Any]:
    setting = one.found.setting
    return {
        "setting": setting.key,
        "of": one.found.of or None,
        "value": one.found.value,
        "default": setting.default,
        "demands": setting.demands or None,
        "instruction": one.instruction,
        "sound": one.sound,
    }
