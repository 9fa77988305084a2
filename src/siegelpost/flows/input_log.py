"""The input log of a tenant: on and off by instruction, compared every hour, handed out as a signed CSV file."""

import csv
import io
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import BinaryIO, Final

import structlog

from siegelpost.audience.csvcells import defuse, separator
from siegelpost.base.actor import Actor
from siegelpost.base.whole_file import whole_file
from siegelpost.evidence import notes
from siegelpost.evidence.errors import EvidenceFileUnusable, PeriodWrong
from siegelpost.evidence.export import prove
from siegelpost.evidence.input_check import compare, sweep
from siegelpost.evidence.input_reads import Line, read
from siegelpost.evidence.input_switch import latest, switch
from siegelpost.evidence.proof_file import SUFFIX as PROOF
from siegelpost.evidence.reads import about
from siegelpost.evidence.seal import seal
from siegelpost.evidence.sealed_file import INPUT_LOG as INPUT_LOG_FILE
from siegelpost.evidence.sealed_file import PIECE, SUFFIX, VOUCHED_BY, sign_file
from siegelpost.evidence.services import append
from siegelpost.flows.handing_out import file_of_command
from siegelpost.flows.input_reminder import remind
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import ACCOUNTABILITY, ACTS, COMMAND, EXPORT, PAGE, PROVING, STAFF
from siegelpost.governance.disclosures.services import Given, Outflow, record
from siegelpost.governance.instructions.reads import require, valid
from siegelpost.governance.instructions.rules import INPUT_LOG
from siegelpost.tenancy.handle import TenantDB

HEADER: Final = ("time", "activity", "subscriber_id", "fields", "actor", "act")
LONGEST: Final = timedelta(days=92)
"""Three months, the longest: 1 July to 30 September (control 2.2-05)."""
EVERY: Final = 3600.0
FIRST: Final = 90.0
"""Seconds until the first comparison of a worker: one that is started again and again compares, too."""
SUBJECT: Final = "input-log"
EXPORTED: Final = VOUCHED_BY[INPUT_LOG_FILE]
WORKER: Final = Actor.system("worker")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was handed out: lines without the header, SHA-256 in hex, its signature and the proof that it is in the log as texts."""

    lines: int
    digest: str
    signature: str
    proof: str


def switch_input_log(tenant: TenantDB, active: bool, *, instruction_id: int, actor: Actor, now: datetime) -> bool:
    """Turn it on or off, on a valid instruction of that kind; returns whether that is a change.

    Raises InstructionMissing, InputTriggersMissing. Source: control 2.2-10; Art. 28(3)(a) GDPR.
    """
    require(tenant, INPUT_LOG, instruction_id, now=now)
    return switch(tenant, active, instruction_id=instruction_id, actor=actor, now=now)


def rest_on_instruction(tenant: TenantDB, *, actor: Actor, now: datetime) -> None:
    """Switch it off where the instruction on which it rests holds no longer; another valid one keeps it on."""
    last = latest(tenant)
    if last is None or not last.active:
        return
    held = {one.id for one in valid(tenant, INPUT_LOG, now=now)}
    if last.instruction_id in held:
        return
    switch(tenant, False, instruction_id=last.instruction_id, actor=actor, now=now)
    if held:
        switch(tenant, True, instruction_id=max(held), actor=actor, now=now)


def write_csv(tenant: TenantDB, file: BinaryIO, first: date, last: date, *, channel: str = PAGE, actor: Actor, now: datetime) -> Written:
    """Write the log of some days (UTC, both included, up to three months) into `file`, sign it, and log that it was handed out.

    UTF-8 with its mark, for spreadsheets; RFC 4180 but for the separator, which is that of the tenant's language; one fixed header. No
    cell is a formula, none holds a control character. Raises PeriodWrong, LogBroken.
    """
    if not timedelta(0) <= last - first < LONGEST:
        raise PeriodWrong
    since, until = _midnight(first), _midnight(last) + timedelta(days=1)
    origin = notes.read(seal(tenant, now=now)).origin
    text, count, people = io.TextIOWrapper(file, encoding="utf-8-sig", newline=""), 0, set[int]()
    writer = csv.writer(text, delimiter=separator(tenant.language))
    writer.writerow(HEADER)
    for line in read(tenant, since, until):
        writer.writerow([clean(cell) for cell in _cells(line)])
        count += 1
        if line.subscriber_id is not None:
            people.add(line.subscriber_id)
    text.flush()
    text.detach()
    file.seek(0)
    what = f"{INPUT_LOG_FILE}/{first.isoformat()}/{last.isoformat()}"
    signed_at = now.astimezone(UTC).replace(microsecond=0)
    signature, digest = sign_file(origin, what, _pieces(file), at=signed_at, seed=tenant.keys.checkpoints)
    last_switch = latest(tenant)
    details = {"from": first.isoformat(), "to": last.isoformat(), "lines": count, "hash": digest}
    outflow = Outflow(
        kind=EXPORT, categories=(ACTS, STAFF), records=count, people=SUBJECT, channel=channel, act=EXPORTED, digest=digest,
        given=Given(purpose=PROVING, ground=ACCOUNTABILITY, instruction_id=last_switch.instruction_id if last_switch else None),
        roll=_roll(tenant, people),
    )  # fmt: skip
    with tenant.atomic():
        details["disclosure"] = record(tenant, outflow, actor=actor, now=now)
        append(tenant, EXPORTED, subject=SUBJECT, details=details, actor=actor, at=now)
    entry = next(one.id for one in about(tenant, (SUBJECT,), acts=(EXPORTED,)) if one.details["hash"] == digest)
    return Written(count, digest, signature, prove(tenant, entry, now=now))


def write_csv_file(tenant: TenantDB, path: Path, first: date, last: date, *, actor: Actor, now: datetime) -> Written:
    """The same into a file of the caller's, with signature and proof beside it. Raises EvidenceFileUnusable, PeriodWrong, LogBroken."""
    try:
        with (
            file_of_command(tenant, path, EXPORTED, now=now) as file,
            whole_file(_beside(path, SUFFIX)) as signature,
            whole_file(_beside(path, PROOF)) as proof,
        ):
            with io.FileIO(file.fileno(), "r+", closefd=False) as raw, io.BufferedRandom(raw) as both:
                written = write_csv(tenant, both, first, last, channel=COMMAND, actor=actor, now=now)
                both.flush()
            signature.write(written.signature.encode())
            proof.write(written.proof.encode())
    except OSError as reason:
        raise EvidenceFileUnusable(why=reason.strerror or path.name) from reason
    return written


def clean(cell: str) -> str:
    """A cell that no spreadsheet runs and no terminal obeys."""
    return defuse("".join(sign if sign.isprintable() else "\ufffd" for sign in cell))


class Comparing:
    """The worker's part: once an hour compare, sweep, ask whether the instruction still holds, and remind whoever should fetch it.

    staff_url  where the staff's pages are, for the mail
    """

    def __init__(self, staff_url: str, first: float = FIRST) -> None:
        self._staff_url = staff_url
        self._not_before = time.monotonic() + first

    def look(self, tenants: list[TenantDB], *, now: datetime) -> None:
        """All tenants; does nothing for an hour after the last time."""
        if time.monotonic() < self._not_before:
            return
        self._not_before = time.monotonic() + EVERY
        for tenant in tenants:
            try:
                rest_on_instruction(tenant, actor=WORKER, now=now)
                found = compare(tenant, now=now)
                sweep(tenant, now=now)
                remind(tenant, staff_url=self._staff_url, now=now)
            except Exception as reason:  # noqa: BLE001 - the logs of others, and the work beside it, must not wait for this
                log.error("evidence.not_compared", tenant=tenant.slug, kind=type(reason).__name__)
                continue
            if found and found.differences:
                log.error("evidence.input_log_differs", tenant=tenant.slug, kinds=sorted(found.differences))


def _beside(path: Path, suffix: str) -> Path:
    return path.with_name(path.name + suffix)


def _roll(tenant: TenantDB, people: set[int]) -> Roll:
    """By number alone: the file holds no address, and whoever was erased is no number that anybody could ask for."""
    roll = Roll(tenant)
    for number in people:
        roll.add(number, "")
    return roll


def _cells(line: Line) -> Iterator[str]:
    yield line.at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{line.at.microsecond // 1000:03d}Z"
    yield line.kind
    yield "" if line.subscriber_id is None else str(line.subscriber_id)
    yield from (line.fields, line.actor, line.act)


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(PIECE):
        yield piece


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time_of_day(), UTC)
