"""The tree of RFC 9162, section 2.1: one hash stands for many entries, each of them and their order. Pure.

Whoever knows the hash of the first n entries notices whether one of them was changed, moved, taken out or put in since.
"""

from collections.abc import Iterable, Sequence
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


def inclusion(index: int, size: int, leaves: Iterable[bytes]) -> list[bytes]:
    """What proves that a leaf is in the tree: the hashes beside its way up to the root, the lowest first (RFC 9162, section 2.1.3.1).

    index   place of the leaf, from 0
    leaves  the hashes of the first `size` leaves, in their order; they are read once and not kept

    Raises ValueError where there are fewer leaves, or none with that place.
    """
    if not 0 <= index < size:
        raise ValueError("no leaf has this place")
    spans = _beside(index, size)
    trees = {span: Tree() for span in spans}
    waiting, here = sorted(spans), 0
    for here, leaf in enumerate(leaves, 1):
        if waiting and here > waiting[0][1]:
            waiting.pop(0)
        if waiting and here > waiting[0][0]:
            trees[waiting[0]].append(leaf)
        if here == size:
            break
    if here < size:
        raise ValueError("leaves are missing")
    return [trees[span].root() for span in spans]


def climb(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """The root to which a proof leads from the hash of a leaf. Raises ValueError where the proof is not one for this place and size.

    Source: RFC 9162, section 2.1.3.2.
    """
    if not 0 <= index < size:
        raise ValueError("no leaf has this place")
    place, last, found = index, size - 1, leaf
    for one in path:
        if last == 0:
            raise ValueError("the proof is too long")
        if place & 1 or place == last:
            found = sha256(b"\x01" + one + found).digest()
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            found = sha256(b"\x01" + found + one).digest()
        place, last = place >> 1, last >> 1
    if last:
        raise ValueError("the proof is too short")
    return found


def _beside(index: int, size: int) -> list[tuple[int, int]]:
    """The subtrees beside the way of a leaf, each as the leaves from, to before; the lowest first."""
    found, start, end = [], 0, size
    while end - start > 1:
        split = start + (1 << (end - start - 1).bit_length() - 1)  # the largest power of two below the number of leaves
        if index < split:
            found.append((split, end))
            end = split
        else:
            found.append((start, split))
            start = split
    return found[::-1]
