"""One colour of a tenant on its public pages, in daylight and in the dark: which can be read, and its shades. Pure.

Source: WCAG 2.2, 1.4.3 (4.5:1 for text), "relative luminance" and "contrast ratio".
"""

import re
from typing import Final

LEAST: Final = 4.5
HEX: Final = re.compile(r"#[0-9a-f]{6}")
LIGHT: Final = ("#ffffff", "#f5f3ee")
"""What text stands on by day (public.css: --card, --paper), and what stands on a button of this colour."""
DARK: Final = ("#1d2325", "#14181a")
ON_DARK: Final = "#0d1214"
"""Text on a button in the dark."""
Shades = tuple[str, str]


def read_colour(text: str) -> str:
    """#rrggbb in lower case, "" for anything else."""
    typed = text.strip().lower()
    return typed if HEX.fullmatch(typed) else ""


def contrast(one: str, other: str) -> float:
    """1..21."""
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def can_be_read(accent: str) -> bool:
    """Whether links and buttons of this colour can be read by day; for the dark it is lightened."""
    return all(contrast(accent, each) >= LEAST for each in LIGHT)


def nearest_readable(accent: str) -> str:
    """The same colour, as much darker as it takes."""
    return next(one for one in (_mixed(accent, "#000000", step) for step in range(101)) if can_be_read(one))


def in_the_dark(accent: str) -> str:
    """The same colour, as much lighter as it takes to be read on dark ground, and to bear dark text."""
    found = (_mixed(accent, "#ffffff", step) for step in range(101))
    return next(one for one in found if all(contrast(one, each) >= LEAST for each in (*DARK, ON_DARK)))


def deeper(accent: str) -> str:
    """For a button under the pointer."""
    return _mixed(accent, "#000000", 20)


def style_of(accent: str) -> str:
    """The style sheet that puts the colour in the place of ours; `accent` is one that `can_be_read`."""
    dark = in_the_dark(accent)
    lighter = _mixed(dark, "#ffffff", 20)
    return (
        f":root {{ --accent: {accent}; --accent-deep: {deeper(accent)}; --on-accent: #ffffff; }}\n"
        f"@media (prefers-color-scheme: dark) {{\n"
        f"  :root {{ --accent: {dark}; --accent-deep: {lighter}; --on-accent: {ON_DARK}; }}\n}}\n"
    )


def _parts(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part / 255) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _mixed(colour: str, other: str, percent: int) -> str:
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(one + (two - one) * percent / 100):02x}" for one, two in pairs)
