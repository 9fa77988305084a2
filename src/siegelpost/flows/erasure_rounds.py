"""The worker's part of erasures, of people and of tenants: end what was begun, and delete proofs whose time is over."""

import time
from datetime import datetime
from typing import Final

import structlog

from siegelpost.base.actor import Actor
from siegelpost.erasure.keeping import forget
from siegelpost.flows.erase_person import finish_open
from siegelpost.flows.erase_tenant import go_on_with_all
from siegelpost.tenancy.handle import TenantDB

EVERY: Final = 15.0
"""Seconds between two looks: whoever erased somebody on a page waits for the certificate."""
AGAIN: Final = 3600.0
"""Seconds until what is still found is looked for again: a search reads everything."""
WORKER: Final = Actor.system("worker")
TENANTS: Final = "@tenants"
"""No short name."""

log = structlog.get_logger(__name__)


class ErasureRounds:
    """One per worker; several may do the same, each erasure is certified once."""

    def __init__(self, *, every: float = EVERY) -> None:
        self._every = every
        self._not_before = float("-inf")
        self._again: dict[str, float] = {}

    def look(self, tenants: list[TenantDB], *, now: datetime) -> None:
        """Do it where it is time."""
        if time.monotonic() < self._not_before:
            return
        self._not_before = time.monotonic() + self._every
        self._tenants_that_go(now)
        for tenant in tenants:
            forget(tenant, now=now)
            if time.monotonic() < self._again.get(tenant.slug, 0.0):
                continue
            _done, left = finish_open(tenant, actor=WORKER, now=now)
            if left:
                self._again[tenant.slug] = time.monotonic() + AGAIN
                log.warning("erasure.still_found", tenant=tenant.slug, people=left)

    def _tenants_that_go(self, now: datetime) -> None:
        """Erasures of whole tenants that were interrupted."""
        if time.monotonic() < self._again.get(TENANTS, 0.0):
            return
        _done, left = go_on_with_all(actor=WORKER, now=now)
        if left:
            self._again[TENANTS] = time.monotonic() + AGAIN
            log.warning("erasure.tenants_left", tenants=left)
