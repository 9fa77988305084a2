"""Files that come in go past the malware scanner first, whichever way they come; where one is set up, nothing passes without it.

What is handed over to somebody outside is held by the exchange desk instead, until the scanner has seen it.
"""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput, Refused
from siegelpost.base.i18n import marked as _
from siegelpost.base.settings import process_settings
from siegelpost.evidence.services import append
from siegelpost.governance.handover.clamd import PIECE, fresh_scanner, is_infected
from siegelpost.governance.handover.errors import ScannerSilent
from siegelpost.tenancy.handle import TenantDB

CLEAN: Final = "upload.scanned"
INFECTED: Final = "upload.infected"


class UploadInfected(BadInput):
    """The scanner found malware in a file that was to come in."""

    code = "upload.infected"
    message = _("The scanner found malware in this file.")
    hint = _("Do not open it; have the computer that it comes from examined.")
    nothing = _("Nothing was kept of it.")
    status = 422


class UploadUnscanned(Refused):
    """A scanner is set up, and does not do its work."""

    code = "upload.unscanned"
    message = _("The file could not be scanned for malware: {why}.")
    hint = _("Let the operator see to ClamAV (SIEGELPOST_CLAMAV, freshclam, StreamMaxLength), then bring the file again.")
    nothing = _("Nothing was kept of it.")
    status = 503


def ensure_clean_at(tenant: TenantDB, path: Path, *, actor: Actor, now: datetime) -> None:
    """The same for a file of the host's; what cannot be read is for whoever reads it to say. Raises as `ensure_clean`."""
    if not process_settings().clamav or not path.is_file():  # a pipe cannot be read twice
        return
    try:
        file = path.open("rb")
    except OSError:
        return
    with file:
        ensure_clean(tenant, file, actor=actor, now=now)


def ensure_clean(tenant: TenantDB, file: BinaryIO, *, actor: Actor, now: datetime) -> None:
    """Stand before whatever reads a file (seekable, at its start); leaves it at its start. Without a scanner nothing is looked at.

    The log names the file by its hash. Raises UploadInfected, UploadUnscanned.
    """
    place = process_settings().clamav
    if not place:
        return
    try:
        scanner = fresh_scanner(place, now).version
        infected = is_infected(place, file)
    except ScannerSilent as reason:
        raise UploadUnscanned(why=str(reason.facts["why"])) from None
    file.seek(0)
    digest = hashlib.sha256()
    while piece := file.read(PIECE):
        digest.update(piece)
    file.seek(0)
    with tenant.atomic():
        act, details = INFECTED if infected else CLEAN, {"scanner": scanner}
        append(tenant, act, subject=f"file:{digest.hexdigest()}", details=details, actor=actor, at=now)
    if infected:
        raise UploadInfected
