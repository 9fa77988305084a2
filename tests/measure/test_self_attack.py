"""The attacks find nobody in what we keep, and everybody in copies of it that keep a little more."""

import hashlib
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siegelpost.measure.attack.loot import Loot, Pair, Row, Shown
from siegelpost.measure.attack.tried import ATTACKS, named, tried
from siegelpost.measure.rules import K, quiet_before, speaks_of_few

HOUR: Final = 3600
START: Final = 490_000 * HOUR
PEOPLE: Final = frozenset(range(1, 61))
OPENERS: Final = frozenset(range(2, 61, 3))
PIXEL: Final = (17, 0)
LINK: Final = (17, 1)


def minute_of(person: int) -> int:
    """One message goes out each minute, and whoever opens does so at once: nothing could be better for whoever looks at times."""
    return START + 60 * (person - 1)


def seeded() -> Loot:
    """What we keep of a mailing to 60 people, of whom 20 opened and 20 clicked."""
    return Loot(
        arrivals={START: frozenset(sorted(PEOPLE)[:K])},
        rows=(Row(PIXEL, START, HOUR, len(OPENERS)), Row(LINK, START, HOUR, len(OPENERS))),
        urls=dict.fromkeys(PEOPLE, frozenset(("/o/same.gif", "/c/same"))),
        targets={"/o/same.gif": (PIXEL, ""), "/c/same": (LINK, "https://example.com/offer")},
        known={person: (f"p{person}@example.net".encode(),) for person in PEOPLE},
        salts=frozenset((b"", b"a key of the tenant")),
        shown=(Shown(PEOPLE, len(OPENERS), left=len(PEOPLE - OPENERS)), Shown(PEOPLE, len(OPENERS), at=START + HOUR)),
    )


def token_per_recipient(loot: Loot) -> Loot:
    urls = {person: frozenset((f"/o/{person}.gif",)) for person in PEOPLE}
    targets = {f"/o/{person}.gif": ((17, 1000 + person), "") for person in PEOPLE}
    return replace(loot, urls=urls, targets=targets, rows=tuple(Row((17, 1000 + one), START, HOUR, 1) for one in OPENERS))


def minutes_in_counters(loot: Loot) -> Loot:
    arrivals = {minute_of(person): frozenset((person,)) for person in PEOPLE}
    return replace(loot, arrivals=arrivals, rows=tuple(Row(PIXEL, minute_of(one), 60, 1) for one in OPENERS))


def hour_and_client_together(loot: Loot) -> Loot:
    kinds = {person: f"client {person} of its own version" for person in PEOPLE}
    rows = tuple(Row(PIXEL, START, HOUR, 1, kinds[one]) for one in OPENERS)
    return replace(loot, arrivals={START: PEOPLE}, kinds=kinds, rows=rows)


def salt_kept(loot: Loot) -> Loot:
    salt = b"s" * 32
    kept = frozenset(hashlib.blake2b(f"p{one}@example.net".encode(), key=salt, digest_size=8).digest() for one in OPENERS)
    return replace(loot, salts=loot.salts | {salt}, kept=kept)


def threshold_of_one(loot: Loot) -> Loot:
    return replace(loot, shown=tuple(Shown(frozenset((person,)), int(person in OPENERS)) for person in PEOPLE))


def a_second_audience_with_one_more(loot: Loot) -> Loot:
    return replace(loot, pairs=tuple(Pair(7, 8, frozenset((one,))) for one in OPENERS))


def everybody_did_it(loot: Loot) -> Loot:
    return replace(loot, shown=(Shown(OPENERS, len(OPENERS), left=0),))


def addresses_in_targets(loot: Loot) -> Loot:
    leads = {f"/c/{one}": ((17, one), f"https://example.com/?who=p{one}%40example.net") for one in PEOPLE}
    return replace(loot, targets=leads, rows=tuple(Row((17, one), START, HOUR, 1) for one in OPENERS))


def own_people_counted(loot: Loot) -> Loot:
    return replace(loot, arrivals={START: PEOPLE}, own=PEOPLE - {2})


def refreshed_each_minute(loot: Loot) -> Loot:
    arrivals = {minute_of(person): frozenset((person,)) for person in PEOPLE}
    looks = tuple(Shown(PEOPLE, sum(one < person for one in OPENERS), at=minute_of(person)) for person in range(1, 62))
    return replace(loot, arrivals=arrivals, rows=(), shown=looks)


WEAK: Final[dict[str, tuple[tuple[Callable[[Loot], Loot], frozenset[int]], ...]]] = {
    "urls": ((token_per_recipient, OPENERS),),
    "timing": ((minutes_in_counters, OPENERS),),
    "crossed": ((hour_and_client_together, OPENERS),),
    "salts": ((salt_kept, OPENERS),),
    "differencing": ((threshold_of_one, OPENERS), (a_second_audience_with_one_more, OPENERS), (everybody_did_it, OPENERS)),
    "targets": ((addresses_in_targets, OPENERS),),
    "padding": ((own_people_counted, frozenset((2,))),),
    "refresh": ((refreshed_each_minute, OPENERS),),
}


def test_nobody_is_found_in_what_we_keep() -> None:
    assert tried(seeded()) == {name: [] for name in ATTACKS}


@pytest.mark.parametrize("attack, weaken, who", [(attack, *one) for attack, copies in WEAK.items() for one in copies])
def test_each_attack_names_the_openers_in_a_copy_that_keeps_a_little_more(
    attack: str, weaken: Callable[[Loot], Loot], who: frozenset[int]
) -> None:
    assert named(weaken(seeded()))[attack] == who


def test_a_link_that_three_people_got_tells_of_those_three() -> None:
    few = frozenset((2, 5, 8))
    loot = seeded()
    urls = {person: held | {"/c/block"} if person in few else held for person, held in loot.urls.items()}
    targets = {**loot.targets, "/c/block": ((17, 2), "https://example.com/vip")}
    weak = replace(loot, urls=urls, targets=targets, rows=(*loot.rows, Row((17, 2), START, HOUR, 3)))
    assert [trace.people for trace in tried(weak)["blocks"]] == [few]
    assert tried(replace(weak, rows=loot.rows))["blocks"] == []  # nobody asked for it


def test_every_attack_is_tried_on_a_weak_copy() -> None:
    assert {*WEAK, "blocks"} == set(ATTACKS) and len(ATTACKS) == 9


@given(st.integers(K, 200), st.integers(0, 500), st.integers(0, 500))
def test_an_hour_in_which_twenty_got_it_or_nobody_speaks_of_no_few(fresh: int, n: int, usual: int) -> None:
    assert not speaks_of_few(fresh, n, usual) and not speaks_of_few(0, n, usual)


@settings(max_examples=50)
@given(
    st.dictionaries(st.integers(0, 30), st.integers(0, 40), max_size=20),
    st.dictionaries(st.integers(0, 30), st.integers(0, 90), max_size=20),
)
def test_what_the_counters_leave_out_is_what_the_attack_would_find(arrived: dict[int, int], asked: dict[int, int]) -> None:
    """Hour by hour, as the worker adds them up: rows that would speak of few get none, and then no attack on times finds anything."""
    kept: dict[int, int] = {}
    for hour in sorted(asked):
        everybody = sum(n for at, n in arrived.items() if at <= hour)
        few = everybody < K or speaks_of_few(arrived.get(hour, 0), asked[hour], quiet_before(hour, 1, arrived, kept))
        if not few:
            kept[hour] = asked[hour]
    people = iter(range(10_000))
    arrivals = {hour * HOUR: frozenset(next(people) for _each in range(min(n, K))) for hour, n in arrived.items() if n}
    loot = Loot(arrivals=arrivals, rows=tuple(Row(PIXEL, hour * HOUR, HOUR, n) for hour, n in kept.items()))
    assert tried(loot)["timing"] == []
