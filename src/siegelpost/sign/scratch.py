"""A file that lies on the disk for a moment and can be read only by the process that wrote it: its key is nowhere but in memory.

AES-256 in counter mode (NIST SP 800-38A section 6.5): each byte has a place of its own in the key stream, so that a reader may begin
anywhere. It is written once, from the start to the end; a place that was written twice would give away what stood there. Nobody can
change it unseen by more than who may write into this process's files; what must last is sealed (`files`).
"""

import io
from typing import BinaryIO, Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR

from siegelpost.sign.keys import KEY_BYTES, Random

BLOCK: Final = 16
_COUNTER_BYTES: Final = 8


class Scratch(io.RawIOBase):
    """A binary file over `file` (empty, seekable), which is closed with it."""

    def __init__(self, file: BinaryIO, random: Random) -> None:
        self._file = file
        self._key, self._nonce = random(KEY_BYTES), random(BLOCK - _COUNTER_BYTES)
        self._writer = self._from(0).encryptor()
        self._at = 0

    def writable(self) -> bool:
        """Tell io that this end takes bytes, one after the other."""
        return True

    def readable(self) -> bool:
        """Tell io that it gives them back."""
        return True

    def seekable(self) -> bool:
        """Tell io that a reader may begin anywhere."""
        return True

    def write(self, data: object, /) -> int:
        """Add `data` at the end, wherever somebody reads."""
        plain = bytes(data)  # type: ignore[call-overload]
        self._file.seek(0, io.SEEK_END)
        self._file.write(self._writer.update(plain))
        return len(plain)

    def readinto(self, buffer: object, /) -> int:
        """Fill `buffer` from where the reader is."""
        view = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        self._file.seek(self._at)
        found = self._file.read(len(view))
        cipher = self._from(self._at // BLOCK).decryptor()
        cipher.update(bytes(self._at % BLOCK))  # what stands in this block before
        view[: len(found)] = cipher.update(found)
        self._at += len(found)
        return len(found)

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move the reader; raises ValueError before the start."""
        begin = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._file.seek(0, io.SEEK_END)}[whence]
        if begin + offset < 0:
            raise ValueError("before the start")
        self._at = begin + offset
        return self._at

    def tell(self) -> int:
        """Where the reader is."""
        return self._at

    def close(self) -> None:
        """Nobody can read it any more, whatever is left of it on the disk."""
        if not self.closed:
            self._file.close()
        super().close()

    def _from(self, block: int) -> Cipher[CTR]:
        return Cipher(AES(self._key), CTR(self._nonce + block.to_bytes(_COUNTER_BYTES, "big")))
