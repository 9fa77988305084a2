"""Documents to print: a Typst source of ours and values to PDF/A-2b (ISO 19005-2), which opens alike in thirty years.

The only file that knows Typst. Nothing is loaded from anywhere: fonts are those inside the library, packages are used by no source.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

PAPER: Final = Path(__file__).with_name("paper")
"""Where the sources lie; they hold no words, those come with the values."""

NO_LETTER: Final = "could not be displayed with font"
UNSURE: Final = re.compile(
    "[^\t\n\r -~\u00a0-\u017f\u0391-\u03a1\u03a3-\u03c9\u0410-\u044f\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u20ac\u2122]"
)
"""What is not surely in the fonts inside the library: their Latin, Greek and Cyrillic letters and the marks of our languages are."""


def as_pdf(name: str, values: Mapping[str, Any]) -> bytes:
    """Fill the source with this name and return the document; the same values give the same bytes.

    values  what JSON can hold; texts are shown as they are, whatever stands in them
    """
    import typst  # noqa: PLC0415 - 80 MB, which nobody needs who makes no document

    def compiled(said: Any) -> bytes:
        source = (PAPER / f"{name}.typ").read_bytes()
        inputs = {"values": json.dumps(said)}
        made: bytes = typst.compile(source, sys_inputs=inputs, ignore_system_fonts=True, pdf_standards="a-2b")
        return made

    try:
        return compiled(values)
    except typst.TypstError as fault:
        if NO_LETTER not in str(fault):
            raise
    return compiled(spelled(values))


def spelled(value: Any) -> Any:
    """The same, and each character that our fonts may not have by its number: "🎉" becomes "[U+1F389]". An archive forbids empty boxes."""
    if isinstance(value, str):
        return UNSURE.sub(lambda found: f"[U+{ord(found[0]):04X}]", value)
    if isinstance(value, Mapping):
        return {name: spelled(one) for name, one in value.items()}
    return [spelled(one) for one in value] if isinstance(value, list | tuple) else value
