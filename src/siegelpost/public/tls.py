"""For a proxy that has certificates made when they are first needed: which names are ours (`ask` of Caddy, on-demand TLS)."""

import time
from collections import deque
from threading import Lock
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from siegelpost.base.proxies import is_among
from siegelpost.base.settings import process_settings
from siegelpost.flows.certificates import own_hosts
from siegelpost.tenancy.host_table import HostTable
from siegelpost.tenancy.public_hosts import owners

A_MINUTE: Final = 600
"""Questions; a proxy asks once for a name it has no certificate of. Strangers who invent names make it ask."""
_TABLE: Final = HostTable(owners)


class _Limit:
    """At most so many in a minute, in this process."""

    def __init__(self, most: int) -> None:
        self._times: deque[float] = deque(maxlen=most)
        self._lock = Lock()

    def let_in(self, now: float) -> bool:
        """Count one more, unless there were too many."""
        with self._lock:
            if len(self._times) == self._times.maxlen and now - self._times[0] < 60:
                return False
            self._times.append(now)
            return True


_LIMIT: Final = _Limit(A_MINUTE)


@require_GET
def ask(request: HttpRequest) -> HttpResponse:
    """200 for a name of ours or one that a tenant has proved, 404 for every other, 429 for too many questions.

    To our own proxies alone, asked by themselves and for nobody behind them.
    """
    settings = process_settings()
    by_itself = "X-Forwarded-For" not in request.headers and is_among(str(request.META.get("REMOTE_ADDR", "")), settings.proxies)
    if not by_itself:
        return HttpResponse(status=404)
    if not _LIMIT.let_in(time.monotonic()):
        return HttpResponse(status=429)
    name = request.GET.get("domain", "").lower()
    ours = name in {host for host, _port in own_hosts(settings)} or _TABLE.tenant_of(name) is not None
    return HttpResponse(status=200 if ours else 404)
