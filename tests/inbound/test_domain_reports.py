"""Reports about a sender domain are kept once, for a while, and change nothing else."""

from datetime import timedelta

import pytest

from siegelpost.base.settings import process_settings
from siegelpost.feedback.domain_reports import KEPT_FOR, MOST_A_DAY, Seen, Source, forget_reports, seen_of
from siegelpost.feedback.models import DomainReport, DomainReportLine
from siegelpost.flows.receive_mail import Outcome, accepts
from siegelpost.flows.receive_report import report_address
from siegelpost.mailings.models import SenderDomain
from siegelpost.tenancy.handle import TenantDB
from tests.feedback.domain_mail import dmarc, gzipped, mail, row, tls, zipped
from tests.inbound.delivered import NOON
from tests.inbound.test_receive import RULES, take


def a_domain(tenant: TenantDB, domain: str = "example.org") -> int:
    with tenant.atomic():
        return int(tenant.objects(SenderDomain).create(domain=domain, rsa_key=b"", ed_key=b"", created_at=NOON).pk)


def where(tenant: TenantDB, domain_id: int) -> str:
    return report_address(tenant, domain_id, process_settings())


def seen(tenant: TenantDB, domain_id: int) -> Seen:
    return seen_of(tenant, domain_id, today=NOON.date())


def test_reports_are_added_up_by_source_and_result(alpha: TenantDB) -> None:
    domain = a_domain(alpha)
    address = where(alpha, domain)
    assert accepts(address, RULES)
    rows = row(), row("192.0.2.2", 4, "fail", "fail")
    assert take(address, gzipped(dmarc(*rows))) is Outcome.REPORT
    assert take(address.upper(), mail(zipped(dmarc(row(count=2), number="n2")))) is Outcome.REPORT
    assert take(address, gzipped(tls())) is Outcome.REPORT
    found = seen(alpha, domain)
    assert found.sources == [Source("192.0.2.1", 5, 5), Source("192.0.2.2", 4, 0)]
    assert (found.passed, found.failed, found.sessions) == (5, 4, 7)
    assert found.faults == [("certificate-expired", 2), ("validation-failure", 1)]
    assert found.reporters == ["Other Ltd", "Receiver Ltd"]


def test_the_same_report_counts_once(alpha: TenantDB) -> None:
    domain = a_domain(alpha)
    for _twice in range(2):
        assert take(where(alpha, domain), gzipped(dmarc())) is Outcome.REPORT
    assert seen(alpha, domain).passed == 3


def test_reports_about_another_domain_or_time_and_other_mail_are_forgotten(alpha: TenantDB) -> None:
    domain = a_domain(alpha)
    for content in (
        gzipped(dmarc(domain="example.net")),
        gzipped(dmarc(begin=NOON - timedelta(days=60))),
        gzipped(tls("example.net")),
        gzipped(b"junk"),
        b"Subject: abmelden\r\n\r\nabmelden",
        b"",
    ):
        assert take(where(alpha, domain), content) is Outcome.DROPPED
    assert alpha.objects(DomainReport).count() == 0


def test_a_domain_that_is_gone_takes_no_reports(alpha: TenantDB) -> None:
    domain = a_domain(alpha)
    assert take(where(alpha, domain + 1), gzipped(dmarc())) is Outcome.DROPPED
    assert take("b" + where(alpha, domain)[1:], gzipped(dmarc())) is Outcome.REFUSED
    assert alpha.objects(DomainReport).count() == 0


@pytest.mark.slow
def test_nobody_can_fill_the_tables_with_one_day(alpha: TenantDB) -> None:
    domain = a_domain(alpha)
    for number in range(MOST_A_DAY + 1):
        outcome = take(where(alpha, domain), gzipped(dmarc(number=f"r{number}")))
        assert outcome is (Outcome.REPORT if number < MOST_A_DAY else Outcome.DROPPED)
    assert alpha.objects(DomainReport).count() == MOST_A_DAY


def test_a_month_is_shown_and_three_are_kept(alpha: TenantDB) -> None:
    domain = a_domain(alpha)
    take(where(alpha, domain), gzipped(dmarc()))
    day = (NOON - timedelta(days=1)).date()
    assert seen_of(alpha, domain, today=day + timedelta(days=29)).passed == 3
    assert seen_of(alpha, domain, today=day + timedelta(days=30)).passed == 0
    assert forget_reports(alpha, now=NOON - timedelta(days=1) + KEPT_FOR) == 0
    assert forget_reports(alpha, now=NOON + KEPT_FOR) == 2
    assert alpha.objects(DomainReportLine).count() == 0
