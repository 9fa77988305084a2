"""Keys: one random root per tenant, wrapped by the operator's master key; from the root come all others by purpose."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from siegelpost.base.errors import Refused
from siegelpost.base.i18n import marked as _

KEY_BYTES: Final = 32

_WRAP_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12  # AES-GCM's own size, NIST SP 800-38D section 5.2.1.1

Random = Callable[[int], bytes]


class KeyRefused(Refused):
    """A wrapped key does not open: another master key, or damaged bytes."""

    code = "sign.key_refused"
    message = _("A stored key cannot be opened with this master key.")
    hint = _("Check SIEGELPOST_MASTER_KEY_FILE: it must be the file with which this home folder was made.")
    nothing = _("Nothing was decrypted and nothing was changed.")


def wrap(master: bytes, key: bytes, *, random: Random) -> bytes:
    """Return `key` (any bytes) locked with `master` (32 bytes): version byte, nonce, AES-256-GCM. 29 bytes longer."""
    nonce = random(_NONCE_BYTES)
    return _WRAP_VERSION + nonce + AESGCM(master).encrypt(nonce, key, _WRAP_VERSION)


def unwrap(master: bytes, blob: bytes) -> bytes:
    """Return what `wrap` locked. Raises KeyRefused for another master key, another version or damaged bytes."""
    version, nonce, sealed = blob[:1], blob[1 : 1 + _NONCE_BYTES], blob[1 + _NONCE_BYTES :]
    if version != _WRAP_VERSION or len(nonce) != _NONCE_BYTES or len(master) != KEY_BYTES:
        raise KeyRefused
    try:
        return AESGCM(master).decrypt(nonce, sealed, version)
    except InvalidTag:
        raise KeyRefused from None


def derive(root: bytes, purpose: str) -> bytes:
    """Return the 32-byte key of `root` for one purpose (HKDF-SHA256, RFC 5869); other purposes say nothing about it."""
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"siegelpost/1/" + purpose.encode()).derive(root)


@dataclass(frozen=True, slots=True)
class TenantKeys:
    """All keys of one tenant, derived once from its 32-byte root; never shown by `repr`.

    tokens       MAC of links and VERP addresses
    message_ids  keyed hash behind Message-ID
    above        `addresses` of the parent of a sub-account, b"" of every other tenant
    addresses    keyed hash of e-mail addresses in suppression; that of the parent comes first, so that what stands for an address
                 there can be turned into what stands for it here, by whoever has this key, and not back
    files        sealed files (refused rows of imports)
    wrapping     locks what lies in the tenant's database, such as DKIM keys
    checkpoints  seed of the Ed25519 key that signs the tenant's log
    handover     keyed hash of passwords of hand-overs
    """

    root: bytes = field(repr=False)
    above: bytes = field(default=b"", repr=False)
    tokens: bytes = field(init=False, repr=False)
    message_ids: bytes = field(init=False, repr=False)
    addresses: bytes = field(init=False, repr=False)
    files: bytes = field(init=False, repr=False)
    wrapping: bytes = field(init=False, repr=False)
    checkpoints: bytes = field(init=False, repr=False)
    handover: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.root) != KEY_BYTES:
            raise KeyRefused
        for purpose in ("tokens", "message_ids", "addresses", "files", "wrapping", "checkpoints", "handover"):
            object.__setattr__(self, purpose, derive(self.root, purpose))
        object.__setattr__(self, "addresses", self.above + self.addresses)

    @property
    def own_addresses(self) -> bytes:
        """Its own part of `addresses`."""
        return self.addresses[len(self.above) :]


@dataclass(frozen=True, slots=True)
class OperatorKeys:
    """Keys of the operator, derived once from its 32-byte root; never shown by `repr`.

    checkpoints  seed of the Ed25519 key that signs the operator's log
    wrapping     locks the keys of its access log
    factors      locks the secrets of the staff's second factors
    """

    root: bytes = field(repr=False)
    checkpoints: bytes = field(init=False, repr=False)
    wrapping: bytes = field(init=False, repr=False)
    factors: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if len(self.root) != KEY_BYTES:
            raise KeyRefused
        for purpose in ("checkpoints", "wrapping", "factors"):
            object.__setattr__(self, purpose, derive(self.root, purpose))
