"""The opt-out lists leave as a CSV file: whole, hashed and in the register before anybody has it."""

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from siegelpost.audience.csvcells import MARK, defuse_all, separator
from siegelpost.audience.errors import ExportFileUnusable
from siegelpost.audience.leaving import labels
from siegelpost.base.actor import Actor
from siegelpost.consent.opt_outs import OptOutLine, all_lines
from siegelpost.consent.suppression_import import HASH
from siegelpost.evidence.services import append
from siegelpost.flows.handing_out import Hashing, Packed, file_of_command
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import COMMAND, CONTACT, EXPORT, PAGE
from siegelpost.governance.disclosures.services import FOR_ONESELF, Given, Outflow, record
from siegelpost.tenancy.handle import TenantDB

ACT: Final = "opt_outs.exported"
HEADINGS: Final = ("email", "list", "at", "received_on", "way", "stands")
EVERYTHING: Final = "*"


def opt_out_file(tenant: TenantDB, *, given: Given = FOR_ONESELF, actor: Actor, now: datetime) -> Iterable[bytes]:
    """The file in pieces, for a browser. Its first column imports again: an address, or `hash:` and the keyed hash of an anonymised one."""
    roll = Roll(tenant)
    packed = Packed(tenant, _pieces(tenant, roll, now))
    with packed, tenant.atomic():
        _write_down(tenant, _outflow(roll, PAGE, packed.digest, packed.size, given), actor, now)
    return packed


def write_opt_outs(tenant: TenantDB, path: Path, *, given: Given = FOR_ONESELF, actor: Actor, now: datetime) -> int:
    """The same into a file, readable for its owner only; returns its lines. Raises ExportFileUnusable."""
    try:
        with file_of_command(tenant, path, ACT, now=now) as file:
            roll, hashing = Roll(tenant), Hashing(file)
            for piece in _pieces(tenant, roll, now):
                hashing.write(piece)
            file.flush()
            with tenant.atomic():  # before the file has its name
                _write_down(tenant, _outflow(roll, COMMAND, hashing.digest, hashing.size, given), actor, now)
    except OSError as reason:
        raise ExportFileUnusable(why=reason.strerror or path.name) from reason
    return roll.people


def _pieces(tenant: TenantDB, roll: Roll, now: datetime) -> Iterator[bytes]:
    text = io.StringIO(newline="")
    text.write(MARK)
    writer = csv.writer(text, delimiter=separator(tenant.language))
    writer.writerow(HEADINGS)
    for page in all_lines(tenant, now=now):
        names = labels(tenant, {one.list_id for one in page if one.list_id is not None})
        for one in page:
            roll.add(None, one.email, key=one.key)
            writer.writerow(_row(one, names))
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()
    yield text.getvalue().encode()


def _row(one: OptOutLine, names: dict[int, str]) -> list[str]:
    who = one.email or f"{HASH}{one.key.hex()}"
    about = EVERYTHING if one.list_id is None else names[one.list_id]
    received = one.received_on.isoformat() if one.received_on else ""
    return defuse_all([who, about, one.at.isoformat(timespec="seconds"), received, one.how, "1" if one.stands else "0"])


def _outflow(roll: Roll, channel: str, digest: str, size: int, given: Given) -> Outflow:
    return Outflow(
        kind=EXPORT, categories=(CONTACT,), records=roll.people, people="opt-outs", channel=channel, act=ACT, digest=digest, size=size,
        given=given, roll=roll,
    )  # fmt: skip


def _write_down(tenant: TenantDB, outflow: Outflow, actor: Actor, now: datetime) -> None:
    details = {"lines": outflow.records, "disclosure": record(tenant, outflow, actor=actor, now=now)}
    append(tenant, ACT, details=details, actor=actor, at=now)
