"""A condition as databases take it best: other segments written out, `not` at the leaves alone, and no "and" directly inside an "and"."""

from typing import Final

from siegelpost.segment.known import Known
from siegelpost.segment.scan import too_much
from siegelpost.segment.tree import Either, Every, InSegment, Node, Not

MOST_LEVELS: Final = 25
"""Of "and" and "or" by turns; the parser of SQLite keeps a stack of 100 symbols, about three for each."""


def normal(node: Node, known: Known) -> Node:
    """The same condition. What it is made of was weighed before (`check`). Raises TooMuch where it turns too often."""
    found = _spread(node, known, negated=False)
    if levels(found) > MOST_LEVELS:
        raise too_much()
    return found


def levels(node: Node) -> int:
    """How often "and" and "or" take turns on the way to the deepest leaf; 0 for a leaf alone."""
    return 1 + max(map(levels, node.parts)) if isinstance(node, Every | Either) else 0


def _spread(node: Node, known: Known, *, negated: bool) -> Node:
    match node:
        case Every(parts):
            return _flat(Either if negated else Every, [_spread(one, known, negated=negated) for one in parts])
        case Either(parts):
            return _flat(Every if negated else Either, [_spread(one, known, negated=negated) for one in parts])
        case Not(part):
            return _spread(part, known, negated=not negated)
        case InSegment(int(number)):
            return _spread(known.segments[number], known, negated=negated)
    return Not(node) if negated else node


def _flat(kind: type[Every] | type[Either], parts: list[Node]) -> Node:
    return kind(tuple(deep for one in parts for deep in (one.parts if isinstance(one, kind) else (one,))))
