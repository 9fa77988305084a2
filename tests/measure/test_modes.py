"""Of all who have a say the strictest decides, for opens and for clicks, and nobody is measured singly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.measure.modes import (
    MOST,
    NOTHING,
    PERSONALISED,
    RANKS,
    WORDS,
    InstructionMissing,
    Modes,
    ModeUnknown,
    Said,
    for_person,
    open_the_door,
    strictest,
)

ranks = st.sampled_from(RANKS)
modes = st.builds(Modes, ranks, ranks)
RANK = {rank: place for place, rank in enumerate(RANKS)}


@given(modes, modes, st.lists(modes, max_size=3), modes)
def test_nobody_is_measured_more_than_anybody_said(tenant: Modes, mailing: Modes, lists: list[Modes], person: Modes) -> None:
    found = for_person(Said(tenant, mailing, lists).decided, person)
    for one in (tenant, mailing, person, *lists):
        assert not found.exceeds(one)


@given(modes, modes, st.lists(modes, max_size=3), modes)
def test_what_holds_was_said_by_somebody_and_each_half_stands_for_itself(
    tenant: Modes, mailing: Modes, lists: list[Modes], person: Modes
) -> None:
    found = for_person(Said(tenant, mailing, lists).decided, person)
    said = (tenant, mailing, person, *lists)
    assert RANK[found.opens] == min(RANK[one.opens] for one in said)
    assert RANK[found.clicks] == min(RANK[one.clicks] for one in said)


@given(modes)
def test_whoever_wants_nothing_is_measured_in_no_way(mailing: Modes) -> None:
    assert for_person(mailing, NOTHING) == NOTHING


@given(modes)
def test_who_said_nothing_is_never_measured_singly(mailing: Modes) -> None:
    assert not for_person(mailing, Modes()).personalised


@given(modes)
def test_the_door_is_shut_for_everything_personal(asked: Modes) -> None:
    if asked.personalised:
        with pytest.raises(InstructionMissing):
            open_the_door(asked)
    else:
        open_the_door(asked)
        assert PERSONALISED not in (asked.opens, asked.clicks)


@given(modes, modes)
def test_to_exceed_is_to_be_less_strict_in_one_half_at_least(one: Modes, other: Modes) -> None:
    assert one.exceeds(other) == (RANK[one.opens] > RANK[other.opens] or RANK[one.clicks] > RANK[other.clicks])


def test_words_mean_modes_and_nobody_says_nothing() -> None:
    assert all(Modes.of(word).word == word for word in WORDS)
    assert (strictest([]), Modes.of("personalised")) == (NOTHING, MOST)
    with pytest.raises(ModeUnknown):
        Modes.of("Anonymous")
