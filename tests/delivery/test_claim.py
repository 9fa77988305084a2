"""Leases: no row is claimed twice, late no counts, a lost lease changes nothing, and journals of the dead tell the truth."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.consent.grants import withdraw
from siegelpost.consent.suppression import suppress
from siegelpost.delivery.claim import LEASE_SECONDS, Claimed, renew
from siegelpost.delivery.errors import NotLaunched
from siegelpost.delivery.journal import Found, Journal, Orphan
from siegelpost.delivery.models import Delivery, Slice
from siegelpost.delivery.reads import plan_of, recipients
from siegelpost.delivery.recover import recover
from siegelpost.delivery.rules import EXPIRES_AFTER, RETRY_MOST, Outcome, Stage, judge, next_try
from siegelpost.delivery.settle import Result, settle
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import boot_id, home
from tests.delivery.support import NOON, WHO, a_list, claimed, claimed_or_none, counts, launched, states

NOW = int(NOON.timestamp())


def results(taken: Claimed, outcome: Outcome = Outcome.SENT, code: str = "250 2.0.0", at: int | None = None) -> list[Result]:
    when = int(time.time()) if at is None else at
    return [Result(one.delivery_id, one.subscriber_id, one.attempt, outcome, code, when) for one in taken.rows]


def abandon(taken: Claimed) -> Path:
    """The process dies: its journal stays behind, unlocked."""
    os.close(taken.journal._fd)
    return taken.journal.path


def recovered(tenant: TenantDB) -> None:
    recover([tenant], home(), now=int(time.time()))


def test_claims_of_many_threads_never_overlap(alpha: TenantDB) -> None:
    mailing = launched(alpha, 300)
    together, seen, faults = threading.Barrier(4), list[int](), list[BaseException]()

    def take(number: int) -> None:
        together.wait(10)
        try:
            while taken := claimed_or_none(alpha, mailing, limit=17, worker=f"{number}-0"):
                seen.extend(one.delivery_id for one in taken.rows)
                settle(alpha, taken.lease, results(taken))
                taken.journal.end()
        except Exception as fault:  # noqa: BLE001 - shown by the test
            faults.append(fault)
        finally:
            alpha.close()

    threads = [threading.Thread(target=take, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(40)
    assert faults == []
    assert len(seen) == 300 and set(Counter(seen).values()) == {1}
    assert counts(alpha, mailing) == {"audience": 300, "sent": 300}


@pytest.mark.parametrize("way", ["withdraws", "opts out", "complains", "is deleted", "leaves the list"])
def test_whoever_says_no_after_the_launch_gets_nothing(alpha: TenantDB, way: str) -> None:
    mailing = launched(alpha, 5)
    letter, email = a_list(alpha), "p00002@example.org"
    person = next(iter(alpha.objects(Delivery).order_by("pk").values_list("subscriber_id", flat=True)[2:3]))
    key = address_key(email, alpha.keys.addresses)
    with alpha.atomic(), alpha.cursor() as cursor:
        if way == "withdraws":
            withdraw(alpha, subscriber_id=person, list_ids=[letter], how="page", actor=WHO, now=NOON)
        elif way == "is deleted":
            for table, column in (("audience_membership", "subscriber_id"), ("audience_subscriber", "id")):
                cursor.execute(f"DELETE FROM {table} WHERE {column} = %s", [person])
        elif way == "leaves the list":
            cursor.execute("DELETE FROM audience_membership WHERE subscriber_id = %s", [person])
        else:
            suppress(alpha, kind="optout" if way == "opts out" else "complaint", key=key, source="test", actor=WHO, now=NOON)
    taken = claimed(alpha, mailing)
    assert [one.subscriber_id for one in taken.withdrawn] == [person]
    assert len(taken.rows) == 4
    settle(alpha, taken.lease, results(taken))
    gone = taken.withdrawn[0]
    settle(alpha, taken.lease, [Result(gone.delivery_id, person, 0, Outcome.WITHDRAWN, "", NOW)])
    taken.journal.end()
    assert counts(alpha, mailing) == {"audience": 5, "sent": 4, "withdrawn": 1}


def test_a_settle_of_a_lost_lease_changes_nothing(alpha: TenantDB) -> None:
    mailing = launched(alpha, 10)
    first = claimed(alpha, mailing)
    alpha_rows = alpha.objects(Slice)
    with alpha.atomic():
        alpha_rows.update(lease_until=1)
    recovered(alpha)
    before = states(alpha, mailing)
    assert settle(alpha, first.lease, results(first)) == 0
    assert states(alpha, mailing) == before
    assert counts(alpha, mailing) == {"audience": 10, "unsure": 10}
    assert not renew(alpha, first)
    first.journal.end()


def test_a_settle_of_an_old_lease_does_not_reach_rows_that_were_claimed_again(alpha: TenantDB) -> None:
    mailing = launched(alpha, 10)
    first = claimed(alpha, mailing)
    settle(alpha, first.lease, results(first, Outcome.RELEASED, ""))
    second = claimed(alpha, mailing)
    assert settle(alpha, first.lease, results(first, Outcome.BOUNCED, "550")) == 0
    assert counts(alpha, mailing) == {"audience": 10, "claimed": 10}
    assert settle(alpha, second.lease, results(second)) == 10
    assert counts(alpha, mailing) == {"audience": 10, "sent": 10}
    first.journal.end()
    second.journal.end()


def test_a_result_that_comes_twice_counts_once(alpha: TenantDB) -> None:
    mailing = launched(alpha, 4)
    taken = claimed(alpha, mailing)
    assert settle(alpha, taken.lease, results(taken)) == 4
    assert settle(alpha, taken.lease, results(taken)) == 0
    assert counts(alpha, mailing) == {"audience": 4, "sent": 4}
    taken.journal.end()


def test_a_new_try_waits_longer_each_time_and_ends_after_two_days(alpha: TenantDB) -> None:
    start = datetime.now(UTC)
    mailing = launched(alpha, 1, at=start)
    clock, tries, waits = int(start.timestamp()), 0, []
    while taken := claimed_or_none(alpha, mailing, now=clock, started=int(start.timestamp())):
        settle(alpha, taken.lease, results(taken, Outcome.RETRY, "451 4.3.0", clock))
        taken.journal.end()
        tries += 1
        row = alpha.objects(Delivery).get()
        assert row.attempt == tries
        if row.state == "expired":
            break
        assert row.state == "retry" and claimed_or_none(alpha, mailing, now=row.due_at - 1) is None
        waits.append(row.due_at - clock)
        clock = row.due_at
    assert waits[:4] == [60, 120, 240, 480] and max(waits) == RETRY_MOST
    assert counts(alpha, mailing) == {"audience": 1, "expired": 1}
    assert EXPIRES_AFTER - RETRY_MOST <= clock - start.timestamp() <= EXPIRES_AFTER


def test_a_retry_that_is_given_back_is_a_retry_again(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    taken = claimed(alpha, mailing)
    settle(alpha, taken.lease, results(taken, Outcome.RETRY, "451", 1))
    taken.journal.end()
    again = claimed(alpha, mailing)
    assert counts(alpha, mailing) == {"audience": 3, "claimed": 3}
    settle(alpha, again.lease, results(again, Outcome.RELEASED, ""))
    again.journal.end()
    assert counts(alpha, mailing) == {"audience": 3, "retry": 3}


def test_a_tenant_with_a_long_name_can_claim(alpha: TenantDB) -> None:
    mailing = launched(alpha, 2)
    taken = claimed(replace(alpha, slug="a" * 30), mailing, worker="4194304-63")
    assert len(taken.rows) == 2
    taken.journal.end()


def test_the_journal_of_a_dead_process_settles_its_slice(alpha: TenantDB) -> None:
    mailing = launched(alpha, 6)
    taken = claimed(alpha, mailing)
    one, two, three, four, *_ = [row.delivery_id for row in taken.rows]
    taken.journal.dot(one)
    taken.journal.answer(one, "sent", "250 2.0.0")
    taken.journal.dot(two)
    taken.journal.answer(three, "bounced", "550 5.1.1")
    taken.journal.dot(four)
    taken.journal.answer(four, "retry", "451 4.3.0")
    recovered(alpha)
    assert counts(alpha, mailing)["claimed"] == 6, "the journal of a living process was judged"
    path = abandon(taken)
    recovered(alpha)
    assert counts(alpha, mailing) == {"audience": 6, "sent": 1, "unsure": 1, "bounced": 1, "retry": 1, "due": 2}
    assert alpha.objects(Delivery).get(pk=two).state == "unsure"
    assert not path.exists()
    assert alpha.objects(Slice).get().state == "settled"


def test_what_was_settled_before_the_death_stays_as_it_is(alpha: TenantDB) -> None:
    mailing = launched(alpha, 4)
    taken = claimed(alpha, mailing)
    done = results(taken)[:2]
    for one in done:
        taken.journal.dot(one.row_id)
        taken.journal.answer(one.row_id, "sent", "250")
    settle(alpha, taken.lease, done)
    abandon(taken)
    recovered(alpha)
    recovered(alpha)
    assert counts(alpha, mailing) == {"audience": 4, "sent": 2, "due": 2}


@pytest.mark.parametrize("fault", ["copied", "another boot", "missing", "empty", "no header", "torn", "half an answer"])
def test_a_journal_that_cannot_be_trusted_proves_nothing_by_silence(alpha: TenantDB, fault: str) -> None:
    mailing = launched(alpha, 4)
    taken = claimed(alpha, mailing)
    first, second = taken.rows[0].delivery_id, taken.rows[1].delivery_id
    taken.journal.dot(first)
    taken.journal.answer(first, "sent", "250 2.0.0")
    path = abandon(taken)
    text = path.read_bytes()
    header, rest = text.split(b"\n", 1)
    if fault == "copied":
        kept = path.with_name("kept")
        kept.write_bytes(text)
        path.unlink()
        kept.with_name("in the way").touch()  # takes the inode of the removed file
        kept.rename(path)
    elif fault == "another boot":
        path.write_bytes(json.dumps({**json.loads(header), "boot": "0" * 36}).encode() + b"\n" + rest)
    elif fault == "missing":
        path.unlink()
        recovered(alpha)
        assert counts(alpha, mailing)["claimed"] == 4, "judged before the five seconds in which a journal may be on its way"
    elif fault == "empty":
        path.write_bytes(b"")
    elif fault == "no header":
        path.write_bytes(rest)
    elif fault == "torn":
        path.write_bytes(text + b"D 1D %d\n" % second)
    elif fault == "half an answer":
        path.write_bytes(text + b"A %d seD 99\n" % second)
    with alpha.atomic():
        alpha.objects(Slice).update(claimed_at=int(time.time()) - 6)
    recovered(alpha)
    recovered(alpha)
    known = fault in ("copied", "another boot", "torn", "half an answer")
    wanted = {"audience": 4, "sent": 1, "unsure": 3} if known else {"audience": 4, "unsure": 4}
    assert counts(alpha, mailing) == wanted


def test_a_last_line_that_was_cut_off_is_left_out(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    taken = claimed(alpha, mailing)
    first, second, third = [row.delivery_id for row in taken.rows]
    taken.journal.dot(first)
    taken.journal.dot(second)
    taken.journal.answer(second, "sent", "250")
    path = abandon(taken)
    with path.open("ab") as file:
        file.write(b"A %d bounc" % first)
    recovered(alpha)
    found = {row.pk: row.state for row in alpha.objects(Delivery).all()}
    assert found == {first: "unsure", second: "sent", third: "due"}


def test_a_slice_of_another_machine_is_judged_only_when_its_lease_is_long_over(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    taken = claimed(alpha, mailing)
    taken.journal.end()
    with alpha.atomic():
        alpha.objects(Slice).update(boot_id="another", claimed_at=int(time.time()) - LEASE_SECONDS)
    recovered(alpha)
    assert counts(alpha, mailing)["claimed"] == 3
    with alpha.atomic():
        alpha.objects(Slice).update(claimed_at=int(time.time()) - 601)
    recovered(alpha)
    assert counts(alpha, mailing) == {"audience": 3, "unsure": 3}


def test_a_message_begins_only_while_lease_and_consent_hold(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    taken = claimed(alpha, mailing)
    row = alpha.objects(Slice).get()
    assert taken.lease_until <= row.lease_until - 9, "the sender must stop ten seconds before others may take over"
    assert taken.begin_until <= taken.lease_until - 10
    assert row.boot_id == boot_id()
    taken.journal.end()


OWNER = """
import fcntl, os, sys, time
fd = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT, 0o600)
fcntl.flock(fd, fcntl.LOCK_EX)
print("locked", flush=True)
time.sleep(60)
"""


@pytest.mark.wire
def test_a_journal_is_free_when_its_owner_is_dead_and_not_when_it_stands_still(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    owner = subprocess.Popen([sys.executable, "-c", OWNER, str(path)], stdout=subprocess.PIPE)
    try:
        assert owner.stdout is not None and owner.stdout.readline() == b"locked\n"
        assert Orphan.take(path) is None
        owner.send_signal(signal.SIGSTOP)
        assert Orphan.take(path) is None
        owner.kill()
        owner.wait(10)
        found = Orphan.take(path)
        assert found is not None
        found.end()
        assert not path.exists()
    finally:
        owner.kill()
        owner.wait(10)
        assert owner.stdout is not None
        owner.stdout.close()


def test_a_journal_that_cannot_be_written_stops_before_the_dot(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "full", {})
    kept, journal._fd = journal._fd, os.open("/dev/full", os.O_WRONLY)
    with pytest.raises(OSError, match="space"):
        journal.dot(1)
    os.close(journal._fd)
    journal._fd = kept
    journal.end()


@given(st.binary(max_size=200))
def test_no_bytes_in_a_journal_break_the_reader(tmp_path_factory: pytest.TempPathFactory, noise: bytes) -> None:
    path = tmp_path_factory.mktemp("journal") / "x.journal"
    path.write_bytes(b'{"boot": "b", "place": "p"}\n' + noise)
    orphan = Orphan.take(path)
    assert orphan is not None
    found = orphan.read()
    orphan.end()
    assert isinstance(found, Found)
    for name, _code in found.answers.values():
        Outcome(name)


@pytest.mark.parametrize("header", [b"[]\n", b"null\n", b"5\n", b"{\n", b"\xff\n"])
def test_a_header_that_is_none_is_read_as_none(tmp_path: Path, header: bytes) -> None:
    path = tmp_path / "x.journal"
    path.write_bytes(header)
    orphan = Orphan.take(path)
    assert orphan is not None
    found = orphan.read()
    orphan.end()
    assert not found.speaks_for("b", original=True)
    assert found.header == {}


def test_every_reply_has_a_meaning() -> None:
    assert judge(250, "2.0.0", Stage.DOT) is Outcome.SENT
    for stage in (Stage.MAIL, Stage.RCPT, Stage.DATA):
        assert judge(250, "", stage) is not Outcome.SENT
    for code in (100, 199, 354, 421, 450, 600, 999):
        assert judge(code, "", Stage.DOT) is Outcome.RETRY
    assert [next_try(n) for n in (1, 2, 3)] == [60, 120, 240]
    assert next_try(10**6) == RETRY_MOST


def test_the_list_of_recipients_names_everybody_with_state_code_and_time(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    taken = claimed(alpha, mailing)
    first, second, third = results(taken, at=NOW)
    settle(alpha, taken.lease, [first, replace(second, outcome=Outcome.BOUNCED, code="550 5.1.1")])
    settle(alpha, taken.lease, [replace(third, outcome=Outcome.RELEASED, code="")])
    taken.journal.end()
    lines = [(one.email, one.state, one.code, one.at) for one in recipients(alpha, mailing)]
    assert lines == [
        ("p00000@example.org", "sent", "250 2.0.0", NOON),
        ("p00001@example.org", "bounced", "550 5.1.1", NOON),
        ("p00002@example.org", "due", "", None),
    ]
    assert [one.email for one in recipients(alpha, mailing, "bounced")] == ["p00001@example.org"]
    with pytest.raises(NotLaunched):
        plan_of(alpha, mailing + 1)
