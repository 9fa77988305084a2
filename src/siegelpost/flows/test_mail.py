"""One mail of a mailing to somebody who wants to see it first."""

from datetime import datetime
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.base.errors import Refused
from siegelpost.base.i18n import marked as _
from siegelpost.consent.suppression import reason_for
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.evidence.services import append
from siegelpost.flows.check_mailing import source_of
from siegelpost.flows.post import post
from siegelpost.flows.samples import values_for
from siegelpost.governance.disclosures.rules import CONTENT, FORWARDING, PROFILE, SMTP, TESTING
from siegelpost.governance.disclosures.services import Given, Outflow, record
from siegelpost.intake.reasons import explain
from siegelpost.mailings import rules
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.services import may_send
from siegelpost.render.compile import compile_variant
from siegelpost.render.pieces import join
from siegelpost.tenancy.handle import TenantDB

ACT: Final = "mailing.tested"
PREFIX: Final = "[Test] "


class AddressSuppressed(Refused):
    """Whoever does not want mail does not want tests either."""

    code = "mailing.test_suppressed"
    message = _("This address must not be written to: {reason}.")
    hint = _("Send the test to another address.")
    nothing = _("Nothing was sent.")


def send_test_mail(tenant: TenantDB, mailing_id: int, to: str, *, like: str = "", public_url: str, actor: Actor, now: datetime) -> int:
    """Queue one mail of a mailing's first variant, marked as a test; returns the id of the outgoing mail.

    to          any address that may be written to, also about the lists of the mailing; need not be a subscriber
    like        address of a subscriber whose values are filled in, "" takes samples
    public_url  address of the public pages

    Its personal links lead nowhere and nothing in it is measured: trying them out changes nothing for anybody.
    Raises MailingUnknown, AddressRefused, AddressSuppressed, SubscriberUnknown, SourceUnusable and as `may_send`.
    """
    facts, shown = mailing(tenant, mailing_id), tenant
    tenant = tenant.unlimited  # what is shown of anybody is in the values
    sender = may_send(tenant, facts)
    address = rules.address(to, "e-mail")
    if reason := next(filter(None, (reason_for(tenant, address, one) for one in (None, *facts.list_ids))), ""):
        raise AddressSuppressed(reason=explain(reason).rstrip("."))
    about, values = values_for(shown, like=like, email=address, public_url=public_url, today=now.date())
    compiled = compile_variant(source_of(facts.variants[0]))
    with tenant.atomic():
        letter = SystemMail(
            kind="test",
            to=address,
            subject=(PREFIX + join(compiled.subject, values))[: rules.MAX_SUBJECT],
            text=join(compiled.text, values),
            html=join(compiled.html, values) if compiled.html else "",
            sender_id=sender.id,
        )
        outgoing_id = post(tenant, letter, actor=actor, now=now)
        details: dict[str, object] = {"like": about}
        if about:
            details["disclosure"] = record(tenant, _shown(about, address), actor=actor, now=now)
        append(tenant, ACT, subject=f"mailing:{mailing_id}", details=details, actor=actor, at=now)
    return outgoing_id


def _shown(about: str, address: str) -> Outflow:
    """Somebody gets to see the values of a person; with samples nobody's data leaves."""
    given = Given(recipient=address, purpose=TESTING)
    return Outflow(kind=FORWARDING, categories=(PROFILE, CONTENT), records=1, people=about, channel=SMTP, act=ACT, given=given)
