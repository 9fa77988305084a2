"""The people of a list leave as a CSV file; who took it, and whose data it holds, stands in the register before it has its name."""

import csv
import io
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from siegelpost.audience import export
from siegelpost.audience.errors import ExportFileUnusable
from siegelpost.audience.export import SEPARATORS
from siegelpost.audience.reads import ListView
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.flows.handing_out import Hashing, file_of_command
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import COMMAND, CONTACT, EXPORT, PROFILE
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
    Raises ExportFileUnusable.
    """
    try:
        with file_of_command(tenant, path, ACT, now=now) as file:
            roll, hashing, text = Roll(tenant), Hashing(file), io.StringIO(newline="")
            hashing.write("\ufeff".encode())
            writer = csv.writer(text, delimiter=SEPARATORS.get(tenant.language, ","))
            for count, row in enumerate(export.rows(tenant, wanted, actor, roll.add)):  # the headings are row 0
                writer.writerow(row)
                if count % BLOCK == 0:
                    _flush(text, hashing)
                    if progress:
                        progress(count)
            _flush(text, hashing)
            file.flush()
            outflow = Outflow(
                kind=EXPORT, categories=(CONTACT, PROFILE), records=roll.people, people=f"list:{wanted.id}", channel=COMMAND, act=ACT,
                digest=hashing.digest, size=hashing.size, given=given, roll=roll,
            )  # fmt: skip
            with tenant.atomic():  # before the file has its name
                details = {"rows": roll.people, "disclosure": record(tenant, outflow, actor=actor, now=now)}
                append(tenant, ACT, subject=f"list:{wanted.id}", details=details, actor=actor, at=now)
    except OSError as reason:
        raise ExportFileUnusable(why=reason.strerror or path.name) from reason
    return roll.people


def _flush(text: io.StringIO, hashing: Hashing) -> None:
    hashing.write(text.getvalue().encode())
    text.seek(0)
    text.truncate()
