"""Which certificate answers by which name: the installation's, or that of a tenant for its own."""

import ssl
from collections.abc import Callable
from typing import Final

from siegelpost.flows.tls_pair import Pair, server_context

Others = Callable[[str], ssl.SSLContext | None]
"""Name in small letters -> what was brought for it; asks no database, for the loop waits."""


def no_others(_name: str) -> None:
    """For a site that answers by its own name alone."""


class Names:
    """Chooses while a greeting is read; what is renewed answers from the next greeting on."""

    def __init__(self, own: Pair, others: Others) -> None:
        self._own, self._others = server_context(own), others
        self.front: Final = server_context(own)
        """For the server's sockets."""
        self.front.sni_callback = self._choose

    def renew(self, own: Pair) -> None:
        """Let the installation's names answer with this pair from now on."""
        self._own = server_context(own)

    def _choose(self, line: ssl.SSLSocket | ssl.SSLObject, name: str | None, _front: ssl.SSLContext) -> None:
        """RFC 6066 section 3; without a name, as by one that nobody has here, the installation answers."""
        line.context = self._others((name or "").lower()) or self._own
