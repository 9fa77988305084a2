"""The list of everybody a mailing went to, and what became of each message, as a file."""

import csv
import io
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from siegelpost.audience.csvcells import defuse
from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.delivery.reads import DeliveryLine, recipients
from siegelpost.evidence import inputs
from siegelpost.evidence.services import append
from siegelpost.mailings.reads import mailing
from siegelpost.tenancy.handle import TenantDB


class FileRefused(BadInput):
    """The file cannot be written."""

    code = "mailing.file_refused"
    message = _("The list of recipients cannot be written there: {reason}.")
    hint = _("Name a file in a folder that exists and that you may write to.")
    nothing = _("Nothing was written.")


ACT: Final = "mailing.recipients_exported"
COLUMNS = ("email", "state", "code", "at")
PIECE = 65_536
"""Characters that are collected before they are sent."""


def write_recipients(tenant: TenantDB, mailing_id: int, state: str | None, file: Path, *, actor: Actor, now: datetime) -> int:
    """Write the recipients, or those in one state, to a file of mode 0600; returns how many. Who took it is written down first.

    Cells that a spreadsheet would run as a formula are defused. Raises MailingUnknown, FileRefused.
    """
    mailing(tenant, mailing_id)
    written = 0
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    except OSError as reason:
        raise FileRefused(reason=os.strerror(reason.errno or 0)) from reason
    os.fchmod(number, 0o600)
    with os.fdopen(number, "w", encoding="utf-8", newline="") as out:
        _write_down(tenant, mailing_id, state or "", actor, now)
        rows = csv.writer(out)
        rows.writerow(COLUMNS)
        for line in _lines(tenant, mailing_id, state or "", actor):
            rows.writerow(_cells(line))
            written += 1
    return written


def recipients_file(tenant: TenantDB, mailing_id: int, state: str, *, actor: Actor, now: datetime) -> Iterator[bytes]:
    """Return the same file in pieces, for a browser; who took it is written down first. Raises MailingUnknown."""
    mailing(tenant, mailing_id)
    _write_down(tenant, mailing_id, state, actor, now)
    return _pieces(tenant, mailing_id, state, actor)


def _write_down(tenant: TenantDB, mailing_id: int, state: str, actor: Actor, now: datetime) -> None:
    with tenant.atomic():
        append(tenant, ACT, subject=f"mailing:{mailing_id}", details={"state": state}, actor=actor, at=now)


def _lines(tenant: TenantDB, mailing_id: int, state: str, actor: Actor) -> Iterator[DeliveryLine]:
    """Line by line; each page of people stands in the input log before it leaves (control 2.2-07)."""
    for page in recipients(tenant, mailing_id, state):
        with tenant.atomic():
            inputs.name(tenant, str(actor), ACT)
            inputs.copied(tenant, [person for person, line in page if line.email], "export")
        for _person, line in page:
            yield line


def _pieces(tenant: TenantDB, mailing_id: int, state: str, actor: Actor) -> Iterator[bytes]:
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for line in _lines(tenant, mailing_id, state, actor):
        rows.writerow(_cells(line))
        if out.tell() > PIECE:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _cells(line: DeliveryLine) -> tuple[str, ...]:
    return defuse(line.email), line.state, line.code, line.at.isoformat() if line.at else ""
