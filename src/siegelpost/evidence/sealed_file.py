"""A signature beside a file, so that whoever keeps both can prove later, without us, that not a byte was changed. Pure.

It is a signed note like a checkpoint (`notes`), with the key of the tenant's log: the SHA-256 of the file in the place of the tree's
root, its bytes in the place of the number of entries, and an origin that says what file it is; so that no file can be taken for a
checkpoint. Before it stands the public key. Old checkpoints say whether that is the key of the log: they were signed with it, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from hashlib import sha256
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.evidence import notes

SUFFIX: Final = ".sig"
PIECE: Final = 1 << 20
FAULTS: Final = {
    "signature": _("The signature is damaged, or was not made with the key beside it."),
    "changed": _("The file is not the one that was signed: at least one byte differs."),
    "other_key": _("The file was not signed with the key that signed the checkpoints you kept."),
    "no_checkpoint": _("Where a checkpoint should be, there is none."),
}
"""Code of a fault -> what it says."""


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """What a look at file and signature found: which file it is, when it was signed, how many old checkpoints agree; faults of FAULTS."""

    origin: str
    at: datetime | None
    witnessed: int
    faults: tuple[str, ...]


def sign_file(origin: str, what: str, content: Iterable[bytes], *, at: datetime, seed: bytes) -> tuple[str, str]:
    """The signature of a file as a text, and the file's SHA-256 in hex.

    origin  of the tenant's log
    what    which file, e.g. "input-log/2026-09-01/2026-11-30"
    """
    size, root = _measure(content)
    note = notes.Note(f"{origin}/{what}", size, root, at)
    return f"{notes.verifier(note.origin, notes.public_key(seed))}\n{notes.sign(note, seed)}", root.hex()


def verify_file(content: Iterable[bytes], signature: bytes, old: Iterable[bytes] = ()) -> FileVerdict:
    """Judge a file by its signature, and the key by older checkpoints, as text or as the mails that brought them."""
    try:
        head, _end, text = signature.decode().partition("\n")
        key = notes.read_verifier(head)[1]
        note = notes.opened(text, key)
    except (UnicodeDecodeError, notes.NoteDamaged):
        return FileVerdict("", None, 0, ("signature",))
    faults = [] if _measure(content) == (note.size, note.root) else ["changed"]
    witnessed = 0
    for file in old:
        found = {one for part in _texts(file) for one in notes.found_in(part)}
        faults += [] if found else ["no_checkpoint"]
        for one in found:
            if _signed(one, key) and note.origin.startswith(f"{notes.read(one).origin}/"):
                witnessed += 1
            else:
                faults.append("other_key")
    return FileVerdict(note.origin, note.at, witnessed, tuple(dict.fromkeys(faults)))


def _measure(content: Iterable[bytes]) -> tuple[int, bytes]:
    digest, size = sha256(), 0
    for piece in content:
        digest.update(piece)
        size += len(piece)
    return size, digest.digest()


def _signed(text: str, key: bytes) -> bool:
    try:
        notes.opened(text, key)
    except notes.NoteDamaged:
        return False
    return True


def _texts(file: bytes) -> list[str]:
    """The file itself, and what it says where it is a mail."""
    texts = [file.decode("utf-8", "replace")]
    for part in message_from_bytes(file, policy=policy.default).walk():
        if part.get_content_type() == "text/plain":
            try:
                texts.append(part.get_content())
            except (LookupError, ValueError):
                continue
    return texts
