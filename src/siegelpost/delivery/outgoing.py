"""System and dialog mails: confirmation, link, notice. They go through a table of their own and the same lanes."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import blake2b
from types import MappingProxyType

from django.db.models import Count

from siegelpost.base.actor import Actor
from siegelpost.delivery.compose import Recipient, mailbox
from siegelpost.delivery.models import Attachment, Outgoing
from siegelpost.delivery.signing import ALL, Signing
from siegelpost.evidence.services import append
from siegelpost.render.mime import alternative, filler, header_text, with_file
from siegelpost.sign.dkim import DkimKey, Signer, relaxed
from siegelpost.sign.files import open_sealed, seal
from siegelpost.sign.verp import OUTGOING, VerpMint
from siegelpost.tenancy.handle import TenantDB

NAMES = ("From", "To", "Subject", "Date", "Message-ID", "Auto-Submitted", "X-CSA-Complaints", "MIME-Version", "Content-Type")
TWICE = ("From", "To", "Subject", "Date", "Message-ID")


WAITING = ("due", "claimed", "retry")
"""States in which a mail may still go out."""


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that a mail carries, under a name in plain ASCII."""

    name: str
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class SystemMail:
    """A mail that is no mailing.

    kind       confirmation, test, notice, …
    to         checked address
    sender_id  None takes the tenant's first sender
    dialog_version  of which version of a dialog mailing it was made, None for other mails
    """

    kind: str
    to: str
    subject: str
    text: str
    html: str = ""
    sender_id: int | None = None
    dialog_version: int | None = None


def enqueue(tenant: TenantDB, mail: SystemMail, *, attached: Attached | None = None, actor: Actor, now: datetime) -> int:
    """Queue one mail and return its id; its own transaction, or part of the caller's."""
    with tenant.atomic():
        row = tenant.objects(Outgoing).create(**asdict(mail), due_at=int(now.timestamp()), created_at=now)
        if attached:
            sealed = seal(tenant.keys.files, attached.data, secrets.token_bytes)
            tenant.objects(Attachment).create(outgoing_id=row.pk, name=attached.name, sealed=sealed)
        append(tenant, "delivery.queued", subject=f"outgoing:{row.pk}", details={"kind": mail.kind}, actor=actor, at=now)
    return row.pk


def forget_sent(tenant: TenantDB, *, now: datetime, after: timedelta = timedelta(days=1)) -> int:
    """Blank address and text of mails that are done; the row stays as a fact. Their files go at once. Returns how many."""
    with tenant.atomic():
        tenant.objects(Attachment).exclude(outgoing__state__in=WAITING).delete()
        done = tenant.objects(Outgoing).exclude(state__in=WAITING).exclude(to="")
        return done.filter(created_at__lt=now - after).update(to="", subject="", text="", html="")


def state_of(tenant: TenantDB, outgoing_id: int) -> str:
    """What became of a mail: due, claimed, retry, sent, bounced, blocked, unsure; "" where there is none."""
    return tenant.objects(Outgoing).filter(pk=outgoing_id).values_list("state", flat=True).first() or ""


def dialog_counts(tenant: TenantDB, versions: Collection[int]) -> dict[int, dict[str, int]]:
    """What became of the mails of some versions of dialog mailings: version -> state -> how many."""
    rows = tenant.objects(Outgoing).filter(dialog_version__in=versions, dialog_version__gt=0)
    found: dict[int, dict[str, int]] = {}
    for version, state, count in rows.values_list("dialog_version", "state").annotate(count=Count("id")).order_by():
        found.setdefault(version, {})[state] = count
    return found


def oldest_waiting(tenant: TenantDB) -> datetime | None:
    """Since when the oldest mail waits that is to go out; None where none does."""
    return tenant.objects(Outgoing).filter(state__in=WAITING).order_by("created_at").values_list("created_at", flat=True).first()


def overdue_files(tenant: TenantDB, *, now: datetime, after: timedelta) -> int:
    """Files that are still kept though their mail was done so long ago."""
    done = tenant.objects(Attachment).exclude(outgoing__state__in=WAITING)
    return done.filter(outgoing__at__lt=int((now - after).timestamp())).count()


def message_id(tenant: TenantDB, outgoing_id: int, domain: str) -> str:
    """The Message-ID of a mail that comes from this domain, the same whenever it is sent."""
    return f"<{_name(tenant, outgoing_id)}@{domain}>"


def _name(tenant: TenantDB, outgoing_id: int) -> str:
    return blake2b(b"outgoing:%d" % outgoing_id, key=tenant.keys.message_ids, digest_size=16).hexdigest()


def taken_at(tenant: TenantDB, outgoing_id: int) -> tuple[datetime | None, str]:
    """When a server took a mail (UTC), and its answer; None and "" where that is not known (yet)."""
    row = tenant.objects(Outgoing).filter(pk=outgoing_id, state="sent").values_list("at", "code").first()
    return (datetime.fromtimestamp(row[0], UTC), row[1]) if row and row[0] else (None, "")


def attached_to(tenant: TenantDB, mails: Collection[int]) -> dict[int, Attached]:
    """The files of some mails, opened. Raises FileRefused."""
    rows = tenant.objects(Attachment).filter(outgoing__in=mails)
    return {row.outgoing_id: Attached(row.name, open_sealed(tenant.keys.files, bytes(row.sealed))) for row in rows}


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who a system mail comes from: the value of From, the domain, and the keys that sign for it."""

    mailbox: bytes
    domain: str
    keys: tuple[DkimKey, ...]

    @classmethod
    def of(cls, name: str, email: str, keys: tuple[DkimKey, ...]) -> "Letterhead":
        """From a sender's name and address."""
        return cls(mailbox(name, email), email.rpartition("@")[2], keys)


class OutgoingComposer:
    """Makes the messages of one claimed slice of the outgoing table.

    letterheads     by sender id; None is the tenant's first sender
    bounce_domain   where bounces of these mails arrive
    complaints      address of X-CSA-Complaints
    signing         what of a message is signed
    files           what mails carry, by id
    """

    def __init__(
        self,
        tenant: TenantDB,
        mails: dict[int, Outgoing],
        letterheads: dict[int | None, Letterhead],
        bounce_domain: str,
        complaints: str,
        signing: Signing = ALL,
        files: Mapping[int, Attached] = MappingProxyType({}),
    ) -> None:
        self._signing, self._files = signing, files
        self._mails, self._letterheads, self._complaints = mails, letterheads, complaints.encode()
        self._tenant = tenant
        self._bounce = VerpMint(OUTGOING, tenant.number, tenant.keys.tokens, bounce_domain)

    def sender_of(self, row_id: int) -> str:
        """Envelope sender of one mail (VERP)."""
        return self._bounce.make(row_id)

    def compose(self, one: Recipient, second: int) -> bytes:
        """Return the signed message; a system mail carries no List-* and no Precedence (CONTRACT)."""
        mail = self._mails[one.delivery_id]
        paper = self._letterheads[mail.sender_id]
        name = _name(self._tenant, mail.pk)
        content_type, parts = alternative((mail.text,), (mail.html,) if mail.html else None, "=_" + name)
        if file := self._files.get(mail.pk):
            content_type, parts = with_file(content_type, parts, "=_f" + name, file.name, file.data)
        headers = [
            ("From", paper.mailbox),
            ("To", mail.to.encode()),
            ("Subject", header_text(mail.subject)),
            ("Date", format_datetime(datetime.fromtimestamp(second, UTC)).encode()),
            ("Message-ID", f"<{name}@{paper.domain}>".encode()),
            ("Auto-Submitted", b"auto-generated"),
            ("X-CSA-Complaints", self._complaints),
            ("MIME-Version", b"1.0"),
            ("Content-Type", content_type),
        ]
        body = filler(parts)({})
        signed, twice = self._signing.of(NAMES), self._signing.of(TWICE)
        canonical = b"".join([relaxed(*header) for header in headers if header[0] in signed])
        signatures = Signer(paper.keys, signed, twice=twice).headers(canonical, body)
        return signatures + b"".join([title.encode() + b": " + value + b"\r\n" for title, value in headers]) + b"\r\n" + body


def hold_all(tenant: TenantDB, *, now: datetime) -> int:
    """Send none of the waiting mails: in a copied home nobody knows whether they went out. Returns how many."""
    with tenant.atomic():
        return tenant.objects(Outgoing).filter(state__in=("due", "retry")).update(state="unsure", at=int(now.timestamp()))
