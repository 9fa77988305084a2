"""DKIM signatures (RFC 6376; RFC 8301: RSA with SHA-256; RFC 8463: Ed25519), made for many messages that differ little.

Headers and body arrive in a form that relaxed canonicalisation leaves as it is but for the case of names and the folding,
so the canonical bytes are put together from prepared pieces instead of being parsed out of each message.
"""

from binascii import b2a_base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from struct import Struct
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from nacl.signing import SigningKey

_PKCS1: Final = padding.PKCS1v15()
_SHA256: Final = hashes.SHA256()
RSA_BITS: Final = 2048  # RFC 8301 section 3.2: signers should use at least 2048


@dataclass(frozen=True, slots=True)
class DkimKey:
    """One private key and where its public half is published: `<selector>._domainkey.<domain>`."""

    domain: str
    selector: str
    private: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey

    @classmethod
    def load(cls, domain: str, selector: str, der: bytes) -> "DkimKey":
        """Take a key out of our own store (see `own_key`). Raises ValueError for one that is neither RSA >= 2048 nor Ed25519."""
        private = own_key(der)
        if isinstance(private, rsa.RSAPrivateKey) and private.key_size >= RSA_BITS:
            return cls(domain, selector, private)
        if isinstance(private, ed25519.Ed25519PrivateKey):
            return cls(domain, selector, private)
        raise ValueError("DKIM wants RSA of at least 2048 bits or Ed25519")

    @property
    def algorithm(self) -> str:
        """The a= tag."""
        return "rsa-sha256" if isinstance(self.private, rsa.RSAPrivateKey) else "ed25519-sha256"

    def signing(self) -> Callable[[bytes], bytes]:
        """Signs canonical headers, of many messages; RSA releases the interpreter lock while it works."""
        private = self.private
        if isinstance(private, rsa.RSAPrivateKey):
            return lambda data: private.sign(data, _PKCS1, _SHA256)
        quick = SigningKey(private.private_bytes_raw())  # libsodium takes 19 us for a signature, OpenSSL 31; the bytes are the same
        return lambda data: quick.sign(sha256(data).digest()).signature  # RFC 8463 section 3: the hash itself is signed


def own_key(der: bytes) -> PrivateKeyTypes:
    """Read a private key (PKCS #8 in DER) that this installation made, and that `sign.keys.unwrap` has just opened.

    Whether the numbers of an RSA key fit together is not worked out anew: it takes 50 ms, and the seal (AES-GCM) says that not a bit
    of the key has changed since we made it. A key that comes from outside must be read with that check.
    """
    return serialization.load_der_private_key(der, password=None, unsafe_skip_rsa_key_validation=True)


def relaxed(name: str, value: bytes) -> bytes:
    """One header in relaxed form (RFC 6376 section 3.4.2), with its line end; `value` may be folded."""
    return name.lower().encode() + b":" + b" ".join(value.split()) + b"\r\n"


class Signer:
    """Signs messages that have the same header names in the same order.

    keys   in the order of their signatures; RSA first, since some receivers look at the first only
    names  of the headers to sign, as they follow each other in `canonical`; those in `twice` are named once more, so that
           nobody can add another of them (RFC 6376 section 8.15)
    """

    def __init__(self, keys: Sequence[DkimKey], names: Sequence[str], *, twice: Sequence[str] = ()) -> None:
        listed = ":".join([*names, *twice]).lower()
        self._keys = tuple((key.signing(), *_texts(key, listed)) for key in keys)

    def __bool__(self) -> bool:
        """Whether there is anything to sign with; without it nobody need put the canonical bytes together."""
        return bool(self._keys)

    def headers(self, canonical: bytes, body: bytes) -> bytes:
        """Return the DKIM-Signature headers of one message, each with its line end; b"" without keys.

        canonical  the signed headers in relaxed form, in the order of `names`
        body       as it is sent, without dot-stuffing: no trailing white space, no runs of it, one line end at its end
        """
        if not self._keys:
            return b""
        body_hash = b2a_base64(sha256(body).digest(), newline=False)
        made: list[bytes] = []
        for sign, header_start, canonical_start in self._keys:
            signature = b2a_base64(sign(canonical + canonical_start + body_hash + b"; b="), newline=False)
            made += (header_start, body_hash, b";\r\n b=", _folded(signature), b"\r\n")
        return b"".join(made)


def _texts(key: DkimKey, listed: str) -> tuple[bytes, bytes]:
    """The header up to bh=, as it is sent and as it is signed."""
    lines = [f"v=1; a={key.algorithm}; c=relaxed/relaxed;", f"d={key.domain}; s={key.selector};"]
    lines += _listed_lines(listed)
    sent = "DKIM-Signature: " + "\r\n ".join(lines) + "\r\n bh="
    signed = "dkim-signature:" + " ".join(lines) + " bh="
    return sent.encode(), signed.encode()


def _listed_lines(listed: str) -> list[str]:
    """The h= tag in lines of at most 76 characters, broken after colons (RFC 6376 section 3.5 allows white space there)."""
    lines, line = [], "h="
    for name in listed.split(":"):
        if len(line) + len(name) > 74:
            lines.append(line)
            line = ""
        line += name + ":"
    return [*lines, line[:-1] + ";"]


def _folded(signature: bytes) -> bytes:
    """Base64 in lines of 72 characters; white space inside b= does not count."""
    return b"\r\n ".join(_lines_of(len(signature)).unpack(signature))


@cache
def _lines_of(length: int) -> Struct:
    """Cuts a signature of this length into lines in one step."""
    whole, rest = divmod(length, 72)
    return Struct("72s" * whole + (f"{rest}s" if rest else ""))
