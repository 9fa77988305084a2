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
from typing import Any, Final

from siegelpost.base.i18n import marked as _
from siegelpost.evidence import notes
from siegelpost.evidence.proof_file import ProofDamaged, open_proof

SUFFIX: Final = ".sig"
PIECE: Final = 1 << 20
INPUT_LOG: Final = "input-log"
VOUCHED_BY: Final = {INPUT_LOG: "evidence.input_log_exported"}
"""Kind of file -> the act of the log by which it is handed out: no other entry vouches for it, whatever hash that names."""
FAULTS: Final = {
    "signature": _("The signature is damaged, or was not made with the key beside it."),
    "changed": _("The file is not the one that was signed: at least one byte differs."),
    "other_key": _("The file was not signed with the key that signed the checkpoints you kept."),
    "no_checkpoint": _("Where a checkpoint should be, there is none."),
    "proof": _("The proof beside it is damaged, or does not lead to a checkpoint of this log."),
    "not_logged": _("The proof beside it is that of another file."),
    "rewritten": _("A checkpoint that you kept has the same length as that in the proof and another hash: the log was written anew."),
}
"""Code of a fault -> what it says."""


@dataclass(frozen=True, slots=True)
class FileVerdict:
    """What a look at file and signature found: which file it is, when it was signed, how many old checkpoints agree; faults of FAULTS.

    entry  the place of the file in the log, from 1; 0 where no proof lies beside it
    """

    origin: str
    at: datetime | None
    witnessed: int
    faults: tuple[str, ...]
    entry: int = 0


def sign_file(origin: str, what: str, content: Iterable[bytes], *, at: datetime, seed: bytes) -> tuple[str, str]:
    """The signature of a file as a text, and the file's SHA-256 in hex.

    origin  of the tenant's log
    what    which file, e.g. "input-log/2026-09-01/2026-11-30"
    """
    size, root = _measure(content)
    note = notes.Note(f"{origin}/{what}", size, root, at)
    return f"{notes.verifier(note.origin, notes.public_key(seed))}\n{notes.sign(note, seed)}", root.hex()


def verify_file(content: Iterable[bytes], signature: bytes, old: Iterable[bytes] = (), proof: bytes = b"") -> FileVerdict:
    """Judge a file by its signature, and the key by older checkpoints, as text or as the mails that brought them.

    proof  what was handed out with it, if it is there: that the log holds this file
    """
    try:
        head, _end, text = signature.decode().partition("\n")
        key = notes.read_verifier(head)[1]
        note = notes.opened(text, key)
    except (UnicodeDecodeError, notes.NoteDamaged):
        return FileVerdict("", None, 0, ("signature",))
    faults = [] if _measure(content) == (note.size, note.root) else ["changed"]
    entry, under, fault = _proven(proof, key, note) if proof else (0, None, "")
    faults += [fault] if fault else []
    witnessed = 0
    for file in old:
        found = {one for part in _texts(file) for one in notes.found_in(part)}
        faults += [] if found else ["no_checkpoint"]
        # a mail holds that of the operator's log beside the tenant's: one of them is about this file
        for one in [text for text in found if _is_about(text, note)] or found:
            if not _signed(one, key) or not _is_about(one, note):
                faults.append("other_key")
            elif under and under.size == notes.read(one).size and under.root != notes.read(one).root:
                faults.append("rewritten")
            else:
                witnessed += 1
    return FileVerdict(note.origin, note.at, witnessed, tuple(dict.fromkeys(faults)), entry)


def _proven(proof: bytes, key: bytes, file: notes.Note) -> tuple[int, notes.Note | None, str]:
    """The place of the entry that names this file, the checkpoint above it, and what is wrong with that."""
    try:
        place, entry, under = open_proof(proof.decode(), key)
    except (UnicodeDecodeError, ProofDamaged):
        return 0, None, "proof"
    if not file.origin.startswith(f"{under.origin}/"):
        return 0, None, "proof"
    return (place, under, "") if _names(entry, file, under.origin) else (0, under, "not_logged")


def _names(entry: dict[str, Any], file: notes.Note, origin: str) -> bool:
    """Whether an entry says that just this file was handed out: its kind, its days, its hash."""
    kind, _slash, days = file.origin.removeprefix(f"{origin}/").partition("/")
    details = entry.get("details")
    if kind not in VOUCHED_BY or entry.get("act") != VOUCHED_BY[kind] or not isinstance(details, dict):
        return False
    return (details.get("hash"), f"{details.get('from')}/{details.get('to')}") == (file.root.hex(), days)


def _measure(content: Iterable[bytes]) -> tuple[int, bytes]:
    digest, size = sha256(), 0
    for piece in content:
        digest.update(piece)
        size += len(piece)
    return size, digest.digest()


def _is_about(text: str, file: notes.Note) -> bool:
    """Whether a checkpoint says that it is one of the log that the file comes from."""
    return file.origin.startswith(f"{text.partition(chr(10))[0]}/")


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
