"""Read a list of addresses or of their hashes: lines of text or bare bytes, packed as ZIP or not. Pure.

A line that is something else is no reason to go on: in a file whose columns have shifted nobody would be found.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Final

from siegelpost.audience.addresses import Judged, address_reader
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.base.zips import UNREADABLE
from siegelpost.consent.listed.digests import PLAIN, SIZES
from siegelpost.consent.listed.ecg_file import is_text
from siegelpost.consent.listed.errors import ListFileCut, ListFileWrong

MOST_BYTES: Final = 200_000_000
"""Three million SHA-256 values as text; unpacked, too."""
SEPARATORS: Final = ";,\t"


def read_hashes(data: bytes, algorithm: str) -> list[bytes]:
    """The entries of a file as bytes; of plain addresses those of the normalised address.

    algorithm  one of `digests.ALGORITHMS`; hashes may be written as hex or stand there as bytes

    Raises ListFileWrong, ListFileCut.
    """
    data = _unpacked(data) if data.startswith((b"PK\x03\x04", b"PK\x05\x06")) else data
    if not data.strip():
        raise ListFileWrong(why=translate(_("the file is empty")))
    if len(data) > MOST_BYTES:
        raise ListFileWrong(why=translate(_("it has more than 200 MB")))
    size = SIZES[algorithm]
    if size and not is_text(data):
        if len(data) % size:
            raise ListFileCut(bytes=len(data), record=size)
        return [data[at : at + size] for at in range(0, len(data), size)]
    return list(_lines(data, algorithm))


def _unpacked(data: bytes) -> bytes:
    """The one file of a ZIP; one that holds several, asks for a password or is too large is refused."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [one for one in archive.infolist() if not one.is_dir()]
            if len(files) != 1 or files[0].flag_bits & 1 or files[0].file_size > MOST_BYTES:
                raise ListFileWrong(why=translate(_("it holds more than one file, has a password, or is too large")))
            with archive.open(files[0]) as file:
                return file.read(MOST_BYTES + 1)
    except UNREADABLE as reason:
        raise ListFileWrong(why=translate(_("it cannot be unpacked"))) from reason


def _lines(data: bytes, algorithm: str) -> Iterator[bytes]:
    read = _address(address_reader()) if algorithm == PLAIN else _hex(SIZES[algorithm])
    text = data.decode("utf-8-sig", errors="replace")
    for number, line in enumerate(text.splitlines(), 1):
        cell = line
        for separator in SEPARATORS:
            cell = cell.split(separator, 1)[0]
        cell = cell.strip().strip('"').strip()
        if not line.strip():
            continue
        found = read(cell)
        if found is not None:
            yield found
        elif number > 1:  # the first line may be a heading
            raise ListFileWrong(why=translate(_("line %(number)d holds something else")) % {"number": number})


def _address(read: Callable[[str], Judged]) -> Callable[[str], bytes | None]:
    def one(cell: str) -> bytes | None:
        found = read(cell)
        return None if found.reason else found.address.lower().encode()

    return one


def _hex(size: int) -> Callable[[str], bytes | None]:
    def one(cell: str) -> bytes | None:
        try:
            found = bytes.fromhex(cell) if cell.isascii() and cell.isalnum() else b""
        except ValueError:
            return None
        return found if len(found) == size else None

    return one
