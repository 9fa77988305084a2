"""Checks of the release that runs: signed and approved, unchanged since, and without known holes that should be closed by now."""

from datetime import timedelta
from typing import Final

from siegelpost.base.controls import EVIDENCED, INSTALLATION, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.flows.holes import look_for_holes
from siegelpost.flows.release import running

FRESH: Final = timedelta(days=7)
"""OSV changes every day; a copy that is a week old can hide a hole for as long as a grave one may stay open."""


@check(
    "1.2-08",
    _(
        "No known hole in a library that is installed here, or that the recorded release gives to browsers, is open for longer than it may "
        "(critical 48 hours, high 7 days, medium 30 days, low 90 days from when it was first seen), by an offline copy of OSV that is a "
        "week old at most. Risks that were accepted until a day count as closed. The operating system is not looked at."
    ),
    every=timedelta(days=1),
    limit=600,
    scope=INSTALLATION,
    whole=False,
)
def holes_are_closed(around: Around) -> Finding:
    """Amber where nobody looks: no copy, an old one, or entries that cannot be read."""
    report = look_for_holes(around.settings.osv, now=around.now)
    overdue = sum(one.overdue(around.now) for one in report.holes)
    accepted = sum(one.accepted_until is not None for one in report.holes)
    copy = report.copy
    days = max((around.now - copy.newest).days, 0) if copy and copy.newest else None
    unknown = copy is None or days is None or days >= FRESH.days or bool(copy.unreadable)
    return finding(
        red=overdue, amber=unknown, libraries=report.parts, holes_open=len(report.holes), holes_overdue=overdue, risks_accepted=accepted,
        copy_days=days, copy_unreadable=copy.unreadable if copy else 0,
    )  # fmt: skip


@check(
    "1.4-04",
    _(
        "What runs is a signed release that one person deployed and another approved, file by file as it was signed. How it was made, and "
        "who can reach the machine, is not looked at."
    ),
    every=timedelta(hours=1),
    limit=60,
    scope=INSTALLATION,
    whole=False,
    basis=EVIDENCED,
)
def release_is_signed(around: Around) -> Finding:
    """Red where a file differs from what was signed; amber where no release was recorded."""
    now = running()
    return finding(
        red=now.differs or now.lost, amber=not now.recorded, release=now.recorded or now.version, release_lost=now.lost,
        files_changed=len(now.changed), files_missing=len(now.missing), files_unsigned=len(now.unsigned),
    )  # fmt: skip


CHECKS = (holes_are_closed, release_is_signed)
