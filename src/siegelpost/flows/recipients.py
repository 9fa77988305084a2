"""The list of everybody a mailing went to, and what became of each message, as a file."""

import csv
import os
from pathlib import Path

from siegelpost.audience.csvcells import defuse
from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.delivery.reads import recipients
from siegelpost.mailings.reads import mailing
from siegelpost.tenancy.handle import TenantDB


class FileRefused(BadInput):
    """The file cannot be written."""

    code = "mailing.file_refused"
    message = _("The list of recipients cannot be written there: {reason}.")
    hint = _("Name a file in a folder that exists and that you may write to.")
    nothing = _("Nothing was written.")


COLUMNS = ("email", "state", "code", "at")


def write_recipients(tenant: TenantDB, mailing_id: int, state: str | None, file: Path) -> int:
    """Write the recipients, or those in one state, to a file of mode 0600; returns how many. Raises MailingUnknown.

    Cells that a spreadsheet would run as a formula are defused. Raises FileRefused.
    """
    mailing(tenant, mailing_id)
    written = 0
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    except OSError as reason:
        raise FileRefused(reason=os.strerror(reason.errno or 0)) from reason
    os.fchmod(number, 0o600)
    with os.fdopen(number, "w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(COLUMNS)
        for line in recipients(tenant, mailing_id, state or ""):
            rows.writerow((defuse(line.email), line.state, line.code, line.at.isoformat() if line.at else ""))
            written += 1
    return written
