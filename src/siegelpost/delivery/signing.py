"""What of a message is signed where a relay changes it afterwards. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

MOST: Final = 2
"""Signatures of a message: RSA and Ed25519."""
MAY_BE_UNSIGNED: Final = ("Date", "Message-ID", "Reply-To", "List-Id", "Feedback-ID", "X-CSA-Complaints", "Precedence", "Auto-Submitted")
"""The others say who writes, to whom, what, and how to leave: From has to be signed (RFC 6376 section 5.4), List-Unsubscribe and
List-Unsubscribe-Post too (RFC 8058 section 4), and whoever may change MIME-Version or Content-Type changes what is read."""


@dataclass(frozen=True, slots=True)
class Signing:
    """How mail for one relay is signed.

    unsigned  headers that it rewrites, of MAY_BE_UNSIGNED
    most      signatures that it accepts, 0..2; the first one is RSA
    """

    unsigned: tuple[str, ...] = ()
    most: int = MOST

    def signs(self, name: str) -> bool:
        """Whether a header is under the signatures."""
        return name not in self.unsigned

    def of(self, names: Iterable[str]) -> list[str]:
        """Those of these headers that are under the signatures."""
        return [name for name in names if name not in self.unsigned]


ALL: Final = Signing()
PROFILES: Final[Mapping[str, Signing]] = {
    "none": ALL,
    "ses": Signing(("Date", "Message-ID"), 1),  # Amazon SES Developer Guide, "Header fields" and "Manual DKIM signing"
}
"""Known relays by name."""


def header_named(text: str) -> str | None:
    """The header that may go unsigned and is called like this, in any case of letters; None where there is none."""
    return next((name for name in MAY_BE_UNSIGNED if name.lower() == text.strip().lower()), None)
