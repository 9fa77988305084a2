"""Whose a name is, in the memory of the public edge, so that an answer asks no database."""

import time
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Final

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections

PATIENCE: Final = 1.0
"""Seconds between two looks into the database, whatever names strangers invent."""
FRESH: Final = 30.0
"""Seconds after which a name that is known is looked up again: one that was removed answers no longer."""

_log = structlog.get_logger()


class HostTable:
    """Name -> number of its tenant; may be used by many threads."""

    def __init__(self, read: Callable[[], Mapping[str, int]], monotonic: Callable[[], float] = time.monotonic) -> None:
        """monotonic  seconds that never go back."""
        self._read, self._monotonic = read, monotonic
        self._known: Mapping[str, int] = {}
        self._looked = float("-inf")
        self._lock = Lock()

    def tenant_of(self, host: str) -> int | None:
        """The tenant that has proved this name, None for every other name."""
        if not self.is_fresh(host):
            self._look()
        return self._known.get(host)

    def is_fresh(self, host: str) -> bool:
        """Whether `tenant_of` asks no database for this name."""
        return self._monotonic() - self._looked <= (FRESH if host in self._known else PATIENCE)

    def _look(self) -> None:
        with self._lock:
            if self._monotonic() - self._looked <= PATIENCE:
                return
            self._looked = self._monotonic()
            try:
                self._known = dict(self._read())
            except DatabaseError as reason:  # what was known goes on: a database that is away for a moment takes no page away
                _log.warning("edge.hosts_unread", kind=type(reason).__name__)
            finally:
                close_old_connections()
