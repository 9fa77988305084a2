"""The list of everybody a mailing went to, and what became of each message, as a file."""

import csv
import os
from pathlib import Path

from siegelpost.audience.csvcells import defuse
from siegelpost.delivery.reads import recipients
from siegelpost.mailings.reads import mailing
from siegelpost.tenancy.handle import TenantDB

COLUMNS = ("email", "state", "code", "at")


def write_recipients(tenant: TenantDB, mailing_id: int, state: str | None, file: Path) -> int:
    """Write the recipients, or those in one state, to a file of mode 0600; returns how many. Raises MailingUnknown.

    Cells that a spreadsheet would run as a formula are defused.
    """
    mailing(tenant, mailing_id)
    written = 0
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(COLUMNS)
        for line in recipients(tenant, mailing_id, state or ""):
            rows.writerow((defuse(line.email), line.state, line.code, line.at.isoformat() if line.at else ""))
            written += 1
    return written
