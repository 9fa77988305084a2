"""The log that proves leaves as a file: it holds numbers of people and of the staff, so the register of a tenant has it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from siegelpost.base.actor import Actor
from siegelpost.evidence.export import EXPORTED, Export, Register, export_log, write_log
from siegelpost.flows.handing_out import count_file
from siegelpost.governance.disclosures.rules import ACCOUNTABILITY, ACTS, COMMAND, EVERYBODY, EXPORT, PAGE, PROVING, STAFF
from siegelpost.governance.disclosures.services import Given, Outflow, record
from siegelpost.tenancy.handle import Logged, TenantDB


def evidence_for_page(tenant: TenantDB, *, actor: Actor, now: datetime) -> Export:
    """For a browser. Raises LogBroken."""
    return export_log(tenant, register=_register(tenant, PAGE, actor, now), actor=actor, now=now)


def write_evidence(whose: Logged, path: Path, *, actor: Actor, now: datetime, progress: Callable[[int], None] | None = None) -> Export:
    """Into a file of the caller's. Raises EvidenceFileUnusable, LogBroken."""
    done = write_log(whose, path, register=_register(whose, COMMAND, actor, now), actor=actor, now=now, progress=progress)
    count_file(whose, path, EXPORTED, now=now)
    return done


def _register(whose: Logged, channel: str, actor: Actor, now: datetime) -> Register | None:
    """The operator's own log holds nobody but the staff, and has no register."""
    if not isinstance(whose, TenantDB):
        return None

    def register(entries: int) -> int:
        outflow = Outflow(
            kind=EXPORT, categories=(ACTS, STAFF), records=entries, people=EVERYBODY, channel=channel, act=EXPORTED,
            given=Given(purpose=PROVING, ground=ACCOUNTABILITY),
        )  # fmt: skip
        return record(whose, outflow, actor=actor, now=now)

    return register
