"""What other servers reported about mail in the name of a sender domain, as its page shows it."""

from typing import Any, Final

from siegelpost.base.i18n import marked as _
from siegelpost.base.settings import Settings
from siegelpost.feedback.domain_reports import KEPT_FOR, SHOWN, seen_of
from siegelpost.flows.own_addresses import bounce_domain
from siegelpost.flows.receive_report import report_address
from siegelpost.mailings.domain_records import Record
from siegelpost.mailings.domain_rules import Subject
from siegelpost.tenancy.handle import TenantDB

FAULTS: Final = {
    "starttls-not-supported": _("Encryption was not offered"),
    "certificate-host-mismatch": _("The certificate is for another name"),
    "certificate-expired": _("The certificate has expired"),
    "certificate-not-trusted": _("The certificate is not trusted"),
    "validation-failure": _("The check failed for another reason"),
    "tlsa-invalid": _("The TLSA record is wrong"),
    "dnssec-invalid": _("DNSSEC did not check out"),
    "dane-required": _("DANE was demanded and is missing"),
    "sts-policy-fetch-error": _("The policy of MTA-STS could not be fetched"),
    "sts-policy-invalid": _("The policy of MTA-STS is wrong"),
    "sts-webpki-invalid": _("The certificate of the MTA-STS host is wrong"),
}
"""Results of RFC 8460 section 4.3."""
PERMIT_NOTE: Final = _("For the operator: permits that reports about this domain are sent here (RFC 7489 section 7.1).")


def reports(tenant: TenantDB, domain_id: int, subject: Subject, settings: Settings) -> dict[str, Any]:
    """The last 30 days, and the records with which reports come here; the last of them stands in the operator's zone."""
    seen = seen_of(tenant, domain_id, today=subject.now.date())
    records = [one for one in subject.records if one.name in (f"_dmarc.{subject.domain}", f"_smtp._tls.{subject.domain}")]
    if subject.bounce_organisation != subject.organisation:
        name = f"{subject.domain}._report._dmarc.{bounce_domain(settings)}"
        records.append(Record(name, "TXT", "v=DMARC1", PERMIT_NOTE, needed=False))
    return {
        "seen": seen,
        "faults": [(FAULTS[result], count) for result, count in seen.faults],
        "report_records": records,
        "report_address": report_address(tenant, domain_id, settings),
        "shown_days": SHOWN.days,
        "kept_days": KEPT_FOR.days,
    }
