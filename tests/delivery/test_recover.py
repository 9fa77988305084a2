"""What a dead process left: its journal says what was sent, and a journal that cannot be trusted proves nothing."""

import json
import os
import time
from pathlib import Path

import pytest

from siegelpost.delivery.claim import LEASE_SECONDS, Claimed
from siegelpost.delivery.models import Delivery, Slice
from siegelpost.delivery.recover import recover
from siegelpost.delivery.rules import Outcome
from siegelpost.delivery.settle import Result, settle
from siegelpost.feedback.reads import bounces
from siegelpost.flows.sending_events import listener
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.delivery.support import NOON, claimed, counts, launched

NOW = int(NOON.timestamp())


def results(taken: Claimed, outcome: Outcome = Outcome.SENT, code: str = "250 2.0.0", at: int | None = None) -> list[Result]:
    when = int(time.time()) if at is None else at
    return [Result(one.delivery_id, one.subscriber_id, one.attempt, outcome, code, when) for one in taken.rows]


def answered(row_id: int, outcome: Outcome, code: str) -> Result:
    return Result(row_id, 0, 0, outcome, code, NOW)


def abandon(taken: Claimed) -> Path:
    """The process dies: its journal stays behind, unlocked."""
    os.close(taken.journal._fd)
    return taken.journal.path


def recovered(tenant: TenantDB) -> None:
    recover([tenant], home(), now=int(time.time()))


def test_the_journal_of_a_dead_process_settles_its_slice(alpha: TenantDB) -> None:
    mailing = launched(alpha, 6)
    taken = claimed(alpha, mailing)
    one, two, three, four, *_ = [row.delivery_id for row in taken.rows]
    taken.journal.note(dots=[one])
    taken.journal.note([answered(one, Outcome("sent"), "250 2.0.0")])
    taken.journal.note(dots=[two])
    taken.journal.note([answered(three, Outcome("bounced"), "550 5.1.1")])
    taken.journal.note(dots=[four])
    taken.journal.note([answered(four, Outcome("retry"), "451 4.3.0")])
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
        taken.journal.note(dots=[one.row_id])
        taken.journal.note([answered(one.row_id, Outcome("sent"), "250")])
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
    taken.journal.note(dots=[first])
    taken.journal.note([answered(first, Outcome("sent"), "250 2.0.0")])
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
    taken.journal.note(dots=[first])
    taken.journal.note(dots=[second])
    taken.journal.note([answered(second, Outcome("sent"), "250")])
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


def test_an_answer_that_only_the_journal_knows_counts_for_the_address_too(alpha: TenantDB) -> None:
    mailing = launched(alpha, 2)
    taken = claimed(alpha, mailing)
    taken.journal.note(dots=[taken.rows[0].delivery_id])
    taken.journal.note([answered(taken.rows[0].delivery_id, Outcome("bounced"), "550 5.1.1")])
    abandon(taken)
    recover([alpha], home(), now=int(time.time()), listener=listener())
    assert bounces(alpha, mailing) == {"hard": 1, "soft": 0}
