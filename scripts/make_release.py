"""Write the bill of materials and the manifest of the wheel in dist/, and sign the manifest: `make release KEY=FILE`.

FILE holds the 32 bytes of an Ed25519 seed as 64 hexadecimal digits; `--new-key FILE` makes one. The public key that operators need is
written beside the rest, and should reach them by another way.
"""

import argparse
import os
import secrets
import subprocess
import sys
import zipfile
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from siegelpost.evidence.notes import public_key, verifier
from siegelpost.governance.release.bill import bill
from siegelpost.governance.release.manifest import ORIGIN, Manifest, signed

ROOT = Path(__file__).resolve().parent.parent


def release(wheel: Path, seed: bytes, *, commit: str, at: datetime) -> list[Path]:
    """Write bill, manifest, signature and public key beside a wheel; returns them in this order."""
    name, version = wheel.name.split("-")[:2]
    text = bill(version, (ROOT / "requirements" / "run.txt").read_text("utf-8"), (ROOT / "assets" / "package-lock.json").read_text("utf-8"))
    with zipfile.ZipFile(wheel) as archive:
        inside = [one for one in archive.namelist() if one.startswith("siegelpost/") and not one.endswith("/")]
        files = {one: sha256(archive.read(one)).hexdigest() for one in inside}
    stem = f"{name}-{version}"
    sbom = wheel.with_name(f"{stem}.cdx.json")
    manifest = Manifest(
        version=version, commit=commit, wheel=(wheel.name, sha256(wheel.read_bytes()).hexdigest()),
        sbom=(sbom.name, sha256(text.encode()).hexdigest()), files=files,
    ).text()  # fmt: skip
    written = {
        sbom: text,
        wheel.with_name(f"{stem}.manifest"): manifest,
        wheel.with_name(f"{stem}.manifest.sig"): signed(manifest, seed, at),
        wheel.with_name(f"{stem}.pub"): verifier(ORIGIN, public_key(seed)) + "\n",
    }
    for path, content in written.items():
        path.write_text(content, encoding="utf-8")
    return list(written)


def commit_here() -> str:
    """The commit of this checkout, "" where it has changes or is none: then nobody could make the same again from it."""
    try:
        changed = subprocess.run(["git", "status", "--porcelain"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        found = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
    return "" if changed else found


def main() -> None:
    """Sign the one wheel that lies in dist/."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--key", type=Path, required=True)
    words.add_argument("--new-key", action="store_true", help="make the key first")
    said = words.parse_args()
    if said.new_key:
        with os.fdopen(os.open(said.key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_hex(32) + "\n")
    wheels = sorted((ROOT / "dist").glob("siegelpost-*.whl"))
    if len(wheels) != 1:
        sys.exit(f"dist/ holds {len(wheels)} wheels; leave one there (`make wheel`)")
    for path in release(wheels[0], bytes.fromhex(said.key.read_text().strip()), commit=commit_here(), at=datetime.now(UTC)):
        print(path.relative_to(ROOT))


if __name__ == "__main__":
    main()
