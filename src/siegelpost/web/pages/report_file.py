"""A report as a file for spreadsheets: one figure per row, in the reader's language."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from django.utils.formats import number_format

from siegelpost.audience.csvcells import MARK, defuse_all, separator
from siegelpost.base.i18n import current_language
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.flows.report_course import SERIES
from siegelpost.flows.report_details import Details
from siegelpost.measure.spool import HOUR_SECONDS
from siegelpost.web.pages.figures import REASONS
from siegelpost.web.pages.mailing_words import DELIVERIES, left_out
from siegelpost.web.pages.report_words import DEVICES, FAMILIES, VERDICTS

Row = tuple[str, str, int | None, str]
"""Section, what, how many, remark."""
HEAD: Final = (_("Section"), _("Figure"), _("Number"), _("Share of those sent"), _("Remark"))
NAMES: Final = {
    "opens": _("Opens"),
    "unique_opens": _("People who opened, about"),
    "machine_opens": _("Opens by programs"),
    "clicks": _("Clicks"),
    "unique_clicks": _("People who clicked, about"),
    "machine_clicks": _("Clicks by programs"),
}


def file_name(mailing_id: int) -> str:
    """What the file is called."""
    return f"report-{mailing_id}.csv"


def as_csv(all_of_it: Details) -> str:
    """Return the text of the file, with the mark at its start by which spreadsheets know UTF-8."""
    out = io.StringIO()
    out.write(MARK)
    writer = csv.writer(out, delimiter=separator(current_language()))
    writer.writerow([t(word) for word in HEAD])
    whole = all_of_it.found["delivered"]
    for section, what, n, remark in (*_figures(all_of_it), *_links(all_of_it), *_hours(all_of_it), *_others(all_of_it)):
        share = number_format(n / whole, 4, use_l10n=True) if n is not None and whole and section == _("Figures") else ""
        writer.writerow(defuse_all([t(section), what, "" if n is None else str(n), share, remark]))
    return out.getvalue()


def _figures(all_of_it: Details) -> Iterator[Row]:
    found, section = all_of_it.found, _("Figures")
    yield _("Mailing"), all_of_it.mailing.name, None, ""
    yield _("Mailing"), t(_("Audience")), all_of_it.standing["audience"], ""
    yield section, t(_("Sent, accepted by the mail server")), found["delivered"], ""
    for name, words in NAMES.items():
        yield section, t(words), found[name], _why(all_of_it, name)
    yield section, t(_("Unsubscribed")), found["unsubscribes"], ""
    yield section, t(_("Complaints")), found["complaints"], ""
    yield section, t(_("Hard bounces")), found["bounces"]["hard"], ""
    yield section, t(_("Soft bounces")), found["bounces"]["soft"], ""


def _links(all_of_it: Details) -> Iterator[Row]:
    for place, link in enumerate(all_of_it.found["links"]):
        yield _("Links"), link["url"], link["clicks"], _why(all_of_it, f"links[{place}].clicks")


def _hours(all_of_it: Details) -> Iterator[Row]:
    for step in all_of_it.growth.steps:
        begin, end = (datetime.fromtimestamp(hour * HOUR_SECONDS, UTC) for hour in (step.first, step.last + 1))
        for name in SERIES:
            if name in step.n:
                yield _("By hour"), t(NAMES[name]), step.n[name], f"{begin:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M} UTC"


def _others(all_of_it: Details) -> Iterator[Row]:
    for reason, n in all_of_it.standing["excluded"].items():
        yield _("Left out"), left_out(reason), n, ""
    for state, code, n in all_of_it.answers:
        yield _("Refused because of us, or given up"), t(DELIVERIES[state]), n, code
    for verdict, code, n in all_of_it.returned:
        yield _("Bounces"), t(VERDICTS.get(verdict, verdict)), n, code
    for device, n in all_of_it.devices.items():
        yield _("Opens by device"), t(DEVICES.get(device, device)), n, ""
    for family, n in all_of_it.families.items():
        yield _("Opens by mail program"), t(FAMILIES.get(family, family)), n, ""


def _why(all_of_it: Details, name: str) -> str:
    reason = all_of_it.found["withheld"].get(name)
    return f"{t(_('withheld'))}: {t(REASONS[reason])}" if reason else ""
