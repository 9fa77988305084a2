"""Compile every room's catalogue (`django.po`) into the form that is read at run time; skip what has not changed."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

SOURCES = Path(__file__).resolve().parent.parent / "src"


def compile_catalogue(po: Path) -> bool:
    """Write the `.mo` beside `po` unless it is newer; say whether it was written."""
    mo = po.with_suffix(".mo")
    if mo.exists() and mo.stat().st_mtime_ns >= po.stat().st_mtime_ns:
        return False
    with po.open("rb") as source:
        catalogue = read_po(source, locale=po.parent.parent.name)
    half = mo.with_suffix(".mo.new")
    with half.open("wb") as target:
        write_mo(target, catalogue)
    half.replace(mo)  # whoever reads at this moment sees the old one or the new one, never a part
    return True


def main() -> int:
    """Compile all catalogues below `src`."""
    written = [po for po in sorted(SOURCES.glob("**/locale/*/LC_MESSAGES/*.po")) if compile_catalogue(po)]
    if written:
        print(f"Compiled {len(written)} catalogue(s).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
