"""Whoever withdraws while a mailing is throttled, paused, tried again or claimed gets nothing any more, and is counted as withdrawn."""

import threading
import time
from datetime import UTC, datetime

import pytest

from siegelpost.base.settings import process_settings
from siegelpost.consent.grants import withdraw
from siegelpost.delivery import claim
from siegelpost.delivery.limits import mailing_name
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.pace.models import Gauge
from siegelpost.delivery.pace_rules import HOUR
from siegelpost.delivery.plan import Pace
from siegelpost.flows import steer
from siegelpost.flows.send import Wish, send
from siegelpost.tenancy.handle import TenantDB, control_store
from tests.delivery.smtp_server import PIPELINING, USUAL, Say, Server, Talk, serving
from tests.delivery.support import WHO, a_list, counts, draft, launched, people, sending, state_of, states, until

pytestmark = pytest.mark.wire
LAST = "p00005@example.org"
STEP_BY_STEP = ("8BITMIME",)
"""The relay cannot pipeline: a message begins when the last one is answered."""


def leaves(tenant: TenantDB, email: str = LAST) -> None:
    """Unsubscribe from the list, as the page does."""
    (person,) = people(tenant, [email], a_list(tenant), consent=False)
    with tenant.atomic():
        withdraw(tenant, subscriber_id=person, list_ids=[a_list(tenant)], how="page", actor=WHO, now=datetime.now(UTC))


def outcome(tenant: TenantDB, mailing: int, server: Server, email: str = LAST) -> tuple[dict[str, int], str, set[str]]:
    """Of the finished mailing: how many are in each state, in which somebody is, and who got it; nobody got it twice."""
    until(lambda: state_of(tenant, mailing)[0] == "finished", 20, "the rest is sent")
    assert set(server.recipients().values()) == {1}
    return counts(tenant, mailing), states(tenant, mailing)[email], set(server.recipients())


def got_nothing(tenant: TenantDB, mailing: int, email: str = LAST) -> tuple[dict[str, int], str, set[str]]:
    """The outcome that whoever withdrew may rely on."""
    return {"audience": 6, "sent": 5, "withdrawn": 1}, "withdrawn", set(states(tenant, mailing)) - {email}


def test_in_the_middle_of_a_throttled_mailing(alpha: TenantDB) -> None:
    letter = a_list(alpha)
    people(alpha, 6, letter)
    mailing = draft(alpha, letter)
    send(alpha, mailing, Wish(pace=Pace(per_hour=1000)), settings=process_settings(), actor=WHO, now=datetime.now(UTC))
    with serving() as server, sending(alpha, port=server.port):
        until(lambda: len(server.accepted) >= 3, 20, "the first ones are sent")
        leaves(alpha)
        with control_store.atomic():  # as if an hour had passed
            gauge = control_store.objects(Gauge).get(name=mailing_name(alpha, mailing))
            gauge.hour -= HOUR
            gauge.save(using="default")
        assert outcome(alpha, mailing, server) == got_nothing(alpha, mailing)


def test_while_it_is_paused(alpha: TenantDB) -> None:
    mailing = launched(alpha, 6)
    steer.pause(alpha, mailing, actor=WHO, now=datetime.now(UTC))
    leaves(alpha)
    steer.resume(alpha, mailing, actor=WHO, now=datetime.now(UTC))
    with serving() as server, sending(alpha, port=server.port):
        assert outcome(alpha, mailing, server) == got_nothing(alpha, mailing)


def test_before_a_new_try(alpha: TenantDB) -> None:
    mailing = launched(alpha, 6)

    def busy(stage: str, talk: Talk) -> bytes | None:
        return b"450 4.2.1 busy\r\n" if stage == "rcpt" and talk.recipient == LAST else None

    with serving(busy) as server, sending(alpha, port=server.port):
        until(lambda: counts(alpha, mailing).get("retry"), 20, "one is to be tried again")
        leaves(alpha)
        server.script = lambda _stage, _talk: None
        with alpha.atomic():  # as if its time had come
            alpha.objects(Delivery).filter(mailing_id=mailing, state="retry").update(due_at=0)
        assert outcome(alpha, mailing, server) == got_nothing(alpha, mailing)


def test_in_a_slice_that_was_claimed_a_while_ago(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "CONSENT_SECONDS", 0.5)
    mailing = launched(alpha, 6)
    with serving(features=STEP_BY_STEP) as server:
        server.stands_at = 1
        with sending(alpha, port=server.port, lanes=1):
            until(lambda: server.accepted, 20, "the first one is on its way")
            begun = time.monotonic()
            someone = next(email for email in states(alpha, mailing) if email not in server.recipients())
            leaves(alpha, someone)
            until(lambda: time.monotonic() > begun + 0.6, 1, "consent was asked too long ago")
            server.stands_at = None
            assert outcome(alpha, mailing, server, someone) == got_nothing(alpha, mailing, someone)


@pytest.mark.parametrize("features", [PIPELINING, STEP_BY_STEP], ids=["pipelining", "step by step"])
def test_while_the_relay_keeps_its_message_waiting(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch, features: tuple[str, ...]) -> None:
    monkeypatch.setattr(claim, "CONSENT_SECONDS", 1.0)
    monkeypatch.setattr(claim, "DOT_SECONDS", 1.5)
    mailing = launched(alpha, 6)
    asked, go_ahead = list[float](), threading.Event()

    def slow(stage: str, talk: Talk) -> Say | None:
        if stage != "data" or talk.recipient != LAST:
            return None
        asked.append(time.monotonic())
        return Say(USUAL["data"], held=go_ahead)

    with serving(slow, features=features) as server, sending(alpha, port=server.port, lanes=1):
        until(lambda: asked, 20, "its message has begun")
        leaves(alpha)
        until(lambda: time.monotonic() > asked[0] + 1.6, 2, "its text may not begin any more")
        go_ahead.set()
        assert outcome(alpha, mailing, server) == got_nothing(alpha, mailing)
