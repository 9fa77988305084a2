"""The little of MIME that reports need, read within bounds.

Reports come from strangers. The standard library's parser nests generators per part and looks at each line once per
level, so a few kilobytes of nested boundaries make it raise or work for seconds; here nesting, parts, header and field
sizes have a limit, and what passes it is cut off, never an error.

Source: RFC 5322 section 2.2 (fields and folding), RFC 2045 section 5 (Content-Type), RFC 2046 section 5.1 (multipart),
RFC 2047 (encoded words).
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MAX_DEPTH: Final = 6  # report -> returned message -> its alternatives -> …: real ones have three levels
MAX_PARTS: Final = 64
MAX_HEAD: Final = 64 * 1024  # characters of one header block
MAX_FIELD: Final = 4 * 1024  # characters of one field; Content-Type and List-Unsubscribe are far below

_FIELD: Final = re.compile(r"([!-9;-~]{1,100}):[ \t]*(.*)", re.DOTALL)
_WORD: Final = re.compile(r"=\?([!-)+-<>@-~]{1,40})(?:\*[^?]{1,20})?\?([BbQq])\?([!->@-~]{0,200})\?=")
_BETWEEN: Final = re.compile(r"(?<=\?=)[ \t]+(?==\?[^?]{1,61}\?[BbQq]\?)")
_CHARSETS: Final = {"iso-8859-1": "cp1252", "windows-1252": "cp1252", "iso-8859-15": "iso-8859-15"}
"""What German mail is written in beside UTF-8; programs that say ISO 8859-1 mean its superset."""
_PARAMETER: Final = re.compile(r';\s*([!-:<-~]{1,40}?)\s*=\s*(?:"((?:[^"\\]|\\.){0,200})"|([^\s;"]{1,200}))')

Fields = dict[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """One message or body part: its fields (names in lower case, the first of each counts) and its undecoded body."""

    fields: Fields
    body: bytes

    @property
    def content_type(self) -> str:
        """Type and subtype in lower case; "text/plain" where none is named (RFC 2045 section 5.2)."""
        return self.fields.get("content-type", "text/plain").partition(";")[0].strip().lower()

    def parameter(self, name: str) -> str:
        """One parameter of the Content-Type, "" if it has none."""
        for found in _PARAMETER.finditer(self.fields.get("content-type", "")):
            if found[1].lower() == name:
                return re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else found[3]
        return ""

    def text(self) -> str:
        """The body without its transfer encoding, in the character set it names; what is none of it becomes U+FFFD."""
        return self.content().decode(_CHARSETS.get(self.parameter("charset").lower(), "utf-8"), "replace")

    def content(self) -> bytes:
        """The body without its transfer encoding."""
        encoding = self.fields.get("content-transfer-encoding", "").strip().lower()
        if encoding == "base64":
            return _base64(self.body)
        return quopri.decodestring(self.body) if encoding == "quoted-printable" else self.body


def decoded(field: str) -> str:
    """A field's text with its encoded words (RFC 2047) as letters; a word that is none stays as it is."""
    return _WORD.sub(_decode, _BETWEEN.sub("", field))


def _decode(word: re.Match[str]) -> str:
    text = word[3].encode()
    raw = _base64(text) if word[2] in "Bb" else quopri.decodestring(text, header=True)
    return raw.decode(_CHARSETS.get(word[1].lower(), "utf-8"), "replace")


def _base64(body: bytes) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", body)
    try:
        return binascii.a2b_base64(letters[: len(letters) // 4 * 4] + b"".join(_tail(letters)))
    except binascii.Error:
        return b""


def _tail(letters: bytes) -> Iterator[bytes]:
    """The last, incomplete group with its padding; one letter alone says nothing."""
    rest = letters[len(letters) // 4 * 4 :]
    if len(rest) > 1:
        yield rest + b"=" * (4 - len(rest))


def read(content: bytes) -> Part:
    """Return a message's own fields and body. Any bytes will do; nothing is raised."""
    head, _blank, body = _lines(content).partition(b"\n\n")
    if head.startswith(b"\n"):
        return Part({}, content)
    return Part(read_fields(head.decode("utf-8", "replace")), body)


def _lines(content: bytes) -> bytes:
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def read_fields(text: str) -> Fields:
    """Return the fields of one block, unfolded; lines that are none are left out."""
    unfolded = re.sub(r"\n[ \t]+", " ", text[:MAX_HEAD])
    fields: Fields = {}
    for line in unfolded.split("\n"):
        if found := _FIELD.fullmatch(line[:MAX_FIELD]):
            fields.setdefault(found[1].lower(), found[2].strip())
    return fields


def walk(content: bytes) -> Iterator[Part]:
    """Yield a message and all parts in it, outer before inner, in their order; at most 64, at most six levels deep.

    Messages inside (message/rfc822) are yielded as they are and not opened: what they hold is not about this report.
    """
    waiting = [(read(content), 0)]
    for _count in range(MAX_PARTS):
        if not waiting:
            return
        part, depth = waiting.pop()
        yield part
        if part.content_type.startswith("multipart/") and depth < MAX_DEPTH:
            waiting += [(inner, depth + 1) for inner in reversed(_split(part))]


def _split(part: Part) -> list[Part]:
    boundary = part.parameter("boundary").encode()
    if not boundary:
        return []
    delimiter = re.compile(rb"(?:^|\n)--" + re.escape(boundary) + rb"(--)?[ \t]*(?=\n|$)")
    parts: list[Part] = []
    start = -1
    for found in delimiter.finditer(part.body):
        if start >= 0:
            parts.append(read(part.body[start : found.start()]))
        start = found.end() + 1
        if found[1] or len(parts) >= MAX_PARTS:
            return parts
    if start >= 0:
        parts.append(read(part.body[start:]))  # no closing delimiter: cut off on its way
    return parts
