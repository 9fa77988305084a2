"""One person's message: the variant compiled once, then slots, headers, signature. The hot path of the engine."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import format_datetime
from hashlib import blake2b
from typing import Any, NamedTuple

from siegelpost.delivery.notice import SLOT, with_notice
from siegelpost.delivery.personal_links import PERSON, PersonalLinks
from siegelpost.delivery.plan import FrozenVariant, LaunchPlan
from siegelpost.delivery.signing import ALL, Signing
from siegelpost.render.compile import Compiled, Source, compile_variant
from siegelpost.render.mime import alternative, filler, header_text
from siegelpost.render.pieces import join, names_of
from siegelpost.sign.dkim import DkimKey, Signer, relaxed
from siegelpost.sign.keys import TenantKeys
from siegelpost.sign.message_ids import id_for, id_of_mailing
from siegelpost.sign.tokens import TokenMint, pack
from siegelpost.sign.verp import BOUNCE, UNSUBSCRIBE, VerpMint

NAMES = (
    "From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Feedback-ID",
    "X-CSA-Complaints", "Precedence", "Reply-To", "MIME-Version", "Content-Type",
)  # fmt: skip
TWICE = ("From", "To", "Subject", "Date", "Message-ID", "Reply-To", "List-Unsubscribe")
_URLS = {"unsubscribe_url": "u", "preferences_url": "p", "web_version_url": "w"}


class Recipient(NamedTuple):
    """One claimed delivery, with what its message needs. `fields` may be JSON as the database keeps it.

    plain     no shared measured addresses: no measuring at all, or `personal`
    source    for the notice under a first mail, with what the import named
    personal  links of one's own, for whoever agreed to them
    """

    delivery_id: int
    subscriber_id: int
    variant_id: int
    attempt: int
    email: str
    fields: str | dict[str, Any]
    plain: bool = False
    source: str = ""
    personal: bool = False


def compiled(variant: FrozenVariant) -> Compiled:
    """Compile a frozen variant with its measured addresses."""
    source = Source(format=variant.format, body=variant.source, text=variant.text, subject=variant.subject, preheader=variant.preheader)
    links = variant.links
    return compile_variant(
        source,
        link_for=(lambda url, _position: links.get(url, url)) if links else None,
        pixel=variant.pixel or None,
    )


class Composer:
    """Makes the messages of one launched mailing.

    keys     of the tenant; for tokens, Message-IDs and envelope senders
    dkim     keys of the sender domain, in the order of their signatures
    signing  what of a message they sign
    own      personal links, of a mailing that has any
    """

    def __init__(
        self,
        plan: LaunchPlan,
        tenant_number: int,
        keys: TenantKeys,
        dkim: tuple[DkimKey, ...],
        signing: Signing = ALL,
        own: PersonalLinks | None = None,
    ) -> None:
        self._plan = plan
        signed = signing.of(NAMES)
        self._signer = Signer(dkim, signed if plan.reply_to else [n for n in signed if n != "Reply-To"], twice=signing.of(TWICE))
        self._signing, self._signs_id = signing, signing.signs("Message-ID")
        self._links = {
            name: _address(f"{plan.public_url}/{letter}/", TokenMint(letter, tenant_number, keys.tokens)) for name, letter in _URLS.items()
        }
        self._bounce = VerpMint(BOUNCE, tenant_number, keys.tokens, plan.bounce_domain)
        self._mailto = VerpMint(UNSUBSCRIBE, tenant_number, keys.tokens, plan.bounce_domain)
        self._ids = id_of_mailing(plan.mailing_id, keys.message_ids)
        self._id_end = b"@" + plan.domain.encode() + b">"
        self._variants = {variant.id: _Variant(variant, self) for variant in plan.variants}
        self._own = own
        self._others: dict[tuple[bool, bool, bool], dict[int, _Variant]] = {}
        """Without pixel and measured links, with the notice under a first mail, with personal links; made when the first is needed."""
        self._from = mailbox(plan.sender_name, plan.sender_email)
        self._date_second, self._static = -1, (b"", b"", b"", b"")

    def sender_of(self, delivery_id: int) -> str:
        """Envelope sender of one delivery (VERP)."""
        return self._bounce.make(delivery_id)

    def message_id(self, subscriber_id: int) -> bytes:
        """The same for each try of the same mailing to the same person."""
        return b"<" + id_for(self._ids, subscriber_id).encode() + self._id_end

    def compose(self, one: Recipient, second: int) -> bytes:
        """Return the signed message of one person; `second` is the time of its Date header."""
        variant = self._other_variant(one) if one.plain or one.source else self._variants[one.variant_id]
        numbers = pack((one.subscriber_id, self._plan.mailing_id))
        links = {name: self._links[name](numbers) for name in variant.links}
        values = self._values(one, links)
        leave, mailto = links["unsubscribe_url"].encode(), self._mailto.seal(numbers).encode()
        subject = variant.subject or header_text(join(variant.subject_pieces, values))
        if second != self._date_second:
            self._freeze(second)
        sent_start, sent_end, signed_start, signed_end = self._static  # what is sent, and the same as it is signed
        to, message_id = one.email.encode(), self.message_id(one.subscriber_id)
        body = variant.fill(values)
        signature = b""
        if self._signer:
            signature = self._signer.headers(b"".join((
                signed_start, to, b"\r\nsubject:", b" ".join(subject.split()) if b"\r" in subject else subject, b"\r\n",
                self._date_signed, b"message-id:" + message_id + b"\r\n" if self._signs_id else b"",
                b"list-unsubscribe:<", leave, b">, <mailto:", mailto,
                b"?subject=unsubscribe>\r\n", signed_end, variant.type_signed,
            )), body)  # fmt: skip
        return b"".join((
            signature, sent_start, to, b"\r\nSubject: ", subject, b"\r\n", self._date_sent, b"Message-ID: ", message_id,
            b"\r\nList-Unsubscribe: <", leave, b">,\r\n <mailto:", mailto, b"?subject=unsubscribe>\r\n",
            sent_end, variant.type_sent, b"\r\n", body,
        ))  # fmt: skip

    def _other_variant(self, one: Recipient) -> "_Variant":
        """Where no personal link can be made, there is none at all."""
        own = self._own if one.personal else None
        kind = one.plain, bool(one.source), own is not None
        if kind not in self._others:
            plan = self._plan.unmeasured() if one.plain else self._plan
            variants = [own.variant(variant) if own else variant for variant in plan.variants]
            variants = [with_notice(variant, plan.notice) if one.source else variant for variant in variants]
            self._others[kind] = {variant.id: _Variant(variant, self, own) for variant in variants}
        return self._others[kind][one.variant_id]

    def _values(self, one: Recipient, links: dict[str, str]) -> dict[str, object]:
        """What the slots of one person may read."""
        plan = self._plan
        values: dict[str, object] = json.loads(one.fields) if isinstance(one.fields, str) else dict(one.fields)
        for alias in plan.date_fields:
            if isinstance(found := values.get(alias), str):
                values[alias] = date.fromisoformat(found)
        values.update(links, email=one.email, imprint=plan.imprint)
        if one.source:
            values[SLOT] = one.source
        if one.personal and self._own is not None:
            values[PERSON] = self._own.block(one.subscriber_id)
        return values

    def _freeze(self, second: int) -> None:
        """Prepare the headers that all messages of this second share."""
        plan, when = self._plan, format_datetime(datetime.fromtimestamp(second, UTC)).encode()
        ends = [
            ("List-Unsubscribe-Post", b"List-Unsubscribe=One-Click"),
            ("List-Id", list_id(plan)),
            ("Feedback-ID", plan.feedback_id.encode()),
            ("X-CSA-Complaints", plan.complaint_address.encode()),
            ("Precedence", b"bulk"),
            *([("Reply-To", plan.reply_to.encode())] if plan.reply_to else []),
            ("MIME-Version", b"1.0"),
        ]
        self._date_sent = b"Date: " + when + b"\r\n"
        self._date_signed = relaxed("Date", when) if self._signing.signs("Date") else b""
        self._static = (
            b"From: " + self._from + b"\r\nTo: ",
            b"".join([name.encode() + b": " + value + b"\r\n" for name, value in ends]),
            relaxed("From", self._from) + b"to:",
            b"".join([relaxed(name, value) for name, value in ends if self._signing.signs(name)]),
        )
        self._date_second = second


def _address(start: str, mint: TokenMint) -> Callable[[bytes], str]:
    return lambda numbers: start + mint.seal(numbers)


class _Variant:
    """One variant, ready: subject, body filler and the header that names its parts."""

    def __init__(self, variant: FrozenVariant, composer: Composer, own: PersonalLinks | None = None) -> None:
        ready = compiled(variant)
        if own is not None:
            ready = replace(ready, html=own.cut(ready.html) if ready.html is not None else None, text=own.cut(ready.text))
        self.subject_pieces = ready.subject
        names = names_of(ready.subject) | names_of(ready.text) | names_of(ready.html or ())
        self.links = [name for name in _URLS if name in names or name == "unsubscribe_url"]  # made only where somebody reads them
        self.subject = header_text(join(ready.subject, {})) if not names_of(ready.subject) else b""
        boundary = "=_" + blake2b(composer.message_id(0) + variant.source.encode(), digest_size=15).hexdigest()
        content_type, body = alternative(ready.text, ready.html, boundary)
        self.type_sent = b"Content-Type: " + content_type + b"\r\n"
        self.type_signed = relaxed("Content-Type", content_type)
        self.fill = filler(body)


def mailbox(name: str, email: str) -> bytes:
    """A From or Reply-To value: the name quoted or encoded as needed."""
    if not name:
        return email.encode()
    text = header_text(name)
    if b"=?" not in text:
        text = b'"' + text.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return text + b" <" + email.encode() + b">"


def list_id(plan: LaunchPlan) -> bytes:
    """List-Id (RFC 2919) of the list, or of the sender where the mailing goes to several."""
    return plan.list_header.encode("ascii", "replace")
