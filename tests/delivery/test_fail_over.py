"""Nobody is lost and nobody gets it twice while relays fail, move, come and go, and while the process that sends is killed."""

import random
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from siegelpost.delivery import breaker, sender
from siegelpost.delivery.limits import relay_name, set_limit, tenant_name
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.pace_rules import Limits
from siegelpost.delivery.relay import RelayFault
from siegelpost.flows import routing as flow
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.relays import broken_relays
from tests.delivery.installation import Installation, kill_group, running
from tests.delivery.smtp_server import ACCEPT_AND_HANG_UP, HANG_UP, USUAL, Say, Script, Server, Talk, serving
from tests.delivery.support import NOON, counts, launched, sending, until
from tests.delivery.test_kill import end_softly
from tests.delivery.test_routing import is_finished, known, rules_to, use

pytestmark = pytest.mark.wire
REFUSED = b"554 5.7.1 you are blocked\r\n"
PEOPLE = 400


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "GIVE_UP_SECONDS", 1.0)
    monkeypatch.setattr(RelayFault, "first_pause", 1)
    monkeypatch.setattr(sender, "RECOVER_SECONDS", 0.2)


def slow(stage: str, _talk: Talk) -> Say | None:
    """A relay that carries seven messages per second with two lanes."""
    return Say(USUAL["dot"], after=0.3) if stage == "dot" else None


def gone(stage: str, _talk: Talk) -> Say | None:
    """A relay that nobody gets through to."""
    return HANG_UP if stage in ("connect", "mail") else None


def blocks_us(stage: str, _talk: Talk) -> bytes | None:
    """A relay that takes mail of nobody."""
    return REFUSED if stage == "mail" else None


def after(n: int, then: Script) -> Script:
    """A relay that works until it took n messages."""
    taken = 0

    def script(stage: str, talk: Talk) -> Say | bytes | None:
        nonlocal taken
        said = then(stage, talk) if taken >= n else None
        taken += stage == "dot" and said is None
        return said

    return script


def once_each(*servers: Server) -> set[str]:
    """Everybody who got something; fails where somebody got it twice."""
    found: Counter[str] = Counter()
    for server in servers:
        found += server.recipients()
    assert {email: n for email, n in found.items() if n > 1} == {}, "somebody got it twice"
    return set(found)


@pytest.mark.parametrize("fault", [gone, blocks_us], ids=["gone", "blocks us"])
def test_a_relay_that_fails_in_the_middle_of_a_mailing_hands_over_to_the_next(alpha: TenantDB, fault: Script) -> None:
    with serving(after(40, fault)) as first, serving() as second:
        known("first", first.port)
        known("second", second.port)
        use(alpha, "first", "second")
        mailing = launched(alpha, 300)
        with sending(alpha, port=second.port, routing=lambda: rules_to(second)):
            until(lambda: first.accepted, 10, "the first one takes some")
            until(lambda: is_finished(alpha, mailing), 30, "the mailing is finished")
    assert len(once_each(first, second)) == 300 and 40 <= len(first.accepted) <= 48, "two messages per lane were on their way"
    assert counts(alpha, mailing) == {"audience": 300, "sent": 300}
    assert {one.sender.rpartition("@")[2] for one in (*first.accepted, *second.accepted)} == {"localhost"}


@pytest.mark.sqlite  # about servers of others, not about engines
def test_nobody_waits_for_a_relay_that_blocks_us_while_another_works(alpha: TenantDB) -> None:
    with serving(after(40, blocks_us)) as first, serving(slow) as second:  # so slow that the first one is called again meanwhile
        known("first", first.port)
        known("second", second.port)
        use(alpha, "first", "second")
        mailing = launched(alpha, 300)
        with sending(alpha, port=second.port, routing=lambda: rules_to(second)):
            until(lambda: len(second.accepted) > 250 or is_finished(alpha, mailing), 60, "the second one takes what is left")
            until(lambda: is_finished(alpha, mailing), 60, "nobody stands aside for five minutes")
    assert len(once_each(first, second)) == 300 and broken_relays() != []


def test_where_the_next_relay_fails_too_nothing_is_used_up_and_all_goes_out_later(alpha: TenantDB) -> None:
    with serving(gone) as first, serving(blocks_us) as second:
        known("first", first.port)
        known("second", second.port)
        use(alpha, "first", "second")
        mailing = launched(alpha, 60)
        with sending(alpha, port=second.port, routing=lambda: rules_to(second)):
            until(lambda: {one.name for one in broken_relays()} == {"first", "second"}, 20, "both count as broken")
            until(lambda: counts(alpha, mailing) == {"audience": 60, "due": 60}, 10, "all is given back")
            time.sleep(2.5)  # both are called again, in vain
            until(lambda: counts(alpha, mailing) == {"audience": 60, "due": 60}, 10, "all is given back again")
            assert set(alpha.objects(Delivery).values_list("attempt", flat=True)) == {0}
            second.script = lambda _stage, _talk: None
            until(lambda: is_finished(alpha, mailing), 40, "the mailing is finished")
    assert len(once_each(first, second)) == 60 and counts(alpha, mailing) == {"audience": 60, "sent": 60}


def test_what_one_relay_may_have_taken_is_not_given_to_the_next(alpha: TenantDB) -> None:
    def script(stage: str, talk: Talk) -> Say | None:
        return ACCEPT_AND_HANG_UP if stage == "dot" else gone(stage, talk) if talk.number > 3 else None

    with serving(script) as first, serving() as second:
        known("first", first.port)
        known("second", second.port)
        use(alpha, "first", "second")
        mailing = launched(alpha, 80)
        with sending(alpha, port=second.port, routing=lambda: rules_to(second)):
            until(lambda: is_finished(alpha, mailing), 30, "the mailing is finished")
    unsure = len(first.accepted)
    assert len(once_each(first, second)) == 80 and 1 <= unsure <= 4
    assert counts(alpha, mailing) == {"audience": 80, "sent": 80 - unsure, "unsure": unsure}


def test_a_route_that_changes_holds_for_what_was_claimed_and_a_removed_relay_is_left(alpha: TenantDB) -> None:
    with serving(slow) as first, serving() as second:
        known("first", first.port)
        known("second", second.port)
        use(alpha, "first")
        mailing = launched(alpha, 150)
        with sending(alpha, port=second.port, lanes=2, routing=lambda: rules_to(second)):
            first.stands_at = 4
            until(lambda: len(first.accepted) >= 4, 20, "some are sent")
            use(alpha, "second")
            flow.remove_relay("first", now=NOON)
            first.stands_at = None
            until(lambda: is_finished(alpha, mailing), 30, "the mailing is finished")
            until(lambda: first.open == 0, 10, "nobody is connected to the removed relay")
    assert len(once_each(first, second)) == 150 and len(first.accepted) < 75, "the slice that was claimed before ends"
    assert counts(alpha, mailing) == {"audience": 150, "sent": 150}


@pytest.mark.sqlite  # about servers of others, not about engines
def test_a_relay_that_hangs_does_not_keep_mail_when_it_is_removed(alpha: TenantDB) -> None:
    def hangs(stage: str, _talk: Talk) -> Say | None:
        return Say() if stage == "connect" else None

    with serving(hangs) as first, serving() as second:
        known("first", first.port)
        known("second", second.port)
        use(alpha, "first")
        mailing = launched(alpha, 30)
        with sending(alpha, port=second.port, lanes=2, routing=lambda: rules_to(second)):
            until(lambda: first.open, 10, "it is called")
            use(alpha, "second")
            flow.remove_relay("first", now=NOON)
            until(lambda: is_finished(alpha, mailing), 20, "the second one takes all")
            until(lambda: first.open == 0, 10, "nobody is connected to the removed relay")
    assert len(once_each(first, second)) == 30 and broken_relays() == []


@pytest.mark.sqlite  # about servers of others, not about engines
def test_a_relay_with_a_new_address_is_called_at_once(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RelayFault, "first_pause", 200)
    with serving(blocks_us) as before, serving() as now:
        known("mine", before.port)
        use(alpha, "mine")
        mailing = launched(alpha, 10)
        with sending(alpha, port=now.port, routing=lambda: rules_to(now)):
            until(broken_relays, 20, "the old address counts as broken")
            until(lambda: counts(alpha, mailing) == {"audience": 10, "due": 10}, 10, "all is given back")
            known("mine", now.port)
            until(lambda: is_finished(alpha, mailing), 20, "the new address takes it")
    assert len(once_each(now)) == 10 and broken_relays() == []


@pytest.mark.touches_beta
def test_tenants_share_the_limit_of_their_relay_and_keep_their_own(alpha: TenantDB, beta: TenantDB) -> None:
    with serving() as default, serving() as mine:
        known("mine", mine.port)
        use(alpha, "mine")
        use(beta, "mine")
        set_limit(relay_name("mine"), Limits(per_day=6), now=NOON)
        set_limit(tenant_name(alpha), Limits(per_day=2), now=NOON)
        ours, theirs = launched(alpha, 10), launched(beta, [f"b{n}@example.org" for n in range(10)])
        with sending(alpha, beta, port=default.port, routing=lambda: rules_to(default)):
            until(lambda: len(mine.accepted) >= 6, 20, "six are sent")
            time.sleep(1.0)
    assert len(once_each(mine)) == 6 and not default.accepted
    assert (counts(alpha, ours)["sent"], counts(beta, theirs)["sent"]) == (2, 4)


# the process is killed


@pytest.fixture
def made(tmp_path: Path) -> Installation:
    """An installation with two relays; the first one takes 120 messages and then nothing."""
    place = Installation(tmp_path, more={"SIEGELPOST_SENDERS": "1", "SIEGELPOST_CONNECTIONS": "8"})
    place.set_up(PEOPLE)
    return place


@pytest.mark.slow
def test_kills_while_one_relay_takes_over_from_another_lose_nobody(made: Installation) -> None:
    dice = random.Random()

    def late(stage: str, talk: Talk) -> Say | bytes | None:
        return Say(USUAL["dot"], after=0.02) if stage == "dot" else None

    with serving(after(120, blocks_us)) as first, serving(late) as second:
        made = replace(made, relay=second.port)
        made.run("relay", "add", "first", f"smtp://127.0.0.1:{first.port}?tls=off")
        made.run("relay", "use", "own", "first", "default")
        mailing = made.send()
        for moment in (60, 120, 122, 160, 200):
            with running(made, "worker") as worker:
                until(lambda: len(first.accepted) + len(second.accepted) >= moment, 40, f"{moment} messages are sent")  # noqa: B023 - waited for here
                time.sleep(dice.random() * 0.05)
                kill_group(worker)
        with running(made, "worker") as worker:
            until(lambda: made.state(mailing)[0] == "finished", 60, "the mailing is finished")
            end_softly(worker)
        got = once_each(first, second)
    listed = made.recipients(mailing)
    assert len(listed) == PEOPLE and set(listed.values()) <= {"sent", "unsure"}
    assert {email for email, state in listed.items() if state == "sent"} <= got, "sent, but never arrived"
    assert Counter(listed.values())["unsure"] <= 5 * 8, "of each connection one message"
    assert 120 <= len(first.accepted) <= 136, "two messages per connection were on their way"
