"""The people of a list leave as a CSV file; who took it, and whose data it holds, stands in the register before it has its name."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from siegelpost.audience import export
from siegelpost.audience.csvcells import MARK, separator
from siegelpost.audience.errors import ExportFileUnusable
from siegelpost.audience.reads import ListView
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.flows.approved_export import ensure_may_export, list_wish
from siegelpost.flows.approving import cover
from siegelpost.flows.handing_out import PIECE, Hashing, Packed, file_of_command
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import COMMAND, CONTACT, EXPORT, PAGE, PROFILE
from siegelpost.governance.disclosures.services import FOR_ONESELF, Given, Outflow, record
from siegelpost.tenancy.handle import TenantDB

ACT: Final = "audience.exported"
BLOCK: Final = 2_000
"""Rows that are written at a time."""


def export_list(
    tenant: TenantDB,
    wanted: ListView,
    path: Path,
    *,
    given: Given = FOR_ONESELF,
    actor: Actor,
    now: datetime,
    progress: Callable[[int], None] | None = None,
) -> int:
    """Write the people of a list into the CSV file `path` (readable for its owner only) and return how many there are.

    An existing file is replaced when the new one is complete. The export is written into log and register before the file appears.
    Raises ExportFileUnusable; BulkRefused and BulkReasonMissing for many people without the right to that or a purpose, and
    ApprovalNeeded where a rule asks for a second person.
    """
    ensure_may_export(tenant, list_wish(wanted, wanted.members), given.purpose, actor=actor, now=now)
    try:
        with file_of_command(tenant, path, ACT, now=now) as file:
            roll, hashing, text = Roll(tenant), Hashing(file), io.StringIO(newline="")
            hashing.write(MARK.encode())
            writer = csv.writer(text, delimiter=separator(tenant.language))
            for count, row in enumerate(export.rows(tenant, wanted, actor, roll.add)):  # the headings are row 0
                writer.writerow(row)
                if count % BLOCK == 0:
                    _flush(text, hashing)
                    if progress:
                        progress(count)
            _flush(text, hashing)
            file.flush()
            outflow = _outflow(wanted, roll, COMMAND, hashing.digest, hashing.size, given)
            with tenant.atomic():  # before the file has its name
                _write_down(tenant, wanted, outflow, actor, now)
    except OSError as reason:
        raise ExportFileUnusable(why=reason.strerror or path.name) from reason
    return roll.people


def list_file(tenant: TenantDB, wanted: ListView, *, given: Given = FOR_ONESELF, actor: Actor, now: datetime) -> Iterable[bytes]:
    """Return the same file in pieces, for a browser: whole, hashed and in the register before the first. Raises as `export_list`."""
    ensure_may_export(tenant, list_wish(wanted, wanted.members), given.purpose, actor=actor, now=now)
    roll = Roll(tenant)
    packed = Packed(tenant, _pieces(tenant, wanted, roll, actor))
    with packed, tenant.atomic():
        _write_down(tenant, wanted, _outflow(wanted, roll, PAGE, packed.digest, packed.size, given), actor, now)
    return packed


def _outflow(wanted: ListView, roll: Roll, channel: str, digest: str, size: int, given: Given) -> Outflow:
    return Outflow(
        kind=EXPORT, categories=(CONTACT, PROFILE), records=roll.people, people=f"list:{wanted.id}", channel=channel, act=ACT,
        digest=digest, size=size, given=given, roll=roll,
    )  # fmt: skip


def _write_down(tenant: TenantDB, wanted: ListView, outflow: Outflow, actor: Actor, now: datetime) -> None:
    used = cover(tenant, list_wish(wanted, outflow.records), actor=actor, now=now)
    details = {"rows": outflow.records, "disclosure": record(tenant, outflow, actor=actor, now=now)}
    if used:
        details["approval"] = used.id
    append(tenant, ACT, subject=f"list:{wanted.id}", details=details, actor=actor, at=now)


def _pieces(tenant: TenantDB, wanted: ListView, roll: Roll, actor: Actor) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    text.write(MARK)
    writer = csv.writer(text, delimiter=separator(tenant.language))
    for row in export.rows(tenant, wanted, actor, roll.add):
        writer.writerow(row)
        if text.tell() > PIECE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _flush(text: io.StringIO, hashing: Hashing) -> None:
    hashing.write(text.getvalue().encode())
    text.seek(0)
    text.truncate()
