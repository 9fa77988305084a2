"""Create, change and copy mailings; add senders; say whether a mailing may go out. What reaches a header is checked here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.mailings import rules
from siegelpost.mailings.domains import KeyPair, ensure_domain, new_keys
from siegelpost.mailings.errors import (
    ContentMissing,
    FormatUnknown,
    MailingUnknown,
    NoLists,
    NotDraft,
    SenderMissing,
    SenderUnverified,
)
from siegelpost.mailings.models import Mailing, Sender, Variant
from siegelpost.mailings.reads import MailingFacts, SenderFacts, mailing, sender
from siegelpost.mailings.state import DRAFT
from siegelpost.tenancy.errors import OnlyTrying, TenantEnded
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one variant says.

    subject      1 to 400 characters on one line, Liquid allowed
    preheader    up to 400 characters, Liquid allowed
    format       mjml, html, md or txt
    source       text, at most 1,000,000 bytes of UTF-8
    text_source  the plain-text part, "" derives it
    """

    subject: str
    format: str
    source: str
    preheader: str = ""
    text_source: str = ""

    def checked(self) -> "Content":
        """The same, fit to be stored. Raises HeaderRefused, FormatUnknown, SourceEmpty, SourceNotText, SourceTooLarge."""
        if self.format not in rules.FORMATS:
            raise FormatUnknown
        return Content(
            subject=rules.header_text(self.subject, "subject", rules.MAX_SUBJECT),
            preheader=rules.header_text(self.preheader, "preheader", rules.MAX_SUBJECT, empty_ok=True),
            format=self.format,
            source=rules.checked_source(self.source),
            text_source=rules.checked_source(self.text_source) if self.text_source else "",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMailing:
    """A mailing to be. `measure` is checked by the flow; `list_ids` and `sender_id` exist."""

    content: Content
    sender_id: int
    list_ids: tuple[int, ...]
    measure: str = "anonymous"
    name: str = ""
    """Up to 200 characters; "" takes the subject."""
    reply_to: str = ""
    allowed_hosts: tuple[str, ...] = ()
    """Hosts of others from which its images may be loaded."""


def create_mailing(tenant: TenantDB, new: NewMailing, *, actor: Actor, now: datetime) -> int:
    """Store a draft of kind standard with one variant; returns its id.

    Raises HeaderRefused, AddressRefused, HostRefused, NoLists, SenderUnknown and as `Content.checked`.
    """
    content = new.content.checked()
    row = Mailing(
        name=rules.header_text(new.name or rules.name_from(content.subject), "name", rules.MAX_MAILING_NAME),
        sender_id=sender(tenant, new.sender_id).id,
        reply_to=rules.address(new.reply_to, "reply-to") if new.reply_to else "",
        measure=new.measure,
        list_ids=list(dict.fromkeys(new.list_ids)),
        allowed_hosts=sorted({rules.host(one) for one in new.allowed_hosts}),
        created_at=now,
    )
    if not row.list_ids:
        raise NoLists
    with tenant.atomic():
        row.save(using=tenant.alias, force_insert=True)
        store_variant(tenant, row.pk, "A", content)
        details = {"measure": row.measure, "lists": row.list_ids, "allowed_hosts": row.allowed_hosts}
        append(tenant, "mailing.created", subject=f"mailing:{row.pk}", details=details, actor=actor, at=now)
    return row.pk


def set_variant(tenant: TenantDB, mailing_id: int, content: Content, *, name: str = "A", actor: Actor, now: datetime) -> int:
    """Write or rewrite one variant of a draft; returns its id. Raises NotDraft, MailingUnknown and as `Content.checked`."""
    content, name = content.checked(), rules.header_text(name, "variant", 40)
    with tenant.atomic():
        hold_draft(tenant, mailing_id)
        variant_id = store_variant(tenant, mailing_id, name, content)
        append(tenant, "mailing.changed", subject=f"mailing:{mailing_id}", details={"variant": variant_id}, actor=actor, at=now)
    return variant_id


def copy_mailing(tenant: TenantDB, mailing_id: int, *, name: str = "", actor: Actor, now: datetime) -> int:
    """Make a draft with the same content, sender, lists and measuring; returns its id. Raises MailingUnknown."""
    old = mailing(tenant, mailing_id)
    with tenant.atomic():
        row = tenant.objects(Mailing).create(
            kind=old.kind,
            name=rules.header_text(name or old.name, "name", rules.MAX_MAILING_NAME),
            sender_id=old.sender_id,
            reply_to=old.reply_to,
            measure=old.measure,
            list_ids=list(old.list_ids),
            allowed_hosts=list(old.allowed_hosts),
            created_at=now,
            copied_from=old.id,
        )
        for one in old.variants:
            content = Content(
                subject=one.subject, preheader=one.preheader, format=one.format, source=one.source, text_source=one.text_source
            )
            store_variant(tenant, row.pk, one.name, content)
        append(tenant, "mailing.copied", subject=f"mailing:{row.pk}", details={"from": old.id}, actor=actor, at=now)
    return row.pk


def create_sender(
    tenant: TenantDB,
    mailbox: str,
    *,
    unverified_ok: bool,
    actor: Actor,
    now: datetime,
    make_keys: Callable[[], KeyPair] = new_keys,
) -> SenderFacts:
    """Add a sender and, where it is new, its domain with keys; a sender that exists is returned as it is.

    mailbox        Name <address>
    unverified_ok  see `ensure_domain`; may be given later by adding the sender again

    Raises HeaderRefused, AddressRefused.
    """
    name, email = rules.mailbox(mailbox)
    domain_id = ensure_domain(tenant, email.rpartition("@")[2], unverified_ok=unverified_ok, actor=actor, now=now, make_keys=make_keys)
    with tenant.atomic():
        row, is_new = tenant.objects(Sender).get_or_create(
            name=name,
            email=email,
            defaults={"code": rules.sender_code(tenant.number, name, email), "domain_id": domain_id, "created_at": now},
        )
        if is_new:
            append(tenant, "sender.added", subject=f"sender:{row.pk}", details={"domain": domain_id}, actor=actor, at=now)
    return sender(tenant, row.pk)


def may_send(tenant: TenantDB, facts: MailingFacts) -> SenderFacts:
    """Return the sender of a mailing that may go out; asked at launch.

    Raises SenderMissing, SenderUnverified (neither checked nor permitted), ContentMissing, and OnlyTrying, TenantEnded.
    """
    if tenant.test:
        raise OnlyTrying
    if tenant.ended:
        raise TenantEnded
    if facts.sender_id is None:
        raise SenderMissing(id=facts.id)
    if not facts.variants:
        raise ContentMissing(id=facts.id)
    found = sender(tenant, facts.sender_id)
    if not (found.verified or found.unverified_ok):
        raise SenderUnverified(domain=found.domain)
    return found


def hold_draft(tenant: TenantDB, mailing_id: int) -> None:
    """Lock a draft until the end of the transaction, so that a launch waits or comes first."""
    rows = tenant.objects(Mailing).filter(pk=mailing_id)
    if rows.filter(state=DRAFT).update(state=DRAFT):
        return
    state = rows.values_list("state", flat=True).first()
    if state is None:
        raise MailingUnknown(id=mailing_id)
    raise NotDraft(id=mailing_id, state=state)


def store_variant(tenant: TenantDB, mailing_id: int, name: str, content: Content) -> int:
    """Write one variant inside an open transaction and return its id; `content` is checked."""
    row, _new = tenant.objects(Variant).update_or_create(
        mailing_id=mailing_id,
        name=name,
        defaults={
            "subject": content.subject,
            "preheader": content.preheader,
            "format": content.format,
            "source": content.source,
            "text_source": content.text_source,
        },
    )
    return row.pk
