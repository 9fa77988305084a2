"""A sender domain is checked over real look-ups: what is stored, what may be sent, and for how long."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from siegelpost.base.settings import Settings
from siegelpost.evidence.reads import entries
from siegelpost.flows.add_sender import add_sender, domain_named, permit_unverified, sender_records
from siegelpost.flows.check_domain import check_domain, due_domains, ensure_checked, relay_host
from siegelpost.flows.dns import asks_dns
from siegelpost.flows.domain_rounds import DomainRounds
from siegelpost.mailings.domain_checks import last_check
from siegelpost.mailings.errors import AddressRefused, DomainUnchecked, DomainUnknown, HostRefused, SenderUnverified
from siegelpost.mailings.models import DomainCheck, SenderDomain
from siegelpost.mailings.reads import domains_of, senders_of
from siegelpost.tenancy.handle import TenantDB
from tests.dns_server import SERVFAIL, DnsServer
from tests.mailings.making import WHO, some_sender
from tests.mailings.published import NOON, asking, published, set_up_hosts

pytestmark = pytest.mark.wire
DAY = timedelta(days=1)


def check(tenant: TenantDB, domain_id: int, settings: Settings, at: datetime = NOON) -> Any:
    return check_domain(tenant, domain_id, settings=settings, actor=WHO, now=at)


def fail_everywhere(server: DnsServer) -> None:
    """Every name that was ever asked for answers with SERVFAIL from now on."""
    server.tricks |= dict.fromkeys({name for name, _kind, _how in server.asked} | set(server.zone), SERVFAIL)


def test_whoever_publishes_what_is_said_passes(alpha: TenantDB, server: DnsServer, settings: Settings) -> None:
    domain_id = published(server, alpha, settings).domain_id
    found = check(alpha, domain_id, settings)
    assert {one.code: one.text("en") for one in found.findings if one.severity in ("block", "warn")} == {}
    assert (found.state, found.at, found.verified_at) == ("passed", NOON, NOON)
    assert last_check(alpha, domain_id) == found
    assert [one.verified for one in senders_of(alpha)] == [one.verified for one in domains_of(alpha)] == [True]


def test_before_anything_is_published_it_fails_and_names_what_to_publish(alpha: TenantDB, server: DnsServer, settings: Settings) -> None:
    domain_id = some_sender(alpha, unverified_ok=False).domain_id
    set_up_hosts(server)
    found = check(alpha, domain_id, settings)
    assert found.state == "failed" and found.verified_at is None
    wanted = {one for finding in found.findings if finding.severity == "block" for one in finding.publish}
    assert wanted == {one for one in sender_records(alpha, domain_id, settings, now=NOON) if one.needed}
    server.publish(wanted)
    assert check(alpha, domain_id, settings).state == "passed"


def test_a_result_is_stored_once_and_an_act_written_only_where_the_outcome_changed(
    alpha: TenantDB, server: DnsServer, settings: Settings
) -> None:
    domain_id = published(server, alpha, settings).domain_id
    for day in range(3):
        check(alpha, domain_id, settings, NOON + day * DAY)
    server.hold("example.org", "MX")
    check(alpha, domain_id, settings, NOON + 3 * DAY)
    written = entries(alpha, act="sender.domain_checked")
    assert [one["details"] for one in written] == [{"state": "failed", "codes": ["mx.missing"]}, {"state": "passed", "codes": []}]
    assert alpha.objects(DomainCheck).get().at == NOON + 3 * DAY
    assert alpha.objects(SenderDomain).get().verified_at is None


def test_a_fresh_result_is_not_asked_for_again_and_an_older_one_is(alpha: TenantDB, server: DnsServer, settings: Settings) -> None:
    domain_id = published(server, alpha, settings).domain_id
    check(alpha, domain_id, settings)
    server.asked.clear()
    ensure_checked(alpha, domain_id, settings=settings, actor=WHO, now=NOON + DAY)
    assert server.asked == []
    ensure_checked(alpha, domain_id, settings=settings, actor=WHO, now=NOON + DAY + timedelta(seconds=1))
    assert server.asked
    assert last_check(alpha, domain_id).at == NOON + DAY + timedelta(seconds=1)


def test_a_good_result_outlives_silence_for_seven_days_and_no_longer(alpha: TenantDB, server: DnsServer, settings: Settings) -> None:
    domain_id = published(server, alpha, settings).domain_id
    check(alpha, domain_id, settings)
    fail_everywhere(server)
    kept = ensure_checked(alpha, domain_id, settings=settings, actor=WHO, now=NOON + 7 * DAY)
    assert (kept.state, kept.stale, kept.verified_at) == ("unknown", True, NOON)
    assert entries(alpha, act="sender.old_check_counted")[0]["subject"] == f"domain:{domain_id}"
    with pytest.raises(DomainUnchecked) as refused:
        ensure_checked(alpha, domain_id, settings=settings, actor=WHO, now=NOON + 7 * DAY + timedelta(seconds=1))
    assert (refused.value.code, refused.value.exit_code) == ("mailing.domain_unchecked", 3)
    assert not senders_of(alpha)[0].verified


def test_silence_never_makes_a_good_result(alpha: TenantDB, server: DnsServer, settings: Settings) -> None:
    domain_id = some_sender(alpha, unverified_ok=False).domain_id
    check(alpha, domain_id, settings)
    fail_everywhere(server)
    assert check(alpha, domain_id, settings).state == "unknown"
    with pytest.raises(DomainUnchecked):
        ensure_checked(alpha, domain_id, settings=settings, actor=WHO, now=NOON)


def test_a_failed_check_ends_what_an_earlier_one_proved(alpha: TenantDB, server: DnsServer, settings: Settings) -> None:
    sender = published(server, alpha, settings)
    check(alpha, sender.domain_id, settings)
    server.hold("bounce.example.org", "TXT", '"v=spf1 -all"', '"v=spf1 +all"')
    with pytest.raises(SenderUnverified) as refused:
        ensure_checked(alpha, sender.domain_id, settings=settings, actor=WHO, now=NOON + 2 * DAY)
    assert refused.value.code == "mailing.sender_unverified"
    fail_everywhere(server)
    with pytest.raises(DomainUnchecked):  # what was known to be wrong is not good again because nobody answers
        ensure_checked(alpha, sender.domain_id, settings=settings, actor=WHO, now=NOON + 3 * DAY)


def test_whoever_has_the_permission_is_not_asked_about(alpha: TenantDB, server: DnsServer, settings: Settings) -> None:
    domain_id = some_sender(alpha, unverified_ok=False).domain_id
    permit_unverified(alpha, domain_id, actor=WHO, now=NOON)
    assert ensure_checked(alpha, domain_id, settings=settings, actor=WHO, now=NOON).unverified_ok
    assert server.asked == []


def test_a_sender_is_added_at_once_and_verified_when_its_domain_is_in_order(alpha: TenantDB, server: DnsServer, settings: Settings) -> None:
    def add(**words: Any) -> Any:
        return add_sender(alpha, "News <news@Example.org>", settings=settings, actor=WHO, now=NOON, **{"unverified_ok": False, **words})

    assert not add().verified
    domain_id = domain_named(alpha, "EXAMPLE.org").id
    with pytest.raises(SenderUnverified):
        ensure_checked(alpha, domain_id, settings=settings, actor=WHO, now=NOON)
    set_up_hosts(server)
    server.publish(sender_records(alpha, domain_id, settings, now=NOON))
    assert add().verified
    asked = len(server.asked)
    assert add().id == add(unverified_ok=True).id
    assert len(server.asked) == asked  # a fresh result is not asked for again
    assert [one["act"] for one in entries(alpha)] == [
        "sender.unverified_allowed", "sender.domain_checked", "sender.domain_checked", "sender.added", "sender.domain_added",
    ]  # fmt: skip


def test_with_permission_a_sender_is_added_without_any_look_up(alpha: TenantDB, server: DnsServer, settings: Settings) -> None:
    found = add_sender(alpha, "News <news@example.org>", settings=settings, unverified_ok=True, actor=WHO, now=NOON)
    assert (found.unverified_ok, found.verified, server.asked) == (True, False, [])


def test_what_is_no_mailbox_makes_no_domain(alpha: TenantDB, settings: Settings) -> None:
    with pytest.raises(AddressRefused):
        add_sender(alpha, "news@example.org", settings=settings, unverified_ok=True, actor=WHO, now=NOON)
    assert not alpha.objects(SenderDomain).exists()


def test_domains_are_found_as_people_type_them(alpha: TenantDB, beta: TenantDB, settings: Settings) -> None:
    add_sender(alpha, "Neues <a@Bücher.example>", settings=settings, unverified_ok=True, actor=WHO, now=NOON)
    assert domain_named(alpha, "BÜCHER.example").domain == "xn--bcher-kva.example"
    for wrong, error in (("example.com", DomainUnknown), ("a@b.example", HostRefused)):
        with pytest.raises(error):
            domain_named(alpha, wrong)
    with pytest.raises(DomainUnknown):
        domain_named(beta, "bücher.example")


def test_a_test_system_asks_only_whom_it_was_told(alpha: TenantDB, server: DnsServer) -> None:
    domain_id = some_sender(alpha, unverified_ok=False).domain_id
    alone = asking(server, environment="test", dns_servers=())
    assert not asks_dns(alone) and asks_dns(asking(server, environment="test")) and asks_dns(asking(server, dns_servers=()))
    found = check(alpha, domain_id, alone)
    assert found.state == "unknown"
    assert {one.facts["reason"] for one in found.findings if one.unchecked} == {"not_asked"}
    assert due_domains(alpha, alone, now=NOON + 9 * DAY) == []


@pytest.mark.parametrize(
    "relay, public, host",
    [
        ("smtp://127.0.0.1:25?tls=off", "https://news.example.net", "news.example.net"),
        ("smtp://Relay.example.com:587", "https://news.example.net", "relay.example.com"),
        ("smtp://[2001:db8::1]:25", "https://news.example.net", "2001:db8::1"),
        ("smtp://localhost:25", "http://localhost:8001", ""),
    ],
)
def test_the_host_that_receivers_see_is_the_relay_or_this_machine(
    alpha: TenantDB, server: DnsServer, relay: str, public: str, host: str
) -> None:
    assert relay_host(asking(server, relay_url=relay, public_url=public), alpha, "example.org") == host


def test_domains_are_due_after_a_day_and_every_hour_before_they_pass(alpha: TenantDB, server: DnsServer, settings: Settings) -> None:
    domain_id = published(server, alpha, settings).domain_id
    other = some_sender(alpha, "Shop <shop@example.com>", unverified_ok=True).domain_id
    assert due_domains(alpha, settings, now=NOON) == [domain_id, other]
    check(alpha, domain_id, settings)
    assert due_domains(alpha, settings, now=NOON + timedelta(hours=23)) == [other]
    assert due_domains(alpha, settings, now=NOON + DAY) == [other, domain_id]
    check(alpha, other, settings)
    assert last_check(alpha, other).state == "failed"
    assert due_domains(alpha, settings, now=NOON + timedelta(minutes=59)) == []
    assert due_domains(alpha, settings, now=NOON + timedelta(hours=1)) == [other]
    fail_everywhere(server)
    check(alpha, domain_id, settings, NOON + DAY)
    assert domain_id in due_domains(alpha, settings, now=NOON + DAY + timedelta(hours=1))


def test_the_workers_rounds_take_one_domain_at_a_time_and_rest_where_nobody_answers(
    alpha: TenantDB, server: DnsServer, settings: Settings
) -> None:
    first = published(server, alpha, settings).domain_id
    second, third = (some_sender(alpha, f"Shop <shop@{name}>", unverified_ok=False).domain_id for name in ("example.com", "example.net"))
    server.tricks |= dict.fromkeys(("example.com", "_dmarc.example.com"), SERVFAIL)
    server.tricks |= {name: SERVFAIL for one in (second,) for name in (r.name for r in sender_records(alpha, one, settings, now=NOON)[:2])}
    rounds = DomainRounds(settings)
    rounds.refill([alpha], now=NOON)
    states = []
    for _tick in range(5):
        rounds.check_one([alpha], now=NOON)
        states.append([last_check(alpha, one).state for one in (first, second, third)])
    assert states == [["passed", "", ""]] + [["passed", "unknown", ""]] * 4
    assert entries(alpha, act="sender.domain_checked")[0]["actor"] == "system:worker"


def test_a_domain_whose_tenant_is_gone_is_left_out(alpha: TenantDB, settings: Settings, server: DnsServer) -> None:
    some_sender(alpha)
    rounds = DomainRounds(settings)
    rounds.refill([alpha], now=NOON)
    rounds.check_one([], now=NOON)
    rounds.check_one([alpha], now=NOON)
    assert server.asked == []
