"""Names of tenants' own: which can be one, what its owner publishes, and what that proves. Pure.

A TXT record with a secret of one tenant proves that whoever runs the DNS of the name means this tenant. A CNAME to us does not: it
says the same for every tenant, and whoever asked first would have it.
"""

import re
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final

LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""RFC 1123 section 2.1; what is written in other letters comes as xn--… (RFC 5891)."""
DEVIANT: Final = frozenset("ßς\u200c\u200d")
"""RFC 3490 and RFC 5891 make two different names of these (UTS #46 section 7); whoever has such a domain types it as xn--…"""
BELOW: Final = "_siegelpost"
MOST: Final = 10
"""Names of one tenant."""

GOOD: Final = "good"
"""The proof is there, and the name leads to us."""
ELSEWHERE: Final = "elsewhere"
"""The proof is there, and the name leads to somebody else, or nowhere."""
MISSING: Final = "missing"
WRONG: Final = "wrong"
"""A proof, and not this tenant's."""
SILENT: Final = "silent"
"""No name server answered: nothing is known."""


def read_host(text: str, ours: Iterable[str]) -> str:
    """The name as the DNS has it, "" for what can be none: an address, one label, or a name that is ours or lies below it.

    ours  hosts of the installation
    """
    typed = text.strip().lower().removeprefix("https://").rstrip("/").rstrip(".")
    if DEVIANT & set(typed):
        return ""
    try:
        host = typed.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
    labels = host.split(".")
    if len(host) > 253 or len(labels) < 2 or not all(LABEL.fullmatch(one) for one in labels) or labels[-1].isdigit():
        return ""
    if any(host == one or host.endswith(f".{one}") or one.endswith(f".{host}") for one in ours):
        return ""
    return "" if _is_address(host) else host


def proof_name(host: str) -> str:
    """Where the proof is published."""
    return f"{BELOW}.{host}"


def proof_value(secret: str) -> str:
    """What is published there."""
    return f"siegelpost-host={secret}"


def judge(found: Iterable[str], secret: str, *, answered: bool, leads_to_us: bool) -> str:
    """What a look at the DNS says.

    found     texts of the TXT records at `proof_name`
    answered  whether a name server said so, or that there are none
    """
    texts = [one.strip() for one in found]
    if proof_value(secret) in texts:
        return GOOD if leads_to_us else ELSEWHERE
    if not answered:
        return SILENT
    return WRONG if any(one.startswith("siegelpost-host=") for one in texts) else MISSING


def is_proved(seen: str) -> bool:
    """Whether the name is the tenant's."""
    return seen in (GOOD, ELSEWHERE)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
