"""A certificate with its key, as it was read and checked: from then on the files may become anything."""

import os
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

STRONG: Final = "ECDHE+AESGCM:ECDHE+CHACHA20:@SECLEVEL=2"
"""For TLS 1.2: with forward secrecy, and nothing that must be explained (BSI TR-02102-2 section 3.3.1). TLS 1.3 has no others.

Level 2 of OpenSSL: at least 112 bits in keys and signatures, which is the default of Debian and not of all."""


@dataclass(frozen=True, slots=True)
class Pair:
    """PEM; the certificate with those who vouch for it, the key without password."""

    certificate: bytes
    key: bytes = field(repr=False)


class Held:
    """A pair in this process's memory, with names under which OpenSSL and children of this process read it. No disk sees the key."""

    def __init__(self, pair: Pair) -> None:
        self._files = [_in_memory(pair.certificate), _in_memory(pair.key)]

    @property
    def names(self) -> tuple[str, str]:
        """Paths of certificate and key, for this user's processes, until `close`."""
        certificate, key = (f"/proc/{os.getpid()}/fd/{one}" for one in self._files)
        return certificate, key

    def close(self) -> None:
        """Forget it."""
        for one in self._files:
            os.close(one)


@contextmanager
def held(pair: Pair) -> Iterator[tuple[str, str]]:
    """The names, for a moment."""
    holding = Held(pair)
    try:
        yield holding.names
    finally:
        holding.close()


def server_context(pair: Pair) -> ssl.SSLContext:
    """For servers of ours that speak TLS by OpenSSL: 1.2 and 1.3. Raises ssl.SSLError for a pair that it finds too weak."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(STRONG)
    context.options |= ssl.OP_NO_RENEGOTIATION
    with held(pair) as (certificate, key):
        context.load_cert_chain(certificate, key)
    return context


def _in_memory(content: bytes) -> int:
    file = os.memfd_create("tls", os.MFD_CLOEXEC)
    os.write(file, content)
    return file
