"""`siegelpost evidence …`"""

from datetime import datetime
from pathlib import Path

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import log_of
from siegelpost.cli.output import as_json, number, progress, say
from siegelpost.evidence import notes, timestamps
from siegelpost.evidence.errors import EvidenceFileUnreadable
from siegelpost.evidence.lines import is_log
from siegelpost.evidence.proof_file import SUFFIX as PROOF
from siegelpost.evidence.seal import seal
from siegelpost.evidence.sealed_file import FAULTS as FILE_FAULTS
from siegelpost.evidence.sealed_file import PIECE, SUFFIX, FileVerdict
from siegelpost.evidence.sealed_file import verify_file as verify_signed
from siegelpost.evidence.verify import FAULTS, Fault, Verdict, verify
from siegelpost.flows.evidence_file import write_evidence

app = App(t(_("Sign, export and verify the log of what was done.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
FOUND = 4


@app.command(help=t(_("Sign a checkpoint over all entries so far and print it.")))
def checkpoint(slug: str, json: bool = JSON) -> None:
    """Exit 4 for an unknown tenant, 5 where the log was changed past the system."""
    note = seal(log_of(slug), now=clock.now())
    if json:
        found = notes.read(note)
        as_json({"origin": found.origin, "size": found.size, "root": found.root.hex(), "at": found.at, "note": note})
        return
    typer.echo(note, nl=False)


@app.command(help=t(_("Write entries, checkpoints and public key into a file that proves itself.")))
def export(slug: str, file: Path, json: bool = JSON) -> None:
    """Exit 4 where the file cannot be made, 5 where the log was changed past the system."""
    with progress(_("Exporting"), None) as advance:
        done = write_evidence(log_of(slug), file, actor=Actor.operator(), now=clock.now(), progress=advance)
    if json:
        as_json({"entries": done.entries, "checkpoints": done.checkpoints, "file": str(file)})
    else:
        say(_("Entries in {file}: {n}"), n=number(done.entries), file=file)


@app.command("verify", help=t(_("Verify an exported log, or a file with its signature beside it; needs no data folder.")))
def verify_file(
    file: Path,
    checkpoint: list[Path] = typer.Option(
        [], "--checkpoint", help=t(_("An older checkpoint, as text or as the mail that brought it; may be given several times."))
    ),
    tsa: list[Path] = typer.Option(
        [], help=t(_("A certificate (PEM) of an authority whose time stamps you trust; may be given several times."))
    ),
    json: bool = JSON,
) -> None:
    """Exit 4 where anything does not fit. Without older checkpoints a log that was written anew with all keys looks right.

    A file beside which its signature lies (FILE.sig), such as the CSV of the input log, is judged by that, and by FILE.proof, if that is
    there, too: whether the log holds it. FILE.proof is a checkpoint to keep, as well.
    """
    beside, proof = file.with_name(file.name + SUFFIX), file.with_name(file.name + PROOF)
    try:
        old = [path.read_bytes() for path in checkpoint]
        with file.open("rb") as content:
            log = is_log(content.read(PIECE))
        if beside.exists() and not log:  # a signature beside a log proves nothing of it
            with file.open("rb") as content:
                pieces = iter(lambda: content.read(PIECE), b"")
                found = verify_signed(pieces, beside.read_bytes(), old, proof.read_bytes() if proof.exists() else b"")
            _judge(found, json)
            return
        with file.open("rb") as lines:
            verdict = verify(lines, old)
        times = stamped(verdict, [path.read_bytes() for path in tsa])
    except OSError as reason:
        raise EvidenceFileUnreadable(why=reason.strerror or file.name) from reason
    if json:
        as_json({**_plain(verdict), "stamps": len(times), "stamps_proven": len(times) if tsa else 0})
    else:
        _tell(verdict, len(old))
        _tell_times(verdict, times, bool(tsa))
    if verdict.counts:
        raise typer.Exit(FOUND)


def _judge(found: FileVerdict, json: bool) -> None:
    if json:
        faults = [{"kind": kind, "message": t(FILE_FAULTS[kind])} for kind in found.faults]
        as_json(
            {
                "valid": not faults,
                "origin": found.origin,
                "at": found.at,
                "witnessed": found.witnessed,
                "entry": found.entry,
                "faults": faults,
            }
        )
    elif found.faults:
        for kind in found.faults:
            say(FILE_FAULTS[kind])
    else:
        say(_("{origin}: the file is as it was signed on {at}."), origin=found.origin, at=found.at)
        if found.entry:
            say(_("It is entry {n} of the log."), n=number(found.entry))
        else:
            say(_("No proof lies beside it ({suffix}): whoever owns the key may have signed it at any time."), suffix=PROOF)
        if not found.witnessed:
            say(_("Give a checkpoint that you kept with --checkpoint: it proves whose key this is."))
        elif found.entry:
            say(
                _("Checkpoints that you kept with the same key: {n}. That no entry changed in between, the exported log proves."),
                n=number(found.witnessed),
            )
    if found.faults:
        raise typer.Exit(FOUND)


def _tell(found: Verdict, files: int) -> None:
    for one in found.faults:
        typer.echo(_words(one))
    if len(found.faults) < found.counts.total():
        say(_("And {n} more."), n=number(found.counts.total() - len(found.faults)))
    if found.counts:
        say(_("This log cannot be trusted."))
        return
    say(_("{origin}: all {n} entries are as they were signed."), origin=found.origin, n=number(found.entries))
    if files:
        say(_("It goes on from {n} older checkpoints that you kept."), n=number(found.witnessed))
    else:
        say(_("Give an older checkpoint with --checkpoint: without one, a log that was written anew looks the same."))


def stamped(found: Verdict, roots: list[bytes]) -> list[datetime]:
    """The times of the stamps that fit their checkpoints, proven where there are certificates; those that do not fit become faults."""
    times = []
    for size, checkpoint, answer in found.stamps:
        try:
            times.append(timestamps.judge(answer, checkpoint, roots) if roots else timestamps.accept(answer, checkpoint))
        except timestamps.StampWrong:
            found.add("stamp", size=size)
    return times


def _tell_times(found: Verdict, times: list[datetime], proven: bool) -> None:
    if found.counts or not times:
        return
    if proven:
        say(_("An authority that you trust stamped {n} of its checkpoints, the newest on {at}."), n=number(len(times)), at=max(times))
    else:
        say(_("It holds {n} time stamps: give the certificate of the authority with --tsa to prove them."), n=number(len(times)))


def _words(one: Fault) -> str:
    return t(FAULTS[one.kind]).format(**one.facts)


def _plain(found: Verdict) -> dict[str, object]:
    return {
        "valid": not found.counts,
        "origin": found.origin,
        "entries": found.entries,
        "at": found.at,
        "checkpoints": found.signed,
        "witnessed": found.witnessed,
        "faults": [{"kind": one.kind, **one.facts, "message": _words(one)} for one in found.faults],
        "counts": found.counts,
    }
