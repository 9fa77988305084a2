"""Which characters do the bytes of a file mean? Looks at the whole file once, in pieces, and takes its fingerprint on the way."""

import codecs
import hashlib
from pathlib import PurePath
from typing import BinaryIO, Final, NamedTuple

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.intake.errors import FileBinary, FileEmpty, FileRenamed

PIECE: Final = 1 << 20  # bytes read at a time
SAMPLE: Final = 1 << 16  # bytes that are looked at closely

# UTF-32 first: its mark begins with that of UTF-16
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_KINDS: Final = (
    (b"PK\x03\x04", _("an Excel workbook or a ZIP archive")),
    (b"\xd0\xcf\x11\xe0", _("an old Excel workbook")),
    (b"%PDF", _("a PDF document")),
    (b"\x89PNG", _("a picture")),
    (b"\xff\xd8\xff", _("a picture")),
    (b"GIF8", _("a picture")),
    (b"\x1f\x8b", _("a gzip archive")),
    (b"7z\xbc\xaf", _("a 7-Zip archive")),
    (b"SQLite format 3", _("a database")),
    (b"\x7fELF", _("a program")),
)

_OTHERS: Final = frozenset(
    ".xlsx .xlsm .xls .ods .docx .doc .odt .pptx .pdf .png .jpg .jpeg .gif .webp .zip .gz .7z .exe .db .sqlite3 .mdb .p7m".split()  # noqa: SIM905
)
"""Endings of files that are no text."""

# Code pages of Windows, DOS, the old Macintosh and Windows in Poland; the first wins a draw: most such files come from there
_OLD: Final = ("cp1252", "cp850", "mac_roman", "cp1250")
_LETTERS: Final = frozenset("äöüÄÖÜßéèêëáàâãåæçíìîïñóòôõøœúùûÉÈÀÁÅÆÇÑÓØŒšžŠŽąćęłńśźżĄĆĘŁŃŚŹŻ")

_ASCII: Final = bytes(range(128))


class Survey(NamedTuple):
    """What one look at the whole file told.

    encoding  name of the codec
    size      bytes
    digest    SHA-256 of the bytes, lower-case hex
    """

    encoding: str
    size: int
    digest: str


class _Utf8Tally:
    """Counts, piece by piece, what of the bytes is UTF-8 and what is not."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.foreign = 0  # bytes beyond ASCII
        self.broken = 0  # places that are no UTF-8

    def take(self, piece: bytes, *, last: bool = False) -> None:
        self.foreign += len(piece.translate(None, _ASCII))
        self.broken += self._decoder.decode(piece, last).count("\ufffd")

    @property
    def fits(self) -> bool:
        """UTF-8, or at least far more of it than not: single broken rows are refused later, the others are right."""
        return self.broken * 20 <= self.foreign


def check_name(file_name: str) -> None:
    """Raise FileRenamed for a text that is named like another kind of file; asked once it is known that it is text."""
    ending = PurePath(file_name).suffix.casefold()
    if ending in _OTHERS:
        raise FileRenamed(ending=ending)


def survey(file: BinaryIO) -> Survey:
    """Read `file` (at its start, seekable) to its end and say which encoding it has; leaves it at its start.

    Memory: one piece of 1 MiB, whatever the size. Raises FileEmpty, FileBinary.
    """
    digest, tally, size = hashlib.sha256(), _Utf8Tally(), 0
    head = odd = b""
    zeros = False
    while piece := file.read(PIECE):
        head = head or piece[:SAMPLE]
        if not odd and not piece.isascii():
            odd = _around_first_odd(piece)
        zeros = zeros or b"\x00" in piece
        digest.update(piece)
        tally.take(piece)
        size += len(piece)
    tally.take(b"", last=True)
    file.seek(0)
    if not head.strip(b"\x00\r\n\t ;,\xef\xbb\xbf\xff\xfe"):
        raise FileEmpty
    return Survey(_encoding(head, odd, tally, zeros=zeros), size, digest.hexdigest())


def _around_first_odd(piece: bytes) -> bytes:
    """A sample that holds the first byte beyond ASCII, however late it comes."""
    first = len(piece) - len(piece.lstrip(_ASCII))
    return piece[max(0, first - SAMPLE // 2) : first + SAMPLE // 2]


def _encoding(head: bytes, odd: bytes, tally: _Utf8Tally, *, zeros: bool) -> str:
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    for signature, kind in _KINDS:
        if head.startswith(signature):
            raise FileBinary(kind=translate(kind))
    if zeros:
        return _utf16_without_mark(head)
    controls = sum(byte < 32 and byte not in b"\t\n\r\f\v\x1a\x1b" for byte in head)
    if controls * 50 > len(head):
        raise FileBinary(kind=translate(_("binary data")))
    return "utf-8" if tally.fits else _old_encoding(odd)


def _utf16_without_mark(head: bytes) -> str:
    """In UTF-16 of Latin letters every second byte is zero, always on the same side."""
    pairs = max(1, len(head) // 2)
    first, second = head[0::2].count(0) / pairs, head[1::2].count(0) / pairs
    if second > 0.6 and first < 0.05:
        return "utf-16-le"
    if first > 0.6 and second < 0.05:
        return "utf-16-be"
    raise FileBinary(kind=translate(_("binary data")))


def _old_encoding(sample: bytes) -> str:
    """The old code page in which the bytes beyond ASCII make the most letters of European names."""
    beyond = sample.translate(None, _ASCII)
    return max(_OLD, key=lambda page: sum(letter in _LETTERS for letter in beyond.decode(page, "replace")))
