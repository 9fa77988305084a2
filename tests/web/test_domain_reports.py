"""What receivers report about a sender domain stands on its page, with the records that let reports come."""

import pytest

from siegelpost.base import clock
from siegelpost.tenancy.handle import TenantDB
from tests.feedback.domain_mail import dmarc, gzipped, row, tls
from tests.inbound.delivered import NOON
from tests.inbound.test_domain_reports import where
from tests.inbound.test_receive import take
from tests.web.test_senders import DOMAIN, sender
from tests.web.visiting import visitor


@pytest.fixture
def domain(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> int:
    """A sender domain, on the day after the reports."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return sender(alpha)


def test_the_records_lead_reports_here(alpha: TenantDB, domain: int) -> None:
    page = visitor(alpha, "viewer").see(f"senders/domains/{domain}")
    address = where(alpha, domain)
    assert f"v=DMARC1; p=none; rua=mailto:{address}" in page
    assert f"v=TLSRPTv1; rua=mailto:{address}" in page
    assert f"{DOMAIN}._report._dmarc." in page
    assert "Messages nobody could verify" not in page


@pytest.mark.slow
def test_the_table_says_who_sent_how_many_and_how_many_were_verified(alpha: TenantDB, domain: int) -> None:
    rows = row("192.0.2.1", 1234), row("192.0.2.7", 56, "fail", "fail")
    take(where(alpha, domain), gzipped(dmarc(*rows, domain=DOMAIN)))
    take(where(alpha, domain), gzipped(tls(DOMAIN)))
    page = visitor(alpha, "viewer").see(f"senders/domains/{domain}")
    for words in ("192.0.2.1", "1,234", "192.0.2.7", "56", "Receiver Ltd", "Other Ltd", "The certificate has expired", "90 days"):
        assert words in page
    page = visitor(alpha, "viewer", "de").see(f"senders/domains/{domain}")
    for words in ("Berichte anderer Server", "1.234", "Das Zertifikat ist abgelaufen", "Nicht bestätigt"):
        assert words in page


def test_names_of_reporters_are_text_and_no_markup(alpha: TenantDB, domain: int) -> None:
    report = dmarc(domain=DOMAIN).replace(b"Receiver Ltd", b"&lt;script&gt;alert(1)&lt;/script&gt;")
    take(where(alpha, domain), gzipped(report))
    page = visitor(alpha).see(f"senders/domains/{domain}")
    assert "&lt;script&gt;alert(1)" in page and "<script>alert(1)" not in page
