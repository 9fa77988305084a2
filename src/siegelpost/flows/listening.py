"""Where a server may listen: in clear text beyond this machine only behind a proxy that was declared."""

from datetime import datetime
from urllib.parse import urlsplit

from siegelpost.base.errors import Refused
from siegelpost.base.i18n import marked as _
from siegelpost.base.loopback import is_loopback
from siegelpost.base.settings import Settings
from siegelpost.flows.own_tls import own_pair
from siegelpost.flows.tls_pair import Pair


class ListensInClear(Refused):
    """Passwords and addresses would cross the network for everybody to read."""

    code = "serve.in_clear"
    message = _("On {host} everybody in the network could read passwords and addresses: there is neither TLS nor a declared proxy.")
    hint = _(
        "Set SIEGELPOST_TLS_CERTIFICATE_FILE and SIEGELPOST_TLS_KEY_FILE, or name the proxy that speaks TLS in SIEGELPOST_TRUSTED_PROXIES, "
        "or listen on 127.0.0.1."
    )
    nothing = _("Nothing was started.")


def may_listen(settings: Settings, host: str, urls: tuple[str, ...], *, now: datetime) -> Pair | None:
    """Say with which certificate to listen on `host` for these addresses of ours, None for none.

    A test system holds no real data and may listen in clear. Raises ListensInClear and what `own_pair` raises.
    """
    pair = own_pair(settings, tuple(urlsplit(url).hostname or "" for url in urls), now=now)
    if pair is None and settings.environment == "production" and not is_loopback(host) and not settings.proxies:
        raise ListensInClear(host=host)
    return pair


def proxies_only(settings: Settings) -> bool:
    """Whether clients may come through declared proxies only: without TLS of our own they would come in clear otherwise."""
    return settings.environment == "production" and bool(settings.proxies) and settings.tls_certificate is None
