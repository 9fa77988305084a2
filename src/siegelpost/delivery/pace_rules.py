"""How much may go out: messages per second, hour and day, and the daily steps of a warm-up. Pure.

Seconds and hours flow: a limit of N in a period P lets at most N begin in any stretch of that length, spread evenly with small
bursts. The rule is the generic cell rate algorithm (ITU-T I.371, annex A): one number per limit, the moment up to which the
flow is spoken for. Days are counted: N from midnight to midnight. Moments here are nanoseconds since 1970, days are numbers
(date.toordinal) in the time zone of the installation.
"""

from dataclasses import dataclass, replace
from typing import Final

SECOND: Final = 1_000_000_000
HOUR: Final = 3600 * SECOND
AHEAD: Final = 24 * HOUR
"""A flow that is spoken for further ahead than this was written by a clock that was wrong and has been set right."""
DOUBLINGS: Final = 40
"""A warm-up of more steps would outlive the person who planned it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Messages per period; 0 is no limit.

    steps  a warm-up: the limit of its first day, of its second, …; after the last one it is over
    """

    per_second: int = 0
    per_hour: int = 0
    per_day: int = 0
    steps: tuple[int, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.per_second or self.per_hour or self.per_day or self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gauge:
    """How much of some limits is used.

    second, hour  up to when that flow is spoken for
    day, used     messages of the day that was written last
    step          of the warm-up, from 0
    """

    second: int = 0
    hour: int = 0
    day: int = 0
    used: int = 0
    step: int = 0


NEW: Final = Gauge()


def burst(n: int, period: int) -> int:
    """Messages that may begin at once: what comes in a tenth of a second, or in ten; so often somebody asks."""
    return -(-n // (10 if period == SECOND else 360))


def interval(n: int, period: int) -> int:
    """Nanoseconds that one message takes, such that a full burst and what follows it within the period make n, not more."""
    return -(-period // (n + 1 - burst(n, period)))


def at(limits: Limits, gauge: Gauge, now: int, day: int) -> Gauge:
    """The gauge as it stands at a moment; the others here take it as this one returns it.

    A clock that was set back gives nothing: no flow is spoken for less, and there is no new day. Where a clock was days ahead
    and has been set right, the limits count as used up now instead of for years.
    """
    flows = [min(until, now + _full(n, period)) if until > now + AHEAD else until for n, period, until in _flows(limits, gauge)]
    found = replace(gauge, second=flows[0], hour=flows[1])
    if gauge.day > day + 1:
        return replace(found, day=day, used=max(limits.per_day, step_limit(limits, gauge) or 0))
    if gauge.day >= day:
        return found
    step = step_limit(limits, gauge)
    # half of a step must have been used: an address that nobody writes from does not grow warm by waiting
    grown = step is not None and gauge.day > 0 and gauge.used * 2 >= step
    return replace(found, day=day, used=0, step=gauge.step + grown)


def room(limits: Limits, gauge: Gauge, now: int) -> int | None:
    """How many messages may be taken at this moment, 0 or more; None is any number."""
    rooms = [(_full(n, period) - max(until - now, 0)) // interval(n, period) for n, period, until in _flows(limits, gauge) if n]
    rooms += [n - gauge.used for n in (limits.per_day or None, step_limit(limits, gauge)) if n is not None]
    return max(min(rooms), 0) if rooms else None


def taken(limits: Limits, gauge: Gauge, n: int, now: int) -> Gauge:
    """The gauge after n messages were taken; more than `room` says is never asked for."""
    second, hour = (max(until, now) + n * interval(limit, period) if limit else until for limit, period, until in _flows(limits, gauge))
    return replace(gauge, second=second, hour=hour, used=gauge.used + n)


def returned(limits: Limits, gauge: Gauge, n: int, then: Gauge, now: int) -> Gauge:
    """The gauge after n of the messages that were taken with the result `then` were not sent.

    Only what lies ahead comes back: time that has passed unused is gone, or two bursts could follow each other. And only to the block
    at the end of a flow: whoever took after it counts on a time that would move forward, and could give it back once more.
    """
    flows = []
    for (limit, period, until), mark in zip(_flows(limits, gauge), (then.second, then.hour), strict=True):
        step = interval(limit, period) if limit else 1
        flows.append(until - step * max(min(n, (mark - now) // step), 0) if limit and until == mark else until)
    used = max(gauge.used - n, 0) if gauge.day == then.day else gauge.used
    return replace(gauge, second=flows[0], hour=flows[1], used=used)


def shortened(limits: Limits, then: Gauge, n: int) -> Gauge:
    """The mark of a block after n of its messages were given back: the next ones lie before them, and their time may have passed.

    then  the gauge after the block was taken, or what this function made of it
    """
    second, hour = (until - n * interval(limit, period) if limit else until for limit, period, until in _flows(limits, then))
    return replace(then, second=second, hour=hour)


def flows_again(limits: Limits, gauge: Gauge, now: int) -> int:
    """From when on seconds and hours let one more message begin; `now` where they do already. Days end at midnight."""
    return max([now, *(until + interval(n, period) - _full(n, period) for n, period, until in _flows(limits, gauge) if n)])


def worth_asking(limits: Limits, gauge: Gauge, now: int) -> int:
    """From when on seconds and hours let half a burst begin: earlier slices would be tiny, later ones would leave some unused."""
    flows = [(n, period, until) for n, period, until in _flows(limits, gauge) if n]
    return max([now, *(until + -(-burst(n, period) // 2) * interval(n, period) - _full(n, period) for n, period, until in flows)])


def step_limit(limits: Limits, gauge: Gauge) -> int | None:
    """Today's limit of a warm-up, None where there is none or it is over."""
    return limits.steps[gauge.step] if gauge.step < len(limits.steps) else None


def read_steps(text: str) -> tuple[int, ...]:
    """Read "50..20000" (doubled each day until the target, which is the last) or "50,100,200"; each at least what came before.

    Raises ValueError for anything else.
    """
    first, dots, last = text.replace(" ", "").partition("..")
    if dots:
        begin, target = _positive(first), _positive(last)
        steps = [begin * 2**n for n in range(DOUBLINGS) if begin * 2**n < target] + [target]
    else:
        steps = [_positive(one) for one in first.split(",")]
    if steps != sorted(steps) or (dots and steps[0] < begin):
        raise ValueError("a warm-up does not shrink")
    return tuple(steps)


def _positive(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > 10 or int(text) < 1:
        raise ValueError("not a number of messages")
    return int(text)


def _flows(limits: Limits, gauge: Gauge) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    return (limits.per_second, SECOND, gauge.second), (limits.per_hour, HOUR, gauge.hour)


def _full(n: int, period: int) -> int:
    """How far ahead a flow may be spoken for."""
    return burst(n, period) * interval(n, period) if n else 0
