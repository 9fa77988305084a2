"""A file with people in it, on its way to whoever asked: nothing of it leaves before it is whole, hashed, and in the register."""

import os
import tempfile
from collections.abc import Iterable
from hashlib import sha256
from typing import BinaryIO, Final, Self

from siegelpost.sign.files import SealedWriter, sealed_reader
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home

PIECE: Final = 65_536


class Packed:
    """A whole file, sealed, without a name in any folder; can be read once, in pieces and in clear, and is gone then.

    digest  SHA-256 of what it holds in clear, in hex
    """

    def __init__(self, tenant: TenantDB, pieces: Iterable[bytes]) -> None:
        """Take a file in pieces, to the last one. Raises OSError, and whatever the pieces raise."""
        folder, self._key, hashed = home().tenant(tenant.slug), tenant.keys.files, sha256()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # on PostgreSQL a tenant has none until it has files
        self._file: BinaryIO = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed when it was read
        self._reader: BinaryIO | None = None
        try:
            with SealedWriter(self._file, self._key, os.urandom) as sealed:
                for piece in pieces:
                    hashed.update(piece)
                    sealed.write(piece)
        except BaseException:
            self.close()
            raise
        self.digest = hashed.hexdigest()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        """Nobody will read what could not be recorded."""
        if kind is not None:
            self.close()

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        if self._reader is None:
            self._file.seek(0)
            self._reader = sealed_reader(self._file, self._key)
        piece = self._reader.read(PIECE)
        if not piece:
            self.close()
            raise StopIteration
        return piece

    def __del__(self) -> None:
        """Nobody ever asked for it."""
        self.close()

    def close(self) -> None:
        """Django does it where the reader has left."""
        self._file.close()


class Hashing:
    """What a file is hashed with while it is written: hand it to a text wrapper in the place of the file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash = file, sha256()

    def write(self, data: bytes) -> int:
        """Write and hash."""
        self._hash.update(data)
        return self._file.write(data)

    @property
    def digest(self) -> str:
        """Of all that was written so far, in hex."""
        return self._hash.hexdigest()
