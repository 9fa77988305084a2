"""Whose turn it is, told from the order in which a relay got the messages: ranks, tenants, mailings."""

from datetime import UTC, datetime

import pytest

from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.delivery import sizing
from siegelpost.delivery.outgoing import SystemMail, enqueue
from siegelpost.flows.launch import launch
from siegelpost.mailings.models import Mailing
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.processes import processes
from tests.delivery.smtp_server import PIPELINING, USUAL, Say, Server, Talk, serving
from tests.delivery.support import WHO, a_list, asks_in_vain, counts, draft, people, sending, state_of, until

pytestmark = pytest.mark.wire
ANSWER_SECONDS = 0.05
PROMISED = 5.0
"""Seconds within which a small mailing starts beside a big one."""


def slow(stage: str, _talk: Talk) -> Say | None:
    return Say(USUAL["dot"], after=ANSWER_SECONDS) if stage == "dot" else None


def launched_as(tenant: TenantDB, name: str, n: int, kind: str = "standard") -> int:
    """A mailing of this kind to n people whose addresses begin with `name`."""
    letter = a_list(tenant, name)
    people(tenant, [f"{name}{number:04d}@example.org" for number in range(n)], letter)
    mailing = draft(tenant, letter)
    with tenant.atomic():
        tenant.objects(Mailing).filter(pk=mailing).update(kind=kind)
    launch(tenant, mailing, settings=process_settings(), actor=WHO, now=datetime.now(UTC))
    return mailing


def order(server: Server) -> list[str]:
    """To whom messages went, in the order of their arrival; without the numbers."""
    return [one.recipient.partition("@")[0].rstrip("0123456789") for one in server.accepted]


@pytest.mark.slow
@pytest.mark.touches_beta
@pytest.mark.parametrize("features", [PIPELINING, ("8BITMIME",)], ids=["pipelining", "step by step"])
def test_a_small_tenant_starts_beside_a_big_one_over_one_slow_connection(
    alpha: TenantDB, beta: TenantDB, features: tuple[str, ...]
) -> None:
    launched_as(alpha, "big", 500)
    with serving(slow, features=features) as server, processes(server.port, senders=1, lanes=1):
        until(lambda: len(server.accepted) >= 10, 90, "the big one runs")
        small = launched_as(beta, "small", 3)
        before = len(server.accepted)
        until(lambda: order(server).count("small") == 3 and order(server)[-1] == "big", 60, "the small one is sent, the big one goes on")
    assert counts(beta, small) == {"audience": 3, "sent": 3}
    found = order(server)
    assert found.count("small") == 3
    waited = found.index("small") - before
    assert waited <= PROMISED / ANSWER_SECONDS, f"{waited} messages of the other tenant went first"
    assert "big" in found[found.index("small") :], "the big one was through before the small one began"


@pytest.mark.touches_beta
def test_transactional_and_system_mails_go_before_dialog_mails_and_those_before_the_others(alpha: TenantDB, beta: TenantDB) -> None:
    launched_as(alpha, "standard", 30)
    launched_as(beta, "standard", 30)
    launched_as(alpha, "dialog", 20, "dialog")
    launched_as(beta, "receipt", 20, "transactional")
    for number in range(5):
        enqueue(alpha, SystemMail(kind="notice", to=f"notice{number}@example.org", subject="S", text="T"), actor=WHO, now=clock.now())
    with serving() as server, sending(alpha, beta, port=server.port, lanes=1):
        until(lambda: len(server.accepted) == 105, 30, "everything is sent")
    found = order(server)
    assert sorted(found[:25]) == ["notice"] * 5 + ["receipt"] * 20
    assert found[25:] == ["dialog"] * 20 + ["standard"] * 60


def test_a_transactional_mailing_overtakes_a_big_one_on_a_slow_connection(alpha: TenantDB) -> None:
    launched_as(alpha, "big", 300)
    with serving(slow) as server, sending(alpha, port=server.port, lanes=1):
        until(lambda: len(server.accepted) >= 5, 20, "the big one runs")
        receipt = launched_as(alpha, "receipt", 8, "transactional")
        before = len(server.accepted)
        until(lambda: order(server).count("receipt") == 8, 30, "the receipts are sent")
    assert counts(alpha, receipt) == {"audience": 8, "sent": 8}
    found = order(server)
    first = found.index("receipt")
    assert first - before <= PROMISED / ANSWER_SECONDS
    assert found[first : first + 8] == ["receipt"] * 8, "others came between"


def small_slices(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(sizing, "LEAST", size)
    monkeypatch.setattr(sizing, "MOST", size)


def test_mailings_of_one_tenant_take_turns(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    small_slices(monkeypatch, 10)
    for name in ("one", "two", "three"):
        launched_as(alpha, name, 60)
    with serving() as server, sending(alpha, port=server.port, lanes=1):
        until(lambda: len(server.accepted) == 180, 30, "everything is sent")
    found = order(server)
    for end in range(0, 180, 10):
        shares = [found[:end].count(name) for name in ("one", "two", "three")]
        assert max(shares) - min(shares) <= 20, f"after {end} messages: {shares}"


@pytest.mark.touches_beta
def test_a_tenant_with_many_mailings_gets_no_more_than_one_with_few(
    alpha: TenantDB, beta: TenantDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_slices(monkeypatch, 10)
    for number in range(4):
        launched_as(alpha, f"many{'abcd'[number]}", 30)
    launched_as(beta, "few", 60)
    with serving() as server, sending(alpha, beta, port=server.port, lanes=1):
        until(lambda: len(server.accepted) == 180, 30, "everything is sent")
    found = order(server)
    for end in range(0, 120, 10):
        assert abs(found[:end].count("few") - end / 2) <= 20, f"after {end} messages: {found[:end].count('few')}"


def test_a_mailing_that_may_not_go_out_now_costs_the_others_nothing(alpha: TenantDB) -> None:
    letter = a_list(alpha, "waits")
    people(alpha, 5, letter)
    waits = draft(alpha, letter)
    hour = (datetime.now(UTC).hour + 5) % 24
    window = {"windows": [[list(range(7)), hour * 60, (hour + 1) * 60]], "zone": "UTC"}
    with alpha.atomic():
        alpha.objects(Mailing).filter(pk=waits).update(pace=window)
    launch(alpha, waits, settings=process_settings(), actor=WHO, now=datetime.now(UTC))
    other = launched_as(alpha, "other", 20)
    with serving() as server, sending(alpha, port=server.port) as sender:
        until(lambda: state_of(alpha, other)[0] == "finished", 20, "the other one is sent")
        asks_in_vain(sender)
    assert order(server) == ["other"] * 20
