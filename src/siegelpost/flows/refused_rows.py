"""The rows that an import refused leave as a file: who took it, and whose addresses stand in it, is in the register before."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from hashlib import file_digest
from pathlib import Path
from typing import BinaryIO, Final

from siegelpost.audience.addresses import address_reader
from siegelpost.audience.csvcells import arm
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.flows.approved_export import refused_wish
from siegelpost.flows.approving import cover
from siegelpost.flows.handing_out import PIECE, Hashing, Packed, count_file, file_of_command
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import COMMAND, CONTACT, EXPORT, MENDING, ROWS
from siegelpost.governance.disclosures.rules import PAGE as FROM_PAGE
from siegelpost.governance.disclosures.services import Given, Outflow, record
from siegelpost.intake.errors import RefusedRowsMissing
from siegelpost.intake.reads import import_by_id
from siegelpost.intake.refused import open_refused, sealed_path
from siegelpost.tenancy.handle import TenantDB

ACT: Final = "intake.refused_exported"
AT_IMPORT: Final = "at_import"
"""Written by the import itself, beside the file that it came from: whoever has the one had the other."""
OWN_COLUMNS: Final = 3
"""Line, reason, explanation: before the cells as they came."""


def refused_file(tenant: TenantDB, import_id: int, folder: Path, *, actor: Actor, now: datetime) -> Iterable[bytes]:
    """The sealed file of one import in clear, for a browser. Raises FileNotFoundError, FileRefused, ApprovalNeeded."""
    with open_refused(folder, import_id, tenant.keys.files) as file:
        packed = Packed(tenant, iter(lambda: file.read(PIECE), b""))
    with packed:
        with open_refused(folder, import_id, tenant.keys.files) as file:
            roll = _roll(tenant, file)
        with tenant.atomic():
            cover(tenant, refused_wish(import_id, roll.people), actor=actor, now=now)
            _write_down(tenant, import_id, roll, (packed.digest, packed.size), FROM_PAGE, actor, now)
    return packed


def write_refused(tenant: TenantDB, import_id: int, folder: Path, path: Path, *, actor: Actor, now: datetime) -> int:
    """The sealed file of one import in clear, as a file of the caller's; returns its bytes. The register has it before it has its name.

    Raises ImportUnknown, RefusedRowsMissing, FileRefused, OSError, and ApprovalNeeded where a rule asks for a second person.
    """
    import_by_id(tenant, import_id)
    if not sealed_path(folder, import_id).exists():
        raise RefusedRowsMissing(id=import_id)
    with file_of_command(tenant, path, ACT, now=now) as out:
        hashing = Hashing(out)
        with open_refused(folder, import_id, tenant.keys.files) as file:
            while piece := file.read(PIECE):
                hashing.write(piece)
        out.flush()
        with open_refused(folder, import_id, tenant.keys.files) as file:
            roll = _roll(tenant, file)
        with tenant.atomic():
            cover(tenant, refused_wish(import_id, roll.people), actor=actor, now=now)
            _write_down(tenant, import_id, roll, (hashing.digest, hashing.size), COMMAND, actor, now)
    return hashing.size


def note_refused(tenant: TenantDB, import_id: int, path: Path, *, actor: Actor, now: datetime) -> None:
    """An import wrote its refused rows in clear into a file of the caller's."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
        file.seek(0)
        roll = _roll(tenant, file)
    _write_down(tenant, import_id, roll, (digest, path.stat().st_size), AT_IMPORT, actor, now)
    count_file(tenant, path, ACT, now=now)


def _roll(tenant: TenantDB, file: BinaryIO) -> Roll:
    """Whoever's address stands anywhere in a row; a row may hold none that is one."""
    roll, read = Roll(tenant), address_reader()
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    first = text.readline()
    separator = max(";,\t|", key=first.count)  # as the head has it, whose own cells hold none of them
    for row in csv.reader(text, delimiter=separator):
        found = [read(arm(cell)).address for cell in row[OWN_COLUMNS:] if "@" in cell]
        roll.add(None, next(filter(None, found), ""))
    text.detach()
    return roll


def _write_down(tenant: TenantDB, import_id: int, roll: Roll, made: tuple[str, int], channel: str, actor: Actor, now: datetime) -> None:
    """`made` is hash and size of the file."""
    at_import, channel = channel == AT_IMPORT, COMMAND if channel == AT_IMPORT else channel
    subject = f"import:{import_id}"
    outflow = Outflow(
        kind=EXPORT, categories=(CONTACT, ROWS), records=roll.people, people=subject, channel=channel, act=ACT, digest=made[0],
        size=made[1], given=Given(purpose=MENDING), roll=roll,
    )  # fmt: skip
    with tenant.atomic():
        details: dict[str, object] = {"rows": roll.people, "disclosure": record(tenant, outflow, actor=actor, now=now)}
        details |= {AT_IMPORT: True} if at_import else {}
        append(tenant, ACT, subject=subject, details=details, actor=actor, at=now)
