"""Watches the clock for mailings that start by themselves, in a thread beside the worker's tick.

A launch to a million people takes several seconds; processes that died must not wait for it.
"""

import threading
from typing import Final

import structlog

from siegelpost.base import clock
from siegelpost.base.settings import Settings
from siegelpost.flows.schedule import start_ripe
from siegelpost.tenancy.registry import all_tenants

TICK: Final = 0.5  # seconds between two looks
STOP_SECONDS: Final = 20.0
"""So long a launch may take to finish when the worker ends; one that takes longer goes on with the next worker."""

log = structlog.get_logger(__name__)


class Starter:
    """Begins with `begin`, ends with `end`."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="starter", daemon=True)

    def begin(self) -> None:
        """Watch from now on."""
        self._thread.start()

    def end(self) -> None:
        """Watch no longer; waits for a launch that is under way."""
        self._stop.set()
        self._thread.join(STOP_SECONDS)

    def _watch(self) -> None:
        while not self._stop.wait(TICK):
            try:
                self.look()
            except Exception as reason:  # noqa: BLE001 - the control database is away for a moment: the next look tries again
                log.error("worker.start_failed", kind=type(reason).__name__)

    def look(self) -> None:
        """Start what is to start, tenant by tenant; a tenant that cannot be reached does not hold up the others."""
        for tenant in all_tenants():
            try:
                start_ripe(tenant, settings=self._settings, now=clock.now())
            except Exception as reason:  # noqa: BLE001 - see above
                log.error("worker.start_failed", tenant=tenant.slug, kind=type(reason).__name__)
            finally:
                tenant.close()
            if self._stop.is_set():
                return
