"""The worker's part: runs the checks whose turn it is, a few at a time, and keeps what they find."""

import time
from collections import deque
from collections.abc import Iterable
from datetime import datetime
from typing import Final

import structlog

from siegelpost.base.actor import Actor
from siegelpost.base.controls import Around, Check, Finding
from siegelpost.base.settings import Settings
from siegelpost.flows.controls.collected import CHECKS, for_each_tenant, once_for_all
from siegelpost.flows.controls.judge import Job, Running
from siegelpost.governance.results import Kept, keep, keep_of_installation, results, results_of_installation
from siegelpost.tenancy.handle import TenantDB

FIRST: Final = 60.0
"""Seconds until the first look: a worker that has just begun has other things to do."""
EVERY: Final = 60.0
"""Seconds between two looks at what is due."""
AT_ONCE: Final = 0.5
"""Seconds for checks in one tick of the worker; one that takes longer goes on beside it."""
WORKER: Final = Actor.system("worker")

log = structlog.get_logger(__name__)


class Rounds:
    """Which checks wait. Several workers may make the same one; the later result stays."""

    def __init__(self, settings: Settings, *, checks: tuple[Check, ...] = CHECKS, first: float = FIRST) -> None:
        self._settings, self._checks = settings, checks
        self._waiting: deque[Job] = deque()
        self._running: Running | None = None
        self._left_behind: dict[tuple[str, str], Running] = {}
        self._not_before = time.monotonic() + first

    def look(self, tenants: list[TenantDB], *, now: datetime, seconds: float = AT_ONCE) -> None:
        """Go on for at most so many seconds; does nothing where nothing is due."""
        end = time.monotonic() + seconds
        if not self._running and not self._waiting and time.monotonic() >= self._not_before:
            self._not_before = time.monotonic() + EVERY
            self._waiting.extend(due(tenants, self._checks, now=now))
        while self._running or self._waiting:
            if not self._go_on(end - time.monotonic(), now):
                return

    def _go_on(self, seconds: float, now: datetime) -> bool:
        """Begin or end one job; False where there is no time left."""
        if self._running is None:
            if seconds <= 0:
                return False
            self._begin(self._waiting.popleft(), now)
            return True
        found = self._running.result(max(0.0, seconds))
        if found is None:
            return False
        done, self._running = self._running, None
        if done.alive:
            self._left_behind[done.job.key] = done
        _keep(done.job, found, now)
        return True

    def _begin(self, job: Job, now: datetime) -> None:
        before = self._left_behind.get(job.key)
        if before is not None and before.alive:  # one that hangs is not begun once more; it is late again
            self._running = before
            return
        self._left_behind.pop(job.key, None)
        self._running = Running(job, Around(self._settings, now))


def due(tenants: Iterable[TenantDB], checks: tuple[Check, ...], *, now: datetime) -> list[Job]:
    """What was not checked for as long as it says, the installation first. A tenant whose results cannot be read is left out."""
    found = [Job(one, None) for one in _of(once_for_all(checks), results_of_installation(), now)]
    for tenant in tenants:
        try:
            kept = results(tenant)
        except Exception as reason:  # noqa: BLE001 - the controls of others must not wait for a tenant that is just being restored
            log.error("controls.not_read", tenant=tenant.slug, kind=type(reason).__name__)
            continue
        found += [Job(one, tenant) for one in _of(for_each_tenant(checks), kept, now)]
    return found


def run_all(tenants: list[TenantDB], settings: Settings, *, actor: Actor, now: datetime, checks: tuple[Check, ...] = CHECKS) -> None:
    """Make every check now, one after the other, whether it is due or not."""
    jobs = [Job(one, None) for one in once_for_all(checks)] + [Job(one, tenant) for tenant in tenants for one in for_each_tenant(checks)]
    for job in jobs:
        _keep(job, Running(job, Around(settings, now)).wait(), now, actor)


def _of(checks: list[Check], kept: dict[str, Kept], now: datetime) -> list[Check]:
    return [one for one in checks if one.control not in kept or abs(now - kept[one.control].checked_at) >= one.every]


def _keep(job: Job, found: Finding, now: datetime, actor: Actor = WORKER) -> None:
    try:
        if job.tenant is None:
            keep_of_installation(job.check.control, found, actor=actor, now=now)
        else:
            keep(job.tenant, job.check.control, found, actor=actor, now=now)
    except Exception as reason:  # noqa: BLE001 - a result that is not kept expires; the other checks go on
        log.error("controls.not_kept", control=job.check.control, kind=type(reason).__name__)
