"""Read the file of the Austrian list: SHA-1 values of 20 bytes, one behind the other, without a heading.

Source: § 7(2) ECG; the file "ecg-liste.hash" of RTR-GmbH.
"""

from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent.listed.errors import ListFileCut, ListFileWrong

RECORD: Final = 20
MOST_BYTES: Final = 64_000_000
"""Three million entries, ten times what the list has; it is read into memory."""
_OTHERS: Final = (b"PK\x03\x04", b"\x1f\x8b", b"%PDF", b"\xd0\xcf\x11\xe0", b"7z\xbc\xaf", b"BZh")
_TEXT: Final = frozenset(b"\t\n\r" + bytes(range(32, 127)))
_REPEATED: Final = 100
"""One entry in so many may stand there twice: hashes do not repeat themselves, other things do."""


def read_ecg(data: bytes) -> list[bytes]:
    """The entries of a file. Raises ListFileWrong for what is something else, ListFileCut for what ends inside an entry."""
    if not data:
        raise ListFileWrong(why=translate(_("the file is empty")))
    if len(data) > MOST_BYTES:
        raise ListFileWrong(why=translate(_("it has more than 64 MB")))
    if data.startswith(_OTHERS):
        raise ListFileWrong(why=translate(_("it is packed, or a document")))
    if is_text(data):
        raise ListFileWrong(why=translate(_("it is text")))
    if len(data) % RECORD:
        raise ListFileCut(bytes=len(data), record=RECORD)
    found = [data[at : at + RECORD] for at in range(0, len(data), RECORD)]
    if (len(found) - len(set(found))) * _REPEATED > len(found) or bytes(RECORD) in found:
        raise ListFileWrong(why=translate(_("its entries repeat themselves")))
    return found


def is_text(data: bytes) -> bool:
    """Of hashes two in five bytes are signs of ASCII, of a text two in three at least; of a few hashes chance may make it more."""
    part = data[:10_000]
    return sum(one in _TEXT for one in part) > len(part) * (0.65 if len(part) > 10 * RECORD else 0.95)
