"""Which release runs, who deployed it and who approved it: proven by its signature, written into the operator's log."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import siegelpost
from siegelpost.accounts.reads import Person, person_with
from siegelpost.base.actor import Actor
from siegelpost.base.whole_file import whole_file
from siegelpost.evidence.notes import NoteDamaged, read_verifier
from siegelpost.evidence.reads import entries
from siegelpost.evidence.services import append
from siegelpost.flows import house
from siegelpost.governance.release.errors import (
    NotAnOperator,
    ReleaseFileUnusable,
    ReleaseNotRunning,
    ReleaseUnproven,
)
from siegelpost.governance.release.manifest import Manifest, ManifestDamaged, differences, proven, read
from siegelpost.tenancy.home import home
from siegelpost.tenancy.installation import operator_db, operator_store

ACT: Final = "release.recorded"
MANIFEST: Final = "manifest"
SBOM: Final = "sbom.cdx.json"
LONGEST: Final = 20_000_000
"""Bytes of a file that is read; bills have half a megabyte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """The files of a release, as texts."""

    manifest: str
    signature: str
    sbom: str
    key: str

    @classmethod
    def read(cls, *, manifest: Path, signature: Path, sbom: Path, key: Path) -> "Brought":
        """From files of the caller's. Raises ReleaseFileUnusable."""
        return cls(manifest=_text(manifest), signature=_text(signature), sbom=_text(sbom), key=_text(key))


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


def propose_release(brought: Brought, *, by: Person, now: datetime) -> tuple[str, Manifest]:
    """Prove a release, hold it against what is installed here, and ask a second person to approve that it runs; with the key of that.

    Raises ReleaseUnproven, ReleaseNotRunning, NotAnOperator; then nothing is kept.

    Source: controls 1.2-08 and 1.4-04 (signed artefact, four eyes on each deployment).
    """
    if not (by.operator and by.is_active):
        raise NotAnOperator
    text, sbom = brought.manifest, brought.sbom
    try:
        found = proven(text, brought.signature, read_verifier(brought.key.strip())[1])
    except (NoteDamaged, ManifestDamaged) as reason:
        raise ReleaseUnproven from reason
    if sha256(sbom.encode()).hexdigest() != found.sbom[1]:
        raise ReleaseUnproven
    _ensure_runs(found)
    folder().mkdir(mode=0o700, exist_ok=True)
    digest = sha256(text.encode()).hexdigest()
    for name, content in ((MANIFEST, text), (SBOM, sbom)):
        with whole_file(_waiting(name, digest)) as file:
            file.write(content.encode())
    return house.ask(house.RELEASE, {"version": found.version, "commit": found.commit, "manifest": digest}, by=by, now=now), found


def approve_release(key: str, *, by: Person, proved_at: datetime | None, now: datetime) -> Manifest:
    """Approve as the second person that a release runs, and write both down; what runs is compared once more.

    Raises as `house.agree`, ReleaseUnproven where the files that were proven are not there any more, ReleaseNotRunning.
    """
    with operator_store().atomic():
        asked = house.agree(key, by=by, proved_at=proved_at, now=now)
        digest = str(asked.what["manifest"])
        try:
            text = _waiting(MANIFEST, digest).read_text(encoding="utf-8")
            found = read(text)
        except (OSError, ValueError, ManifestDamaged) as reason:
            raise ReleaseUnproven from reason
        if sha256(text.encode()).hexdigest() != digest:
            raise ReleaseUnproven
        _ensure_runs(found)
        details = {"commit": found.commit, "manifest": digest, "by": asked.by, "approved_by": by.pk}
        append(operator_store(), ACT, subject=f"release:{found.version}", details=details, actor=Actor.staff(by.pk), at=now)
        for name in (SBOM, MANIFEST):
            with whole_file(folder() / name) as file:
                file.write(_waiting(name, digest).read_bytes())
    for name in (SBOM, MANIFEST):
        _waiting(name, digest).unlink(missing_ok=True)
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


def _ensure_runs(found: Manifest) -> None:
    changed, missing, unsigned = differences(found, installed())
    if changed or missing or unsigned:
        raise ReleaseNotRunning(changed=len(changed), missing=len(missing), unsigned=len(unsigned))


def _waiting(name: str, digest: str) -> Path:
    """Where a file of a release lies that nobody approved yet."""
    return folder() / f"{digest[:16]}.{name}"


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
