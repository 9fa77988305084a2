"""What waits for the staff goes out again when the staff says so, once, and only to those who may still be written to."""

import pytest

from siegelpost.consent.grants import withdraw
from siegelpost.delivery.models import Delivery
from siegelpost.flows.delete_list import delete_list
from siegelpost.flows.send_again import give_up, send_again
from siegelpost.flows.steer import cancel
from siegelpost.mailings.errors import StateRefused
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.smtp_server import PIPELINING, Say, Talk, serving
from tests.delivery.support import NOON, WHO, a_list, counts, draft, launched, send_all, state_of

pytestmark = pytest.mark.wire
POLICY = b"554 5.7.1 we do not like you\r\n"


def refused(alpha: TenantDB) -> int:
    """A finished mailing whose ten messages were refused because of us."""
    mailing = launched(alpha, 10)

    def script(stage: str, _talk: Talk) -> Say | bytes | None:
        return POLICY if stage == "rcpt" else None

    with serving(script, features=PIPELINING) as relay:
        assert send_all(alpha, mailing, relay.port) == {"audience": 10, "blocked": 10}
    return mailing


def test_blocked_messages_go_out_again_once(alpha: TenantDB) -> None:
    mailing = refused(alpha)
    assert send_again(alpha, mailing, "blocked", actor=WHO, now=NOON) == 10
    assert send_again(alpha, mailing, "blocked", actor=WHO, now=NOON) == 0
    assert (state_of(alpha, mailing)[0], counts(alpha, mailing)) == ("sending", {"audience": 10, "due": 10})
    with serving(features=PIPELINING) as relay:
        assert send_all(alpha, mailing, relay.port) == {"audience": 10, "sent": 10}
    assert set(relay.recipients().values()) == {1}


def test_whoever_withdrew_meanwhile_is_left_out(alpha: TenantDB) -> None:
    mailing = refused(alpha)
    person = alpha.objects(Delivery).filter(mailing_id=mailing).values_list("subscriber_id", flat=True)[0]
    with alpha.atomic():
        withdraw(alpha, subscriber_id=person, list_ids=[a_list(alpha)], how="operator", actor=WHO, now=NOON)
    send_again(alpha, mailing, "blocked", actor=WHO, now=NOON)
    with serving(features=PIPELINING) as relay:
        assert send_all(alpha, mailing, relay.port) == {"audience": 10, "sent": 9, "withdrawn": 1}


def test_nobody_of_a_list_that_was_deleted_meanwhile_gets_anything(alpha: TenantDB) -> None:
    mailing = refused(alpha)
    delete_list(alpha, a_list(alpha), typed="Letter", actor=WHO, now=NOON)  # its memberships are still there
    send_again(alpha, mailing, "blocked", actor=WHO, now=NOON)
    with serving(features=PIPELINING) as relay:
        assert send_all(alpha, mailing, relay.port) == {"audience": 10, "withdrawn": 10}
    assert relay.recipients() == {}


def test_blocked_messages_can_be_given_up(alpha: TenantDB) -> None:
    mailing = refused(alpha)
    assert give_up(alpha, mailing, actor=WHO, now=NOON) == 10
    assert (state_of(alpha, mailing)[0], counts(alpha, mailing)) == ("finished", {"audience": 10, "cancelled": 10})


def test_nothing_of_a_draft_or_a_cancelled_mailing_is_sent_again(alpha: TenantDB) -> None:
    mailing = launched(alpha, 3)
    cancel(alpha, mailing, actor=WHO, now=NOON)
    for one in (mailing, draft(alpha, a_list(alpha))):
        with pytest.raises(StateRefused):
            send_again(alpha, one, "blocked", actor=WHO, now=NOON)
    assert counts(alpha, mailing) == {"audience": 3, "cancelled": 3}


def test_only_what_waits_for_the_staff_can_be_sent_again(alpha: TenantDB) -> None:
    with pytest.raises(ValueError, match="sent"):
        send_again(alpha, launched(alpha, 1), "sent", actor=WHO, now=NOON)
