"""The list of everybody a mailing went to, and what became of each message, as a file."""

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from siegelpost.audience.csvcells import defuse
from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.delivery.reads import DeliveryLine, recipients
from siegelpost.delivery.tally import STATES, counts
from siegelpost.evidence import inputs
from siegelpost.evidence.services import append
from siegelpost.flows.approved_export import ensure_may_export, recipients_wish
from siegelpost.flows.approving import cover
from siegelpost.flows.handing_out import PIECE, Packed, count_file
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import COMMAND, CONTACT, DELIVERY, EXPORT, PAGE
from siegelpost.governance.disclosures.services import FOR_ONESELF, Given, Outflow, record
from siegelpost.mailings.reads import mailing
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.scope import Scope


class FileRefused(BadInput):
    """The file cannot be written."""

    code = "mailing.file_refused"
    message = _("The list of recipients cannot be written there: {reason}.")
    hint = _("Name a file in a folder that exists and that you may write to.")
    nothing = _("Nothing was written.")


COLUMNS = ("email", "state", "code", "at")
ACT: Final = "mailing.recipients_exported"


def write_recipients(
    tenant: TenantDB, mailing_id: int, state: str | None, file: Path, *, given: Given = FOR_ONESELF, actor: Actor, now: datetime
) -> int:
    """Write the recipients, or those in one state, to a file of mode 0600; returns how many. Raises MailingUnknown.

    Log and register have it before anything is written. Cells that a spreadsheet would run as a formula are defused.
    Raises FileRefused, and as `ensure_may_export`.
    """
    _ensure_may(tenant, mailing_id, state or "", given, actor, now)
    try:
        number = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    except OSError as reason:
        raise FileRefused(reason=os.strerror(reason.errno or 0)) from reason
    os.fchmod(number, 0o600)
    with os.fdopen(number, "wb") as out:
        packed, n = _handed_out(tenant, mailing_id, state or "", COMMAND, given, actor, now)
        for piece in packed:
            out.write(piece)
    count_file(tenant, file, ACT, now=now)
    return n


def recipients_file(
    tenant: TenantDB, mailing_id: int, state: str, *, given: Given = FOR_ONESELF, actor: Actor, now: datetime
) -> Iterable[bytes]:
    """Return the same file in pieces, for a browser. Raises MailingUnknown, and as `ensure_may_export`."""
    _ensure_may(tenant, mailing_id, state, given, actor, now)
    return _handed_out(tenant, mailing_id, state, PAGE, given, actor, now)[0]


def recipients_for(tenant: TenantDB, mailing_id: int, seen: Callable[[int, str], None], *, actor: Actor) -> Iterator[bytes]:
    """The same file for another use of it, which is to be recorded by whoever makes it; `seen` is told of each person.

    Raises MailingUnknown.
    """
    mailing(tenant, mailing_id)
    return _pieces(tenant, mailing_id, "", seen, actor)


def _ensure_may(tenant: TenantDB, mailing_id: int, state: str, given: Given, actor: Actor, now: datetime) -> None:
    facts, found = mailing(tenant, mailing_id), counts(tenant, mailing_id)
    people = found.get(state, 0) if state else sum(found[one] for one in STATES)
    ensure_may_export(tenant, recipients_wish(facts, state, people), given.purpose, actor=actor, now=now)


def _handed_out(
    tenant: TenantDB, mailing_id: int, state: str, channel: str, given: Given, actor: Actor, now: datetime
) -> tuple[Packed, int]:
    roll, subject = Roll(tenant), f"mailing:{mailing_id}"
    packed = Packed(tenant, _pieces(tenant, mailing_id, state, roll.add, actor))
    outflow = Outflow(
        kind=EXPORT, categories=(CONTACT, DELIVERY), records=roll.people, people=subject, channel=channel, act=ACT, digest=packed.digest,
        size=packed.size, given=given, roll=roll,
    )  # fmt: skip
    with packed, tenant.atomic():
        used = cover(tenant, recipients_wish(mailing(tenant, mailing_id), state, roll.people), actor=actor, now=now)
        details = {"state": state, "rows": roll.people, "disclosure": record(tenant, outflow, actor=actor, now=now)}
        if used:
            details["approval"] = used.id
        append(tenant, ACT, subject=subject, details=details, actor=actor, at=now)
    return packed, roll.people


def _lines(tenant: TenantDB, mailing_id: int, state: str, actor: Actor) -> Iterator[tuple[int, DeliveryLine]]:
    """Line by line; each page of people stands in the input log before it leaves (control 2.2-07)."""
    for page in recipients(tenant.unlimited, mailing_id, state):  # of a mailing that was seen through the handle
        with tenant.atomic():
            inputs.name(tenant, str(actor), ACT)
            inputs.copied(tenant, [person for person, line in page if line.email], "export")
        yield from page


def _pieces(tenant: TenantDB, mailing_id: int, state: str, seen: Callable[[int, str], None], actor: Actor) -> Iterator[bytes]:
    out = io.StringIO(newline="")
    rows = csv.writer(out)
    rows.writerow(COLUMNS)
    for person, line in _lines(tenant, mailing_id, state, actor):
        seen(person, line.email)
        rows.writerow(_cells(line, tenant.scope))
        if out.tell() > PIECE:
            yield out.getvalue().encode()
            out.seek(0)
            out.truncate()
    yield out.getvalue().encode()


def _cells(line: DeliveryLine, scope: Scope) -> tuple[str, ...]:
    return defuse(scope.email(line.email)), line.state, line.code, line.at.isoformat() if line.at else ""
