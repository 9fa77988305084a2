"""What must be mended before a mailing is sent, and what had better be."""

from dataclasses import replace

from siegelpost.audience.leaving import deleted_names
from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import fields_of
from siegelpost.base.errors import Refused, SiegelpostError
from siegelpost.base.i18n import marked as _
from siegelpost.consent.customers import has_objection
from siegelpost.consent.reads import has_customers
from siegelpost.consent.renewals import KEEP_LINK, renewal_of
from siegelpost.flows.first_mail import first_mail_findings
from siegelpost.governance.handover.errors import PasswordInText
from siegelpost.governance.handover.services import holds_password
from siegelpost.mailings.domain_checks import last_check
from siegelpost.mailings.errors import ContentMissing, SenderMissing, SenderUnverified
from siegelpost.mailings.reads import MailingFacts, SenderFacts, VariantFacts, mailing
from siegelpost.mailings.services import may_send
from siegelpost.render.checks import BLOCK, WARN, Facts, Finding, check
from siegelpost.render.compile import Source
from siegelpost.tenancy.handle import TenantDB

LIST_DELETED = _("The mailing goes to a list that was deleted: {names}. Look whom it shall go to, and save it.")
STALE = _("The DNS of {domain} gave no answer at its last check; an earlier result counts until it is seven days old.")
NO_OBJECTION = _(
    "People on these lists are written to as existing customers (§ 7(3) UWG), and the part “{part}” does not tell them that they can "
    "object at any time. Write it beside the unsubscribe link, outside of conditions."
)
NO_KEEP = _("This mailing asks people whether they want to go on, and the part “{part}” has no link for yes: {{{{ preferences_url }}}}.")
NAMED = 10
"""So many findings stand in the error; `mailing check` shows all."""


class CheckFailed(Refused):
    """The content would break a rule or a header."""

    code = "mailing.check_failed"
    message = _("Mailing {id} cannot be sent as it is: {findings}.")
    hint = _("`siegelpost mailing check` says what to mend.")
    nothing = _("Nothing was sent.")


def check_mailing(tenant: TenantDB, mailing_id: int, *, public_host: str) -> list[Finding]:
    """Return what is wrong with a mailing, what blocks it first. Raises MailingUnknown.

    public_host  host name of the public address; pictures may be loaded from there and from the hosts of the mailing
    """
    facts = mailing(tenant, mailing_id)
    found = [
        *_sender_findings(tenant, facts),
        *_list_findings(tenant, facts),
        *_customer_findings(tenant, facts),
        *first_mail_findings(tenant, facts),
        *_renewal_findings(tenant, facts),
        *_content_findings(tenant, facts, public_host),
    ]
    return sorted(found, key=lambda one: one.level != BLOCK)


def has_errors(findings: list[Finding]) -> bool:
    """Whether any of them keeps the mailing from being sent."""
    return any(one.level == BLOCK for one in findings)


def ensure_sendable(tenant: TenantDB, mailing_id: int, *, public_host: str) -> SenderFacts:
    """Return the sender of a mailing that may be launched.

    Raises MailingUnknown, SenderMissing, SenderUnverified, ContentMissing, and CheckFailed with codes and places.
    """
    facts = mailing(tenant, mailing_id)
    sender = may_send(tenant, facts)
    found = _findings(tenant, facts, public_host)
    blocking = [one for one in found if one.level == BLOCK]
    if blocking:
        named = [f"{one.code} ({one.place})" if one.place else one.code for one in blocking[:NAMED]]
        raise CheckFailed(id=mailing_id, findings=", ".join(named) + (" …" if len(blocking) > NAMED else ""))
    return sender


def _findings(tenant: TenantDB, facts: MailingFacts, public_host: str) -> list[Finding]:
    found = [*_list_findings(tenant, facts), *_customer_findings(tenant, facts), *_renewal_findings(tenant, facts)]
    return [*found, *_content_findings(tenant, facts, public_host)]


def _list_findings(tenant: TenantDB, facts: MailingFacts) -> list[Finding]:
    """A list that is gone blocks: fewer people would get the mailing than whoever wrote it had in mind."""
    known = list_names(tenant)
    gone = [one for one in facts.list_ids if one not in known]
    if not gone:
        return []
    names = deleted_names(tenant, gone)
    said = ", ".join(names.get(one, str(one)) for one in gone)
    return [Finding("mailing.list_deleted", BLOCK, LIST_DELETED, {"names": said}, "lists")]


def _customer_findings(tenant: TenantDB, facts: MailingFacts) -> list[Finding]:
    """Each use must tell of the right to object, in each part by itself: nobody reads both (§ 7(3) no. 4 UWG)."""
    if not has_customers(tenant, facts.list_ids):
        return []
    parts = [(one, part, text) for one in facts.variants for part, text in ((one.format, one.source), ("text", one.text_source)) if text]
    lacking = [(one, part, text) for one, part, text in parts if not has_objection(text)]
    return [Finding("mailing.no_objection", BLOCK, NO_OBJECTION, {"part": part}, _beside(part, text)) for _variant, part, text in lacking]


def _renewal_findings(tenant: TenantDB, facts: MailingFacts) -> list[Finding]:
    """A mailing that asks must give everybody the way to say yes, in each part by itself, or silence would be all that is left."""
    if renewal_of(tenant, facts.id) is None:
        return []
    parts = [(part, text) for one in facts.variants for part, text in ((one.format, one.source), ("text", one.text_source)) if text]
    return [Finding("renewal.no_keep", BLOCK, NO_KEEP, {"part": part}, part) for part, text in parts if KEEP_LINK not in text]


def _beside(part: str, text: str) -> str:
    """The line of the unsubscribe link, where the notice belongs."""
    before, found, _after = text.partition("unsubscribe_url")
    return f"{part} line {before.count(chr(10)) + 1}" if found else part


def _content_findings(tenant: TenantDB, facts: MailingFacts, public_host: str) -> list[Finding]:
    known = frozenset(field.alias for field in fields_of(tenant))
    seen = Facts(
        sender=facts.sender_id is not None,
        imprint=bool(tenant.imprint.strip()),
        allowed_hosts=frozenset({public_host.lower(), *facts.allowed_hosts}),
        ours=public_host.lower(),
    )
    several = len(facts.variants) > 1
    return [
        replace(one, place=f"{variant.name}: {one.place}") if several else one
        for variant in facts.variants
        for one in (*check(source_of(variant), known=known, facts=seen), *_password_findings(tenant, variant))
    ]


def _password_findings(tenant: TenantDB, variant: VariantFacts) -> list[Finding]:
    """Nobody's password goes to many. What single people's fields hold is not known here."""
    texts = (variant.subject, variant.preheader, variant.source, variant.text_source)
    return [_from_error(PasswordInText(), variant.format)] if holds_password(tenant, *texts) else []


def source_of(variant: VariantFacts) -> Source:
    """A variant as the renderer takes it."""
    return Source(
        format=variant.format, body=variant.source, text=variant.text_source, subject=variant.subject, preheader=variant.preheader
    )


def _sender_findings(tenant: TenantDB, facts: MailingFacts) -> list[Finding]:
    try:
        sender = may_send(tenant, facts)
    except SenderMissing:
        return []  # the renderer's check says it
    except (SenderUnverified, ContentMissing) as refused:
        return [_from_error(refused, "sender" if isinstance(refused, SenderUnverified) else "")]
    if last_check(tenant, sender.domain_id).stale:
        return [Finding("mailing.domain_stale", WARN, STALE, {"domain": sender.domain}, "sender")]
    return []


def _from_error(error: SiegelpostError, place: str) -> Finding:
    return Finding(error.code, BLOCK, error.message, error.facts, place)
