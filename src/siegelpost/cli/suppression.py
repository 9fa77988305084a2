"""`siegelpost suppression …`"""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import typer

from siegelpost.audience.addresses import read_address
from siegelpost.audience.leaving import labels
from siegelpost.audience.reads import list_by_name
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput, WrongUsage
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, facts, number, say, table
from siegelpost.cli.person_search import who
from siegelpost.cli.words import left_out, refused
from siegelpost.consent.listed.errors import ListDateWrong
from siegelpost.consent.listed.hash_file import MOST_BYTES
from siegelpost.consent.rules import BLACKLIST, COMPLAINT, ECG, EXCLUSION, OPTOUT, OUTSIDE, ROBINSON
from siegelpost.consent.suppression import check as check_address
from siegelpost.consent.suppression_import import SuppressionFile, import_entries
from siegelpost.flows import lift_complaint
from siegelpost.flows.listed import ListFile, take_ecg, take_robinson
from siegelpost.flows.scanned import ensure_clean_at
from siegelpost.governance.instructions.documents import read_document
from siegelpost.intake.charset import check_name, survey
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB

app = App(t(_("Import and check addresses that must not be written to.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
REQUEST = typer.Option(..., "--request", help=t(_("File in which the person asks for it, as it came. Only its hash is kept.")))
SOURCES = (BLACKLIST, EXCLUSION, COMPLAINT, OPTOUT, ECG, ROBINSON)


class SourceUnknown(WrongUsage):
    """Not one of the sources, or one that this version cannot read."""

    code = "suppression.source_unknown"
    message = _("A list of this kind cannot be imported.")
    hint = _("Choose blacklist, exclusion, complaint, optout, ecg or robinson.")
    nothing = _("Nothing was imported.")


class FileMissing(BadInput):
    """The operating system does not let us read it."""

    code = "suppression.file_missing"
    message = _("The file cannot be read.")
    hint = _("Check the path and the rights of the file.")
    nothing = _("Nothing was imported.")


class AddressWrong(BadInput):
    """What was typed is no address."""

    code = "suppression.address_wrong"
    message = _("This is not an e-mail address.")
    hint = _("Give one address, for example ann@example.org.")


@app.command(
    "import",
    help=t(
        _(
            "Never write to the addresses of a file again; a blacklist may hold patterns such as %@example.org. ECG, Robinson: take over "
            "such a list in the place of the one before."
        )
    ),
)
def import_file(
    slug: str,
    file: Path,
    source: str = typer.Option(..., help=t(_("blacklist, exclusion, complaint, optout, ecg or robinson"))),
    list_name: str = typer.Option("", "--list", help=t(_("Only for this list; otherwise for everything."))),
    replace_all: bool = typer.Option(
        False, "--replace", help=t(_("blacklist, exclusion: instead of what is there, all of it or nothing."))
    ),
    dated: str = typer.Option(
        "", help=t(_("ECG, Robinson: the day on which the file was fetched, for example 2026-03-31; otherwise its own date."))
    ),
    shorter: bool = typer.Option(
        False, "--shorter", help=t(_("ECG, Robinson: it may have less than half of the entries of the one before."))
    ),
    algorithm: str = typer.Option("", help=t(_("Robinson: what its entries are, plain, md5, sha1, sha256 or sha512."))),
    licence: str = typer.Option("", help=t(_("Robinson: the contract by which you may use it."))),
    edition: str = typer.Option("", help=t(_("Robinson: what its keeper calls this version."))),
    json: bool = JSON,
) -> None:
    """Exit 0 also where lines were refused; they are counted by reason."""
    if source not in SOURCES:
        raise SourceUnknown
    tenant = tenant_of(slug)
    if source in OUTSIDE:
        brought = _brought(tenant, file, dated)
        _take(tenant, source, replace(brought, shorter=shorter, algorithm=algorithm, licence=licence, edition=edition), json=json)
        return
    wanted = list_by_name(tenant, list_name).id if list_name else None
    meaning = SuppressionFile(kind=source, source="file", list_id=wanted, replaces=replace_all)
    ensure_clean_at(tenant, file, actor=Actor.operator(), now=clock.now())
    lines = _lines(file)
    result = import_entries(tenant, lines, meaning, actor=Actor.operator(), now=clock.now())
    shown = {"rows": result.rows, "added": result.added, "unchanged": result.unchanged, "refused": result.refused}
    removed = {"removed": result.removed} if replace_all else {}
    if json:
        as_json(shown | removed)
        return
    facts({_("Rows"): result.rows, _("Added"): result.added, _("Unchanged"): result.unchanged})
    facts({_("Removed"): n for n in removed.values()})
    for reason, count in sorted(result.refused.items()):
        say(_("Refused: {count} ({reason})"), count=number(count), reason=refused(reason))


def _brought(tenant: TenantDB, file: Path, dated: str) -> ListFile:
    """A list of others: bytes, not lines."""
    ensure_clean_at(tenant, file, actor=Actor.operator(), now=clock.now())
    try:
        day = date.fromisoformat(dated) if dated else datetime.fromtimestamp(file.stat().st_mtime, UTC).date()
        with file.open("rb") as binary:
            data = binary.read(MOST_BYTES + 1)
    except ValueError:
        raise ListDateWrong from None
    except OSError:
        raise FileMissing from None
    return ListFile(data=data, dated=day)


def _take(tenant: TenantDB, source: str, brought: ListFile, *, json: bool) -> None:
    """Let it count and say how long it is."""
    take = take_ecg if source == ECG else take_robinson
    entries = take(tenant, brought, settings=process_settings(), actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"entries": entries, "dated": brought.dated.isoformat()})
        return
    facts({_("Entries"): entries, _("As of"): brought.dated.isoformat()})


def _lines(file: Path) -> list[str]:
    """The lines of a text file in any usual character set; raises FileMissing and what `intake.charset` raises."""
    try:
        if not file.is_file():  # a pipe cannot be read twice, and may never end
            raise FileMissing
        with file.open("rb") as binary:
            encoding = survey(binary).encoding
        check_name(file.name)
        return file.read_text(encoding=encoding, errors="replace").splitlines()
    except OSError:
        raise FileMissing from None


@app.command(help=t(_("Show every reason why an address is not written to.")))
def check(slug: str, email: str, json: bool = JSON) -> None:
    """An empty list where nothing stands against it."""
    judged = read_address(email)
    if judged.reason:
        raise AddressWrong
    tenant = tenant_of(slug)
    found = check_address(tenant, judged.address)
    names = labels(tenant, {entry.list_id for entry in found if entry.list_id is not None})
    entries = [
        {
            "kind": entry.kind,
            "reason": entry.reason,
            "list": None if entry.list_id is None else names[entry.list_id],
            "pattern": entry.pattern or None,
            "source": entry.source,
            "at": entry.at,
        }
        for entry in found
    ]
    if json:
        as_json(entries)
    elif entries:
        columns = [_("Reason"), _("List"), _("Pattern"), _("Source"), _("Since")]
        everything = t(_("everything"))
        rows = [
            [left_out(str(e["reason"])), e["list"] or everything, e["pattern"] or "", e["source"], f"{e['at']:%Y-%m-%d %H:%M:%S}"]
            for e in entries
        ]
        table(columns, rows)
    else:
        say(_("Nothing stands against this address."))


@app.command("ask-lift", help=t(_("As the operator's privacy officer: ask to write again to somebody who complained and wants that.")))
def ask_lift(slug: str, email: str, document: Path = REQUEST, json: bool = JSON) -> None:
    """A second person lifts it within seven days. Exit 3 for everybody else."""
    tenant = tenant_of(slug)
    request = read_document(document)
    lift_complaint.ask(tenant, _key(tenant, email), request, asker=who(), now=clock.now())
    if json:
        as_json({"asked": True})
        return
    say(_("Asked. A second person who holds the same document lifts it within seven days: `siegelpost suppression lift`."))


@app.command(help=t(_("As the second person: write again to somebody who complained, as they ask in the same document.")))
def lift(slug: str, email: str, document: Path = REQUEST, json: bool = JSON) -> None:
    """Other reasons not to write stay, and a new consent is needed."""
    tenant = tenant_of(slug)
    request = read_document(document)
    person, now = who(), clock.now()
    lift_complaint.lift(tenant, _key(tenant, email), request, by=person, proved_at=now, now=now)
    if json:
        as_json({"lifted": True})
        return
    say(_("The complaint does not stand against this address any more. Mailings need a new consent."))


def _key(tenant: TenantDB, email: str) -> bytes:
    judged = read_address(email)
    if judged.reason:
        raise AddressWrong
    return address_key(judged.address, tenant.keys.addresses)
