"""The tree of RFC 9162, section 2.1: one hash stands for many entries, each of them and their order. Pure.

Whoever knows the hash of the first n entries notices whether one of them was changed, moved, taken out or put in since.
"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

HASH_BYTES: Final = 32


def leaf_hash(data: bytes) -> bytes:
    """32 bytes that stand for one entry; no inner node can have them (RFC 9162, section 2.1.1)."""
    return sha256(b"\x00" + data).digest()


class Tree:
    """A tree that grows at its end: it keeps one hash for each full subtree, log2(size) of them, and forgets the leaves.

    size   entries so far
    peaks  hashes of the full subtrees, the largest first; as many as `size` has bits set
    """

    __slots__ = ("peaks", "size")

    def __init__(self, size: int = 0, peaks: Iterable[bytes] = ()) -> None:
        self.size = size
        self.peaks = list(peaks)
        if size < 0 or len(self.peaks) != size.bit_count():
            raise ValueError("peaks do not belong to this size")

    def append(self, leaf: bytes) -> None:
        """Add the hash of one leaf (32 bytes)."""
        peaks, below = self.peaks, self.size
        while below & 1:  # two full subtrees of one height become one
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            below >>= 1
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """The hash of all entries so far, 32 bytes."""
        if not self.peaks:
            return sha256(b"").digest()
        found = self.peaks[-1]
        for left in reversed(self.peaks[:-1]):
            found = sha256(b"\x01" + left + found).digest()
        return found

    def packed(self) -> bytes:
        """The peaks, one after the other."""
        return b"".join(self.peaks)

    @classmethod
    def unpacked(cls, size: int, packed: bytes) -> "Tree":
        """What `packed` gave for a tree of this size. Raises ValueError where both do not fit."""
        if len(packed) % HASH_BYTES:
            raise ValueError("peaks are cut off")
        return cls(size, [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)])
