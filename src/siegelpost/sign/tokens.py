"""Tokens in links: which tenant, which numbers, and a MAC that only we can make.

Layout before base64url: one byte of version (high four bits) and key number (low four), the tenant number, the count of
numbers, the numbers, extra bytes, and 12 bytes of keyed BLAKE2b (RFC 7693) whose personalisation is the purpose.
A number is one byte of length and that many bytes, big-endian, without leading zeros.
"""

import hmac
from base64 import urlsafe_b64decode
from binascii import Error as NotBase64
from binascii import b2a_base64
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from siegelpost.base.errors import NotFound
from siegelpost.base.i18n import marked as _

MAC_BYTES: Final = 12  # 96 bits: guessing through a web page is hopeless, and links stay short
MAX_TEXT: Final = 256  # the longest token of ours has about 60 characters
MAX_NUMBER_BYTES: Final = 8  # ids are 64-bit in both databases
MAX_KEY_NUMBER: Final = 15

_VERSION: Final = 1
_URL: Final = bytes.maketrans(b"+/", b"-_")
_ALPHABET: Final = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")

KeyOf = Callable[[int, int], bytes]


class TokenForged(NotFound):
    """A token that we did not make, or not for this purpose."""

    code = "sign.token_forged"
    message = _("This link is not valid.")
    hint = _("Use the link exactly as it stands in the message; mail programs sometimes break long lines.")
    nothing = _("Nothing was changed.")


@dataclass(frozen=True, slots=True)
class Token:
    """What a genuine token says."""

    tenant_number: int
    numbers: tuple[int, ...]
    extra: bytes = b""


def _number(value: int) -> bytes:
    length = (value.bit_length() + 7) >> 3
    return bytes((length,)) + value.to_bytes(length, "big")


def head_of(tenant_number: int, key_number: int) -> bytes:
    """Return the bytes that all payloads of one tenant and key begin with. Raises ValueError out of range."""
    if not 0 <= key_number <= MAX_KEY_NUMBER or not 0 < tenant_number < 1 << 32:
        raise ValueError("key number 0..15, tenant number 1..4294967295")
    return bytes((_VERSION << 4 | key_number,)) + _number(tenant_number)


def pack(numbers: tuple[int, ...], extra: bytes = b"") -> bytes:
    """Return the middle of a payload. Numbers 0..2**64-1, at most 255; raises ValueError or OverflowError otherwise."""
    packed = bytes((len(numbers),))
    for value in numbers:  # `_number` written out: this runs several times per message
        length = (value.bit_length() + 7) >> 3
        if length > MAX_NUMBER_BYTES:
            raise OverflowError("numbers have at most 64 bits")
        packed += bytes((length,)) + value.to_bytes(length, "big")
    return packed + extra


class Mint:
    """Makes the raw bytes of many tokens of one purpose, tenant and key; the keyed hash is set up once."""

    __slots__ = ("_hash", "_head")

    def __init__(self, purpose: str, tenant_number: int, key: bytes, key_number: int = 0) -> None:
        self._head = head_of(tenant_number, key_number)
        self._hash = _mac(purpose, key, self._head)

    def seal(self, packed: bytes) -> bytes:
        """Return head, `packed` (from `pack`) and MAC."""
        mac = self._hash.copy()
        mac.update(packed)
        return self._head + packed + mac.digest()


def _mac(purpose: str, key: bytes, message: bytes) -> blake2b:
    return blake2b(message, key=key, person=purpose.encode(), digest_size=MAC_BYTES)


class TokenMint:
    """Makes the tokens of one purpose, tenant and key where many are wanted: about 1 microsecond each."""

    __slots__ = ("_mint",)

    def __init__(self, purpose: str, tenant_number: int, key: bytes, key_number: int = 0) -> None:
        self._mint = Mint(purpose, tenant_number, key, key_number)

    def make(self, *numbers: int, extra: bytes = b"") -> str:
        """Return the same text as `make_token`."""
        return self.seal(pack(numbers, extra))

    def seal(self, packed: bytes) -> str:
        """Return the token of numbers that are packed already."""
        return encode(self._mint.seal(packed))


def make_token(purpose: str, tenant_number: int, numbers: tuple[int, ...], key: bytes, extra: bytes = b"", key_number: int = 0) -> str:
    """Return a link token: base64url without padding (RFC 4648 section 5).

    purpose        at most 16 bytes; a token of one purpose is none of another. Links have one letter: u unsubscribe,
                   p preferences, w web version, s sign-up, f form handed out, o open, c click
    tenant_number  1..2**32-1
    numbers        ids, each 0..2**64-1
    key            TenantKeys.tokens
    extra          a few bytes more, such as a sign-up id
    key_number     which key of the tenant, 0..15
    """
    payload = head_of(tenant_number, key_number) + pack(numbers, extra)
    return encode(payload + _mac(purpose, key, payload).digest())


def read_token(purpose: str, text: str, key_of: KeyOf) -> Token:
    """Return what a token of `purpose` says; `key_of(tenant_number, key_number)` finds its key.

    Raises TokenForged for anything that `make_token` did not make for this purpose and key, and where `key_of` raises
    LookupError or NotFound.
    """
    return open_raw(purpose, decode(text), key_of)


def peek_tenant(text: str) -> int:
    """Return the tenant number that `text` claims, unproven: only good for finding the key. Raises TokenForged."""
    return peek_raw(decode(text))[0]


def encode(raw: bytes) -> str:
    """Return base64url without padding."""
    return b2a_base64(raw, newline=False).translate(_URL).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Return the bytes of `encode`. Raises TokenForged for any other spelling."""
    if not 0 < len(text) <= MAX_TEXT or not _ALPHABET.issuperset(text):
        raise TokenForged
    try:
        raw = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except NotBase64:
        raise TokenForged from None
    if encode(raw) != text:  # spare bits at the end: one token has one spelling
        raise TokenForged
    return raw


def peek_raw(raw: bytes) -> tuple[int, int, int]:
    """Return claimed tenant number, key number and where the head ends. Raises TokenForged."""
    if len(raw) < MAC_BYTES + 3 or raw[0] >> 4 != _VERSION:
        raise TokenForged
    tenant_number, end = _read_number(raw, 1)
    return tenant_number, raw[0] & 15, end


def open_raw(purpose: str, raw: bytes, key_of: KeyOf) -> Token:
    """Return what the bytes of a token say. Raises TokenForged."""
    tenant_number, key_number, position = peek_raw(raw)
    payload = raw[:-MAC_BYTES]
    try:
        key = key_of(tenant_number, key_number)
    except (LookupError, NotFound):
        raise TokenForged from None
    if not hmac.compare_digest(_mac(purpose, key, payload).digest(), raw[-MAC_BYTES:]):
        raise TokenForged
    numbers = []
    count, position = payload[position], position + 1
    for _each in range(count):
        value, position = _read_number(payload, position)
        numbers.append(value)
    return Token(tenant_number, tuple(numbers), payload[position:])


def _read_number(raw: bytes, position: int) -> tuple[int, int]:
    length = raw[position]
    end = position + 1 + length
    if length > MAX_NUMBER_BYTES or end > len(raw):
        raise TokenForged
    return int.from_bytes(raw[position + 1 : end], "big"), end
