"""Domains whose mail one provider takes share its limit: looked up by the worker, kept with restraint, never waited for."""

import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from siegelpost.base.settings import Settings, process_settings
from siegelpost.delivery.limits import hosts_of_groups
from siegelpost.delivery.mail_host_rules import AGAIN, FORGET, PEOPLE, RENEW
from siegelpost.delivery.mail_hosts import keep_hosts
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.pace.models import MailHosts
from siegelpost.delivery.pace_rules import Limits
from siegelpost.delivery.reads import plan_of
from siegelpost.delivery.statements import read
from siegelpost.flows.pace import limit_receivers
from siegelpost.flows.receiver_rounds import AT_ONCE, ReceiverRounds
from siegelpost.flows.worker import Worker
from siegelpost.tenancy.handle import TenantDB, control_store
from tests.delivery.smtp_server import serving
from tests.delivery.support import NOON, a_list, asks_in_vain, counts, launched, people, sending, until
from tests.dns_server import SERVFAIL, SILENT, DnsServer, dns_server
from tests.mailings.published import asking
from tests.patience import PATIENCE

pytestmark = pytest.mark.wire
ONE, TWO, SMALL, OTHER = "one.example", "two.example", "small.example", "other.example"
GMAIL = "ann@" + "gmail.com"
HOUR = timedelta(hours=1)


@pytest.fixture
def server() -> Iterator[DnsServer]:
    with dns_server() as running:
        for domain in (ONE, TWO, SMALL):
            running.hold(domain, "MX", "1 aspmx.l.google.com.", "5 backup.example.")
        running.hold(OTHER, "MX", "1 mx.other.example.", "5 aspmx.l.google.com.")
        yield running


@pytest.fixture
def settings(server: DnsServer) -> Settings:
    return asking(server)


def at(domain: str, n: int = PEOPLE) -> list[str]:
    return [f"p{one}@{domain}" for one in range(n)]


def everybody() -> list[str]:
    return [*at("One.example", PEOPLE + 2), *at(TWO, PEOPLE + 1), *at(OTHER), *at(SMALL, PEOPLE - 1)]


def looked_up(*tenants: TenantDB, settings: Settings, now: datetime = NOON) -> dict[str, list[str]]:
    """What is kept after the worker's round."""
    rounds = ReceiverRounds(settings)
    rounds.refill(list(tenants), now=now)
    for _turn in range(3):
        rounds.look(now=now)
    return dict(control_store.objects(MailHosts).values_list("domain", "hosts"))


def groups_of(tenant: TenantDB, mailing: int) -> dict[int, int]:
    rows = list(tenant.objects(Delivery).filter(mailing_id=mailing).values_list("receivers", flat=True))
    return {group: rows.count(group) for group in set(rows)}


def test_domains_at_one_provider_share_its_limit(alpha: TenantDB, settings: Settings) -> None:
    people(alpha, everybody(), a_list(alpha))
    limit_receivers("gmail", (), Limits(per_day=8), now=NOON)
    assert looked_up(alpha, settings=settings) == {ONE: ["aspmx.l.google.com"], TWO: ["aspmx.l.google.com"], OTHER: ["mx.other.example"]}
    mailing = launched(alpha, [GMAIL, "ben@example.org"])
    assert groups_of(alpha, mailing) == {1: 2 * PEOPLE + 3 + 1, 0: 2 * PEOPLE - 1 + 1}
    with serving() as server, sending(alpha, port=server.port) as sender:
        until(lambda: len(server.accepted) >= 2 * PEOPLE + 8, 20, "all others and eight of the provider's are sent")
        asks_in_vain(sender)
    assert counts(alpha, mailing)["sent"] == 2 * PEOPLE + 8 == len(server.accepted)
    hosted = [one.recipient for one in server.accepted if one.recipient.lower().endswith((ONE, TWO, "gmail.com"))]
    assert len(hosted) == 8


def test_a_group_may_be_known_by_its_hosts_alone(alpha: TenantDB, settings: Settings) -> None:
    people(alpha, everybody(), a_list(alpha))
    limit_receivers("mine", (), Limits(per_day=8), now=NOON, hosts=("*.l.google.com",))
    looked_up(alpha, settings=settings)
    mailing = launched(alpha, [])
    assert groups_of(alpha, mailing) == {1: 2 * PEOPLE + 3, 0: 2 * PEOPLE - 1}
    assert plan_of(alpha, mailing).groups == (1,), "who claims asks for its rows"


def test_a_domain_that_is_named_stays_in_the_group_that_names_it(alpha: TenantDB, settings: Settings) -> None:
    people(alpha, everybody(), a_list(alpha))
    limit_receivers("gmail", (), Limits(per_day=8), now=NOON)
    limit_receivers("mine", (TWO,), Limits(per_day=8), now=NOON, hosts=("*.other.example",))
    looked_up(alpha, settings=settings)
    assert groups_of(alpha, launched(alpha, [])) == {1: PEOPLE + 2, 2: 2 * PEOPLE + 1, 0: PEOPLE - 1}


@pytest.mark.touches_beta
def test_a_domain_with_few_recipients_of_each_tenant_is_neither_asked_for_nor_kept(
    alpha: TenantDB, beta: TenantDB, server: DnsServer, settings: Settings
) -> None:
    for tenant in (alpha, beta):
        people(tenant, at(SMALL, PEOPLE - 1), a_list(tenant))
    people(alpha, at(ONE), a_list(alpha))
    people(beta, at(TWO), a_list(beta))
    limit_receivers("gmail", (), Limits(per_day=8), now=NOON)
    assert set(looked_up(alpha, beta, settings=settings)) == {ONE, TWO}
    assert {name for name, _kind, _how in server.asked} == {ONE, TWO}


def test_domains_with_the_most_recipients_come_first(alpha: TenantDB, server: DnsServer, settings: Settings) -> None:
    people(alpha, everybody(), a_list(alpha))
    people(alpha, [f"p{n}@d{domain}.example" for domain in range(AT_ONCE) for n in range(PEOPLE)], a_list(alpha))
    limit_receivers("gmail", (), Limits(per_day=8), now=NOON)
    rounds = ReceiverRounds(settings)
    rounds.refill([alpha], now=NOON)
    rounds.look(now=NOON)
    assert [domain for domain, _n in read(alpha, "receiving_domains", people=PEOPLE, most=2)] == [ONE, TWO]
    assert len(server.asked) == AT_ONCE and {ONE, TWO} <= {name for name, _kind, _how in server.asked}


def test_answers_are_renewed_after_a_week_and_nothing_known_is_lost_to_silence(
    alpha: TenantDB, server: DnsServer, settings: Settings
) -> None:
    people(alpha, everybody(), a_list(alpha))
    limit_receivers("gmail", (), Limits(per_day=8), now=NOON)
    server.hold(TWO, "MX")
    server.tricks[OTHER] = SERVFAIL
    first = looked_up(alpha, settings=settings)
    assert (first[TWO], first[OTHER]) == ([], [])
    server.asked.clear()
    looked_up(alpha, settings=settings, now=NOON + AGAIN - HOUR)
    assert server.asked == []
    server.hold(TWO, "MX", "1 aspmx.l.google.com.")
    del server.tricks[OTHER]
    later = looked_up(alpha, settings=settings, now=NOON + AGAIN)
    assert {name for name, _kind, _how in server.asked} == {TWO, OTHER} and later[TWO] and later[OTHER]
    server.hold(ONE, "MX", "1 mx.other.example.")
    server.tricks |= {TWO: SERVFAIL, OTHER: SERVFAIL}
    renewed = looked_up(alpha, settings=settings, now=NOON + AGAIN + RENEW)
    assert (renewed[ONE], renewed[TWO]) == (["mx.other.example"], ["aspmx.l.google.com"])
    assert set(looked_up(alpha, settings=settings, now=NOON + AGAIN + FORGET + HOUR)) == {ONE, TWO, OTHER}
    rows = control_store.objects(MailHosts).filter(hosts=[])
    assert set(rows.values_list("domain", flat=True)) == {TWO, OTHER}, "what was not confirmed for a month counts no more"


def test_when_the_name_servers_are_down_nothing_is_kept_and_the_rest_waits(alpha: TenantDB, server: DnsServer, settings: Settings) -> None:
    people(alpha, everybody(), a_list(alpha))
    limit_receivers("gmail", (), Limits(per_day=8), now=NOON)
    server.tricks |= dict.fromkeys((ONE, TWO, OTHER), SILENT)
    rounds = ReceiverRounds(settings)
    rounds.refill([alpha], now=NOON)
    began = time.monotonic()
    rounds.look(now=NOON)
    assert time.monotonic() - began < 5, "the worker has other work"
    server.tricks.clear()
    rounds.look(now=NOON)
    assert not control_store.objects(MailHosts).exists()
    assert len(looked_up(alpha, settings=settings, now=NOON + HOUR)) == 3


def test_without_a_limit_by_hosts_nobody_is_asked_and_nothing_is_kept(alpha: TenantDB, server: DnsServer, settings: Settings) -> None:
    people(alpha, everybody(), a_list(alpha))
    limit_receivers("gmail", (), Limits(per_day=8), now=NOON, hosts=())
    assert looked_up(alpha, settings=settings) == {} and server.asked == []
    keep_hosts({ONE: ("aspmx.l.google.com",)}, now=NOON)
    assert looked_up(alpha, settings=settings) == {}, "what is not needed any more goes"
    mailing = launched(alpha, [GMAIL])
    assert groups_of(alpha, mailing) == {1: 1, 0: len(everybody())}


def test_a_test_system_asks_nobody_and_limits_by_domain_as_before(alpha: TenantDB, server: DnsServer) -> None:
    people(alpha, everybody(), a_list(alpha))
    limit_receivers("gmail", (), Limits(per_day=8), now=NOON)
    assert looked_up(alpha, settings=asking(server, environment="test", dns_servers=())) == {} and server.asked == []
    assert groups_of(alpha, launched(alpha, [GMAIL])) == {1: 1, 0: len(everybody())}


def test_a_clock_that_was_ahead_keeps_nothing_from_being_renewed(alpha: TenantDB, settings: Settings) -> None:
    people(alpha, at(ONE), a_list(alpha))
    limit_receivers("gmail", (), Limits(per_day=8), now=NOON)
    keep_hosts({ONE: ("mx.wrong.example",)}, now=NOON + timedelta(days=4000))
    assert looked_up(alpha, settings=settings) == {ONE: ["aspmx.l.google.com"]}


def test_a_group_keeps_its_hosts_until_others_are_named(alpha: TenantDB) -> None:
    limit_receivers("gmail", (), Limits(per_day=8), now=NOON)
    limit_receivers("gmail", (), Limits(per_day=9), now=NOON)
    assert hosts_of_groups() == {"google.com": 1, "googlemail.com": 1}
    limit_receivers("gmail", (), Limits(per_day=9), now=NOON, hosts=("*.Google.com ",))
    assert hosts_of_groups() == {"google.com": 1}
    limit_receivers("gmail", (), Limits(per_day=9), now=NOON, hosts=())
    assert hosts_of_groups() == {}


@pytest.mark.slow
@pytest.mark.sqlite  # the worker leaves its threads' connections to the end of its process
def test_the_worker_looks_them_up(alpha: TenantDB, settings: Settings) -> None:
    people(alpha, at(ONE), a_list(alpha))
    limit_receivers("gmail", (), Limits(per_day=8), now=NOON)
    end = time.monotonic() + PATIENCE
    kept = control_store.objects(MailHosts)
    Worker(replace(process_settings(), dns_servers=settings.dns_servers)).run(until=lambda: kept.exists() or time.monotonic() > end)
    assert dict(kept.values_list("domain", "hosts")) == {ONE: ["aspmx.l.google.com"]}
