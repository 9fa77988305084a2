"""The manifest of a release: its version, and a digest of everything that it brings; signed as the checkpoints of the logs are. Pure.

Beside the wheel lie `siegelpost-VERSION.manifest` and its signature, a note (C2SP signed-note, Ed25519) whose size is the number of the
manifest's lines and whose root is its SHA-256.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from siegelpost.evidence.notes import Note, NoteDamaged, opened, sign

ORIGIN: Final = "siegelpost/release"
_HEAD: Final = "siegelpost release"
_LINE: Final = re.compile(r"([0-9a-f]{64}) (wheel|sbom|file) (\S[^\n]*)")


class ManifestDamaged(Exception):
    """It is no manifest, or not the one that was signed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What a release brings.

    commit  of the source, "" where nobody knows
    wheel   name of the file and its SHA-256; `sbom` the same
    files   path below site-packages -> SHA-256
    """

    version: str
    commit: str
    wheel: tuple[str, str]
    sbom: tuple[str, str]
    files: Mapping[str, str]

    def text(self) -> str:
        """As it is signed, each line ended."""
        lines = [_HEAD, f"version {self.version}", f"commit {self.commit or '-'}"]
        lines += [f"{digest} {kind} {name}" for kind, (name, digest) in (("wheel", self.wheel), ("sbom", self.sbom))]
        lines += [f"{digest} file {path}" for path, digest in sorted(self.files.items())]
        return "".join(f"{line}\n" for line in lines)


def signed(text: str, seed: bytes, at: datetime) -> str:
    """The signature of a manifest by an Ed25519 key (32 bytes of seed)."""
    return sign(_note(text, at), seed)


def proven(text: str, signature: str, key: bytes) -> Manifest:
    """What a manifest says, if `key` (32 bytes, public) signed it. Raises ManifestDamaged."""
    try:
        note = opened(signature, key)
    except NoteDamaged as reason:
        raise ManifestDamaged from reason
    if note != _note(text, note.at):
        raise ManifestDamaged
    return read(text)


def read(text: str) -> Manifest:
    """What a manifest says, unproven. Raises ManifestDamaged."""
    lines = text.splitlines()
    found = [_LINE.fullmatch(line) for line in lines[3:]]
    if lines[:1] != [_HEAD] or len(lines) < 5 or not all(found):
        raise ManifestDamaged
    named = [(one[2], one[3], one[1]) for one in found if one]
    wheels, sboms = ([(name, digest) for kind, name, digest in named if kind == wanted] for wanted in ("wheel", "sbom"))
    version, commit = lines[1].removeprefix("version "), lines[2].removeprefix("commit ")
    if len(wheels) != 1 or len(sboms) != 1:
        raise ManifestDamaged
    files = {name: digest for kind, name, digest in named if kind == "file"}
    return Manifest(version=version, commit="" if commit == "-" else commit, wheel=wheels[0], sbom=sboms[0], files=files)


def differences(manifest: Manifest, installed: Iterable[tuple[str, bytes]]) -> tuple[list[str], list[str], list[str]]:
    """Paths that were changed, that are missing, and that nobody signed.

    installed  path below site-packages and content
    """
    there = {path: sha256(content).hexdigest() for path, content in installed}
    changed = sorted(path for path, digest in manifest.files.items() if there.get(path, digest) != digest)
    return changed, sorted(manifest.files.keys() - there.keys()), sorted(there.keys() - manifest.files.keys())


def _note(text: str, at: datetime) -> Note:
    return Note(ORIGIN, text.count("\n"), sha256(text.encode()).digest(), at)
