"""A logo as it may stand on public pages: an image that we have drawn anew. The one file that knows Pillow."""

import io
from typing import Final

from PIL import Image, UnidentifiedImageError

from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _

KINDS: Final = ("PNG", "JPEG", "WEBP")
"""Rasters; SVG is a program."""
MOST_BYTES: Final = 2_000_000
MOST_PIXELS: Final = 16_000_000
"""Looked at before anything is drawn: a small file can hold an image that fills the memory."""
BOX: Final = (480, 144)
"""Twice what is shown, for fine screens."""
KEPT: Final = 100_000
"""Bytes; each page with it carries them once."""


class LogoRefused(BadInput):
    """No image that we could draw, or one that is too large."""

    code = "look.logo_refused"
    message = _("This file cannot be used as a logo.")
    hint = _("Choose a PNG, JPEG or WebP image of at most 2 MB and 16 million pixels.")


def draw_anew(data: bytes) -> bytes:
    """The image as a PNG within BOX; nothing else that was in the file is left. Raises LogoRefused."""
    if len(data) > MOST_BYTES:
        raise LogoRefused
    try:
        with Image.open(io.BytesIO(data), formats=KINDS) as image:
            if image.width * image.height > MOST_PIXELS or min(image.size) < 1:
                raise LogoRefused
            drawn = image.convert("RGBA")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        raise LogoRefused from None
    drawn.thumbnail(BOX)
    clean = Image.new("RGBA", drawn.size)
    clean.paste(drawn)
    found = _as_png(clean)
    return found if len(found) <= KEPT else _as_png(clean.quantize(256))


def _as_png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()
