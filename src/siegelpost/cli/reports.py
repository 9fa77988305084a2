"""`siegelpost report …`"""

from typing import Any

import typer

from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, facts, number, say, table
from siegelpost.flows.report import report
from siegelpost.measure.rules import (
    EDGE_RESTARTED,
    MEASURING_OFF,
    NEARLY_THE_SAME,
    NOT_ESTIMATED,
    TOO_FEW_LEFT_ALONE,
    TOO_FEW_RECIPIENTS,
)

app = App(t(_("Show the figures of a mailing.")))

REASONS = {
    TOO_FEW_RECIPIENTS: _("withheld: fewer than 20 people got it"),
    TOO_FEW_LEFT_ALONE: _("withheld: fewer than 20 people left it alone"),
    NEARLY_THE_SAME: _("withheld: another mailing went to nearly the same people"),
    NOT_ESTIMATED: _("not estimated"),
    EDGE_RESTARTED: _("withheld: the public edge was restarted while it counted people"),
    MEASURING_OFF: _("not measured"),
}
MODES = {
    "off": _("off"),
    "anonymous": _("anonymous"),
    "opens": _("anonymous, opens alone"),
    "clicks": _("anonymous, clicks alone"),
    "personalised": _("personalised"),
    "named-opens": _("personalised, opens alone"),
    "named-clicks": _("personalised, clicks alone"),
}


@app.command(help=t(_("Show the figures of a mailing.")))
def show(slug: str, mailing: int, json: bool = typer.Option(False, "--json", help=t(_("Print JSON.")))) -> None:
    """Exit 4 for an unknown tenant or mailing."""
    found = report(tenant_of(slug), mailing, now=clock.now(), environment=process_settings().environment)
    if json:
        as_json(found)
    else:
        _tell(found)


def _tell(found: dict[str, Any]) -> None:
    def figure(name: str) -> str:
        return number(found[name]) if found[name] is not None else t(REASONS[found["withheld"][name]])

    facts(
        {
            _("Measuring"): t(MODES[found["measure"]]),
            _("Delivered"): found["delivered"],
            _("Opens"): figure("opens"),
            _("People who opened, about"): figure("unique_opens"),
            _("Opens by programs"): figure("machine_opens"),
            _("Clicks"): figure("clicks"),
            _("People who clicked, about"): figure("unique_clicks"),
            _("Clicks by programs"): figure("machine_clicks"),
            _("Unsubscribed"): found["unsubscribes"],
            _("Complaints"): found["complaints"],
            _("Hard bounces"): found["bounces"]["hard"],
            _("Soft bounces"): found["bounces"]["soft"],
        }
    )
    if found["links"]:
        rows = [(link["url"], _clicks(link, found["withheld"].get(f"links[{place}].clicks"))) for place, link in enumerate(found["links"])]
        table([_("Link"), _("Clicks")], rows)
    if found["refreshed"] == "hourly":
        say(_("Opens and clicks up to {moment}; they are refreshed every full hour."), moment=f"{found['as_of']:%Y-%m-%d %H:%M} UTC")
    else:
        say(_("Test system: opens and clicks are refreshed at once."))


def _clicks(link: dict[str, Any], reason: str | None) -> str:
    return t(REASONS[reason]) if reason else number(link["clicks"])
