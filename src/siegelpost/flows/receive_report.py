"""A receiver reports about mail in the name of a sender domain."""

from datetime import datetime

from siegelpost.base.settings import Settings
from siegelpost.feedback.dmarc import read_dmarc
from siegelpost.feedback.domain_reports import DMARC, TLS, record_report
from siegelpost.feedback.tls_report import read_tls
from siegelpost.feedback.unpack import documents
from siegelpost.flows.own_addresses import bounce_domain
from siegelpost.mailings.errors import DomainUnknown
from siegelpost.mailings.reads import domain_by_id
from siegelpost.sign.verp import REPORT, VerpMint
from siegelpost.tenancy.handle import TenantDB


def report_address(tenant: TenantDB, domain_id: int, settings: Settings) -> str:
    """Where reports about a sender domain are read: for `rua=` of its DMARC and TLS-RPT records."""
    return VerpMint(REPORT, tenant.number, tenant.keys.tokens, bounce_domain(settings)).make(domain_id)


def receive_report(tenant: TenantDB, domain_id: int, content: bytes, *, now: datetime) -> bool:
    """Keep what a mail reports about a sender domain, and return whether it does. Inside `tenant.atomic()`.

    The address stands in the DNS, so anybody may write to it: nothing here changes how mail is sent, and it is shown as what
    others say.
    """
    try:
        domain = domain_by_id(tenant, domain_id).domain
    except DomainUnknown:
        return False
    for document in documents(content):
        for kind, read in ((DMARC, read_dmarc), (TLS, read_tls)):
            facts = read(document)
            if facts and facts.plausible(now) and facts.concerns(domain):
                return record_report(tenant, domain_id, kind, facts, now=now)
    return False
