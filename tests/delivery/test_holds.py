"""A receiving domain that refuses us, or to which we are too fast, gets nothing for now; the others do, and no address is blamed."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.delivery.health import STRIKES
from siegelpost.delivery.holds import FIRST, MOST, Hold, Holds, holds_of
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.models import Hold as HoldRow
from siegelpost.delivery.rules import EXPIRES_AFTER, Outcome
from siegelpost.feedback import reads as feedback
from siegelpost.flows.send_again import send_again
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.smtp_server import Say, Script, Talk, serving
from tests.delivery.support import NOON, WHO, counts, launched, send_all, sending, state_of, until

GOOD, BAD = [f"p{n}@good.example" for n in range(20)], [f"p{n}@bad.example" for n in range(60)]
NOT_AUTHENTICATED = b"550 5.7.26 not authenticated\r\n"
TOO_FAST = b"421 4.7.28 unusual rate of unsolicited mail\r\n"


def to_bad(stage: str, answer: bytes, tried: list[str]) -> Script:
    def script(now: str, talk: Talk) -> Say | bytes | None:
        if now == stage and talk.recipient.endswith("@bad.example"):
            tried.append(talk.recipient)
            return answer
        return None

    return script


# the rule


def test_a_refusal_that_names_us_holds_the_domain_at_once_and_others_after_some_in_a_row() -> None:
    holds = Holds()
    holds.block("a@one.example", "550 5.7.26", 10)
    for _ in range(STRIKES - 1):
        holds.strike("a@Two.example", "554 5.7.1", 10)
    assert set(holds.by_domain) == {"one.example"}
    holds.strike("b@two.example", "554 5.7.1", 10)
    assert set(holds.by_domain) == {"one.example", "two.example"}
    assert holds.by_domain["one.example"].outcome(99) == (Outcome.BLOCKED, "held 550 5.7.26", 99)


def test_a_message_that_arrives_in_between_begins_the_row_anew() -> None:
    holds = Holds()
    for _ in range(STRIKES - 1):
        holds.strike("a@two.example", "554 5.7.1", 10)
    holds.arrived("c@two.example")
    holds.strike("b@two.example", "554 5.7.1", 10)
    assert not holds.by_domain


def test_pauses_of_a_domain_grow_and_do_not_grow_by_messages_that_were_under_way() -> None:
    holds, now, pauses = Holds(), 1000, []
    for _ in range(9):
        for _under_way in range(7):
            holds.put_off("a@one.example", "421", now)
        hold = holds.by_domain["one.example"]
        assert hold.outcome(now) == (Outcome.LATER, "", hold.until) and hold.outcome(hold.until) is None
        pauses.append(hold.until - now)
        now = hold.until
    assert pauses == [60, 120, 240, 480, 960, 1920, MOST, MOST, MOST] and pauses[0] == FIRST


def test_after_two_days_of_pauses_the_rest_expires() -> None:
    hold = Hold("one.example", "421 4.7.28", until=EXPIRES_AFTER + 101, since=100)
    assert hold.outcome(5) == (Outcome.EXPIRED, "held 421 4.7.28", 5)


@pytest.mark.parametrize("took_mail", [True, False], ids=["took mail since", "long ago"])
def test_a_domain_that_puts_us_off_once_more_days_later_is_tried_for_two_days_anew(took_mail: bool) -> None:
    holds = Holds()
    holds.put_off("a@one.example", "421 4.7.28", 1000)
    if took_mail:
        holds.arrived("b@one.example")
    later = 1000 + FIRST + EXPIRES_AFTER - (60 if took_mail else 0)
    holds.put_off("c@one.example", "421 4.7.28", later)
    assert holds.by_domain["one.example"].outcome(later) == (Outcome.LATER, "", later + FIRST)


def test_system_mails_are_never_held_for_the_staff() -> None:
    holds = Holds(for_staff=False)
    holds.block("a@one.example", "550 5.7.26", 10)
    assert not holds.by_domain
    holds.put_off("a@one.example", "421", 10)
    assert holds.by_domain


@given(st.lists(st.tuples(st.sampled_from(["block", "strike", "put_off", "arrived"]), st.integers(0, 10_000)), max_size=60))
@pytest.mark.slow
def test_once_a_domain_waits_for_the_staff_nothing_but_the_staff_changes_that(events: list[tuple[str, int]]) -> None:
    holds, blocked = Holds(), False
    for what, now in events:
        if what == "arrived":
            holds.arrived("a@one.example")
        else:
            getattr(holds, what)("a@one.example", "550", now)
        found = holds.by_domain.get("one.example")
        assert not blocked or (found is not None and found.until == 0)
        blocked = found is not None and found.until == 0


# the database


def test_what_one_process_learned_another_reads_and_what_the_staff_lifts_both_forget(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    one, two = Holds(), Holds()
    for _ in range(STRIKES):
        one.strike("a@one.example", "550 5.7.1", 10)
    one.keep(alpha, mailing)
    two.refresh(alpha, mailing)
    assert two.by_domain == one.by_domain == {hold.domain: hold for hold in holds_of(alpha, mailing)}
    with alpha.atomic():
        alpha.objects(HoldRow).all().delete()
    one.refresh(alpha, mailing)
    assert (one.by_domain, one.strikes) == ({}, {})


# the wire


@pytest.mark.wire
def test_a_domain_that_refuses_us_waits_for_the_staff_and_the_others_get_their_mail(alpha: TenantDB) -> None:
    mailing, tried = launched(alpha, GOOD + BAD), list[str]()
    with serving(to_bad("dot", NOT_AUTHENTICATED, tried)) as server:
        assert send_all(alpha, mailing, server.port, lanes=2) == {"audience": 80, "sent": 20, "blocked": 60}
    assert 1 <= len(tried) <= 4, "after the first refusal only what was under way may follow"
    codes = set(alpha.objects(Delivery).filter(state="blocked").values_list("code", flat=True))
    assert codes == {"550 5.7.26", "held 550 5.7.26"}
    assert [(hold.domain, hold.code, hold.until) for hold in holds_of(alpha, mailing)] == [("bad.example", "550 5.7.26", 0)]
    assert feedback.bounces(alpha, mailing) == {"hard": 0, "soft": 0}, "no address is punished for what is about us"


@pytest.mark.wire
def test_when_the_staff_sends_again_the_domain_is_tried_anew(alpha: TenantDB) -> None:
    mailing, tried = launched(alpha, BAD), list[str]()
    with serving(to_bad("dot", NOT_AUTHENTICATED, tried)) as server, sending(alpha, port=server.port):
        until(lambda: state_of(alpha, mailing)[0] == "finished", 30, "the mailing is finished")
        server.script = lambda _stage, _talk: None
        assert send_again(alpha, mailing, "blocked", actor=WHO, now=NOON) == 60
        until(lambda: counts(alpha, mailing) == {"audience": 60, "sent": 60}, 30, "everybody has it")
    assert holds_of(alpha, mailing) == [] and set(server.recipients().values()) == {1}


@pytest.mark.wire
def test_a_domain_to_which_we_are_too_fast_is_left_alone_and_no_attempt_is_used_up(alpha: TenantDB) -> None:
    mailing, tried = launched(alpha, GOOD + BAD), list[str]()
    with serving(to_bad("rcpt", TOO_FAST, tried)) as server, sending(alpha, port=server.port, lanes=2):
        until(lambda: not {"claimed"} & set(counts(alpha, mailing)) and counts(alpha, mailing).get("sent") == 20, 30, "the others have it")
        waiting = alpha.objects(Delivery).filter(state__in=("due", "retry"))
        until(lambda: waiting.filter(due_at__gt=time.time() + 20).count() == 60, 10, "all of the domain wait")
        assert len(tried) <= 4
        assert waiting.filter(attempt=0).count() == 60 - len(tried)
        assert state_of(alpha, mailing)[0] == "sending"
        server.script = lambda _stage, _talk: None
        with alpha.atomic():
            waiting.update(due_at=1)
            alpha.objects(HoldRow).update(until=2)
        until(lambda: state_of(alpha, mailing)[0] == "finished", 30, "the mailing is finished")
    assert counts(alpha, mailing) == {"audience": 80, "sent": 80} and set(server.recipients().values()) == {1}
