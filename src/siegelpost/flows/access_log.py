"""What the worker does for the access log once an hour: it forgets what is over, and leaves a mark that must be found again."""

import csv
import io
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

import structlog

from siegelpost.audience.csvcells import MARK, defuse_all, separator
from siegelpost.base.actor import Actor
from siegelpost.evidence.access import Access, accesses, record, unreadable
from siegelpost.evidence.access_proof import KEPT, SUBJECT, forget
from siegelpost.evidence.day_keys import destroy_of_nobody
from siegelpost.evidence.errors import EvidenceFileUnusable
from siegelpost.evidence.services import append
from siegelpost.flows.handing_out import Hashing, file_of_command
from siegelpost.governance.disclosures.rules import ACCOUNTABILITY, COMMAND, EXPORT, PROVING, STAFF, STAFF_ONLY
from siegelpost.governance.disclosures.services import Given, Outflow
from siegelpost.governance.disclosures.services import record as record_outflow
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.installation import OPERATOR, operator_db

CANARY: Final = Actor.system("canary")
AREA: Final = "canary"
WORKER: Final = Actor.system("worker")

EXPORTED: Final = "access.exported"
UNREADABLE: Final = "unreadable"

log = structlog.get_logger(__name__)

HEADINGS: Final = ("at", "who", "area", "verb", "result")


def write_access_csv(whose: Logged, path: Path, first: date, last: date, *, actor: Actor, now: datetime) -> int:
    """Write the accesses of some days (UTC), both included, into a CSV file, and return how many. That is an entry of the log.

    An access whose key is not in this copy of the data has a line, too, with its day and the result `unreadable`.

    What leaves holds numbers of the staff: the register of a tenant has it before the file has its name.

    An existing file is replaced when the new one is complete. Raises EvidenceFileUnusable, AccessDamaged.
    """
    note_reading(whose, first, last, actor=actor, now=now)
    done = 0
    try:
        with file_of_command(whose, path, EXPORTED, now=now) as file:
            hashing, splits = Hashing(file), separator(whose.language if isinstance(whose, TenantDB) else "")
            hashing.write(MARK.encode())
            hashing.write(_line(HEADINGS, splits))
            for one in accesses(whose, first, last):
                hashing.write(_line((one.at.isoformat(timespec="milliseconds"), one.who, one.area, one.verb, one.result), splits))
                done += 1
            for day, n in unreadable(whose, first, last).items():
                hashing.write(_line((day.isoformat(), "", "", "", UNREADABLE), splits) * n)
                done += n
            file.flush()
            _note(whose, done, hashing, actor, now)
    except OSError as reason:
        raise EvidenceFileUnusable(why=reason.strerror or path.name) from reason
    return done


def note_reading(whose: Logged, first: date, last: date, *, actor: Actor, now: datetime) -> None:
    """Somebody reads the accesses of some days: before they are read."""
    with whose.atomic():
        append(whose, "access.read", subject=SUBJECT, details={"from": f"{first}", "to": f"{last}"}, actor=actor, at=now)


def _note(whose: Logged, lines: int, made: Hashing, actor: Actor, now: datetime) -> None:
    with whose.atomic():
        details: dict[str, int | str] = {"lines": lines, "hash": made.digest}
        if isinstance(whose, TenantDB):
            given = Given(purpose=PROVING, ground=ACCOUNTABILITY)
            outflow = Outflow(
                kind=EXPORT, categories=(STAFF,), records=lines, people=STAFF_ONLY, channel=COMMAND, act=EXPORTED, digest=made.digest,
                size=made.size, given=given,
            )  # fmt: skip
            details["disclosure"] = record_outflow(whose, outflow, actor=actor, now=now)
        append(whose, EXPORTED, subject=SUBJECT, details=details, actor=actor, at=now)


def _line(cells: tuple[str, ...], splits: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=splits).writerow(defuse_all(cells))  # RFC 4180; a spreadsheet runs nothing of it
    return text.getvalue().encode()


def keep_access_logs(tenants: Iterable[TenantDB], *, now: datetime) -> None:
    """For the operator and all tenants, then for keys that are nobody's any more; what fails holds up nothing else."""
    logs = list(tenants)
    with _alone():
        keep_access_log(operator_db(), now=now)
    for whose in logs:
        with _alone():
            keep_access_log(whose, now=now)
    with _alone():
        destroy_of_nobody({OPERATOR, *(one.slug for one in logs)}, now.astimezone(UTC).date() - KEPT)


@contextmanager
def _alone() -> Iterator[None]:
    try:
        yield
    except Exception as reason:  # noqa: BLE001 - whatever it is, the others go on; it is reported by its kind
        log.error("access.not_kept", kind=type(reason).__name__)


def keep_access_log(whose: Logged, *, now: datetime) -> None:
    """Leave the mark of this hour, and delete content and keys of days that are over."""
    record(whose, Access(now, str(CANARY), AREA, "read"))
    forget(whose, actor=WORKER, now=now)
