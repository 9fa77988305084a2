"""Passwords that everybody tries, and how strong another one is: lists that came with the libraries, asked without a network."""

from functools import cache

from django.contrib.auth.password_validation import CommonPasswordValidator
from zxcvbn import zxcvbn
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from siegelpost.accounts.password_rules import MOST


@cache
def breached() -> frozenset[str]:
    """About 50,000 from breaches: those of Django (Royce Williams's list) and of zxcvbn, folded to one case."""
    return frozenset(CommonPasswordValidator().passwords) | frozenset(FREQUENCY_LISTS["passwords"])


def is_breached(text: str) -> bool:
    """Whether a text (one case) is one of them."""
    return text in breached()


def guesses(password: str) -> float:
    """Power of ten of the guesses that are needed, by zxcvbn (USENIX Security 2016)."""
    return float(zxcvbn(password[:MOST], max_length=MOST)["guesses_log10"])
