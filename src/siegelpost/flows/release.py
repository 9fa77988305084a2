"""Which release runs, who deployed it and who approved it: proven by its signature, written into the operator's log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import siegelpost
from siegelpost.accounts.reads import person_with
from siegelpost.base.whole_file import whole_file
from siegelpost.evidence.notes import NoteDamaged, read_verifier
from siegelpost.evidence.reads import entries
from siegelpost.flows.operator_acts import write_down
from siegelpost.governance.release.errors import (
    NotAnOperator,
    ReleaseFileUnusable,
    ReleaseNotRunning,
    ReleaseUnproven,
    SamePerson,
)
from siegelpost.governance.release.manifest import Manifest, ManifestDamaged, differences, proven, read
from siegelpost.tenancy.home import home
from siegelpost.tenancy.installation import operator_db

ACT: Final = "release.recorded"
MANIFEST: Final = "manifest"
SBOM: Final = "sbom.cdx.json"
LONGEST: Final = 20_000_000
"""Bytes of a file that is read; bills have half a megabyte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """The files of a release, and the addresses of who deploys it here and who approved that."""

    manifest: Path
    signature: Path
    sbom: Path
    key: Path
    by: str
    approved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """What runs here. `by` and `approved_by` are numbers of staff, 0 where no release was recorded; paths that differ from it.

    lost  a release was recorded, and its manifest is not there any more, or another
    """

    version: str
    recorded: str = ""
    commit: str = ""
    at: datetime | None = None
    by: int = 0
    approved_by: int = 0
    changed: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unsigned: tuple[str, ...] = ()
    lost: bool = False

    @property
    def differs(self) -> int:
        """Files that are not as they were signed."""
        return len(self.changed) + len(self.missing) + len(self.unsigned)


def record_release(brought: Brought, *, now: datetime) -> Manifest:
    """Prove a release, hold it against what is installed here, and write down who deployed and approved it.

    Raises ReleaseFileUnusable, ReleaseUnproven, ReleaseNotRunning, NotAnOperator, SamePerson; then nothing is kept.

    Source: controls 1.2-08 and 1.4-04 (signed artefact, four eyes on each deployment).
    """
    by, approved_by = operator_of(brought.by), operator_of(brought.approved_by)
    if by == approved_by:
        raise SamePerson
    text, sbom, key = _text(brought.manifest), _text(brought.sbom), _text(brought.key)
    try:
        found = proven(text, _text(brought.signature), read_verifier(key.strip())[1])
    except (NoteDamaged, ManifestDamaged) as reason:
        raise ReleaseUnproven from reason
    if sha256(sbom.encode()).hexdigest() != found.sbom[1]:
        raise ReleaseUnproven
    changed, missing, unsigned = differences(found, installed())
    if changed or missing or unsigned:
        raise ReleaseNotRunning(changed=len(changed), missing=len(missing), unsigned=len(unsigned))
    folder().mkdir(mode=0o700, exist_ok=True)
    for name, content in ((MANIFEST, text), (SBOM, sbom)):
        with whole_file(folder() / name) as file:
            file.write(content.encode())
    details = {"commit": found.commit, "manifest": sha256(text.encode()).hexdigest(), "by": by, "approved_by": approved_by}
    write_down(ACT, subject=f"release:{found.version}", details=details, now=now)
    return found


def running() -> Running:
    """What runs here, held file by file against the release that was recorded last."""
    last = entries(operator_db(), act=ACT, limit=1)
    manifest = _kept(str(last[0]["details"]["manifest"])) if last else None
    if manifest is None:
        return Running(version=siegelpost.__version__, lost=bool(last))
    changed, missing, unsigned = differences(manifest, installed())
    said = last[0]["details"]
    return Running(
        version=siegelpost.__version__, recorded=manifest.version, commit=manifest.commit, at=last[0]["at"],
        by=said["by"], approved_by=said["approved_by"], changed=tuple(changed), missing=tuple(missing), unsigned=tuple(unsigned),
    )  # fmt: skip


def installed() -> Iterator[tuple[str, bytes]]:
    """Path below site-packages and content of each file of the program; what Python compiled is left out."""
    root = Path(siegelpost.__file__).parent
    for path in sorted(root.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(root.parent).as_posix(), path.read_bytes()


def folder() -> Path:
    """Where the manifest and the bill of the release lie that was recorded last."""
    return home().root / "release"


def _kept(digest: str) -> Manifest | None:
    try:
        text = (folder() / MANIFEST).read_text(encoding="utf-8")
        return read(text) if sha256(text.encode()).hexdigest() == digest else None
    except (OSError, ValueError, ManifestDamaged):
        return None


def operator_of(email: str) -> int:
    """The number of somebody who runs the installation, by the address. Raises NotAnOperator."""
    person = person_with(email)
    if person is None or not person.operator or not person.is_active:
        raise NotAnOperator
    return int(person.pk)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > LONGEST:
            raise ReleaseFileUnusable(file=path.name)
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError) as reason:
        raise ReleaseFileUnusable(file=path.name) from reason
