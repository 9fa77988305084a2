"""Who can be a second person, and for how long: whatever they do, nobody decides alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.accounts import approval_rules as rules
from siegelpost.accounts.approval_rules import Asked, Human, Second, mailbox_of, state_of, why_not
from siegelpost.accounts.stay_rules import FRESH

ASKED_AT = datetime(2026, 5, 4, 9, tzinfo=UTC)
SECOND = timedelta(seconds=1)
ANNA, BERT = Human(1, "anna@alpha.example"), Human(2, "bert@alpha.example")
HUMANS = st.builds(Human, st.integers(1, 4), st.sampled_from(["a@x.test", "b@x.test", "c@x.test", ""]))
MOMENTS = st.integers(-10 * 86_400, 10 * 86_400).map(lambda seconds: ASKED_AT + timedelta(seconds=seconds))
ASKED = st.builds(Asked, by=HUMANS, at=st.just(ASKED_AT), concerned=st.tuples() | st.tuples(HUMANS), rivals=st.tuples(HUMANS))
SECONDS = st.builds(
    Second, human=st.none() | HUMANS, entitled=st.booleans(), here_since=MOMENTS, linked=st.booleans(), proved_at=st.none() | MOMENTS
)  # fmt: skip


def bert(now: datetime, **other: object) -> Second:
    known: dict[str, object] = {"human": BERT, "entitled": True, "here_since": ASKED_AT - timedelta(days=1), "proved_at": now}
    return Second(**(known | other))  # type: ignore[arg-type]


@given(ASKED, SECONDS, MOMENTS)
@pytest.mark.slow
def test_whoever_decides_is_another_human_who_was_here_may_do_it_and_has_just_shown_it(asked: Asked, second: Second, now: datetime) -> None:
    reason = why_not(asked, second, now=now)
    assert reason in ("", *rules.REASONS_WHY_NOT)
    if not reason:
        assert second.human is not None and second.human.number != asked.by.number
        assert not second.human.mailbox or second.human.mailbox != asked.by.mailbox
        assert not any(second.human.is_also(one) for one in (*asked.concerned, *asked.rivals))
        assert second.entitled and not second.linked and second.here_since <= asked.at <= now < asked.at + timedelta(days=7)
        assert second.proved_at is not None and now - FRESH < second.proved_at <= now


@given(st.lists(st.tuples(HUMANS, HUMANS), min_size=1, max_size=6))
@pytest.mark.slow
def test_no_circle_of_people_agrees_to_each_others_requests_for_one_matter(steps: list[tuple[Human, Human]]) -> None:
    """Each step: one asks, the other tries to agree. Whoever got an agreement stays a rival for everybody's later request."""
    agreed: list[tuple[Human, Human]] = []
    for asker, decider in steps:
        asked = Asked(by=asker, at=ASKED_AT, rivals=tuple(one for one, _by in agreed))
        if not why_not(asked, bert(ASKED_AT, human=decider), now=ASKED_AT):
            agreed.append((asker, decider))
    for at, (asker, decider) in enumerate(agreed):
        assert not asker.is_also(decider)
        assert not any(decider.is_also(earlier) for earlier, _by in agreed[:at]), "somebody who had asked agreed to another's"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({}, ""),
        ({"human": None}, rules.PROGRAM),
        ({"human": ANNA}, rules.OWN),
        ({"human": Human(9, ANNA.mailbox)}, rules.OWN),
        ({"human": Human(5, "")}, rules.CONCERNED),
        ({"human": Human(7, "eva@alpha.example")}, rules.CONCERNED),
        ({"human": Human(6, "")}, rules.CIRCLE),
        ({"here_since": ASKED_AT + SECOND}, rules.NEWCOMER),
        ({"linked": True}, rules.HELPED),
        ({"entitled": False}, rules.UNENTITLED),
        ({"proved_at": None}, rules.UNPROVED),
        ({"proved_at": ASKED_AT + timedelta(hours=1) - FRESH}, rules.UNPROVED),
        ({"proved_at": ASKED_AT + timedelta(hours=1) + SECOND}, rules.UNPROVED),
    ],
)
def test_each_reason_for_which_somebody_cannot_decide(changed: dict[str, object], why: str) -> None:
    now = ASKED_AT + timedelta(hours=1)
    asked = Asked(by=ANNA, at=ASKED_AT, concerned=(Human(5, "eva@alpha.example"),), rivals=(Human(6, "f@alpha.example"),))
    assert why_not(asked, bert(now, **changed), now=now) == why


def test_a_request_lives_for_seven_days_to_the_second_and_a_clock_set_back_opens_nothing() -> None:
    last = ASKED_AT + timedelta(days=7) - SECOND
    asked = Asked(by=ANNA, at=ASKED_AT)
    assert why_not(asked, bert(last), now=last) == ""
    assert why_not(asked, bert(last + SECOND), now=last + SECOND) == rules.OVER
    assert why_not(asked, bert(ASKED_AT - SECOND), now=ASKED_AT - SECOND) == rules.OVER


@given(st.none() | st.booleans(), st.booleans(), st.booleans(), MOMENTS)
def test_a_request_is_open_only_while_it_lives_and_nothing_became_of_it(
    agreed: bool | None, done: bool, ended: bool, now: datetime
) -> None:
    state = state_of(ASKED_AT, agreed=agreed, done=done, ended=ended, now=now)
    assert state in rules.STATES
    assert (state in rules.OPEN) == (agreed is not False and not done and not ended and rules.is_open(ASKED_AT, now=now))
    assert (state == rules.DONE) == done
    assert state != rules.AGREED or agreed is True


def test_one_mailbox_with_two_addresses_is_one_human() -> None:
    assert mailbox_of(" Anna+zwei@Alpha.example ") == mailbox_of("anna@alpha.example") == "anna@alpha.example"
    assert mailbox_of("no address") == "" and not Human(1, "").is_also(Human(2, ""))


def test_a_reason_is_one_line_of_some_length() -> None:
    assert rules.tidy_reason("  Newsletter\n for  May ") == "Newsletter for May"
    assert rules.tidy_reason("too short") == rules.tidy_reason("x" * 501) == ""
    assert rules.next_in_line([3, 1, 2, 3], asked_by=1, leaver=2) == [3]
