"""Nothing goes out from a domain that fails its check: launch, test mail, resuming and sending again ask for it."""

import time
from datetime import timedelta

import pytest

from siegelpost.base.settings import Settings
from siegelpost.delivery.models import Launch, Outgoing
from siegelpost.evidence.reads import entries
from siegelpost.flows import steer
from siegelpost.flows.add_sender import permit_unverified
from siegelpost.flows.check_domain import check_domain
from siegelpost.flows.check_mailing import check_mailing
from siegelpost.flows.launch import launch
from siegelpost.flows.send_again import BLOCKED, send_again
from siegelpost.flows.test_mail import send_test_mail
from siegelpost.mailings.browse import senders
from siegelpost.mailings.errors import DomainUnchecked, SenderUnverified
from siegelpost.mailings.services import NewMailing, create_mailing
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import CONTENT, a_list, people, state_of
from tests.dns_server import SERVFAIL, SILENT, DnsServer
from tests.mailings.making import WHO, some_sender
from tests.mailings.published import NOON, published

pytestmark = pytest.mark.wire


@pytest.fixture
def draft(alpha: TenantDB) -> int:
    """A mailing to one person whose sender has no permission."""
    letter = a_list(alpha)
    people(alpha, ["ann@example.net"], letter)
    new = NewMailing(content=CONTENT, sender_id=some_sender(alpha, unverified_ok=False).id, list_ids=(letter,), measure="off")
    return create_mailing(alpha, new, actor=WHO, now=NOON)


def send(tenant: TenantDB, mailing: int, settings: Settings, days: int = 0) -> None:
    launch(tenant, mailing, settings=settings, actor=WHO, now=NOON + timedelta(days=days))


def test_a_launch_asks_the_dns_and_goes_on_where_it_is_in_order(alpha: TenantDB, server: DnsServer, settings: Settings, draft: int) -> None:
    published(server, alpha, settings)
    send(alpha, draft, settings)
    assert state_of(alpha, draft)[0] == "sending"
    assert server.asked


def test_a_launch_from_a_domain_that_fails_is_refused_and_changes_nothing(
    alpha: TenantDB, server: DnsServer, settings: Settings, draft: int
) -> None:
    published(server, alpha, settings)
    server.hold("bounce.example.org", "TXT")
    with pytest.raises(SenderUnverified):
        send(alpha, draft, settings)
    assert state_of(alpha, draft)[0] == "draft"
    assert not alpha.objects(Launch).exists()
    permit_unverified(alpha, some_sender(alpha, unverified_ok=False).domain_id, actor=WHO, now=NOON)
    send(alpha, draft, settings)
    assert state_of(alpha, draft)[0] == "sending"


def test_silence_refuses_a_first_launch_and_ends_after_a_few_seconds(
    alpha: TenantDB, server: DnsServer, settings: Settings, draft: int
) -> None:
    published(server, alpha, settings)
    server.tricks |= dict.fromkeys(server.zone, SILENT)
    started = time.monotonic()
    with pytest.raises(DomainUnchecked):
        send(alpha, draft, settings)
    assert time.monotonic() - started < 12, "five seconds, and as much for a machine that is busy"
    assert state_of(alpha, draft)[0] == "draft"


def test_a_good_check_of_this_week_lets_a_launch_go_on_through_silence(
    alpha: TenantDB, server: DnsServer, settings: Settings, draft: int
) -> None:
    domain_id = published(server, alpha, settings).domain_id
    check_domain(alpha, domain_id, settings=settings, actor=WHO, now=NOON)
    server.tricks |= dict.fromkeys(server.zone, SILENT)
    send(alpha, draft, settings, days=6)
    assert state_of(alpha, draft)[0] == "sending"
    assert len(entries(alpha, act="sender.old_check_counted")) == 1


def test_what_waits_is_not_sent_from_a_domain_that_fails_meanwhile(
    alpha: TenantDB, server: DnsServer, settings: Settings, draft: int
) -> None:
    domain_id = published(server, alpha, settings).domain_id
    send(alpha, draft, settings)
    steer.pause(alpha, draft, actor=WHO, now=NOON)
    server.hold("example.org", "MX")
    check_domain(alpha, domain_id, settings=settings, actor=WHO, now=NOON)
    with pytest.raises(SenderUnverified):
        steer.resume(alpha, draft, actor=WHO, now=NOON)
    with pytest.raises(SenderUnverified):
        send_again(alpha, draft, BLOCKED, actor=WHO, now=NOON)
    assert state_of(alpha, draft) == ("paused", "staff")
    with pytest.raises(SenderUnverified):
        send_test_mail(alpha, draft, "me@example.net", public_url="https://news.example.net", actor=WHO, now=NOON)
    assert not alpha.objects(Outgoing).exists()


def test_the_check_of_a_mailing_and_the_choice_of_senders_say_it(
    alpha: TenantDB, server: DnsServer, settings: Settings, draft: int
) -> None:
    def said() -> bool:
        return "mailing.sender_unverified" in {one.code for one in check_mailing(alpha, draft, public_host="news.example.net")}

    assert said() and not senders(alpha)[0].ready
    domain_id = published(server, alpha, settings).domain_id
    check_domain(alpha, domain_id, settings=settings, actor=WHO, now=NOON)
    assert not said() and senders(alpha)[0].ready


def test_the_check_of_a_mailing_warns_where_an_older_result_counts(
    alpha: TenantDB, server: DnsServer, settings: Settings, draft: int
) -> None:
    domain_id = published(server, alpha, settings).domain_id
    check_domain(alpha, domain_id, settings=settings, actor=WHO, now=NOON)
    server.tricks |= dict.fromkeys(server.zone, SERVFAIL)
    check_domain(alpha, domain_id, settings=settings, actor=WHO, now=NOON + timedelta(days=1))
    warned = {one.code: one.level for one in check_mailing(alpha, draft, public_host="news.example.net")}
    assert warned["mailing.domain_stale"] == "warn" and "mailing.sender_unverified" not in warned
