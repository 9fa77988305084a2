"""What staff and scripts are told while mail waits: which relay, which domain, why, and until when; and how failed ones go out again."""

import csv
import fcntl
import time
from pathlib import Path

import pytest

from siegelpost.base.i18n import use_language
from siegelpost.delivery.holds import Hold, Holds, holds_of
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.settle import Result, close_slice, settle
from siegelpost.delivery.upkeep import finish
from siegelpost.flows import steer
from siegelpost.flows.send_again import give_up
from siegelpost.flows.status import status
from siegelpost.flows.waiting import relay_out, route_of
from siegelpost.tenancy import relays
from siegelpost.tenancy import routes as kept
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.registry import open_tenant
from tests.delivery.support import NOON, WHO, a_list, claimed, counts, draft, launched, state_of
from tests.delivery.test_routing import known, use
from tests.delivery.test_tls import demanding
from tests.shell import Shell
from tests.web.visiting import visitor

AT, LATE = 1_780_000_000, 4_000_000_000


@pytest.fixture
def shell(capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(capsys)


def broken(code: str = "relay.unreachable", said: str = "") -> None:
    relays.break_relay("127.0.0.1:9", code, said, pause=60, now=AT)


def held(tenant: TenantDB, mailing: int, *found: Hold) -> None:
    holds = Holds()
    holds.changed.extend(found)
    holds.keep(tenant, mailing)


def ended(alpha: TenantDB, *answers: tuple[Outcome, str]) -> int:
    """A finished mailing whose messages were answered like this."""
    mailing = launched(alpha, len(answers))
    taken = claimed(alpha, mailing)
    results = [
        Result(one.delivery_id, one.subscriber_id, one.attempt, outcome, code, int(time.time()))
        for one, (outcome, code) in zip(taken.rows, answers, strict=True)
    ]
    settle(alpha, taken.lease, results)
    close_slice(alpha, taken.lease.slice_id)
    taken.journal.end()
    finish(alpha, mailing)
    return mailing


WAITING = Hold("one.example", "550 5.7.26", 0, AT), Hold("two.example", "421 4.7.28", LATE, AT)
BOUNCES = [(Outcome.BOUNCED, code) for code in ("550", "550 5.1.1", "552 5.2.2 full", "554 soft", "tls")]


# scripts


def test_status_says_what_a_running_mailing_waits_for(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    assert status(alpha, mailing)["relay"] is None
    broken("relay.refuses", "421 4.3.2")
    found = status(alpha, mailing)
    assert found["relay"] == {"code": "relay.refuses", "said": "421 4.3.2", "since": "2026-05-28T20:26:40+00:00"}
    assert (found["waits_for"], found["waits_until"]) == ("relay", "2026-05-28T20:27:40+00:00")
    steer.pause(alpha, mailing, actor=WHO, now=NOON)
    assert status(alpha, mailing)["waits_for"] is None, "a paused mailing waits for the staff"


def test_status_names_domains_that_get_nothing_for_now(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    held(alpha, mailing, *WAITING, Hold("over.example", "421 4.7.28", AT, AT))
    assert status(alpha, mailing)["held"] == [
        {"domain": "one.example", "code": "550 5.7.26", "until": None},
        {"domain": "two.example", "code": "421 4.7.28", "until": "2096-10-02T07:06:40+00:00"},
    ]


def test_status_says_that_tls_is_demanded_and_that_nobody_knows_what_the_relay_does(alpha: TenantDB) -> None:
    free = launched(alpha, 1)
    assert status(alpha, free)["tls"] == {"demanded": False, "beyond_relay": "unknown"}
    mailing = launched(demanding(alpha), 1)
    assert status(alpha, mailing)["tls"] == {"demanded": True, "beyond_relay": "unknown"}
    assert status(open_tenant("alpha"), free)["tls"]["demanded"], "it runs on under a demand that was made since"
    broken("relay.tls_missing")
    assert status(alpha, free)["relay"] and status(alpha, mailing)["relay"] is None, "mail that demands TLS bounces, it does not wait"


@pytest.mark.slow
def test_mail_that_demands_tls_waits_for_a_relay_with_tls_while_one_without_works(alpha: TenantDB) -> None:
    known("eu", 2526)
    use(alpha, "default", "eu")
    default, other = route_of(alpha, free := launched(alpha, 1))
    mailing = launched(demanding(alpha), 3)
    relays.break_relay(other.name, "relay.unreachable", "", pause=60, now=AT)
    assert status(alpha, mailing)["relay"] is None, "the first one may have TLS: nobody has said that it lacks it"
    relays.break_relay(default.name_with_tls, "relay.tls_missing", "", pause=300, now=int(time.time()))
    found = status(alpha, mailing)
    assert (found["waits_for"], found["relay"]["code"]) == ("relay", "relay.unreachable")
    assert "This mailing waits for the relay" in visitor(alpha, "viewer").see(f"mailings/{mailing}/progress")
    assert relay_out((default, other), relays.troubles(), demands_tls=False) is None
    assert status(open_tenant("alpha"), free)["relay"], "it runs on under a demand that was made since"
    relays.mend(default.name_with_tls)
    relays.break_relay(default.name_with_tls, "relay.tls_missing", "", pause=1, now=AT)
    assert status(alpha, mailing)["relay"] is None, "what a process said that was killed long ago counts no more"


@pytest.mark.slow
def test_a_route_without_any_relay_is_said(alpha: TenantDB, shell: Shell) -> None:
    kept.set_relay("far", kept.Entry("smtp://relay.example:25", (), 2), now=NOON)
    use(alpha, "far")
    mailing = launched(alpha, 3)
    found = status(alpha, mailing)
    assert (found["waits_for"], found["waits_until"], found["relay"]["code"]) == ("relay", None, "relay.none_left")
    assert "Waits: No relay is left by which this mail may go" in shell("mailing", "status", "alpha", str(mailing))[1]
    page = visitor(alpha, "viewer").see(f"mailings/{mailing}/progress")
    assert "No relay is left by which this mail may go." in page and "It is called again" not in page
    with (home().root / "worker.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)  # as a worker does
        page = visitor(alpha, "viewer").see()
        assert "No relay is left" in page and "It is called again" not in page
    use(alpha, "default")
    assert status(alpha, mailing)["relay"] is None


@pytest.mark.parametrize(
    ("language", "relay", "domain"),
    [
        ("en", "The relay cannot be reached (421)", "one.example refuses our mail"),
        ("de", "Das Relay ist nicht erreichbar (421)", "weist unsere Mail ab"),
    ],
)
def test_people_are_told_in_their_language(alpha: TenantDB, shell: Shell, language: str, relay: str, domain: str) -> None:
    mailing = launched(demanding(alpha), 3)
    broken(said="421")
    held(alpha, mailing, *WAITING)
    use_language(language)
    try:
        code, said, _err = shell("mailing", "status", "alpha", str(mailing))
    finally:
        use_language("en")
    assert code == 0 and relay in said and domain in said and "421 4.7.28" in said and "TLS" in said


@pytest.mark.slow
def test_failed_recipients_are_listed_exported_and_sent_again_alone(alpha: TenantDB, shell: Shell, tmp_path: Path) -> None:
    mailing = ended(alpha, *BOUNCES, (Outcome.EXPIRED, "451 4.3.0"), (Outcome.UNSURE, ""), (Outcome.SENT, "250"))
    found = {}
    for state in ("bounced", "expired", "unsure"):
        file = tmp_path / f"{state}.csv"
        shell.json("mailing", "recipients", "alpha", str(mailing), "--state", state, "--csv", str(file))
        found[state] = sorted(row["code"] for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    assert found == {"bounced": [code for _outcome, code in BOUNCES], "expired": ["451 4.3.0"], "unsure": [""]}
    assert shell.json("mailing", "again", "alpha", str(mailing), "--state", "bounced") == {"again": 3}
    assert shell.json("mailing", "again", "alpha", str(mailing), "--state", "expired") == {"again": 1}
    assert shell("mailing", "again", "alpha", str(mailing), "--state", "unsure")[0] == 2, "unsure ones need a word more"
    assert counts(alpha, mailing) == {"audience": 8, "due": 4, "bounced": 2, "unsure": 1, "sent": 1}
    assert shell.json("mailing", "again", "alpha", str(mailing), "--state", "unsure", "--twice-ok") == {"again": 1}
    assert state_of(alpha, mailing)[0] == "sending"
    assert sorted(alpha.objects(Delivery).filter(state="bounced").values_list("code", flat=True)) == ["550", "550 5.1.1"]


@pytest.mark.parametrize("state", ["sent", "cancelled", "due", "x"])
def test_what_did_not_fail_is_not_sent_again(alpha: TenantDB, shell: Shell, state: str) -> None:
    assert shell("mailing", "again", "alpha", str(ended(alpha, (Outcome.SENT, "250"))), "--state", state)[0] == 2


# people


@pytest.mark.slow
def test_the_progress_page_says_why_nothing_moves_and_when_it_goes_on(alpha: TenantDB) -> None:
    mailing = launched(demanding(alpha), 3)
    client = visitor(alpha, "viewer")
    assert "waits for the relay" not in client.see(f"mailings/{mailing}/progress")
    broken("relay.refuses", "421 4.3.2")
    held(alpha, mailing, *WAITING)
    page = client.see(f"mailings/{mailing}/progress")
    for words in (
        "This mailing waits for the relay",
        "The relay refuses our mail (421 4.3.2).",
        "no try is used up",
        "one.example",
        "two.example",
    ):
        assert words in page
    assert "What the relay does behind it is unknown" in page
    with (home().root / "worker.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_SH)  # as a worker does
        assert "Mail waits for the relay" in client.see()


@pytest.mark.slow
def test_the_page_of_failed_recipients_offers_to_send_those_again_that_may_arrive(alpha: TenantDB) -> None:
    mailing = ended(alpha, *BOUNCES)
    client = visitor(alpha, "editor")
    page = client.see(f"mailings/{mailing}/recipients?state=bounced")
    assert "3 of these messages may arrive yet" in page
    client.send(f"mailings/{mailing}/again/bounced")
    assert counts(alpha, mailing) == {"audience": 5, "due": 3, "bounced": 2}
    assert "may arrive yet" not in client.see(f"mailings/{mailing}/recipients?state=bounced")
    assert "may arrive yet" not in visitor(alpha, "viewer").see(f"mailings/{ended(alpha, *BOUNCES)}/recipients?state=bounced")


def test_sending_again_lets_held_domains_and_the_relay_be_tried_anew(alpha: TenantDB) -> None:
    mailing = ended(alpha, (Outcome.BLOCKED, "held 550 5.7.26"))
    held(alpha, mailing, Hold("one.example", "550 5.7.26", 0, AT))
    broken()
    visitor(alpha, "editor").send(f"mailings/{mailing}/again/blocked")
    assert holds_of(alpha, mailing) == []
    assert relays.broken_relays()[0].since > AT, "old news that a person sends anew does not wait, and has two days again"


@pytest.mark.parametrize("end", ["give up", "cancel"])
def test_a_mailing_that_is_over_holds_no_domain(alpha: TenantDB, end: str) -> None:
    mailing = ended(alpha, (Outcome.BLOCKED, "550 5.7.26")) if end == "give up" else launched(alpha, 1)
    held(alpha, mailing, Hold("one.example", "550 5.7.26", 0, AT))
    if end == "give up":
        assert give_up(alpha, mailing, actor=WHO, now=NOON) == 1
    else:
        steer.cancel(alpha, mailing, actor=WHO, now=NOON)
    assert counts(alpha, mailing) == {"audience": 1, "cancelled": 1} and status(alpha, mailing)["held"] == []


@pytest.mark.slow
def test_before_sending_it_is_said_how_far_encryption_is_known(alpha: TenantDB) -> None:
    mailing = draft(alpha, a_list(alpha))
    client = visitor(alpha, "editor")
    page = client.see(f"mailings/{mailing}/send")
    assert "up to the relay: switched off" in page and "behind the relay: unknown" in page
    demanding(alpha)
    assert "up to the relay: demanded" in client.see(f"mailings/{mailing}/send")
