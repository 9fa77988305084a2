"""Who is drawn of an import, when, and what follows: rules alone."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from siegelpost.intake.sample_rules import (
    ABOVE,
    CLOSED,
    GONE,
    MISSING,
    MOST_MISSING,
    OPEN,
    PROVEN,
    SAMPLE,
    SHOWN,
    TOGETHER,
    WAITING,
    Part,
    above,
    bunches,
    draw,
    state_of,
)  # fmt: skip

BEGIN = datetime(2026, 3, 1, 12, tzinfo=UTC)
SEEDS = st.binary(min_size=32, max_size=32)
PEOPLE = st.dictionaries(st.integers(1, 10**9), st.binary(min_size=16, max_size=16), max_size=80)
STATES = st.lists(st.sampled_from((OPEN, SHOWN, MISSING, GONE)), max_size=40)


def part(number: int, source: str, days: float) -> Part:
    at = BEGIN + timedelta(days=days)
    return Part(number, source, at, at.date())


@given(SEEDS, PEOPLE, st.randoms())
def test_the_same_people_give_the_same_draw_whatever_their_order(seed: bytes, people: dict[int, bytes], dice: object) -> None:
    mixed = list(people.items())
    dice.shuffle(mixed)  # type: ignore[attr-defined]
    assert draw(seed, people.items()) == draw(seed, mixed)
    assert len(draw(seed, mixed)) == min(SAMPLE, len(people))


@given(SEEDS, PEOPLE, PEOPLE)
def test_whoever_was_drawn_stays_drawn_when_more_come(seed: bytes, first: dict[int, bytes], later: dict[int, bytes]) -> None:
    before = draw(seed, first.items())
    after = draw(seed, {**first, **later}.items(), before)
    assert after[: len(before)] == before and len(after) == len(set(after))
    assert set(draw(seed, {**first, **later}.items())) <= set(after), "the new ones have the same chance as the first"


@given(SEEDS, SEEDS)
def test_nobody_who_does_not_know_the_seed_knows_who_is_drawn(seed: bytes, other: bytes) -> None:
    people = [(number, number.to_bytes(16)) for number in range(5_000)]
    assert seed == other or draw(seed, people) != draw(other, people)


@given(st.lists(st.tuples(st.sampled_from(("shop", "fair", "cards")), st.integers(0, 90)), max_size=25))
def test_every_import_is_in_one_bunch_and_parts_are_never_apart(found: list[tuple[str, int]]) -> None:
    parts = [part(number, source, days) for number, (source, days) in enumerate(found)]
    made = bunches(parts)
    assert sorted(one for bunch in made for one in bunch) == [one.id for one in parts]
    where = {one: at for at, bunch in enumerate(made) for one in bunch}
    for one in parts:
        for other in parts:
            if one.day == other.day or (one.source == other.source and abs(one.at - other.at) <= TOGETHER):
                assert where[one.id] == where[other.id]


def test_a_part_is_known_by_its_source_whatever_its_number() -> None:
    assert len(bunches([part(1, "Shop, part 1 of 7", 0), part(2, "shop part 2 of 7", 3), part(3, "Fair", 9)])) == 2


def test_sources_of_other_days_count_apart() -> None:
    assert len(bunches([part(1, "shop", 0), part(2, "shop", 31), part(3, "fair", 60)])) == 3


@given(STATES)
def test_too_many_missing_close_it_and_an_open_one_keeps_it_waiting(states: list[str]) -> None:
    missing = states.count(MISSING)
    assert (state_of(states) == CLOSED) == (missing > MOST_MISSING)
    assert (state_of(states) == PROVEN) == (missing <= MOST_MISSING and OPEN not in states)
    assert (state_of(states) == WAITING) == (missing <= MOST_MISSING and OPEN in states)


def test_an_own_tenant_draws_nobody_until_it_wants_to_and_others_do() -> None:
    assert (above(True, None), above(True, 50), above(False, None), above(False, 0)) == (0, 50, ABOVE, 0)
