"""What may stand in the head of a request, before anybody believes it. Pure.

Requests are smuggled, and addresses invented, where a proxy and we read one head differently (RFC 9112 section 11.2). So what is odd
is refused and never mended; what the parser below us refuses by itself (two lengths, a length beside chunks, lines that end oddly)
is not looked at again.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

Field = tuple[bytes, bytes]
"""Name in small letters, and value."""

MOST_BYTES: Final = 65_536
"""Of a head: browsers send some hundred, proxies let eight to thirty-two thousand through."""
MOST_FIELDS: Final = 100
"""Browsers send some twenty, proxies add ten."""
ONCE: Final = (b"authorization", b"content-length", b"content-type", b"host", b"origin", b"transfer-encoding")
"""Fields that hold one thing: of two, a proxy may have believed the other one (RFC 9110 section 5.3)."""
HOST: Final = re.compile(rb"[A-Za-z0-9_.:\[\]-]*")
"""RFC 3986 section 3.2.2 without what no host of ours has; above all nobody@host and lists."""


def known(fields: Iterable[Field]) -> list[Field]:
    """Without names that hold an underscore, as nginx and Apache do it.

    WSGI writes `x-forwarded-for` and `x_forwarded_for` under one name (PEP 3333, as RFC 3875 section 4.1.18 for CGI): a proxy that
    lets both through would let its visitors say who they are.
    """
    return [one for one in fields if b"_" not in one[0]]


def is_odd(version: str, target: bytes, fields: Sequence[Field]) -> bool:
    """Whether a head may be read in two ways, or is larger than any that is meant well.

    version  as the first line says it: "1.1"
    target   as it stood in the first line
    """
    counts = Counter(name for name, _value in fields)
    hosts = [value for name, value in fields if name == b"host"]
    return (
        version not in ("1.0", "1.1")
        or len(fields) > MOST_FIELDS
        or len(target) + sum(len(name) + len(value) for name, value in fields) > MOST_BYTES
        or any(counts[name] > 1 for name in ONCE)
        or (version == "1.1" and not hosts)  # RFC 9112 section 3.2
        or any(HOST.fullmatch(one) is None for one in hosts)
        or (version == "1.0" and counts[b"transfer-encoding"] > 0)  # RFC 9112 section 6.1
        or not _is_ours(target, hosts)
    )


def joined(fields: Iterable[Field]) -> dict[bytes, bytes]:
    """Each name once; what was said several times stands in its order (RFC 9110 section 5.3; cookies: RFC 9113 section 8.2.3)."""
    found: dict[bytes, bytes] = {}
    for name, value in fields:
        joint = b"; " if name == b"cookie" else b", "
        found[name] = found[name] + joint + value if name in found else value
    return found


def _is_ours(target: bytes, hosts: Sequence[bytes]) -> bool:
    """Whether a path is asked for, or a whole address whose host is that of `Host` (RFC 9112 section 3.2.2)."""
    if target.startswith(b"/") or target == b"*":
        return True
    scheme, _colon, rest = target.partition(b"://")
    return scheme.lower() in (b"http", b"https") and [re.split(rb"[/?#]", rest)[0].lower()] == [one.lower() for one in hosts]
