"""Codes of an authenticator app (TOTP, RFC 6238): which step of the clock one belongs to, and that none counts twice. Pure."""

import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

STEP: Final = 30
"""Seconds; what all apps take for granted."""
TOLERATED: Final = 1
"""Steps before and after: RFC 6238 section 5.2 advises one for the way of the code, and clocks drift by a few seconds."""
RECOGNISED: Final = 10
"""Steps (5 minutes) within which a code opens nothing, but tells that a clock is wrong."""
DIGITS: Final = 6


@dataclass(frozen=True, slots=True)
class Judged:
    """What a code is: good where `step` is a number; `off` is by how many seconds the app's clock differs, where that is why not.

    told  step of a code that was early: whoever guessed it knows now when it would open
    used  right, but it was used before, or was early then
    """

    step: int | None = None
    off: int = 0
    used: bool = False
    told: int | None = None


def judge(secret: bytes, code: str, *, seconds: int, last: int, told: Collection[int] = ()) -> Judged:
    """Say what a code is worth.

    seconds  the time, since 1970
    last     step of the last code that was accepted, -1 for none: RFC 6238 section 5.2 forbids it and all before
    told     steps whose code was brought too early: what was said about it then must not help whoever waits
    """
    said, now = re.sub(r"[\s-]", "", code), seconds // STEP
    for step in sorted(range(now - RECOGNISED, now + RECOGNISED + 1), key=lambda one: abs(one - now)):
        if not hmac.compare_digest(said.encode(), code_of(secret, step).encode()):
            continue
        if abs(step - now) > TOLERATED:
            return Judged(off=(step - now) * STEP, told=step if step > now else None)
        return Judged(used=True) if step <= last or step in told else Judged(step=step)
    return Judged()


def code_of(secret: bytes, step: int) -> str:
    """The six digits of one step (RFC 4226 section 5.3)."""
    if step < 0:
        return ""
    return HOTP(secret, DIGITS, SHA1(), enforce_key_length=False).generate(step).decode()  # noqa: S303 (what all apps speak)
