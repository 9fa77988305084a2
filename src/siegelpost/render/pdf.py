"""Documents to print: a Typst source of ours and values to PDF/A-2b (ISO 19005-2), which opens alike in thirty years.

The only file that knows Typst. Nothing is loaded from anywhere: fonts are those inside the library, packages are used by no source.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

PAPER: Final = Path(__file__).with_name("paper")
"""Where the sources lie; they hold no words, those come with the values."""


def as_pdf(name: str, values: Mapping[str, Any]) -> bytes:
    """Fill the source with this name and return the document; the same values give the same bytes.

    values  what JSON can hold; texts are shown as they are, whatever stands in them
    """
    import typst  # noqa: PLC0415 - 80 MB, which nobody needs who makes no document

    said = {"values": json.dumps(values)}
    made: bytes = typst.compile((PAPER / f"{name}.typ").read_bytes(), sys_inputs=said, ignore_system_fonts=True, pdf_standards="a-2b")
    return made
