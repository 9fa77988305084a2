"""A database that does not know a slice that was claimed is an older copy, and sends nothing until a person has looked at it."""

from pathlib import Path

import pytest

from siegelpost.delivery import seen
from siegelpost.delivery.claim import Claimed
from siegelpost.delivery.errors import DatabaseOlder
from siegelpost.delivery.models import Delivery, Outgoing, Slice
from siegelpost.flows.old_news import COPIED, heed_older_database
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.delivery.smtp_server import serving
from tests.delivery.support import claimed, claimed_or_none, counts, launched, sending, state_of, system_mail, until


def begun(tenant: TenantDB, mailing: int) -> Claimed:
    """A slice that is sent."""
    taken = claimed(tenant, mailing, limit=2)
    taken.journal.leave()
    return taken


def undone(tenant: TenantDB, mailing: int) -> None:
    """A claim that gets a number, and whose transaction is rolled back."""
    with tenant.atomic():
        tenant.objects(Slice).create(mailing_id=mailing, journal="undone", worker="", boot_id="", size=0, claimed_at=0, lease_until=0)
        raise OSError("no such folder")


def put_back(tenant: TenantDB, *slices: int) -> None:
    """As in a snapshot of the database: slices and what became of their rows are gone, the counter of numbers may be ahead."""
    with tenant.atomic():
        tenant.objects(Delivery).filter(slice_id__in=slices).update(state="due", slice_id=None)
        tenant.objects(Slice).filter(pk__in=slices).delete()


def test_a_database_that_lacks_the_last_slice_is_older_though_its_next_number_is_higher(alpha: TenantDB) -> None:
    mailing = launched(alpha, 8)
    last = begun(alpha, mailing).lease.slice_id
    put_back(alpha, last)
    for _ in range(3):  # each refusal may use up a number, and changes nothing else
        with pytest.raises(DatabaseOlder):
            claimed_or_none(alpha, mailing)
    assert not alpha.objects(Slice).exists()
    assert not alpha.objects(Delivery).exclude(state="due").exists()
    with alpha.atomic():
        number = alpha.objects(Slice).create(mailing_id=mailing, journal="x", worker="", boot_id="", size=0, claimed_at=0, lease_until=0).pk
    assert number > last


def test_a_database_that_lacks_one_of_the_last_slices_is_older(alpha: TenantDB) -> None:
    # A standby gets transactions in the order of their commits, not of their numbers.
    mailing = launched(alpha, 8)
    first, _ = begun(alpha, mailing), begun(alpha, mailing)
    put_back(alpha, first.lease.slice_id)
    with pytest.raises(DatabaseOlder):
        claimed_or_none(alpha, mailing)


def test_claims_that_take_nothing_or_are_undone_raise_no_alarm(alpha: TenantDB) -> None:
    mailing = launched(alpha, 6)
    begun(alpha, mailing)
    assert claimed_or_none(alpha, mailing, now=-1) is None, "nothing was due then"
    with pytest.raises(OSError, match="no such folder"):
        undone(alpha, mailing)
    begun(alpha, mailing)
    assert len(seen.numbers(home(), alpha)) == 2


@pytest.mark.slow
def test_more_slices_than_are_remembered_raise_no_alarm(alpha: TenantDB) -> None:
    mailing = launched(alpha, seen.SLOTS + 6)
    taken = [claimed(alpha, mailing, limit=1) for _ in range(seen.SLOTS + 5)]
    for one in taken:
        one.journal.leave()
    assert seen.numbers(home(), alpha) == {one.lease.slice_id for one in taken[-seen.SLOTS :]}


def test_a_claim_that_cannot_be_noted_is_not_sent_and_not_lost(alpha: TenantDB, tmp_path: Path) -> None:
    mailing = launched(alpha, 4)
    home().claims.write_bytes(b"")  # in the way of the folder
    with pytest.raises(OSError, match="claims"):
        claimed_or_none(alpha, mailing)
    home().claims.unlink()
    with serving() as server, sending(alpha, port=server.port):
        until(lambda: state_of(alpha, mailing)[0] == "finished", 20, "the mailing is finished")
    assert counts(alpha, mailing) == {"audience": 4, "sent": 4}, "the journal of the claim was kept by us, or proved nothing"


@pytest.mark.slow
def test_a_sender_on_an_older_database_pauses_what_runs_and_holds_what_waits(alpha: TenantDB) -> None:
    mailing = launched(alpha, 4)
    put_back(alpha, begun(alpha, mailing).lease.slice_id)
    mail = system_mail(alpha)
    with serving() as server, sending(alpha, port=server.port):
        until(lambda: state_of(alpha, mailing) == ("paused", COPIED), 20, "the mailing waits for a person")
        until(lambda: not seen.numbers(home(), alpha), 20, "the database counts as the one that we know")
        later = system_mail(alpha)
        until(lambda: alpha.objects(Outgoing).get(pk=later).state == "sent", 20, "what is new is sent")
        assert alpha.objects(Outgoing).get(pk=mail).state == "unsure"
        assert len(server.accepted) == 1


def test_who_knows_of_the_older_database_may_claim_again(alpha: TenantDB) -> None:
    mailing = launched(alpha, 4)
    put_back(alpha, begun(alpha, mailing).lease.slice_id)
    heed_older_database(alpha)
    assert claimed_or_none(alpha, mailing) is None, "paused"
    assert state_of(alpha, mailing) == ("paused", COPIED)
