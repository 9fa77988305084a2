"""What may be handed over: kinds of files by their bytes, no macros, no archive that unpacks to far more than it is."""

import copy
import io
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.base.zips import UNREADABLE
from siegelpost.governance.handover.errors import FileUnusable, MacroFound, ZipBomb
from siegelpost.governance.handover.rules import FILE_LIMIT

MOST_UNPACKED: Final = 200_000_000  # bytes of all archives in each other together
MOST_RATIO: Final = 100  # of what is unpacked to what is packed; text of lists packs to a tenth
FREE: Final = 1_000_000  # bytes below which no ratio is asked: empty tables pack well
MOST_ENTRIES: Final = 10_000
DEEPEST: Final = 3  # archives within each other
NAME_LIMIT: Final = 100
CHUNK: Final = 1 << 16

PICTURES: Final = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*")
OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Office files before 2007 (MS-CFB)."""
OLE_MACROS: Final = "_VBA_PROJECT".encode("utf-16-le")
"""Name of the stream that each project of macros has (MS-OVBA section 2.3.4.1); names in a directory are UTF-16."""
OLE_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
"""Name of the stream of a document with a password (MS-OFFCRYPTO section 2.3.4.4): no scanner can look into it."""
MACRO_SUFFIXES: Final = frozenset(
    {".docm", ".dotm", ".xlsm", ".xltm", ".xlam", ".pptm", ".potm", ".ppam", ".ppsm", ".sldm", ".xla", ".ppa", ".odb"}
)
PROGRAM_SUFFIXES: Final = frozenset(
    {
        ".exe",
        ".com",
        ".scr",
        ".msi",
        ".dll",
        ".bat",
        ".cmd",
        ".ps1",
        ".vbs",
        ".vbe",
        ".js",
        ".jse",
        ".wsf",
        ".hta",
        ".lnk",
        ".jar",
        ".iso",
        ".img",
        ".apk",
        ".app",
        ".reg",
        ".sh",
    }
)
BASIC: Final = ("basic/", "scripts/")
"""Folders of macros in an OpenDocument file."""
_ZIP: Final = (b"PK",)
_OLD: Final = (OLE,)
_TIFF: Final = (b"II*\x00", b"MM\x00*")
BEGINS: Final[dict[str, tuple[bytes, ...]]] = {
    ".pdf": (b"%PDF-",), ".png": (b"\x89PNG\r\n\x1a\n",), ".jpg": (b"\xff\xd8\xff",), ".jpeg": (b"\xff\xd8\xff",), ".gif": (b"GIF8",),
    ".webp": (b"RIFF",), ".tif": _TIFF, ".tiff": _TIFF, ".zip": _ZIP, ".docx": _ZIP, ".xlsx": _ZIP, ".pptx": _ZIP, ".odt": _ZIP,
    ".ods": _ZIP, ".odp": _ZIP, ".doc": _OLD, ".xls": _OLD, ".ppt": _OLD,
}  # fmt: skip
"""Ending of a name -> how such a file begins: whoever opens it by its name must find what the name says."""
TEXTS: Final = frozenset({".csv", ".tsv", ".txt", ".md", ".json", ".xml", ".html", ".htm", ".eml", ".vcf", ".ics", ".log"})
LAYOUT: Final = frozenset(b"\t\n\r\f")


def read_upload(file: BinaryIO) -> bytes:
    """All of an upload. Raises FileUnusable where it is empty or too large."""
    data = file.read(FILE_LIMIT + 1)
    if not data:
        raise FileUnusable(why=translate(_("it is empty")))
    if len(data) > FILE_LIMIT:
        raise FileUnusable(why=translate(_("it has more than 50 MB")))
    return data


def shown_name(name: str) -> str:
    """The last part of a file name, without what could lead elsewhere or break a line; the ending stays."""
    last = "".join(sign for sign in name.replace("\\", "/").rpartition("/")[2] if sign.isprintable()).strip(". ")
    path = PurePosixPath(last or "file")
    return path.stem[: NAME_LIMIT - len(path.suffix[:20])] + path.suffix[:20]


def check(name: str, data: bytes) -> None:
    """Raise FileUnusable, MacroFound or ZipBomb where it may not be handed over; programs and macros are found in archives, too."""
    _Search().look(name, data, 1)


@dataclass
class _Search:
    """What is left of the budget of one file."""

    unpacked: int = 0
    entries: int = 0

    def look(self, name: str, data: bytes, depth: int) -> None:
        _check_suffix(name)
        if data.startswith(b"PK"):
            self._archive(data, depth)
        elif data.startswith(OLE):
            if OLE_MACROS in data:
                raise MacroFound
            if OLE_LOCKED in data:
                raise FileUnusable(why=translate(_("it asks for a password")))
        elif not (data.startswith((b"%PDF-", *PICTURES)) or _is_webp(data) or _is_text(data)):
            raise FileUnusable(why=translate(_("its kind is not known here, or it is packed otherwise than as ZIP")))
        elif zipfile.is_zipfile(io.BytesIO(data)):  # a picture in front, an archive behind
            self._archive(data, depth)
        _check_name(name, data)

    def _archive(self, data: bytes, depth: int) -> None:
        if depth > DEEPEST:
            raise ZipBomb
        try:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                names = archive.infolist()
                self.entries += len(names)
                if not names:  # nothing that anybody would see, and who knows what beside it
                    raise zipfile.BadZipFile
                if data.startswith(b"PK") and min(info.header_offset for info in names):  # another archive in front, for other programs
                    raise zipfile.BadZipFile
                if self.entries > MOST_ENTRIES:
                    raise ZipBomb
                for info in names:
                    self._entry(archive, info, depth)
        except UNREADABLE as reason:
            raise FileUnusable(why=translate(_("the archive cannot be read, or asks for a password"))) from reason

    def _entry(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, depth: int) -> None:
        low = info.filename.casefold()
        if PurePosixPath(low).name == "vbaproject.bin" or low.startswith(BASIC):
            raise MacroFound
        if info.is_dir():
            return
        content = self._unpacked(archive, info)
        if low == "[content_types].xml" and b"macroenabled" in content.lower():
            raise MacroFound
        _check_suffix(low)
        if content.startswith((b"PK", OLE)) or zipfile.is_zipfile(io.BytesIO(content)):
            self.look(low, content, depth + 1)

    def _unpacked(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
        """What an entry really unpacks to, whatever it says of itself. Raises ZipBomb."""
        honest = copy.copy(info)
        honest.file_size = MOST_UNPACKED + 1  # the module stops where an entry says that it ends; other programs go on
        out = bytearray()
        with archive.open(honest) as entry:
            while piece := entry.read(CHUNK):
                out += piece
                self.unpacked += len(piece)
                if self.unpacked > MOST_UNPACKED or len(out) > max(FREE, MOST_RATIO * info.compress_size):
                    raise ZipBomb
        return bytes(out)


def _check_suffix(name: str) -> None:
    suffix = PurePosixPath(name.casefold()).suffix
    if suffix in MACRO_SUFFIXES:
        raise MacroFound
    if suffix in PROGRAM_SUFFIXES:
        raise FileUnusable(why=translate(_("it is a program")))


def _check_name(name: str, data: bytes) -> None:
    """Raise FileUnusable for a file that was renamed to another type."""
    suffix = PurePosixPath(name.casefold()).suffix
    told = not _is_text(data) if suffix in TEXTS else suffix in BEGINS and not data.startswith(BEGINS[suffix])
    if told:
        raise FileUnusable(why=translate(_("its name says that it is of another kind than it is")))


def _is_webp(data: bytes) -> bool:
    return data[:4] == b"RIFF" and data[8:12] == b"WEBP"


def _is_text(data: bytes) -> bool:
    """Text in an encoding that keeps ASCII, or UTF-16 with its mark."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16").translate({ord(sign): " " for sign in "\r\n\t\f"}).isprintable()
        except UnicodeDecodeError:
            return False
    return not any(byte < 32 and byte not in LAYOUT for byte in set(data)) and not data.startswith((b"#!", b"MZ"))
