"""`siegelpost release …`"""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import typer

from siegelpost.base import clock
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import installation
from siegelpost.cli.output import as_json, facts, say, table
from siegelpost.cli.person_search import who
from siegelpost.flows.holes import Standing, accept_risk, look_for_holes
from siegelpost.flows.release import Brought, approve_release, propose_release, running

app = App(t(_("Record which release runs, and look for known holes in it.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))


@app.command(help=t(_("Prove a signed release, compare it with what is installed, and ask a second person to approve that it runs here.")))
def record(
    manifest: Path,
    signature: Path = typer.Option(..., help=t(_("The signature of the manifest."))),
    sbom: Path = typer.Option(..., help=t(_("The bill of materials (CycloneDX)."))),
    key: Path = typer.Option(..., help=t(_("The public key of whoever makes releases."))),
    json: bool = JSON,
) -> None:
    """Asks who you are: whoever deploys. Exit 3 where the signature does not fit, or what runs is something else."""
    installation()
    brought = Brought.read(manifest=manifest, signature=signature, sbom=sbom, key=key)
    asked, found = propose_release(brought, by=who(), now=clock.now())
    if json:
        as_json({"request": asked, "version": found.version, "commit": found.commit or None, "files": len(found.files)})
        return
    say(_("Release {version}: all {files} files are as they were signed."), version=found.version, files=len(found.files))
    say(_("A second person who runs the installation approves it: `siegelpost release approve {key}`, or on the page."), key=asked)


@app.command(help=t(_("Approve as the second person that a release runs here; asks who you are.")))
def approve(request: str = typer.Argument(help=t(_("Key of the request."))), json: bool = JSON) -> None:
    """Exit 3 for one's own request, one that is over, or where what runs is something else by now."""
    installation()
    person, now = who(), clock.now()
    found = approve_release(request, by=person, proved_at=now, now=now)
    if json:
        as_json({"version": found.version, "commit": found.commit or None})
    else:
        say(_("Release {version} is recorded, with who deployed and who approved it."), version=found.version)


@app.command(help=t(_("Show which release runs, who deployed and approved it, and which files are not as they were signed.")))
def show(json: bool = JSON) -> None:
    """Exit 0, whatever is found; the control 1.4-04 judges it."""
    installation()
    now = running()
    if json:
        as_json({**asdict(now), "recorded": now.recorded or None, "commit": now.commit or None})
        return
    said = {_("Version that runs"): now.version, _("Recorded release"): now.recorded or "–", _("Commit"): now.commit or "–"}
    if now.recorded:
        said |= {_("Deployed by (number of staff)"): str(now.by), _("Approved by (number of staff)"): str(now.approved_by)}
    facts(said)
    if now.lost:
        say(_("The manifest of the recorded release is missing, or was changed."))
    wrong = {_("changed"): now.changed, _("missing"): now.missing, _("not signed"): now.unsigned}
    if rows := [(path, t(what)) for what, paths in wrong.items() for path in paths]:
        table([_("File"), _("What is wrong")], rows)


@app.command(help=t(_("Show the known holes in what runs here, by the offline copy of OSV, and until when each must be closed.")))
def holes(json: bool = JSON) -> None:
    """Exit 0, whatever is found; the control 1.2-08 judges it."""
    installation()
    now = clock.now()
    report = look_for_holes(process_settings().osv, now=now)
    newest = report.copy.newest if report.copy else None
    if json:
        as_json({"libraries": report.parts, "copy_of": newest, "holes": [_plain(one, now) for one in report.holes]})
        return
    if report.copy is None:
        say(_("There is no copy of OSV: set SIEGELPOST_OSV to one. Nothing was looked up."))
        return
    read = {"libraries": report.parts, "entries": report.copy.entries, "newest": newest.date() if newest else "–"}
    say(_("Libraries: {libraries}. Entries of OSV: {entries}, the newest of {newest}."), **read)
    if report.holes:
        table([_("Hole"), _("Library"), _("Mended in"), _("Severity"), _("To be closed by")], [_row(one, now) for one in report.holes])


@app.command(help=t(_("Accept that a known hole stays open until a day.")))
def accept(
    hole: str,
    until: datetime = typer.Option(..., formats=["%Y-%m-%d"], help=t(_("The last day, YYYY-MM-DD."))),
    reason: str = typer.Option(..., help=t(_("Why it does no harm until then."))),
    by: str = typer.Option(..., help=t(_("Address of the operator who answers for it."))),
    json: bool = JSON,
) -> None:
    """Exit 4 for an unknown hole, or for a day that is over or too far away."""
    installation()
    found = accept_risk(process_settings().osv, hole, until=until.date(), reason=reason, by=by, now=clock.now())
    if json:
        as_json(_plain(found, clock.now()))
    else:
        say(_("The risk of {hole} is accepted until {day}."), hole=found.hole.id, day=until.date())


def _row(one: Standing, now: datetime) -> tuple[str, ...]:
    part = one.hole.part
    return one.hole.id, f"{part.name} {part.version}", one.hole.mended or "–", one.hole.grade, _until(one, now)


def _until(one: Standing, now: datetime) -> str:
    if one.accepted_until:
        return t(_("accepted until {day}")).format(day=one.accepted_until)
    return f"{one.due:%Y-%m-%d %H:%M}" + (f" ({t(_('overdue'))})" if one.overdue(now) else "")


def _plain(one: Standing, now: datetime) -> dict[str, object]:
    hole = one.hole
    return {
        "id": hole.id,
        "also": list(hole.also),
        "library": hole.part.name,
        "version": hole.part.version,
        "mended_in": hole.mended or None,
        "severity": hole.grade,
        "first_seen": one.since,
        "due": one.due,
        "overdue": one.overdue(now),
        "accepted_until": one.accepted_until,
    }
