"""What went to which relay is counted where it is settled, and handed to the register once."""

import time
from datetime import UTC, datetime, timedelta

import pytest

from siegelpost.delivery import passed
from siegelpost.delivery.recover import recover
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.settle import settle
from siegelpost.flows import relayed, steer
from siegelpost.flows.disclosed import told_to
from siegelpost.governance.disclosures.reads import disclosures
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.delivery.smtp_server import serving
from tests.delivery.support import WHO, claimed, launched, send_all, sending, system_mail, until
from tests.delivery.test_settle import results

ONE, OTHER = "one.example.org:25", "other.example.org:587"


def entries(tenant: TenantDB) -> list[tuple[str, str, int]]:
    """Whose data, to whom, how many messages; the oldest first."""
    return [(one.people, one.recipient, one.records) for one in reversed(disclosures(tenant))]


@pytest.mark.slow
def test_a_finished_mailing_has_one_entry_for_its_relay(alpha: TenantDB) -> None:
    mailing = launched(alpha, 30)
    with serving() as server:
        assert send_all(alpha, mailing, server.port)["sent"] == 30
        relay = f"127.0.0.1:{server.port}"
    assert entries(alpha) == [(f"mailing:{mailing}", relay, 30)]
    (one,) = disclosures(alpha)
    assert (one.kind, one.ground, one.purpose, one.channel) == ("relay", "Art. 28 GDPR", "sending", "smtp")
    assert [answer.one.recipient for answer in told_to(alpha, "p00003@example.org", actor=WHO, now=datetime.now(UTC)).answers] == [relay]


def test_each_relay_gets_its_own_count(alpha: TenantDB) -> None:
    mailing = launched(alpha, 10)
    for relay, n in ((ONE, 4), (OTHER, 6)):
        taken = claimed(alpha, mailing, limit=n, relay=relay)
        settle(alpha, taken.lease, results(taken))
        taken.journal.end()
    with alpha.atomic():
        relayed.note_relayed(alpha, mailing, now=datetime.now(UTC))
    assert entries(alpha) == [(f"mailing:{mailing}", ONE, 4), (f"mailing:{mailing}", OTHER, 6)]


def test_what_the_relay_never_got_to_know_is_not_counted(alpha: TenantDB) -> None:
    mailing = launched(alpha, 6)
    cases = [
        (Outcome.SENT, "250", 1), (Outcome.BOUNCED, "550 5.1.1", 1), (Outcome.RELEASED, "", 0), (Outcome.WITHDRAWN, "", 0),
        (Outcome.BLOCKED, "relay.none_left", 0), (Outcome.RETRY, "451", 0),
    ]  # fmt: skip
    for outcome, code, n in cases:
        before = sum(passed.passed(alpha).values())
        taken = claimed(alpha, mailing, limit=1, relay=ONE)
        settle(alpha, taken.lease, results(taken, outcome, code))
        taken.journal.end()
        assert sum(passed.passed(alpha).values()) - before == n, outcome


def test_nothing_is_entered_twice(alpha: TenantDB) -> None:
    mailing = launched(alpha, 10)
    for n in (4, 6):
        taken = claimed(alpha, mailing, limit=n, relay=ONE)
        settle(alpha, taken.lease, results(taken))
        settle(alpha, taken.lease, results(taken))
        taken.journal.end()
        for _twice in range(2):
            with alpha.atomic():
                relayed.note_relayed(alpha, mailing, now=datetime.now(UTC))
    assert entries(alpha) == [(f"mailing:{mailing}", ONE, 4), (f"mailing:{mailing}", ONE, 6)]


def test_what_a_dead_process_left_is_counted_for_its_relay(alpha: TenantDB) -> None:
    mailing = launched(alpha, 5)
    taken = claimed(alpha, mailing, limit=5, relay=ONE)
    taken.journal.note(dots=[taken.rows[0].delivery_id])
    taken.journal.leave()
    recover([alpha], home(), now=int(time.time()))
    assert passed.passed(alpha) == {(mailing, ONE): 1}


def test_a_cancelled_mailing_is_entered_at_once_and_what_comes_later_too(alpha: TenantDB) -> None:
    mailing, now = launched(alpha, 10), datetime.now(UTC)
    first, second = claimed(alpha, mailing, limit=3, relay=ONE), claimed(alpha, mailing, limit=2, relay=ONE)
    settle(alpha, first.lease, results(first))
    steer.cancel(alpha, mailing, actor=WHO, now=now)
    assert entries(alpha) == [(f"mailing:{mailing}", ONE, 3)]
    settle(alpha, second.lease, results(second))
    relayed.note_open(alpha, now=now)
    assert entries(alpha)[1:] == [(f"mailing:{mailing}", ONE, 2)]
    for one in (first, second):
        one.journal.end()


def test_what_does_not_end_is_entered_once_a_day(alpha: TenantDB) -> None:
    mailing, now = launched(alpha, 10), datetime.now(UTC)
    taken = claimed(alpha, mailing, limit=3, relay=ONE)
    settle(alpha, taken.lease, results(taken))
    relayed.note_open(alpha, now=now + timedelta(hours=23))
    assert entries(alpha) == []
    relayed.note_open(alpha, now=now + timedelta(hours=25))
    assert entries(alpha) == [(f"mailing:{mailing}", ONE, 3)]
    taken.journal.end()


def test_system_mails_are_entered_for_their_relay(alpha: TenantDB) -> None:
    system_mail(alpha)
    with serving() as server, sending(alpha, port=server.port):
        until(lambda: passed.passed(alpha), 20, "the notice is settled")
        relay = f"127.0.0.1:{server.port}"
    relayed.note_open(alpha, now=datetime.now(UTC) + timedelta(days=2))
    assert entries(alpha) == [("system-mails", relay, 1)]
