"""Every kind of server: whatever it answers, refuses, delays or cuts off, we know of each person what became of the message.

After each test the conservation law holds, nobody got a message twice, and what was never sent is not called sent.
"""

import time
from collections import Counter, defaultdict
from dataclasses import replace

import pytest

from siegelpost.delivery import lanes, sender, smtp
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.recover import recover
from siegelpost.delivery.relay import Relay
from siegelpost.feedback import reads as feedback
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.relays import broken_relays
from tests.delivery.smtp_server import HANG_UP, PIPELINING, USUAL, Say, Script, Server, Talk, serving
from tests.delivery.support import CONTENT, SOURCE, counts, launched, send_all, sending, state_of, states, until
from tests.delivery.test_wire import both, first_times, sent_once, to_whom

pytestmark = [pytest.mark.wire, pytest.mark.sqlite]  # about servers of others, not about engines
LOGIN = (*PIPELINING, "AUTH PLAIN")
BEFORE = ("connect", "ehlo", "auth")
DURING = ("mail", "rcpt", "data", "dot")


def login(port: int) -> Relay:
    return Relay.parse(f"smtp://user:word@127.0.0.1:{port}?tls=off")


def all_arrived(alpha: TenantDB, mailing: int, server: Server, people: int) -> bool:
    found, got = counts(alpha, mailing), server.recipients()
    return found == {"audience": people, "sent": people} and len(got) == people and sent_once(got)


def attempts(alpha: TenantDB) -> int:
    return sum(alpha.objects(Delivery).values_list("attempt", flat=True))


# refusals


NOT_NOW, NOT_HERE = b"4%d 4.3.2 not now\r\n", b"554 5.3.2 not here\r\n"


@pytest.mark.parametrize(
    ("stage", "answer"), [(stage, NOT_NOW % code) for stage in BEFORE for code in (21, 50)] + [("connect", NOT_HERE), ("ehlo", NOT_HERE)]
)
def test_a_refusal_before_mail_uses_up_no_attempt(alpha: TenantDB, stage: str, answer: bytes) -> None:
    mailing = launched(alpha, 25)
    with serving(first_times(stage, Say(answer, hang_up=True), 2), features=LOGIN) as server:
        send_all(alpha, mailing, 0, relay=login(server.port))
    assert all_arrived(alpha, mailing, server, 25) and attempts(alpha) == 0


@both
@pytest.mark.parametrize("answer", [NOT_NOW % 50, NOT_HERE, b"550 5.1.8 bad sender\r\n"], ids=["450", "554", "sender"])
def test_a_refusal_before_a_person_is_named_uses_up_no_attempt(alpha: TenantDB, features: tuple[str, ...], answer: bytes) -> None:
    mailing = launched(alpha, 25)
    with serving(first_times("mail", answer, 3), features=features) as server:
        send_all(alpha, mailing, server.port)
    assert all_arrived(alpha, mailing, server, 25) and attempts(alpha) == 0


def test_a_relay_that_does_not_relay_to_one_person_holds_up_nobody_else(alpha: TenantDB) -> None:
    mailing = launched(alpha, 25)
    with serving(to_whom({("rcpt", "p00003"): b"554 5.7.1 <p00003>: Relay access denied\r\n"})) as server:
        found = send_all(alpha, mailing, server.port)
    assert found == {"audience": 25, "sent": 24, "blocked": 1} and feedback.bounces(alpha, mailing) == {"hard": 0, "soft": 0}
    assert states(alpha, mailing)["p00003@example.org"] == "blocked" and sent_once(server.recipients()) and broken_relays() == []


@both
@pytest.mark.parametrize("stage", ["rcpt", "data", "dot"])
def test_a_refusal_for_now_uses_up_one_attempt_and_the_next_try_arrives(alpha: TenantDB, features: tuple[str, ...], stage: str) -> None:
    mailing = launched(alpha, 25)
    with serving(first_times(stage, b"450 4.3.2 not now\r\n", 3), features=features) as server:
        send_all(alpha, mailing, server.port, retry_first=1)
    assert all_arrived(alpha, mailing, server, 25) and attempts(alpha) == 3


@pytest.mark.parametrize("answer", [b"421 4.3.2 bye\r\n", b"500 5.5.1 what\r\n", b"\x00\r\n", b""], ids=["421", "500", "nonsense", "none"])
def test_what_a_server_says_to_quit_changes_nothing(alpha: TenantDB, answer: bytes) -> None:
    mailing = launched(alpha, 25)
    with serving(lambda stage, _talk: Say(answer, hang_up=not answer) if stage == "quit" else None) as server:
        send_all(alpha, mailing, server.port)
    assert all_arrived(alpha, mailing, server, 25)


@both
def test_each_receiving_domain_is_judged_for_itself(alpha: TenantDB, features: tuple[str, ...]) -> None:
    answers = {
        "gone": (b"550 5.1.1 unknown\r\n", "bounced"),
        "full": (b"552 5.2.2 over quota\r\n", "bounced"),
        "late": (b"451 4.3.0 later\r\n", "retry"),
        "grey": (b"450 4.7.1 greylisted\r\n", "retry"),
        "ours": (b"550 5.7.26 not authenticated\r\n", "blocked"),
        "spam": (b"554 5.7.1 looks like spam\r\n", "blocked"),
    }
    stages = ("rcpt", "data", "dot")
    mailing = launched(alpha, [f"p{n}@{kind}.{stage}.example" for kind in (*answers, "fine") for stage in stages for n in range(6)])

    def script(now: str, talk: Talk) -> bytes | None:
        kind, _dot, rest = talk.recipient.partition("@")[2].partition(".")
        return answers[kind][0] if kind in answers and rest == f"{now}.example" else None

    with serving(script, features=features) as server, sending(alpha, port=server.port):
        until(lambda: not {"due", "claimed"} & set(counts(alpha, mailing)), 30, "everybody was tried")
    by_domain: dict[str, Counter[str]] = defaultdict(Counter)
    for email, state in states(alpha, mailing).items():
        by_domain[email.partition("@")[2]][state] += 1
    wanted = {kind: state for kind, (_answer, state) in answers.items()} | {"fine": "sent"}
    assert by_domain == {f"{kind}.{stage}.example": {state: 6} for kind, state in wanted.items() for stage in stages}
    assert feedback.bounces(alpha, mailing) == {"hard": 18, "soft": 18} and broken_relays() == []
    assert {one.recipient.partition("@")[2].partition(".")[0] for one in server.accepted} == {"fine"}


def test_grey_listing_costs_one_attempt_for_each_try(alpha: TenantDB) -> None:
    mailing = launched(alpha, 25)
    tries: Counter[str] = Counter()

    def script(stage: str, talk: Talk) -> bytes | None:
        if stage != "rcpt":
            return None
        tries[talk.recipient] += 1
        return b"450 4.2.0 Greylisted\r\n" if tries[talk.recipient] <= 2 else None

    with serving(script) as server:
        send_all(alpha, mailing, server.port, retry_first=1)
    assert all_arrived(alpha, mailing, server, 25)
    assert set(tries.values()) == {3} and set(alpha.objects(Delivery).values_list("attempt", flat=True)) == {2}


def test_a_server_with_too_many_recipients_gets_them_later(alpha: TenantDB) -> None:
    mailing = launched(alpha, 20)
    with serving(first_times("rcpt", b"452 4.5.3 too many recipients\r\n", 7)) as server:
        send_all(alpha, mailing, server.port, retry_first=1)
    assert all_arrived(alpha, mailing, server, 20) and attempts(alpha) == 7
    assert feedback.bounces(alpha, mailing) == {"hard": 0, "soft": 0}


def test_mail_that_was_refused_and_a_person_that_was_accepted_get_no_empty_text(alpha: TenantDB) -> None:
    mailing = launched(alpha, 12)
    with serving(first_times("mail", b"451 4.3.0 later\r\n", 2)) as server:
        server.muddled = True
        send_all(alpha, mailing, server.port, retry_first=1)
    assert all_arrived(alpha, mailing, server, 12)
    assert all(one.message for one in server.accepted)


# broken connections


@both
@pytest.mark.parametrize("stage", [*BEFORE, *DURING, "quit"])
def test_a_connection_that_ends_anywhere_loses_nobody(alpha: TenantDB, features: tuple[str, ...], stage: str) -> None:
    mailing = launched(alpha, 25)
    with serving(first_times(stage, HANG_UP, 2), features=(*features, "AUTH PLAIN")) as server:
        found = send_all(alpha, mailing, 0, relay=login(server.port))
    unsure = 2 if stage == "dot" else 0
    assert found == {"audience": 25, "sent": 25 - unsure, **({"unsure": 2} if unsure else {})}
    assert len(server.recipients()) == 25 - unsure and sent_once(server.recipients()) and attempts(alpha) == 0


@both
def test_a_person_whose_message_always_breaks_the_connection_holds_up_nobody(alpha: TenantDB, features: tuple[str, ...]) -> None:
    mailing = launched(alpha, 25)
    with serving(to_whom({("rcpt", "p00003"): HANG_UP}), features=features) as server, sending(alpha, port=server.port):
        until(lambda: counts(alpha, mailing) == {"audience": 25, "sent": 24, "retry": 1}, 20, "one is to be tried again, later")
    row = alpha.objects(Delivery).get(state="retry")
    assert (row.attempt, row.code) == (1, "lost") and row.due_at > time.time() + 30
    assert len(server.talks) < 20 and sent_once(server.recipients())


@pytest.mark.parametrize("stage", DURING)
def test_a_server_that_says_nothing_more_is_left(alpha: TenantDB, stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "ANSWER_SECONDS", 3)
    monkeypatch.setattr(lanes, "DOT_SECONDS", 5)
    mailing = launched(alpha, 12)
    with serving(first_times(stage, Say(b"", after=60), 2)) as server:
        found = send_all(alpha, mailing, server.port)
    assert found == ({"audience": 12, "sent": 10, "unsure": 2} if stage == "dot" else {"audience": 12, "sent": 12})
    assert sent_once(server.recipients())


@pytest.mark.parametrize("stage", BEFORE)
def test_a_server_that_says_nothing_at_first_is_left(alpha: TenantDB, stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smtp, "SHAKE_SECONDS", 1)
    mailing = launched(alpha, 12)
    with serving(first_times(stage, Say(b"", after=60), 2), features=LOGIN) as server:
        send_all(alpha, mailing, 0, relay=login(server.port))
    assert all_arrived(alpha, mailing, server, 12)


@pytest.mark.parametrize("stage", ["connect", "auth", "mail"])
def test_a_process_that_is_told_to_end_waits_for_no_silent_server(alpha: TenantDB, stage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sender.STOP_SECONDS == 20
    monkeypatch.setattr(sender, "STOP_SECONDS", 5.0)
    mailing = launched(alpha, 12)
    with serving(first_times(stage, Say(b"", after=60), 10**6), features=LOGIN) as server:
        with sending(alpha, port=0, relay=login(server.port)):
            until(lambda: server.open == 4, 10, "all lanes wait for a word")
            ending = time.monotonic()
        took = time.monotonic() - ending
    assert took < (20 if stage != "mail" else 25), "a message that was begun gets some time for its answer, the others none"
    recover([alpha], home(), now=int(time.time()))
    assert counts(alpha, mailing) == {"audience": 12, "due": 12}


def test_more_time_is_given_after_the_dot_than_elsewhere(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lanes, "ANSWER_SECONDS", 2)
    mailing = launched(alpha, 6)
    with serving(first_times("dot", Say(USUAL["dot"], after=4), 2)) as server:
        send_all(alpha, mailing, server.port)
    assert all_arrived(alpha, mailing, server, 6)  # RFC 1047: whoever gives up too early sends twice


# 421 at any time


def test_goodbye_while_the_text_is_on_its_way_leaves_nobody_out(alpha: TenantDB) -> None:
    mailing = launched(alpha, 25)
    with serving(first_times("data", Say(b"354 go\r\n421 4.3.2 closing\r\n", hang_up=True), 3)) as server:
        found = send_all(alpha, mailing, server.port)
    assert found == {"audience": 25, "sent": 25} and sent_once(server.recipients()) and attempts(alpha) == 0


ENOUGH = (
    Say(b"421 too many messages in this connection\r\n", hang_up=True),  # Exim, smtp_accept_max_per_connection
    b"421 4.7.0 too many messages in this session\r\n",
    b"452 4.5.3 too many messages in this session\r\n",
)


@both
@pytest.mark.parametrize("enough", ENOUGH, ids=["hangs up", "421", "452"])
def test_a_relay_that_takes_few_messages_per_connection_is_no_fault(
    alpha: TenantDB, features: tuple[str, ...], enough: Say | bytes
) -> None:
    mailing = launched(alpha, 120)
    with (
        serving(lambda stage, talk: enough if stage == "mail" and talk.texts >= 2 else None, features=features) as server,
        sending(alpha, port=server.port, lanes=12),
    ):
        until(lambda: broken_relays() or state_of(alpha, mailing)[0] == "finished", 30, "finished, or the relay counts as broken")
    assert broken_relays() == [] and all_arrived(alpha, mailing, server, 120) and attempts(alpha) == 0
    assert all(talk.texts <= 2 for talk in server.talks) and len(server.talks) <= 60 + 12


def test_goodbye_to_a_lane_that_waits_for_work(alpha: TenantDB) -> None:
    mailing = launched(alpha, ["one@example.org"])

    def script(stage: str, _talk: Talk) -> Say | None:
        return Say(USUAL["dot"] + b"421 4.4.2 idle for too long\r\n", hang_up=True) if stage == "dot" else None

    with serving(script) as server, sending(alpha, port=server.port, lanes=1):
        until(lambda: state_of(alpha, mailing)[0] == "finished", 10, "the first mailing is finished")
        second = launched(alpha, ["two@example.org"])
        until(lambda: state_of(alpha, second)[0] == "finished", 10, "the second mailing is finished")
    assert server.recipients() == {"one@example.org": 2, "two@example.org": 1}  # the second mailing goes to both


# answers that are none


@both
@pytest.mark.parametrize("stage", ["mail", "rcpt", "dot"])
def test_answers_that_nobody_asked_for_confuse_nobody(alpha: TenantDB, features: tuple[str, ...], stage: str) -> None:
    mailing = launched(alpha, 25)
    with serving(first_times(stage, USUAL[stage] + b"250 2.0.0 and another\r\n", 3), features=features) as server:
        found = send_all(alpha, mailing, server.port, retry_first=1)
    assert found == {"audience": 25, "sent": 25} and len(server.recipients()) == 25 and sent_once(server.recipients())


@both
def test_a_yes_that_comes_before_the_text_is_not_taken_for_a_delivery(alpha: TenantDB, features: tuple[str, ...]) -> None:
    mailing = launched(alpha, 12)
    answers: dict[tuple[str, str], Say | bytes] = {
        ("data", "p00003"): b"354 go\r\n250 2.0.0 Ok: queued\r\n",
        ("dot", "p00003"): b"554 5.7.1 no\r\n",
    }
    with serving(to_whom(answers), features=features) as server, sending(alpha, port=server.port):
        until(lambda: counts(alpha, mailing) == {"audience": 12, "sent": 11, "retry": 1}, 20, "one is to be tried again")
    assert "p00003@example.org" not in server.recipients() and states(alpha, mailing)["p00003@example.org"] == "retry"


@pytest.mark.parametrize("stage", DURING)
@pytest.mark.parametrize("answer", [b"199 hm\r\n", b"600 hm\r\n", b"999 hm\r\n", b"000 hm\r\n", b"25 hm\r\n"])
def test_a_code_outside_of_the_protocol_ends_the_connection(alpha: TenantDB, stage: str, answer: bytes) -> None:
    mailing = launched(alpha, 12)
    with serving(first_times(stage, answer)) as server:
        found = send_all(alpha, mailing, server.port)
    assert found == ({"audience": 12, "sent": 11, "unsure": 1} if stage == "dot" else {"audience": 12, "sent": 12})
    assert sent_once(server.recipients()) and attempts(alpha) == 0


@pytest.mark.parametrize("stage", ["mail", "rcpt", "dot"])
def test_an_answer_that_asks_for_more_ends_the_connection(alpha: TenantDB, stage: str) -> None:
    mailing = launched(alpha, 12)
    with serving(first_times(stage, b"354 more please\r\n")) as server:
        found = send_all(alpha, mailing, server.port)
    assert found == ({"audience": 12, "sent": 11, "unsure": 1} if stage == "dot" else {"audience": 12, "sent": 12})
    assert sent_once(server.recipients())


LONG = b"".join(b"%s-" + b"x" * 500 + b"\r\n" for _ in range(200)) + b"%s the end\r\n"


@pytest.mark.parametrize("stage", ["connect", *DURING])
def test_an_answer_of_100_kb_in_many_lines_is_read_to_its_end(alpha: TenantDB, stage: str) -> None:
    mailing = launched(alpha, 6)
    code = USUAL[stage][:3]
    with serving(first_times(stage, LONG.replace(b"%s", code), 2)) as server:
        send_all(alpha, mailing, server.port)
    assert all_arrived(alpha, mailing, server, 6)


ENDLESS = {
    "one line": b"250 " + b"x" * 100_000 + b"\r\n",
    "no end of line": b"250 " + b"x" * 100_000,
    "no last line": b"250-more\r\n" * 40_000,
}


@pytest.mark.parametrize("stage", ["mail", "dot"])
@pytest.mark.parametrize("answer", ENDLESS.values(), ids=ENDLESS)
def test_an_answer_without_end_ends_the_connection(alpha: TenantDB, stage: str, answer: bytes) -> None:
    mailing = launched(alpha, 12)
    with serving(first_times(stage, answer)) as server:
        found = send_all(alpha, mailing, server.port)
    assert found == ({"audience": 12, "sent": 11, "unsure": 1} if stage == "dot" else {"audience": 12, "sent": 12})
    assert sent_once(server.recipients())


def test_nul_bytes_in_the_words_of_an_answer_mean_nothing(alpha: TenantDB) -> None:
    mailing = launched(alpha, 12)
    script: Script = lambda stage, _talk: USUAL[stage].replace(b"Ok", b"O\x00k\x00\xff") if stage in USUAL else None  # noqa: E731
    with serving(script) as server:
        send_all(alpha, mailing, server.port)
    assert all_arrived(alpha, mailing, server, 12)


@pytest.mark.parametrize("stage", DURING)
def test_nul_bytes_for_an_answer_end_the_connection(alpha: TenantDB, stage: str) -> None:
    mailing = launched(alpha, 12)
    with serving(first_times(stage, b"\x00" * 64 + b"\r\n")) as server:
        found = send_all(alpha, mailing, server.port)
    assert found == ({"audience": 12, "sent": 11, "unsure": 1} if stage == "dot" else {"audience": 12, "sent": 12})


# abilities


def test_a_server_without_8bitmime_gets_seven_bits(alpha: TenantDB) -> None:
    mailing = launched(alpha, 5, content=replace(CONTENT, subject="Grüße", source=f"Schöne Grüße\n{SOURCE}"))
    with serving(features=("PIPELINING",)) as server:
        send_all(alpha, mailing, server.port)
    assert all_arrived(alpha, mailing, server, 5) and all(one.message.isascii() for one in server.accepted)


@both
def test_an_address_with_umlauts_goes_to_a_server_that_can_take_it(alpha: TenantDB, features: tuple[str, ...]) -> None:
    mailing = launched(alpha, ["zoë@example.org", "ann@example.org"])
    with serving(features=(*features, "SMTPUTF8")) as server:
        assert send_all(alpha, mailing, server.port) == {"audience": 2, "sent": 2}
    said = [line for talk in server.talks for line in talk.lines if line.startswith(b"MAIL")]
    assert sorted(line.endswith(b" SMTPUTF8\r\n") for line in said) == [False, True]


def test_an_address_with_umlauts_is_not_to_blame_for_a_server_that_cannot(alpha: TenantDB) -> None:
    mailing = launched(alpha, ["zoë@example.org", "ann@example.org"])
    with serving(features=("PIPELINING", "8BITMIME")) as server:
        assert send_all(alpha, mailing, server.port) == {"audience": 2, "sent": 1, "blocked": 1}
    assert alpha.objects(Delivery).get(state="blocked").code == "553 5.6.7"
    assert feedback.bounces(alpha, mailing) == {"hard": 0, "soft": 0}
