"""The wire: whatever a relay answers, each person gets the message once, or we say by name that we do not know."""

import errno
import os
import time
from collections import Counter

import pytest

from siegelpost.delivery import breaker, lanes
from siegelpost.delivery.models import Delivery, Slice
from siegelpost.feedback import reads as feedback
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.relays import broken_relays
from tests.delivery.smtp_server import ACCEPT_AND_HANG_UP, HANG_UP, PIPELINING, USUAL, Say, Script, Talk, serving
from tests.delivery.support import counts, launched, send_all, sending, state_of, states, until

pytestmark = pytest.mark.wire
_STEPS = pytest.param(("8BITMIME",), marks=pytest.mark.sqlite, id="step by step")  # no engine knows how we talk to servers
both = pytest.mark.parametrize("features", [pytest.param(PIPELINING, id="pipelining"), _STEPS])
PHASES = ("mail", "rcpt", "data", "dot")


def first_times(stage: str, say: Say | bytes, times: int = 1) -> Script:
    """Say this the first `times` that `stage` comes, and the usual afterwards."""
    seen: Counter[str] = Counter()

    def script(now: str, _talk: Talk) -> Say | bytes | None:
        seen[now] += 1
        return say if now == stage and seen[now] <= times else None

    return script


def to_whom(answers: dict[tuple[str, str], Say | bytes]) -> Script:
    """Say something at a stage of the message to a person, the usual to the others."""
    return lambda stage, talk: answers.get((stage, talk.recipient.partition("@")[0]))


def sent_once(server_recipients: Counter[str]) -> bool:
    return set(server_recipients.values()) <= {1}


@both
def test_a_usual_relay_gets_each_message_once(alpha: TenantDB, features: tuple[str, ...]) -> None:
    mailing = launched(alpha, 120)
    with serving(features=features) as server:
        assert send_all(alpha, mailing, server.port) == {"audience": 120, "sent": 120}
    assert len(server.recipients()) == 120 and sent_once(server.recipients())


@both
@pytest.mark.parametrize(
    ("phase", "answer", "state"),
    [
        ("mail", b"552 5.3.4 too big\r\n", "blocked"),
        ("rcpt", b"550 5.1.1 unknown\r\n", "bounced"),
        ("rcpt", b"550 unknown\r\n", "bounced"),
        ("rcpt", b"554 5.7.1 listed\r\n", "blocked"),
        ("rcpt", b"552 too many\r\n", "retry"),
        ("data", b"554 5.5.1 no\r\n", "blocked"),
        ("data", b"554 5.7.1 policy\r\n", "blocked"),
        ("dot", b"554 5.7.1 spam\r\n", "blocked"),
        ("dot", b"550 5.1.1 unknown after all\r\n", "bounced"),
        ("dot", b"552 5.2.2 full\r\n", "bounced"),
        ("dot", b"554 no\r\n", "blocked"),
    ],
)
def test_a_refusal_for_good_is_a_bounce_or_our_own_fault(
    alpha: TenantDB, features: tuple[str, ...], phase: str, answer: bytes, state: str
) -> None:
    mailing = launched(alpha, 12)
    with serving(first_times(phase, answer), features=features) as server, sending(alpha, port=server.port):
        until(lambda: counts_of(alpha, mailing, "sent") == 11, 15, "eleven of twelve are sent")
        until(lambda: counts_of(alpha, mailing, state) == 1, 5, f"one is {state}")
    assert counts(alpha, mailing) == {"audience": 12, "sent": 11, state: 1}
    assert len(server.recipients()) == 11 and sent_once(server.recipients())
    row = alpha.objects(Delivery).get(state=state)
    code = " ".join(part for part in answer.decode().split()[:2] if part[0] in "0123456789")
    assert row.code == (f"{code} full" if "full" in answer.decode() else code)


def counts_of(tenant: TenantDB, mailing: int, state: str) -> int:
    return tenant.objects(Delivery).filter(mailing_id=mailing, state=state).count()


def test_an_address_refused_at_rcpt_counts_as_a_hard_bounce_and_policy_does_not(alpha: TenantDB) -> None:
    mailing = launched(alpha, 10)
    answers: dict[tuple[str, str], Say | bytes] = {
        ("rcpt", "p00003"): b"550 5.1.1 no such user\r\n",
        ("rcpt", "p00004"): b"550 5.7.1 we do not like you\r\n",
        ("rcpt", "p00005"): b"550-5.1.1 no such user,\r\n550-5.1.1 really\r\n550 5.1.1 none\r\n",
    }
    with serving(to_whom(answers)) as server:
        found = send_all(alpha, mailing, server.port)
    assert found == {"audience": 10, "sent": 7, "bounced": 2, "blocked": 1}
    assert feedback.bounces(alpha, mailing) == {"hard": 2, "soft": 0}
    assert states(alpha, mailing)["p00004@example.org"] == "blocked"


@both
@pytest.mark.parametrize("phase", PHASES)
def test_a_connection_that_ends_loses_nobody(alpha: TenantDB, features: tuple[str, ...], phase: str) -> None:
    mailing = launched(alpha, 40)
    with serving(first_times(phase, HANG_UP, 3), features=features) as server:
        found = send_all(alpha, mailing, server.port)
    unsure = 3 if phase == "dot" else 0
    assert found == {"audience": 40, "sent": 40 - unsure, **({"unsure": 3} if unsure else {})}
    assert len(server.recipients()) == 40 - unsure and sent_once(server.recipients())


@both
def test_a_text_that_was_taken_without_an_answer_is_unsure_and_never_sent_again(alpha: TenantDB, features: tuple[str, ...]) -> None:
    mailing = launched(alpha, 40)
    with serving(first_times("dot", ACCEPT_AND_HANG_UP, 2), features=features) as server:
        found = send_all(alpha, mailing, server.port)
    assert found == {"audience": 40, "sent": 38, "unsure": 2}
    assert len(server.recipients()) == 40 and sent_once(server.recipients())


@both
@pytest.mark.parametrize("phase", PHASES)
def test_a_server_that_says_goodbye_is_called_again(alpha: TenantDB, features: tuple[str, ...], phase: str) -> None:
    mailing = launched(alpha, 30)
    with serving(first_times(phase, Say(b"421 4.3.2 closing\r\n", hang_up=True), 3), features=features) as server:
        assert send_all(alpha, mailing, server.port, retry_first=1) == {"audience": 30, "sent": 30}
    assert len(server.recipients()) == 30 and sent_once(server.recipients())


def test_answers_may_come_byte_by_byte_and_in_many_lines(alpha: TenantDB) -> None:
    mailing = launched(alpha, 15)

    def script(stage: str, _talk: Talk) -> Say | None:
        usual = USUAL.get(stage)
        if usual is None:
            return None
        code, text = usual[:3], usual[4:]
        lines = code + b"-first\r\n" + code + b"-\r\n" + code + b" " + text
        return Say(lines, drip=True)

    with serving(script) as server:
        assert send_all(alpha, mailing, server.port) == {"audience": 15, "sent": 15}
    assert sent_once(server.recipients())


@both
@pytest.mark.parametrize("nonsense", [b"hello world\r\n", b"2x0 ok\r\n", b"\x00\xff\r\n", b"250" + b"-x" * 5000, b"99\r\n"])
@pytest.mark.parametrize("phase", ["rcpt", "dot"])
def test_nonsense_ends_the_connection_and_the_rest_is_sent(alpha: TenantDB, features: tuple[str, ...], phase: str, nonsense: bytes) -> None:
    mailing = launched(alpha, 12)
    with serving(first_times(phase, nonsense), features=features) as server:
        found = send_all(alpha, mailing, server.port)
    assert found == ({"audience": 12, "sent": 11, "unsure": 1} if phase == "dot" else {"audience": 12, "sent": 12})
    assert sent_once(server.recipients())


@both
@pytest.mark.parametrize("answer", [b"250 2.0.0 fine\r\n", b"299 what\r\n", b"100 hm\r\n", b"999 hm\r\n"])
def test_an_answer_to_data_that_is_no_answer_is_not_taken_for_a_delivery(alpha: TenantDB, features: tuple[str, ...], answer: bytes) -> None:
    mailing = launched(alpha, 12)
    with serving(first_times("data", answer, 2), features=features) as server:
        found = send_all(alpha, mailing, server.port, retry_first=1)
    assert found == {"audience": 12, "sent": 12}
    assert len(server.recipients()) == 12 and sent_once(server.recipients())


def test_a_slow_answer_after_the_dot_is_waited_for(alpha: TenantDB) -> None:
    mailing = launched(alpha, 8)
    with serving(first_times("dot", Say(USUAL["dot"], after=4.0), 2)) as server:
        assert send_all(alpha, mailing, server.port) == {"audience": 8, "sent": 8}
    assert sent_once(server.recipients())


@pytest.mark.slow
def test_a_lane_that_was_idle_has_as_much_patience_as_a_new_one(alpha: TenantDB) -> None:
    assert lanes.IDLE_SECONDS == 5  # so long the second mailing may take to come
    mailing = launched(alpha, ["one@example.org"])
    slow: list[str] = []

    def script(stage: str, talk: Talk) -> Say | None:
        if stage != "mail" or not talk.texts or slow:
            return None
        slow.append(stage)
        return Say(USUAL[stage], after=lanes.IDLE_SECONDS + 1.0)

    with serving(script) as server, sending(alpha, port=server.port, lanes=1):
        until(lambda: state_of(alpha, mailing)[0] == "finished", 10, "the first mailing is finished")
        until(lambda: server.open == 1, 2, "the lane is idle")
        time.sleep(0.5)
        second = launched(alpha, ["two@example.org"])
        until(lambda: state_of(alpha, second)[0] == "finished", 15, "the second mailing is finished")
    assert len(server.talks) == 1, "the idle lane was given up although the server only thought for a while"
    assert slow


def test_a_relay_that_allows_few_connections_is_no_fault(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "GIVE_UP_SECONDS", 1.0)
    mailing = launched(alpha, 200)
    busy: list[int] = []

    def script(stage: str, talk: Talk) -> Say | bytes | None:
        if stage == "connect":
            if server.open > 2:
                busy.append(talk.number)
                return Say(b"421 4.7.0 too many connections\r\n", hang_up=True)
            return None
        return Say(USUAL["dot"], after=0.03) if stage == "dot" else None

    with serving(script) as server:
        began = time.monotonic()
        assert send_all(alpha, mailing, server.port, lanes=6) == {"audience": 200, "sent": 200}
        took = time.monotonic() - began
    assert busy, "the server never had to refuse a connection"
    assert sent_once(server.recipients())
    assert len(busy) < 12 * max(took, 5), "the sender knocks at a full relay too often"


@pytest.mark.parametrize("phase", ["connect", "mail", "rcpt", "data"])
def test_a_relay_that_always_hangs_up_makes_the_mailing_wait(alpha: TenantDB, phase: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "GIVE_UP_SECONDS", 1.5)
    mailing = launched(alpha, 30)
    with serving(first_times(phase, HANG_UP, 10**6)) as server, sending(alpha, port=server.port):
        until(broken_relays, 15, "the relay counts as broken")
        until(lambda: counts_of(alpha, mailing, "claimed") == 0, 10, "nothing is claimed any more")
    assert broken_relays()[0].code == ("relay.unreachable" if phase == "connect" else "relay.refuses")
    assert counts(alpha, mailing) == {"audience": 30, "due": 30}
    assert len(server.talks) < 60, "a relay that hangs up is called in a circle"


@pytest.mark.parametrize("say", [b"554 5.3.2 no service here\r\n", b"SSH-2.0-OpenSSH_9.2\r\n"], ids=["refuses", "speaks no SMTP"])
def test_a_relay_that_refuses_the_connection_makes_the_mailing_wait(alpha: TenantDB, say: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "GIVE_UP_SECONDS", 1.5)
    mailing = launched(alpha, 30)
    with serving(first_times("connect", say, 10**6)) as server, sending(alpha, port=server.port):
        until(broken_relays, 15, "the relay counts as broken")
        until(lambda: counts_of(alpha, mailing, "claimed") == 0, 10, "nothing is claimed any more")
    assert broken_relays()[0].code == "relay.refuses"
    assert broken_relays()[0].said == ("554 5.3.2" if say.startswith(b"554") else "")
    assert counts(alpha, mailing) == {"audience": 30, "due": 30}


@pytest.mark.parametrize(("processes", "largest"), [(1, 150), (2, 150), (3, 100)])
def test_processes_that_share_a_mailing_leave_each_other_something_at_its_end(alpha: TenantDB, processes: int, largest: int) -> None:
    mailing = launched(alpha, 600)
    with serving(features=PIPELINING) as relay:
        assert send_all(alpha, mailing, relay.port, processes=processes) == {"audience": 600, "sent": 600}
    sizes = list(alpha.objects(Slice).filter(mailing_id=mailing).order_by("pk").values_list("size", flat=True))
    assert (sizes[0], sum(sizes)) == (largest, 600)


@both
def test_a_lane_that_has_carried_enough_says_goodbye_between_two_messages(
    alpha: TenantDB, features: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lanes, "MESSAGES_PER_LANE", 7)
    mailing = launched(alpha, 60)
    with serving(features=features) as server:
        assert send_all(alpha, mailing, server.port, lanes=2) == {"audience": 60, "sent": 60}
    assert sent_once(server.recipients()) and len(server.talks) >= 9


def test_a_message_that_cannot_be_made_is_blocked_and_the_others_go_out(alpha: TenantDB) -> None:
    mailing = launched(alpha, 12)
    with alpha.atomic():
        alpha.objects(Delivery).filter(pk=alpha.objects(Delivery).order_by("pk")[3].pk).update(variant_id=999)
    with serving() as server:
        assert send_all(alpha, mailing, server.port) == {"audience": 12, "sent": 11, "blocked": 1}
    assert len(server.recipients()) == 11


def test_a_relay_that_wants_a_text_though_it_refused_the_person_gets_an_empty_one(alpha: TenantDB) -> None:
    mailing = launched(alpha, 12)
    with serving(to_whom({("rcpt", "p00003"): b"550 5.1.1 no\r\n"})) as server:
        server.lenient = True
        assert send_all(alpha, mailing, server.port) == {"audience": 12, "sent": 11, "bounced": 1}
    assert len(server.recipients()) == 11 and sent_once(server.recipients())


def test_a_journal_that_takes_no_more_lines_stops_each_message_before_its_dot(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    mailing = launched(alpha, 30)
    write, refused = os.write, list[bytes]()

    def full(fd: int, data: bytes) -> int:
        if data.startswith(b"D ") and len(refused) < 5:
            refused.append(data)
            raise OSError(errno.ENOSPC, "no space left on device")
        return write(fd, data)

    monkeypatch.setattr(os, "write", full)
    with serving() as server:
        assert send_all(alpha, mailing, server.port) == {"audience": 30, "sent": 30}
    assert len(refused) == 5 and len(server.recipients()) == 30 and sent_once(server.recipients())
