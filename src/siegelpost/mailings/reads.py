"""What other rooms may know about mailings and senders, as frozen facts."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count

from siegelpost.mailings.errors import DomainUnknown, MailingUnknown, SenderUnknown
from siegelpost.mailings.models import Mailing, Sender, SenderDomain, Variant, of_mailing
from siegelpost.sign.keys import unwrap
from siegelpost.tenancy.handle import TenantDB

__all__ = [
    "DomainFacts",
    "DomainKeys",
    "MailingFacts",
    "SenderFacts",
    "VariantFacts",
    "dkim_keys",
    "domain_by_id",
    "domains_of",
    "first_sender",
    "in_state",
    "last_launch_to",
    "lists_of",
    "mailing",
    "names_of",
    "of_mailing",
    "sender",
    "sender_named",
    "senders_of",
    "signing_selector",
    "to_list",
]
"""`of_mailing` is handed on: other rooms keep rows about mailings, and say by it which of them a handle shows."""


@dataclass(frozen=True, slots=True)
class VariantFacts:
    """One variant as it is written now; what was launched lies frozen with the launch.

    format       mjml, html, md or txt
    text_source  plain text as edited, "" where it is derived
    """

    id: int
    name: str
    subject: str
    preheader: str
    format: str
    source: str
    text_source: str


@dataclass(frozen=True, slots=True)
class MailingFacts:
    """One mailing; kinds and states as in the model, `variants` by name."""

    id: int
    kind: str
    name: str
    state: str
    pause_reason: str
    sender_id: int | None
    reply_to: str
    measure: str
    list_ids: tuple[int, ...]
    allowed_hosts: tuple[str, ...]
    variants: tuple[VariantFacts, ...]
    pace: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SenderFacts:
    """Who a mail comes from.

    code           5 to 15 characters of [a-z0-9], the sender's place in Feedback-ID
    unverified_ok  the operator permitted sending whatever the DNS says
    verified       the DNS passed the check, at most some days ago
    """

    id: int
    name: str
    email: str
    code: str
    domain: str
    domain_id: int
    unverified_ok: bool
    verified: bool


@dataclass(frozen=True, slots=True, repr=False)
class DomainKeys:
    """The two DKIM keys of a sender domain, open; private ones in PKCS8 DER. Never written down, never shown by `repr`."""

    domain: str
    rsa_selector: str
    rsa_private: bytes
    ed_selector: str
    ed_private: bytes


def lists_of(tenant: TenantDB, mailing_id: int) -> tuple[int, ...]:
    """Ids of the lists that a mailing goes to. Raises MailingUnknown."""
    found = tenant.objects(Mailing).filter(pk=mailing_id).values_list("list_ids", flat=True).first()
    if found is None:
        raise MailingUnknown(id=mailing_id)
    return tuple(found)


def mailing(tenant: TenantDB, mailing_id: int) -> MailingFacts:
    """Everything about a mailing. Raises MailingUnknown."""
    row = tenant.objects(Mailing).filter(pk=mailing_id).first()
    if row is None:
        raise MailingUnknown(id=mailing_id)
    variants = tenant.objects(Variant).filter(mailing_id=mailing_id).order_by("name", "pk")
    return MailingFacts(
        id=row.pk,
        kind=row.kind,
        name=row.name,
        state=row.state,
        pause_reason=row.pause_reason,
        sender_id=row.sender_id,
        reply_to=row.reply_to,
        measure=row.measure,
        list_ids=tuple(row.list_ids),
        allowed_hosts=tuple(row.allowed_hosts),
        variants=tuple(VariantFacts(v.pk, v.name, v.subject, v.preheader, v.format, v.source, v.text_source) for v in variants),
        pace=row.pace,
    )


def sender(tenant: TenantDB, sender_id: int) -> SenderFacts:
    """Name, address and domain of a sender. Raises SenderUnknown."""
    row = tenant.objects(Sender).select_related("domain").filter(pk=sender_id).first()
    if row is None:
        raise SenderUnknown
    return _facts(row)


def sender_named(tenant: TenantDB, name: str, email: str) -> SenderFacts:
    """The sender with exactly this name and address (as `parse_mailbox` returns them). Raises SenderUnknown."""
    row = tenant.objects(Sender).select_related("domain").filter(name=name, email=email).first()
    if row is None:
        raise SenderUnknown
    return _facts(row)


def dkim_keys(tenant: TenantDB, domain_id: int) -> DomainKeys:
    """The opened DKIM keys of a sender domain. Raises DomainUnknown, KeyRefused."""
    row = tenant.objects(SenderDomain).filter(pk=domain_id).first()
    if row is None:
        raise DomainUnknown
    return _opened(tenant, row)


def signing_selector(tenant: TenantDB, domain_id: int) -> str:
    """Name of the RSA key that signs for a domain now; it changes when the keys do. Raises DomainUnknown."""
    found = tenant.objects(SenderDomain).filter(pk=domain_id).values_list("rsa_selector", flat=True).first()
    if found is None:
        raise DomainUnknown
    return found


def every_mailing(tenant: TenantDB) -> list[int]:
    """Numbers of all mailings, in their order."""
    return list(tenant.objects(Mailing).order_by("pk").values_list("pk", flat=True))


def in_state(tenant: TenantDB, *states: str) -> list[int]:
    """Ids of the mailings in one of `states`, oldest first."""
    return list(tenant.objects(Mailing).filter(state__in=states).order_by("pk").values_list("pk", flat=True))


def _facts(row: Sender) -> SenderFacts:
    return SenderFacts(
        id=row.pk,
        name=row.name,
        email=row.email,
        code=row.code,
        domain=row.domain.domain,
        domain_id=row.domain_id,
        unverified_ok=row.domain.unverified_ok,
        verified=row.domain.verified_at is not None,
    )


def _opened(tenant: TenantDB, row: SenderDomain) -> DomainKeys:
    return DomainKeys(
        domain=row.domain,
        rsa_selector=row.rsa_selector,
        rsa_private=unwrap(tenant.keys.wrapping, bytes(row.rsa_key)),
        ed_selector=row.ed_selector,
        ed_private=unwrap(tenant.keys.wrapping, bytes(row.ed_key)),
    )


def first_sender(tenant: TenantDB) -> SenderFacts:
    """The sender that system mails come from where none is named: the oldest. Raises SenderUnknown where there is none."""
    row = tenant.objects(Sender).select_related("domain").order_by("pk").first()
    if row is None:
        raise SenderUnknown
    return _facts(row)


@dataclass(frozen=True, slots=True)
class DomainFacts:
    """A domain that mail comes from, without its keys."""

    id: int
    domain: str
    unverified_ok: bool
    verified: bool
    senders: int


def senders_of(tenant: TenantDB) -> list[SenderFacts]:
    """All senders, by name."""
    return [_facts(row) for row in tenant.objects(Sender).select_related("domain").order_by("name", "email")]


def domains_of(tenant: TenantDB) -> list[DomainFacts]:
    """All sender domains, by name."""
    rows = tenant.objects(SenderDomain).annotate(senders=Count("sender")).order_by("domain")
    return [DomainFacts(row.pk, row.domain, row.unverified_ok, row.verified_at is not None, row.senders) for row in rows]


def domain_by_id(tenant: TenantDB, domain_id: int) -> DomainFacts:
    """One sender domain. Raises DomainUnknown."""
    found = [one for one in domains_of(tenant) if one.id == domain_id]
    if not found:
        raise DomainUnknown
    return found[0]


def names_of(tenant: TenantDB, mailing_ids: Collection[int]) -> dict[int, str]:
    """Names of mailings by their numbers; those that are gone are left out."""
    return dict(tenant.objects(Mailing).filter(pk__in=mailing_ids).values_list("pk", "name"))


def to_list(tenant: TenantDB, list_id: int, limit: int | None = None) -> list[tuple[int, str, str]]:
    """Id, name and state of the latest mailings to a list, all or at most `limit`. Reads the head of every mailing: some hundreds."""
    rows = tenant.objects(Mailing).order_by("-pk").values_list("pk", "name", "state", "list_ids")
    return [(number, name, state) for number, name, state, lists in rows if list_id in lists][:limit]


def last_launch_to(tenant: TenantDB, list_ids: Collection[int]) -> datetime | None:
    """When a mailing to one of these lists was launched last; None where none was. Reads the head of every mailing: some hundreds."""
    rows = tenant.objects(Mailing).exclude(launched_at=None).values_list("launched_at", "list_ids")
    return max((at for at, lists in rows if at is not None and not set(list_ids).isdisjoint(lists)), default=None)
