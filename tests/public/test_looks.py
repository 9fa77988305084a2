"""A tenant's logo and colour on its public pages: drawn anew, readable by day and in the dark, and nobody else's."""

import io
import struct
import zlib
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from siegelpost.flows.logo import BOX, KEPT, LogoRefused, draw_anew
from siegelpost.tenancy.colours import (
    DARK,
    LIGHT,
    ON_DARK,
    can_be_read,
    contrast,
    in_the_dark,
    nearest_readable,
    read_colour,
    style_of,
)
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.looks import LookView, look_of, set_look
from tests.public.test_own_names import at_name_of
from tests.public.world import FORM, make_world

COLOURS = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")
BLUE = "#1d4ed8"
WCAG = 4.5
"""2.2, 1.4.3"""


def image(kind: str = "PNG", size: tuple[int, int] = (900, 300), **more: Any) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 80).convert("RGB").save(out, kind, **more)
    return out.getvalue()


@pytest.mark.slow
@given(COLOURS)
def test_what_is_taken_can_be_read_by_day_and_in_the_dark(colour: str) -> None:
    found = nearest_readable(colour)
    assert can_be_read(found) and (found == colour) == can_be_read(colour)
    assert min(contrast(found, ground) for ground in LIGHT) >= WCAG
    dark = in_the_dark(found)
    assert min(contrast(dark, ground) for ground in (*DARK, ON_DARK)) >= WCAG
    day, night = style_of(found).split("@media (prefers-color-scheme: dark)")
    assert f"--accent: {found};" in day and f"--accent: {dark};" in night
    assert style_of(found).count("{") == style_of(found).count("}") and "url" not in style_of(found)


@given(st.text(max_size=9))
def test_only_a_colour_is_a_colour(text: str) -> None:
    assert read_colour(text) in ("", text.strip().lower())
    assert not set(read_colour(text)) & set(";}{ \n")


def test_contrast_is_that_of_wcag() -> None:
    assert round(contrast("#000000", "#ffffff"), 2) == 21 and round(contrast("#777777", "#ffffff"), 2) == 4.48


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
@pytest.mark.slow
def test_a_logo_is_drawn_anew_and_brings_nothing_along(kind: str) -> None:
    said = PngImagePlugin.PngInfo()
    said.add_text("Comment", "<script>hidden</script>")
    more: dict[str, Any] = {"pnginfo": said} if kind == "PNG" else {"exif": Image.Exif(), "comment": b"hidden"} if kind == "JPEG" else {}
    found = draw_anew(image(kind, **more) + b"<svg onload=hidden>")
    assert b"hidden" not in found and len(found) <= 2 * KEPT
    with Image.open(io.BytesIO(found)) as drawn:
        assert (drawn.format, drawn.info.keys() - {"transparency"}) == ("PNG", set())
        assert drawn.width <= BOX[0] and drawn.height <= BOX[1]


def bomb() -> bytes:
    """A small file that says it is very large."""
    head = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"0" * 1000)), (b"IEND", b""))
    parts = (struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body)) for name, body in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def huge() -> bytes:
    """A good image of a few kilobytes, and of more pixels than we draw."""
    out = io.BytesIO()
    Image.new("1", (5_000, 3_300)).save(out, "PNG")
    return out.getvalue()


REFUSED = {
    "nothing": b"",
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "gif": b"GIF89a" + b"0" * 50,
    "half": image()[:400],
    "bomb": bomb(),
    "many pixels": huge(),
    "pdf": b"%PDF-1.7",
    "large": b"0" * 2_000_001,
}


@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED)
def test_what_is_no_image_of_a_known_kind_is_refused(data: bytes) -> None:
    with pytest.raises(LogoRefused):
        draw_anew(data)


@pytest.mark.slow
def test_an_administrator_chooses_both_and_strangers_see_them_on_the_form(alpha: TenantDB, beta: TenantDB, public_site: None) -> None:
    make_world(alpha)
    set_look(alpha, LookView(BLUE, draw_anew(image())))
    pages = Client()
    page, look = pages.get(FORM).content.decode(), look_of(alpha)
    assert f'href="/look/alpha/{look.version}"' in page and 'class="logo" src="data:image/png;base64,' in page
    style = pages.get(f"/look/alpha/{look.version}")
    assert style.headers["Content-Type"].startswith("text/css") and f"--accent: {BLUE}" in style.content.decode()
    assert alpha.imprint.splitlines()[0] in page
    assert pages.get(f"/look/alpha/{look.version}", **at_name_of(beta)).status_code == 404
    for path in ("/look/alpha/old", "/look/beta/x", "/look/gamma/x"):
        assert pages.get(path).status_code == 404, path
    set_look(alpha, LookView())
    page = pages.get(FORM).content.decode()
    assert "/look/" not in page and 'class="seal"' in page
