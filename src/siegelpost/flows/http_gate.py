"""Stands before each site: who may speak to it, by which name it answers, and that browsers come back with https only."""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import Any, Final, Protocol
from urllib.parse import urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from siegelpost.base.errors import Refused, SiegelpostError
from siegelpost.base.i18n import marked as _
from siegelpost.base.loopback import LOOPBACK
from siegelpost.base.proxies import is_among
from siegelpost.base.settings import Settings
from siegelpost.flows.http_headers import STRICT_TRANSPORT
from siegelpost.flows.listening import proxies_only

ANY_NAME: Final = frozenset({"/healthz", "/readyz", "/tls/ask"})
"""For machines beside us, which know us by a number."""


TENANT: Final = "siegelpost.tenant"
"""Key of a request: number of the tenant whose own name it was sent to, 0 for the installation's."""


class WrongHost(Refused):
    """Somebody asks for another site than this one."""

    code = "http.wrong_host"
    message = _("Nothing answers here by this name.")
    hint = _("Use the address that you were given.")
    nothing = _("Nothing was read or changed.")
    status = 421


class ProxyPassedBy(Refused):
    """A client that comes in clear, past the proxy that speaks TLS."""

    code = "http.proxy_passed_by"
    message = _("This port takes requests of the declared proxies only.")
    hint = _("Use the address that begins with https; operators name their proxies in SIEGELPOST_TRUSTED_PROXIES.")
    nothing = _("Nothing was read or changed.")


class Hosts(Protocol):
    """Whose own name is which."""

    def tenant_of(self, host: str) -> int | None: ...
    def is_fresh(self, host: str) -> bool: ...


class Gate:
    """One site behind it; what is refused never reaches it."""

    def __init__(self, site: WSGIApplication, address: str, settings: Settings, hosts: Hosts | None = None) -> None:
        """Stand before a site.

        address  the site's own, of the settings; an address of this machine alone answers by any name
        hosts    names of tenants' own; the site finds the tenant's number in the request (TENANT)
        """
        self._hosts = hosts
        parts = urlsplit(address)
        self._site, self._settings = site, settings
        self._host = "" if parts.hostname in LOOPBACK else (parts.hostname or "").lower()
        self._strict = parts.scheme == "https"

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """One request (PEP 3333)."""
        answer = self._with_strict_transport(start) if self._strict else start
        if proxies_only(self._settings) and not is_among(str(environ.get("REMOTE_ADDR", "")), self._settings.proxies):
            return _refuse(ProxyPassedBy(), environ, answer)
        called = _asked_for(environ)
        owner = self._hosts.tenant_of(called) if self._hosts and called != self._host else None
        environ[TENANT] = owner or 0  # what a client says comes as HTTP_…: nobody but us writes this
        if self._host and owner is None and environ.get("PATH_INFO") not in ANY_NAME and called != self._host:
            return _refuse(WrongHost(), environ, answer)
        return self._site(environ, answer)

    def answers_at_once(self, environ: WSGIEnvironment) -> bool:
        """Whether neither we nor the site ask a database for this."""
        quick: Callable[[WSGIEnvironment], bool] | None = getattr(self._site, "answers_at_once", None)
        if quick is None or not quick(environ):
            return False
        called = _asked_for(environ)
        return called == self._host or self._hosts is None or self._hosts.is_fresh(called)

    def close(self) -> None:
        """At the end of the process: the site's own end, where it has one."""
        end: Callable[[], None] | None = getattr(self._site, "close", None)
        if end is not None:
            end()

    @staticmethod
    def _with_strict_transport(start: StartResponse) -> StartResponse:
        def begin(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            kept = [one for one in headers if one[0].lower() != STRICT_TRANSPORT[0].lower()]
            return start(status, [*kept, STRICT_TRANSPORT], *more)

        return begin


def _asked_for(environ: WSGIEnvironment) -> str:
    """The host by which we were called, without port."""
    try:
        return urlsplit(f"//{environ.get('HTTP_HOST', '')}").hostname or ""
    except ValueError:
        return ""


def _refuse(error: SiegelpostError, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
    """Plain text in the reader's first language; nothing of the site is loaded for it."""
    language = "de" if str(environ.get("HTTP_ACCEPT_LANGUAGE", "")).lower().startswith("de") else "en"
    status, body = HTTPStatus(error.status), f"{error.text(language)}\n".encode()
    heads = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Language", language), ("Content-Length", str(len(body)))]
    start(f"{status.value} {status.phrase}", [*heads, ("Cache-Control", "no-store"), ("X-Content-Type-Options", "nosniff")])
    return [b"" if environ.get("REQUEST_METHOD") == "HEAD" else body]
