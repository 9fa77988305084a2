"""What is packed in a mail, unpacked within bounds: a few kilobytes can swell to gigabytes. Pure.

Source: RFC 7489 section 7.2.1.1 (gzip; zip is what many send), RFC 8460 section 5.3.
"""

import io
import zipfile
import zlib
from collections.abc import Iterator
from itertools import islice
from typing import Final

from siegelpost.base.zips import UNREADABLE
from siegelpost.feedback.mime import Part, walk

MAX_UNPACKED: Final = 10 * 1024 * 1024
"""Bytes of one report; the largest receivers send some hundred kilobytes."""
MAX_RATIO: Final = 200
"""XML of reports is packed to a tenth or a thirtieth; what swells more is no report."""
MAX_DOCUMENTS: Final = 4  # a mail brings one; some add a picture
_NEVER: Final = ("multipart/", "message/", "text/plain", "text/html")
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def documents(content: bytes) -> Iterator[bytes]:
    """Yield each attachment of a mail, unpacked where it is gzip or zip; what passes a limit is left out. Raises nothing."""
    attached = (part for part in walk(content) if not part.content_type.startswith(_NEVER))
    for part in islice(attached, MAX_DOCUMENTS):
        if document := _unpacked(part):
            yield document


def _unpacked(part: Part) -> bytes:
    packed = part.content()
    limit = min(MAX_UNPACKED, MAX_RATIO * len(packed))
    if packed.startswith(b"\x1f\x8b"):
        return _gunzip(packed, limit)
    if packed.startswith(b"PK\x03\x04"):
        return _unzip(packed, limit)
    return packed


def _gunzip(packed: bytes, limit: int) -> bytes:
    reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        found = reader.decompress(packed, limit)
    except zlib.error:
        return b""
    return found if reader.eof else b""


def _unzip(packed: bytes, limit: int) -> bytes:
    """The only file of an archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            (entry,) = archive.infolist()
            if entry.compress_type not in _METHODS or entry.file_size > limit:
                return b""
            with archive.open(entry) as file:
                found = file.read(limit + 1)
    except UNREADABLE:
        return b""
    return found if len(found) <= limit else b""
