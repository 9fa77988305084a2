"""Runs one check and bounds it: one that raises or hangs is amber by name, and stops nothing else."""

import json
import threading
import time
from dataclasses import dataclass
from typing import Any, Final

from siegelpost.base.controls import AMBER, GREEN, NOT_SET_UP, RED, Around, Check, Finding
from siegelpost.tenancy.connections import close_all
from siegelpost.tenancy.handle import TenantDB

MOST: Final = 4_000
"""Characters of evidence: it goes into the log, which keeps it for good."""
FAULT: Final = "fault"
HUNG: Final = "hung"


@dataclass(frozen=True, slots=True)
class Job:
    """A check that is due, for one tenant or (None) for the installation."""

    check: Check
    tenant: TenantDB | None

    @property
    def key(self) -> tuple[str, str]:
        """Tells it from all others."""
        return self.check.control, self.tenant.slug if self.tenant else ""


class Running:
    """One job in a thread of its own: a thread cannot be ended, but it can be left behind."""

    def __init__(self, job: Job, around: Around) -> None:
        self.job, self.around = job, around
        self._found: list[Finding] = []
        self._begun = time.monotonic()
        self._thread = threading.Thread(target=self._work, name=f"control {job.check.control}", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether it still works, in time or not."""
        return self._thread.is_alive()

    def result(self, seconds: float) -> Finding | None:
        """Wait so long at most; None where it is neither done nor late."""
        left = self._begun + self.job.check.limit - time.monotonic()
        self._thread.join(max(0.0, min(seconds, left)))
        if self._found:
            return self._found[0]
        return self._late() if time.monotonic() - self._begun >= self.job.check.limit else None

    def wait(self) -> Finding:
        """Wait until it is done or late."""
        return self.result(self.job.check.limit) or self._late()

    def _late(self) -> Finding:
        return Finding(AMBER, {FAULT: HUNG, "seconds": self.job.check.limit})

    def _work(self) -> None:
        try:
            found = judged(self.job, self.around)
        finally:
            close_all()
        self._found.append(found)


def judged(job: Job, around: Around) -> Finding:
    """What the check says, or amber with the kind of the fault; messages of errors may name people and are not kept."""
    who: tuple[Any, ...] = (job.tenant,) if job.tenant else ()
    try:
        found = job.check.run(*who, around)
        if not _is_sound(found):
            return Finding(AMBER, {FAULT: "no finding"})
    except Exception as reason:  # noqa: BLE001 - whatever it is, what was not seen is not green, and the other checks go on
        return Finding(AMBER, {FAULT: type(reason).__name__})
    return found


def _is_sound(found: object) -> bool:
    if not isinstance(found, Finding) or found.state not in (GREEN, AMBER, RED, NOT_SET_UP):
        return False
    return len(json.dumps(dict(found.evidence))) <= MOST
