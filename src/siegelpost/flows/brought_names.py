"""What tenants brought for their own names, in the memory of the public site: the loop that greets asks no database."""

import ssl
from collections.abc import Callable, Mapping

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections

from siegelpost.base.errors import SiegelpostError
from siegelpost.flows.tls_pair import Pair, server_context
from siegelpost.tenancy.host_keys import Brought, open_key
from siegelpost.tenancy.registry import open_by_number

_log = structlog.get_logger(__name__)


class BroughtNames:
    """Name -> context. One thread looks, the loop reads."""

    def __init__(self, read: Callable[[], Mapping[str, Brought]]) -> None:
        self._read = read
        self._known: dict[str, Brought] = {}
        self._ready: dict[str, ssl.SSLContext] = {}

    def of(self, name: str) -> ssl.SSLContext | None:
        """What answers by this name."""
        return self._ready.get(name)

    def look(self) -> None:
        """Take up what is new, and let go what was taken away. What cannot be read now goes on as it was."""
        try:
            known = dict(self._read())
            ready = {host: context for host, one in known.items() if (context := self._context(host, one)) is not None}
        except DatabaseError as reason:
            _log.warning("tls.brought_unread", kind=type(reason).__name__)
            return
        finally:
            close_old_connections()
        self._known, self._ready = known, ready

    def _context(self, host: str, one: Brought) -> ssl.SSLContext | None:
        if self._known.get(host) == one:
            return self._ready.get(host)
        try:
            return server_context(pair_of(one))
        except (SiegelpostError, OSError) as fault:  # ssl.SSLError is an OSError
            _log.error("tls.brought_refused", kind=type(fault).__name__)
            return None


def pair_of(one: Brought) -> Pair:
    """Certificate and key. Raises TenantUnknown, HostUnknown, KeyRefused."""
    tenant = open_by_number(one.tenant_number)
    try:
        return Pair(*open_key(tenant, one.host_id))
    finally:
        tenant.close()
