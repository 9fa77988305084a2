"""Who may give, take and change which rights. Pure; the flows ask before each write.

Nobody gives or takes what they do not have themselves: not a right, and not one that reaches further than theirs, to other lists
or to fields that are hidden from them. From that alone follows that nobody raises their own rights, not by a role that grants
itself, nor by two who raise each other: whatever a circle of people does, together they never have a right that none of them had
before (control 1.3-04).
"""

from siegelpost.accounts.limits import Powers


def may_turn(mine: Powers, before: Powers, after: Powers) -> bool:
    """Whether somebody with the powers `mine` may turn those of a person, or of a role, from `before` into `after`.

    Whoever changes how far a right reaches must reach as far themselves, before and after.
    """
    moved = {right for right in {*before.reach, *after.reach} if before.reach.get(right) != after.reach.get(right)}
    return all(mine.cover(side.only(moved)) for side in (before, after))


def may_act_on(mine: Powers, theirs: Powers) -> bool:
    """Whether somebody may make a login for a person, or take them out: that opens, or ends, all that the person may do."""
    return mine.cover(theirs)
