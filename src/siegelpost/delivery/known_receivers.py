"""Domains of mail providers that many people use, so that a limit can be set by a provider's name.

The usual ones in German and English speaking countries, not all: whoever needs others names them.
"""

from collections.abc import Mapping
from typing import Final

PROVIDERS: Final[Mapping[str, tuple[str, ...]]] = {
    "gmail": ("gmail.com", "googlemail.com"),
    "gmx": ("gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.eu", "gmx.info", "gmx.net", "gmx.org", "web.de"),
    "outlook": (
        "hotmail.co.uk", "hotmail.com", "hotmail.de", "hotmail.fr", "live.at", "live.com", "live.de", "msn.com", "outlook.at",
        "outlook.com", "outlook.de", "outlook.fr",
    ),
    "yahoo": ("aol.com", "aol.de", "rocketmail.com", "yahoo.co.uk", "yahoo.com", "yahoo.de", "yahoo.fr", "ymail.com"),
    "t-online": ("magenta.de", "t-online.de"),
    "icloud": ("icloud.com", "mac.com", "me.com"),
    "freenet": ("freenet.de",),
}  # fmt: skip
