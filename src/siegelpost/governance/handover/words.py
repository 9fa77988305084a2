"""A new password: eight words of the EFF's long list, drawn by dice that nobody can foresee. The only file that knows the list."""

from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Final

from siegelpost.governance.handover.rules import LEAST_BITS, PASSWORD_WORDS, entropy

LIST: Final = "eff-long"
"""7,776 English words that are easy to say and to spell (Electronic Frontier Foundation, 2016); it comes with the package xkcdpass."""

Below = Callable[[int], int]
"""A number from 0 up to, but not including, the one given: `secrets.randbelow`."""


def new_password(below: Below) -> str:
    """Eight words with hyphens between them: 8 * log2(7,772) = 103 bit."""
    words = wordlist()
    return "-".join(words[below(len(words))] for _ in range(PASSWORD_WORDS))


@cache
def wordlist() -> tuple[str, ...]:
    """The words that consist of letters alone (four hold a hyphen), each once; refuses to work with too short a list."""
    lines = (files("xkcdpass") / "static" / LIST).read_text(encoding="utf-8").split()
    words = tuple(sorted({word for word in lines if word.isascii() and word.isalpha()}))
    if entropy(PASSWORD_WORDS, len(words)) < LEAST_BITS:
        raise RuntimeError("the list of words is too short")
    return words
