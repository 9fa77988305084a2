"""A file with people in it, on its way to whoever asked: nothing of it leaves before it is whole, hashed, and in the register."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, Final, Self

from siegelpost.base.whole_file import whole_file
from siegelpost.governance.disclosures.handed_out import Left, count
from siegelpost.governance.disclosures.rules import COMMAND
from siegelpost.sign.files import SealedWriter, sealed_reader
from siegelpost.tenancy.handle import Logged, TenantDB
from siegelpost.tenancy.home import home

PIECE: Final = 65_536


@contextmanager
def file_of_command(whose: Logged, path: Path, act: str, *, now: datetime) -> Iterator[BinaryIO]:
    """`whole_file` for a file of the caller's; what became of it is counted. Raises OSError."""
    with whole_file(path) as file:
        yield file
    count_file(whose, path, act, now=now)


def count_file(whose: Logged, path: Path, act: str, *, now: datetime) -> None:
    """Count a file that a command wrote for its caller, as it lies there. The operator's own logs have no register."""
    if isinstance(whose, TenantDB):
        count(whose, act, COMMAND, Left(files=1, size=path.stat().st_size), now=now)


class Packed:
    """A whole file, sealed, without a name in any folder; can be read once, in pieces and in clear, and is gone then.

    digest  SHA-256 of what it holds in clear, in hex
    size    bytes of that
    """

    def __init__(self, tenant: TenantDB, pieces: Iterable[bytes]) -> None:
        """Take a file in pieces, to the last one. Raises OSError, and whatever the pieces raise."""
        folder, self._key, hashed, self.size = home().tenant(tenant.slug), tenant.keys.files, sha256(), 0
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # on PostgreSQL a tenant has none until it has files
        self._file: BinaryIO = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed when it was read
        self._reader: BinaryIO | None = None
        try:
            with SealedWriter(self._file, self._key, os.urandom) as sealed:
                for piece in pieces:
                    hashed.update(piece)
                    self.size += len(piece)
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
    """What a file is hashed and measured with while it is written: hand it to a text wrapper in the place of the file."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._hash, self.size = file, sha256(), 0

    def write(self, data: bytes) -> int:
        """Write and hash."""
        self._hash.update(data)
        self.size += len(data)
        return self._file.write(data)

    @property
    def digest(self) -> str:
        """Of all that was written so far, in hex."""
        return self._hash.hexdigest()
