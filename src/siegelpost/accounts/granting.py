"""Who may give, take and change which rights. Pure; the flows ask before each write.

Nobody gives or takes what they do not have themselves. From that alone follows that nobody raises their own rights, not by a
role that grants itself, nor by two who raise each other: whatever a circle of people does, together they never have a right
that none of them had before (control 1.3-04).
"""

from collections.abc import Set as AbstractSet


def may_turn(mine: AbstractSet[str], before: AbstractSet[str], after: AbstractSet[str]) -> bool:
    """Whether somebody with the rights `mine` may turn the rights `before` of a person, or of a role, into `after`."""
    return (before ^ after) <= mine


def may_act_on(mine: AbstractSet[str], theirs: AbstractSet[str]) -> bool:
    """Whether somebody may make a login for a person, or take them out: that opens, or ends, all that the person may do."""
    return theirs <= mine
