"""The worker's daily look at all sender domains, one at a time."""

import time
from collections import deque
from datetime import datetime
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.flows.check_domain import check_domain, due_domains
from siegelpost.mailings.domain_findings import UNKNOWN
from siegelpost.tenancy.handle import TenantDB

PAUSE: Final = 60.0
"""Seconds after a check without answers: it took up to five, in which the worker looked after nothing else."""


class DomainRounds:
    """Which domains wait for their turn. Several workers may check the same one; the later result stays."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._waiting: deque[tuple[str, int]] = deque()
        self._not_before = 0.0

    def refill(self, tenants: list[TenantDB], *, now: datetime) -> None:
        """Find out whose turn it is; called every hour."""
        self._waiting = deque((one.slug, domain) for one in tenants for domain in due_domains(one, self._settings, now=now))

    def check_one(self, tenants: list[TenantDB], *, now: datetime) -> None:
        """Check the next domain, if one waits; its tenant may be gone by now."""
        if not self._waiting or time.monotonic() < self._not_before:
            return
        slug, domain_id = self._waiting.popleft()
        for tenant in tenants:
            if tenant.slug == slug:
                found = check_domain(tenant, domain_id, settings=self._settings, actor=Actor.system("worker"), now=now)
                self._not_before = time.monotonic() + PAUSE * (found.state == UNKNOWN)
