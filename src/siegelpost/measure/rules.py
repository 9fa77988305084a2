"""Which figures may be shown. Pure.

A figure about few people, or one that says nearly all of a group did the same, says something about each of them. So
there is none for a link or variant that fewer than 20 people got, or that fewer than 20 of those left alone.
Source: WP 216 of the Article 29 Working Party (inference from small and from uniform groups).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Final

K: Final = 20
"""The smallest group about which a figure may speak."""

MEASURING_OFF: Final = "measuring_off"
TOO_FEW_RECIPIENTS: Final = "too_few_recipients"
TOO_FEW_LEFT_ALONE: Final = "too_few_left_alone"
NEARLY_THE_SAME: Final = "nearly_the_same_audience"
EDGE_RESTARTED: Final = "edge_restarted"
NOT_ESTIMATED: Final = "people_not_estimated"

_SKETCH_MARGIN: Final = 1.05  # three standard errors of the sketch, 1.6 % each


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted for one target.

    hits       requests by people's programs, 0..
    estimates  one per day: people, or None where two edge processes counted, or one ended without telling
    by_proxy   how many of `hits` may have come through image proxies, behind which people look alike
    estimated  whether people were estimated at all
    """

    hits: int
    estimates: tuple[int | None, ...] = ()
    by_proxy: int = 0
    estimated: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """A number to show, or None and the reason why not."""

    value: int | None
    reason: str = ""


def people(counted: Counted) -> int | None:
    """Return about how many people asked for a target, each once a day; None where that is not known.

    Two processes have different salts, so whoever came twice would count twice; so has each day, on purpose.
    """
    if not counted.estimated:
        return None
    if not counted.estimates:
        return None if counted.hits else 0
    if None in counted.estimates:
        return None
    return min(sum(one or 0 for one in counted.estimates), counted.hits)


def most_people(counted: Counted) -> int:
    """Return how many people may at most have asked for a target.

    There are never more people than requests. Where the sketch knows better (one person, many requests), its number
    with a margin counts, and each request through a proxy as one person, because the sketch cannot tell those apart.
    """
    known = people(counted)
    if known is None:
        return counted.hits
    return min(counted.hits, ceil(known * _SKETCH_MARGIN) + counted.by_proxy)


def withheld_because(got: int, counted: Counted) -> str:
    """Return why no figure about a target may be shown, or "".

    got  people to whom the link or variant was delivered so that it is measured, 0..
    """
    if got < K:
        return TOO_FEW_RECIPIENTS
    return TOO_FEW_LEFT_ALONE if got - most_people(counted) < K else ""


def shown(got: int, counted: Counted) -> Figure:
    """Return the number of requests as it may be shown."""
    reason = withheld_because(got, counted)
    return Figure(None, reason) if reason else Figure(counted.hits)


def people_shown(got: int, counted: Counted) -> Figure:
    """Return the number of people as it may be shown."""
    reason = withheld_because(got, counted)
    if reason:
        return Figure(None, reason)
    known = people(counted)
    return Figure(None, EDGE_RESTARTED if counted.estimated else NOT_ESTIMATED) if known is None else Figure(known)


def least_for(estimate: int) -> int:
    """How many people must have got a target before an estimate of people may be written down: all of them, and 20 more."""
    return ceil(estimate * _SKETCH_MARGIN) + K


def speaks_of_few(fresh: int, n: int, usual: float) -> bool:
    """Whether a row of a counter speaks of the few who got the mail in its span.

    fresh  people who got it in that span: where 20 or more did, or nobody, it speaks of many
    n      requests in that span
    usual  requests that those who had it before would make anyway

    More than three standard deviations above what is usual (Poisson) is no accident, and somebody among the few is the reason.
    """
    return 0 < fresh < K and n > usual + 3 * sqrt(usual)


def quiet_before(begin: int, span: int, arrived: Mapping[int, int], counted: Mapping[int, int]) -> float:
    """How many requests those who had the mail before would make in the span that starts at `begin`.

    begin, span        in the same unit, as hours or seconds
    arrived, counted   start of a span -> people who got it in it (missing: nobody), requests in it

    Told by the last span in which nobody new got it, or so many that their first look is a part of it: half of that is usual later.
    """
    for earlier in range(begin - span, min(arrived, default=begin) - span, -span):
        fresh = arrived.get(earlier, 0)
        if fresh >= K:
            return counted.get(earlier, 0) / 2
        if not fresh:
            return counted.get(earlier, 0)
    return 0


def withheld_together(differ: int) -> bool:
    """Whether the figures of two mailings would tell of a few people, once they stand beside each other.

    differ  how many people are in one of the two audiences alone; 0 for the same people, whose difference tells of nobody
    """
    return 0 < differ < K


def total(parts: Sequence[Figure], *, shown_beside: Sequence[Figure] = ()) -> Figure:
    """Return the sum of figures; withheld if one of them is, or the difference would tell that one.

    shown_beside  figures that stand beside the sum and add up to it themselves
    """
    reason = next((part.reason for part in (*parts, *shown_beside) if part.value is None), "")
    return Figure(None, reason) if reason else Figure(sum(part.value or 0 for part in parts))
