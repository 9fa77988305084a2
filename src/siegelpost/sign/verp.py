"""Addresses that only we can make: envelope senders (VERP) and `mailto:` unsubscribes.

The same payload and MAC as in links (`tokens`), in lower-case base16 (RFC 4648 section 8), because mail servers fold the
case of local parts; at most 64 characters (RFC 5321 section 4.5.3.1.1). Base32 would be shorter, but Python has it only in
Python, and two of them are made for each message. `b-1001070103…@bounce.example.org`
"""

from dataclasses import dataclass
from typing import Final

from siegelpost.sign.tokens import KeyOf, Mint, Token, TokenForged, open_raw, pack

MAX_LOCAL_PART: Final = 64

BOUNCE: Final = "b"  # delivery_id
OUTGOING: Final = "o"  # id of a system or dialog mail
UNSUBSCRIBE: Final = "u"  # subscriber_id, mailing_id
REPORT: Final = "d"  # id of a sender domain: reports about its mail (RFC 7489, RFC 8460)
REPLY: Final = "r"  # nothing: copies of what people answer to the senders of a tenant

_PURPOSES: Final = {BOUNCE: "v", OUTGOING: "vo", UNSUBSCRIBE: "m", REPLY: "vr", REPORT: "vd"}


@dataclass(frozen=True, slots=True)
class VerpToken:
    """What a genuine address says: its kind (BOUNCE, OUTGOING, UNSUBSCRIBE, REPLY, REPORT) and the token in it."""

    kind: str
    token: Token


class VerpMint:
    """Makes the addresses of one kind, tenant and key: about 1 microsecond each.

    kind    BOUNCE, OUTGOING, UNSUBSCRIBE, REPLY or REPORT
    domain  where they arrive
    """

    __slots__ = ("_mint", "_prefix", "_suffix")

    def __init__(self, kind: str, tenant_number: int, key: bytes, domain: str, key_number: int = 0) -> None:
        self._mint = Mint(_PURPOSES[kind], tenant_number, key, key_number)
        self._prefix = f"{kind}-"
        self._suffix = f"@{domain}"

    def make(self, *numbers: int) -> str:
        """Return the address for these ids. Raises OverflowError where the local part would pass 64 characters.

        There is room for 14 bytes of tenant number and ids together, leading zeros not counted.
        """
        return self.seal(pack(numbers))

    def seal(self, packed: bytes) -> str:
        """Return the address of ids that are packed already (`tokens.pack`). Raises OverflowError like `make`."""
        local = self._prefix + self._mint.seal(packed).hex()
        if len(local) > MAX_LOCAL_PART:
            raise OverflowError("the ids do not fit into a local part")
        return local + self._suffix


def read_verp(local_part: str, key_of: KeyOf) -> VerpToken:
    """Return what the part before the @ says, in any case of letters. Raises TokenForged for what we did not make."""
    kind, raw = _decode(local_part)
    return VerpToken(kind, open_raw(_PURPOSES[kind], raw, key_of))


def _decode(local_part: str) -> tuple[str, bytes]:
    kind, dash, text = local_part[:1].lower(), local_part[1:2], local_part[2:].lower()
    if kind not in _PURPOSES or dash != "-" or len(local_part) > MAX_LOCAL_PART or not local_part.isascii():
        raise TokenForged
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raise TokenForged from None
    if raw.hex() != text:  # `fromhex` skips white space: one address has one spelling
        raise TokenForged
    return kind, raw
