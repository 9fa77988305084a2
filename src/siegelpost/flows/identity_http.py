"""Asks an identity provider: short, within bounds, following nobody elsewhere."""

import base64
import json
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from siegelpost.accounts.errors import IdentityUnreachable
from siegelpost.base.loopback import LOOPBACK
from siegelpost.base.oidc import Provider

PATIENCE: Final = 5.0
"""Seconds for an answer."""
LONGEST: Final = 1 << 18
"""Bytes of an answer; a set of keys has a few thousand."""
KEPT: Final = 300.0
"""Seconds for which its addresses and keys are kept: so long at most a key is believed that it has withdrawn."""

_kept: dict[str, tuple[float, Any]] = {}


class Refusal(Exception):
    """The provider says no; the text is its word for it (RFC 6749 section 5.2)."""


def configuration(provider: Provider) -> Mapping[str, Any]:
    """Its addresses. Raises IdentityUnreachable, also where somebody else answers for it (Discovery section 4.3)."""
    found = _get(f"{provider.issuer.rstrip('/')}/.well-known/openid-configuration")
    if found.get("issuer") != provider.issuer:
        raise IdentityUnreachable(provider=provider.name)
    return found


def keys_of(provider: Provider) -> Mapping[str, Any]:
    """Its keys. Raises IdentityUnreachable."""
    return _get(str(configuration(provider).get("jwks_uri", "")))


def ask_for_tokens(provider: Provider, form: Mapping[str, str]) -> Mapping[str, Any]:
    """One question at its token endpoint, with our secret. Raises Refusal where it answers no, IdentityUnreachable otherwise."""
    known = configuration(provider)
    heads = {"Content-Type": "application/x-www-form-urlencoded"}
    ways = known.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    if "client_secret_basic" in ways:  # RFC 6749 section 2.3.1: both halves are encoded first
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.secret, safe='')}"
        heads["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    else:
        form = {**form, "client_id": provider.client_id, "client_secret": provider.secret}
    status, said = _talk("POST", str(known.get("token_endpoint", "")), urlencode(form), heads)
    if status == 200:
        return said
    if status in (400, 401) and isinstance(said.get("error"), str):
        raise Refusal(said["error"])
    raise IdentityUnreachable(provider=provider.name)


def forget() -> None:
    """Ask anew."""
    _kept.clear()


def _get(url: str) -> Mapping[str, Any]:
    at, found = _kept.get(url, (0.0, None))
    if found is None or time.monotonic() - at > KEPT:
        status, found = _talk("GET", url, None, {})
        if status != 200:
            raise IdentityUnreachable(provider=urlsplit(url).hostname or "")
        _kept[url] = (time.monotonic(), found)
    known: Mapping[str, Any] = found
    return known


def _talk(method: str, url: str, body: str | None, heads: Mapping[str, str]) -> tuple[int, Mapping[str, Any]]:
    parts = urlsplit(url)
    if not (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)):
        raise IdentityUnreachable(provider=parts.hostname or "")
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=PATIENCE)
    try:
        connection.request(method, (parts.path or "/") + (f"?{parts.query}" if parts.query else ""), body, dict(heads))
        answer = connection.getresponse()
        said = json.loads(answer.read(LONGEST))
    except (OSError, HTTPException, ValueError):
        raise IdentityUnreachable(provider=parts.hostname or "") from None
    finally:
        connection.close()
    if not isinstance(said, dict):
        raise IdentityUnreachable(provider=parts.hostname or "")
    return answer.status, said
