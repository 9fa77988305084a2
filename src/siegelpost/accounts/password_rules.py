"""What a password must be. Pure: the list of breached ones and the estimate of its strength come in from outside."""

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

VERSION: Final = 1
"""Of this rule; kept with each password. It goes up whenever a password that was good may not be so any more."""
ALONE: Final = 15
"""Characters where no second factor stands beside it: NIST SP 800-63B-4 section 3.1.1.2, ASVS 5.0 6.2.9 advises the same."""
BESIDE: Final = 12
"""Characters where one does; ASVS asks for 8 at least."""
MOST: Final = 128
"""Characters; ASVS 5.0 6.2.9 asks for 64 at least to be allowed."""
SHORTEST_WORD: Final = 4
"""Letters of a name that may not stand in it: shorter ones are part of too many others."""
GUESSES: Final = 10.0
"""Power of ten of the guesses that an attacker needs at least, as zxcvbn estimates them; below it says "offline attack succeeds"."""
SHORT, LONG, MIX, BREACHED, NAMED, GUESSED = "short", "long", "mix", "breached", "named", "guessed"
"""What can be wrong."""


def faults(
    password: str, *, least: int, words: Iterable[str], is_breached: Callable[[str], bool], guesses: Callable[[str], float]
) -> list[str]:
    """All that is wrong, codes in the order above; [] for a good one.

    least        ALONE or BESIDE
    words        that say something about its owner or about us; parts of fewer than SHORTEST_WORD letters are left out
    is_breached  whether a text stands on the list of passwords that everybody tries
    guesses      power of ten of the guesses that are needed; asked only where nothing else is wrong
    """
    found = [
        *([SHORT] if len(password) < least else []),
        *([LONG] if len(password) > MOST else []),
        *([] if is_mixed(password) else [MIX]),
        *([BREACHED] if any(is_breached(one) for one in _cores(password)) else []),
        *([NAMED] if any(word in folded(password) for word in parts(words)) else []),
    ]
    return found or ([GUESSED] if guesses(password) < GUESSES else [])


def is_mixed(password: str) -> bool:
    """Letters, digits and something else: what the requirement asks for (control 1.2-09)."""
    letters, digits = any(one.isalpha() for one in password), any(one.isdigit() for one in password)
    return letters and digits and any(not one.isalpha() and not one.isdigit() for one in password)


def parts(words: Iterable[str]) -> set[str]:
    """The single words in names and addresses, folded."""
    return {folded(part) for word in words for part in re.split(r"[\W_]+", word) if len(part) >= SHORTEST_WORD}


def folded(text: str) -> str:
    """As somebody who guesses sees it: one case, one form of each sign, letters for the signs that stand for them."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return plain.translate(str.maketrans("01l3457@$!", "oiieastasi"))  # 1 stands for i and for l


def _cores(password: str) -> set[str]:
    """It as it stands, and without what people put around a word that everybody tries ("password2026!")."""
    plain = password.casefold()
    return {one for one in (plain, plain.strip("0123456789!?.,:;-_+*#$%&/()=@ \"'")) if len(one) >= SHORTEST_WORD}
