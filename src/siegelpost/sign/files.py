"""Sealed files: what holds addresses outside the database lies encrypted, in chunks, so that none must fit into memory.

Each file has a key of its own (HKDF of the tenant's file key with a random salt). A chunk's nonce is its number and
whether it is the last, so that chunks cannot be swapped, doubled or cut off (the STREAM construction of Hoang,
Reyhanitabar, Rogaway and Vizár, 2015).
"""

import io
from types import TracebackType
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from siegelpost.base.errors import Refused
from siegelpost.base.i18n import marked as _
from siegelpost.sign.keys import KEY_BYTES, Random

CHUNK: Final = 1 << 20
MAGIC: Final = b"SPF1"

_SALT_BYTES: Final = 16
_TAG_BYTES: Final = 16


class FileRefused(Refused):
    """A sealed file does not open: another key, damaged or cut off."""

    code = "sign.file_refused"
    message = _("An encrypted file cannot be opened: it is damaged, cut off or belongs to another tenant.")
    hint = _("Take it from a backup, or make it again.")
    nothing = _("Nothing of it was used.")


def seal(key: bytes, data: bytes, random: Random) -> bytes:
    """Return `data` sealed with `key` (TenantKeys.files)."""
    out = io.BytesIO()
    with SealedWriter(out, key, random) as writer:
        writer.write(data)
    return out.getvalue()


def open_sealed(key: bytes, blob: bytes) -> bytes:
    """Return what `seal` sealed. Raises FileRefused."""
    return sealed_reader(io.BytesIO(blob), key).read()


class SealedWriter(io.RawIOBase):
    """A writable binary file over `file`; what is written is sealed chunk by chunk.

    Closing it completes the file and leaves `file` open. Left by an exception, the file stays incomplete, so that no
    reader takes half of it for the whole.
    """

    def __init__(self, file: BinaryIO, key: bytes, random: Random) -> None:
        salt = random(_SALT_BYTES)
        self._file = file
        self._cipher = _cipher(key, salt)
        self._buffer = bytearray()
        self._number = 0
        file.write(MAGIC + salt)

    def writable(self) -> bool:
        """Tell io that this end takes bytes."""
        return True

    def write(self, data: object, /) -> int:
        """Take all of `data`; holds back at most one chunk."""
        view = memoryview(data)  # type: ignore[arg-type]
        self._buffer += view
        while len(self._buffer) > CHUNK:  # not >=: the last chunk must still be here when the end comes
            self._put(bytes(self._buffer[:CHUNK]), last=False)
            del self._buffer[:CHUNK]
        return view.nbytes

    def close(self) -> None:
        """Write the last chunk, once."""
        if not self.closed:
            self._put(bytes(self._buffer), last=True)
            self._buffer.clear()
        super().close()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            self.close()
        else:
            self._buffer.clear()
            super().close()

    def __del__(self) -> None:
        """Forgotten is not finished: io's own finaliser would close, and so complete, the file."""

    def _put(self, chunk: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last), chunk, MAGIC))
        self._number += 1


class _SealedReader(io.RawIOBase):
    def __init__(self, file: BinaryIO, key: bytes) -> None:
        head = file.read(len(MAGIC) + _SALT_BYTES)
        if len(head) != len(MAGIC) + _SALT_BYTES or not head.startswith(MAGIC):
            raise FileRefused
        self._file = file
        self._cipher = _cipher(key, head[len(MAGIC) :])
        self._ahead = _exactly(file, CHUNK + _TAG_BYTES)
        self._chunk = b""
        self._at = 0
        self._number = 0
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object, /) -> int:
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        while self._at == len(self._chunk):
            if self._ended:
                return 0
            self._open_next()
        count = min(len(view), len(self._chunk) - self._at)
        view[:count] = self._chunk[self._at : self._at + count]
        self._at += count
        return count

    def _open_next(self) -> None:
        sealed, self._ahead = self._ahead, _exactly(self._file, CHUNK + _TAG_BYTES)
        self._ended = not self._ahead
        try:
            self._chunk = self._cipher.decrypt(_nonce(self._number, self._ended), sealed, MAGIC)
        except InvalidTag:
            raise FileRefused from None
        self._number += 1
        self._at = 0


def sealed_reader(file: BinaryIO, key: bytes) -> io.BufferedReader:
    """Return a readable binary file over the sealed `file`, fit for io.TextIOWrapper; holds two chunks in memory.

    Raises FileRefused here or while reading: what was read before may be used only when the end was reached.
    """
    return io.BufferedReader(_SealedReader(file, key))


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=b"siegelpost/1/file").derive(key))


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes((last,))


def _exactly(file: BinaryIO, wanted: int) -> bytes:
    """Read on until `wanted` bytes are there or the file ends; unbuffered files give less at a time."""
    parts = []
    while wanted and (part := file.read(wanted)):
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)
