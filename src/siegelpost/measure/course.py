"""How opens and clicks came in hour by hour, in steps that tell no more than the totals told at those hours. Pure.

Whoever looks at the totals each hour sees their growth. A step therefore ends only at an hour at which the totals of all
variants might have been shown; what came before is part of it. Else the first hours of a mailing that goes out slowly
would speak of the few people who had it by then.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from siegelpost.measure.rules import Counted, withheld_because


@dataclass(frozen=True, slots=True)
class Course:
    """One target of one variant.

    hits      hour (since 1970, UTC) -> requests
    arrivals  hour -> people who got the variant in it
    lost      of those who got it, how many have to be left out: what came back was seen by nobody
    counted   what the totals are judged by; its estimate of people bounds that of each earlier hour
    """

    hits: Mapping[int, int]
    arrivals: Mapping[int, int]
    lost: int
    counted: Counted


@dataclass(frozen=True, slots=True)
class Step:
    """Hours `first` to `last`, both included, and how often each series was asked for in them."""

    first: int
    last: int
    n: Mapping[str, int]


def steps(series: Mapping[str, Sequence[Course]], *, end: int) -> list[Step]:
    """Return the steps of several series (name -> its variants) before the hour `end`, without a gap.

    The last hours are left out while the totals at them would be withheld; empty where nobody got anything.
    """
    courses = [course for found in series.values() for course in found]
    hours = [hour for course in courses for hour in (*course.hits, *course.arrivals) if hour < end]
    done: list[Step] = []
    start = min(hours, default=end)
    for hour in range(start, end):
        if all(_tellable(course, hour) for course in courses):
            between = range(start, hour + 1)
            done.append(Step(start, hour, {name: _sum(found, between) for name, found in series.items()}))
            start = hour + 1
    return done


def _tellable(course: Course, hour: int) -> bool:
    got = sum(n for at, n in course.arrivals.items() if at <= hour) - course.lost
    hits = sum(n for at, n in course.hits.items() if at <= hour)
    return not withheld_because(got, Counted(hits, course.counted.estimates, course.counted.by_proxy, course.counted.estimated))


def _sum(courses: Sequence[Course], between: range) -> int:
    return sum(n for course in courses for at, n in course.hits.items() if at in between)
