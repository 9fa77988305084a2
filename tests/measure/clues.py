"""Tools of the attacker: keys and hashes as the product makes them, tokens as it packs them, two sequences laid side by side."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64decode
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from siegelpost.sign.keys import KeyRefused, TenantKeys, unwrap
from tests.measure.loot import Loot, Person


def salts_of(loot: Loot) -> set[bytes]:
    """Everything in the folder that may be a salt or a key, and what comes from the master key."""
    found = {b"", *(bytes.fromhex(text.decode()) for text in _hex_words(loot))}
    for row in loot.all_rows(at_most=100):  # a salt is not one of hundreds in a column
        found |= {bytes(value) for value in row.values() if isinstance(value, bytes | memoryview) and len(value) <= 64}
        found |= {value.encode() for value in row.values() if isinstance(value, str) and 8 <= len(value) <= 64 and value.isalnum()}
    for key in [one for one in found if len(one) == 32]:
        for row in loot.all_rows():
            if "wrapped_key" in row:
                found |= _derived(key, bytes(row["wrapped_key"]))  # type: ignore[call-overload]
    return found


def _derived(master: bytes, wrapped: bytes) -> set[bytes]:
    try:
        keys = TenantKeys(unwrap(master, wrapped))
    except KeyRefused:
        return set()
    return {keys.root, keys.tokens, keys.message_ids, keys.addresses, keys.files, keys.wrapping}


def _hex_words(loot: Loot) -> set[bytes]:
    words: set[bytes] = set()
    for path in loot.files():
        if not path.name.startswith(("tenant.sqlite3", "signups.sqlite3", "control.sqlite3")):
            words |= {word for word in re.findall(rb"[0-9a-f]{8,64}", path.name.encode() + b"\n" + path.read_bytes()) if len(word) % 2 == 0}
    return words


def digests(salt: bytes, person: Person) -> Iterator[bytes]:
    for text in (f"{person.address}\n{person.agent}".encode(), person.email.encode()):
        yield hashlib.blake2b(text, key=salt[:64], digest_size=8).digest()
        yield hashlib.sha256(salt + text).digest()
        yield hmac.digest(salt, text, "sha256")


def windows(haystack: bytes) -> set[bytes]:
    """All runs of 8 bytes, and all of 16 hexadecimal digits."""
    runs = {haystack[place : place + 8] for place in range(len(haystack) - 7)}
    for match in re.finditer(rb"(?=([0-9a-f]{16}))", haystack):
        runs.add(match.group(1))
    return runs


def occurrences(haystack: bytes, words: Collection[bytes]) -> Counter[bytes]:
    """How often each word stands there: looked for by its first bytes, which many share."""
    lengths: dict[bytes, set[int]] = defaultdict(set)
    for word in words:
        lengths[word[:4]].add(len(word))
    found: Counter[bytes] = Counter()
    for begin, ends in lengths.items():
        place = haystack.find(begin) if begin else -1
        while place >= 0:
            found.update(haystack[place : place + length] for length in ends)
            place = haystack.find(begin, place + 1)
    return found


def numbers_of(text: bytes) -> list[int]:
    """The numbers of a token, MAC unchecked; [] for anything that has not their layout."""
    try:
        raw = urlsafe_b64decode(text + b"=" * (-len(text) % 4))
        if raw[0] >> 4 != 1:
            return []
        place = 2 + raw[1]
        count, place, numbers = raw[place], place + 1, []
        for _each in range(count):
            size = raw[place]
            numbers.append(int.from_bytes(raw[place + 1 : place + 1 + size], "big"))
            place += 1 + size
        return numbers if place + 12 == len(raw) else []
    except (ValueError, IndexError):
        return []


def likely_authors(
    devices: Sequence[str], lines: Sequence[tuple[str, bool]], share: float, marked: float, slip: float
) -> list[tuple[float, float]]:
    """For each recipient, in the order of delivery, how likely a line is theirs, and a marked line.

    devices  class of device of each recipient
    lines    in the order of requests: class of device ("unknown" fits everybody), and whether it is marked
    share    of the recipients that ask at all
    marked   of the lines that are marked
    slip     0..1, weight of a line of another class: the order of deliveries is not always known exactly

    Everybody is taken to ask right after the own delivery, so that lines and recipients have the same order: forward and
    backward sums over all ways to give each line to a recipient of its class.
    """
    many = len(lines)

    def fits(device: str, place: int) -> float:
        said, mark = lines[place]
        return share * (marked if mark else 1 - marked) * (1.0 if said in ("unknown", device) else slip)

    forward = [[1.0] + [0.0] * many]
    for device in devices:
        last = forward[-1]
        now = [last[0] * (1 - share)] + [last[k] * (1 - share) + last[k - 1] * fits(device, k - 1) for k in range(1, many + 1)]
        forward.append(_scaled(now))
    backward, found = [0.0] * many + [1.0], []
    for device, before in zip(reversed(devices), reversed(forward[:-1]), strict=True):
        theirs = [fits(device, k) * backward[k + 1] for k in range(many)] + [0.0]
        after = [(1 - share) * backward[k] + theirs[k] for k in range(many + 1)]
        total = sum(map(float.__mul__, before, after)) or 1.0
        asked = [before[k] * theirs[k] / total for k in range(many)]
        found.append((sum(asked), sum(chance for chance, (_device, mark) in zip(asked, lines, strict=True) if mark)))
        backward = _scaled(after)
    return found[::-1]


def _scaled(values: list[float]) -> list[float]:
    total = sum(values) or 1.0
    return [value / total for value in values]
