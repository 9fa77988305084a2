"""From pieces of text to the bytes of a message body: static text is encoded once, slots for each person.

Everything is quoted-printable (RFC 2045 section 6.7), written so that nothing has to be done to it afterwards: no line
begins with a dot (RFC 5321 section 4.5.2 asks for stuffing), none ends in white space and white space never runs, so that
the relaxed form of DKIM (RFC 6376 section 3.4.4) is the text itself. A slot begins and ends with a soft line break.
"""

import re
from base64 import encodebytes
from collections.abc import Callable, Mapping
from email.header import Header
from functools import lru_cache
from typing import Final

from siegelpost.render.pieces import Pieces, Slot

SOFT: Final = b"=\r\n"
LINE: Final = 75  # 76 with the "=" of a soft line break
_PLAIN = re.compile(r"[A-Za-z0-9,;:!?()/_\-'+@&%*<>\"#\[\]{}|~^`$][A-Za-z0-9,;:!?()/_\-'+@&%*<>\"#\[\]{}|~^`$.]*")
_ENCODED = [bytes((byte,)) if 33 <= byte <= 126 and byte != 61 else b"=%02X" % byte for byte in range(256)]
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")

Body = tuple["bytes | Slot", ...]


@lru_cache(maxsize=8192)
def quoted(text: str) -> bytes:
    """Return `text` in quoted-printable with CRLF, as it stands between two soft line breaks; remembered."""
    if _PLAIN.fullmatch(text):
        lines = [text[at : at + LINE] for at in range(0, len(text), LINE)]
        if not any(line.startswith(".") for line in lines):
            return SOFT.join([line.encode() for line in lines])
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return b"\r\n".join([_quoted_line(line.encode("utf-8", "replace")) for line in lines])


def _quoted_line(line: bytes) -> bytes:
    out, width = bytearray(), 0
    last = len(line) - 1
    for at, byte in enumerate(line):
        piece = _ENCODED[byte]
        if byte == 32 and at != last and width and line[at - 1] != 32:
            piece = b" "
        if width + len(piece) > LINE:
            out += SOFT
            width = 0
            if piece == b" ":
                piece = b"=20"
        if piece == b"." and not width:
            piece = b"=2E"
        out += piece
        width += len(piece)
    return bytes(out)


def body_parts(pieces: Pieces) -> Body:
    """Encode the static pieces, leave the slots; `filler` joins them."""
    made: list[bytes | Slot] = []
    for at, piece in enumerate(pieces):
        if isinstance(piece, Slot):
            made.append(piece)
            continue
        text = quoted(piece)
        before = SOFT if at else b""
        after = SOFT if at + 1 < len(pieces) else b""
        made.append(before + text + after)
    return tuple(made)


def alternative(text: Pieces, html: Pieces | None, boundary: str) -> tuple[bytes, Body]:
    """Return the value of Content-Type and the body of a message with a plain-text part and, where there is one, HTML.

    boundary  must not occur in the text; a keyed hash will not
    """
    head = b"Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    line = b"--" + boundary.encode() + b"\r\n"
    parts: list[bytes | Slot] = [line + head % b"plain", *body_parts(text)]
    if html is not None:
        parts += [b"\r\n" + line + head % b"html", *body_parts(html)]
    parts.append(b"\r\n--" + boundary.encode() + b"--\r\n")
    return b'multipart/alternative; boundary="' + boundary.encode() + b'"', _merged(parts)


def with_file(content_type: bytes, body: Body, boundary: str, name: str, data: bytes) -> tuple[bytes, Body]:
    """Return the value of Content-Type and the body of a message that carries a file as well.

    name  plain ASCII; anything else of it is dropped

    Base64 (RFC 2045 section 6.8) needs no dot-stuffing and is its own relaxed form.
    """
    safe = "".join(sign for sign in name if sign.isascii() and (sign.isalnum() or sign in "._-")) or "file"
    line = b"--" + boundary.encode() + b"\r\n"
    head = (
        b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        b'Content-Disposition: attachment; filename="' + safe.encode() + b'"\r\n\r\n'
    )
    encoded = encodebytes(data).replace(b"\n", b"\r\n")
    before = line + b"Content-Type: " + content_type + b"\r\n\r\n"
    after = b"\r\n" + line + head + encoded + b"--" + boundary.encode() + b"--\r\n"
    return b'multipart/mixed; boundary="' + boundary.encode() + b'"', _merged([before, *body, after])


def _merged(parts: list["bytes | Slot"]) -> Body:
    """Join neighbours that are both static."""
    made: list[bytes | Slot] = []
    for part in parts:
        last = made[-1] if made else None
        if isinstance(part, bytes) and isinstance(last, bytes):
            made[-1] = last + part
        else:
            made.append(part)
    return tuple(made)


def filler(body: Body) -> Callable[[Mapping[str, object]], bytes]:
    """Return the function that makes one person's body."""
    fixed = [part if isinstance(part, bytes) else b"" for part in body]
    slots = [(at, part.render) for at, part in enumerate(body) if isinstance(part, Slot)]

    def fill(values: Mapping[str, object]) -> bytes:
        parts = fixed.copy()
        for at, render in slots:
            parts[at] = quoted(render(values))
        return b"".join(parts)

    return fill


@lru_cache(maxsize=8192)
def header_text(text: str) -> bytes:
    """Return free text for a header: encoded (RFC 2047) and folded where needed, on one line otherwise; remembered.

    Control characters and line breaks become a space: a header can never be injected.
    """
    clean = " ".join(_CONTROL.sub(" ", text).split())
    if clean.isascii() and len(clean) <= 66 and "=?" not in clean:
        return clean.encode()
    foldable = clean.isascii() and "=?" not in clean and all(len(word) <= LINE for word in clean.split())
    charset = "us-ascii" if foldable else "utf-8"  # a line has at most 998 bytes (RFC 5322 section 2.1.1); encoded words can be cut
    encoded = Header(clean.encode("utf-8", "replace").decode(), charset, maxlinelen=74, header_name="Subject")
    return encoded.encode(linesep="\r\n").encode("ascii")
