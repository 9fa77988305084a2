"""All attacks, and what they find."""

from collections.abc import Callable, Iterator
from typing import Final

from siegelpost.measure.attack.blocks import by_blocks
from siegelpost.measure.attack.crossed import by_crossing
from siegelpost.measure.attack.differencing import by_differencing
from siegelpost.measure.attack.loot import Loot, Trace
from siegelpost.measure.attack.padding import by_padding
from siegelpost.measure.attack.refresh import by_refreshing
from siegelpost.measure.attack.salts import by_salts
from siegelpost.measure.attack.targets import by_targets
from siegelpost.measure.attack.timing import by_timing
from siegelpost.measure.attack.urls import by_urls

ATTACKS: Final[dict[str, Callable[[Loot], Iterator[Trace]]]] = {
    "urls": by_urls,
    "timing": by_timing,
    "crossed": by_crossing,
    "salts": by_salts,
    "differencing": by_differencing,
    "targets": by_targets,
    "blocks": by_blocks,
    "padding": by_padding,
    "refresh": by_refreshing,
}
"""Name, as it stands in evidence -> attack."""


def tried(loot: Loot) -> dict[str, list[Trace]]:
    """Attack -> its traces to fewer than 20 people; nothing but empty lists where nobody can be found."""
    return {name: [trace for trace in attack(loot) if trace.tells] for name, attack in ATTACKS.items()}


def named(loot: Loot) -> dict[str, frozenset[int]]:
    """Attack -> the people whom it names singly."""
    found = tried(loot)
    return {name: frozenset(one for trace in traces if len(trace.people) == 1 for one in trace.people) for name, traces in found.items()}
