"""Which identity providers the staff may log in with, as the settings name them. Pure."""

import re
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

from siegelpost.base.loopback import LOOPBACK

_NAME: Final = re.compile(r"[a-z][a-z0-9-]{0,19}")
_PROOF: Final = re.compile(r"(?:amr|acr):\S+")


@dataclass(frozen=True, slots=True)
class Provider:
    """One of them.

    name    in our addresses and on the button
    issuer  exactly as its tokens say it (OpenID Connect Discovery section 4.3)
    proofs  "amr:mfa", "acr:gold": what its tokens say where it has asked for a second factor; without one ours is asked for
    """

    name: str
    issuer: str
    client_id: str
    secret: str = field(repr=False)
    proofs: frozenset[str]

    @property
    def origin(self) -> str:
        """Where its pages are."""
        return "{0.scheme}://{0.netloc}".format(urlsplit(self.issuer))


def read_providers(text: str, secrets: str) -> tuple[Provider, ...]:
    """Read "office https://login.example.org/staff client-id amr:mfa, …" and "office:secret …". Raises ValueError.

    A secret that nobody is named for is a mistake, too.
    """
    known = dict(part.split(":", 1) for part in secrets.split())
    found = tuple(_provider(part.split(), known) for part in text.split(",") if part.strip())
    if len({one.name for one in found}) < len(found) or known.keys() != {one.name for one in found}:
        raise ValueError("names and secrets do not match")
    return found


def _provider(words: list[str], secrets: dict[str, str]) -> Provider:
    name, issuer, client_id, *proofs = words
    parts = urlsplit(issuer)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
    if not _NAME.fullmatch(name) or not safe or parts.query or parts.fragment or not all(_PROOF.fullmatch(one) for one in proofs):
        raise ValueError("no provider")
    if not secrets.get(name):
        raise ValueError("no secret")
    return Provider(name, issuer, client_id, secrets[name], frozenset(proofs))
