"""`siegelpost tenant export | look-at`: everything of a tenant as one encrypted file."""

from pathlib import Path

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.context import tenant_of
from siegelpost.cli.given import FOR, TO, given
from siegelpost.cli.held import held
from siegelpost.cli.output import as_json, number, progress, say
from siegelpost.cli.tenant_tree import JSON, app
from siegelpost.flows.export_tenant import Exported, export_tenant, look_at_export

__all__ = ["app"]


@app.command(help=t(_("Write everything of a tenant into one encrypted file: people, consents, mailings, logs, settings, registers.")))
@held
def export(
    slug: str,
    file: Path,
    recipient: str = typer.Option("", help=t(_("Public key of age (age1…) to encrypt to; without it a new key is made and shown once."))),
    to: str = TO,
    purpose: str = FOR,
    json: bool = JSON,
) -> None:
    """Exit 3 without an open access or approval; 4 where the file cannot be written; 5 where it was written and does not open."""
    tenant = tenant_of(slug)
    with progress(_("Exporting"), None) as advance:
        done = export_tenant(
            tenant, file, recipient=recipient, given=given(to, purpose), actor=Actor.operator(),
            now=clock.now(), progress=advance,
        )  # fmt: skip
    if json:
        as_json({
            "file": str(file), "sha256": done.digest, "bytes": done.size, "people": done.people, "members": done.members, "rows": done.rows,
            "key": done.secret or None, "looked_at": done.opened,
        })  # fmt: skip
        return
    _tell(done, slug, file)


def _tell(done: Exported, slug: str, file: Path) -> None:
    say(
        _("{file}: {people} people, {rows} rows of all tables, {members} files inside, {bytes} bytes."),
        file=file, people=number(done.people), rows=number(done.rows), members=number(done.members), bytes=number(done.size),
    )  # fmt: skip
    say(_("SHA-256: {digest}"), digest=done.digest)
    if not done.secret:
        say(
            _("Open it once with your key: siegelpost tenant look-at {slug} {file} KEYFILE. Until then nobody knows that it opens."),
            slug=slug,
            file=file,
        )
        return
    say(_("It was read again from beginning to end: every file inside is as it was written, and the log proves itself."))
    say(_("Key, shown once and kept nowhere: {key}"), key=done.secret)
    say(_("Hand it over on another path than the file. To open it: age --decrypt -i KEYFILE -o tenant.zip {file}"), file=file)


@app.command("look-at", help=t(_("Open an export of a tenant and compare every file in it; the tenant's log says that somebody did.")))
def look_at(
    slug: str,
    file: Path,
    key_file: Path = typer.Argument(help=t(_("File with the secret key of age that opens it."))),
    json: bool = JSON,
) -> None:
    """Exit 4 where it does not open, is not whole, or is none of this tenant's exports."""
    found = look_at_export(tenant_of(slug), file, key_file, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"members": found.members, "entries": found.entries, "tables": found.manifest["tables"]})
        return
    say(
        _("All {members} files inside are as they were written; the log with {entries} entries proves itself."),
        members=number(found.members),
        entries=number(found.entries),
    )
