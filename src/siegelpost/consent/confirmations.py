"""The confirmation mail as it went out: kept with the sign-up, and with the consent once the owner of the address has answered.

It is sealed with the tenant's key: its link is for the person alone, and whoever copies the database must not be able to follow it.

Source: BGH, 10.02.2011, I ZR 164/09 (that and how the owner was asked must be on record for each person); Art. 7(1) GDPR.
"""

import json
import secrets
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256

from siegelpost.consent.models import ConfirmationSent
from siegelpost.sign.files import open_sealed, seal
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One confirmation mail.

    outgoing     its number in the queue
    message_id   of its header, "" where no sender was there yet
    sender       whom it came from, "" likewise
    sent_at      when a mail server took it, None where its answer never came; `code` what that answered
    """

    outgoing: int
    message_id: str
    sender: str
    subject: str
    text: str
    html: str
    sent_at: datetime | None = None
    code: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 in hex of subject and plain text, as the log has it; it cannot be guessed, as the link is in it."""
        return sha256(f"{self.subject}\n\n{self.text}".encode()).hexdigest()


def pack(tenant: TenantDB, sent: Sent) -> bytes:
    """Seal a mail that was just queued."""
    said = {name: value for name, value in asdict(sent).items() if name not in ("sent_at", "code")}
    return seal(tenant.keys.files, json.dumps(said).encode(), secrets.token_bytes)


def unpack(tenant: TenantDB, sealed: bytes) -> Sent:
    """Open what `pack` sealed. Raises FileRefused."""
    return Sent(**json.loads(open_sealed(tenant.keys.files, sealed)))


def keep(tenant: TenantDB, sign_up_id: str, subscriber_id: int, asked: bytes, taken: tuple[datetime | None, str]) -> None:
    """Keep the mail of a sign-up that was confirmed, and when a server took it. Inside `tenant.atomic()`; doing it twice is safe."""
    sent_at, code = taken
    row = ConfirmationSent(sign_up_id=sign_up_id, subscriber_id=subscriber_id, sealed=asked, sent_at=sent_at, code=code)
    tenant.objects(ConfirmationSent).bulk_create([row], ignore_conflicts=True)


def sent_for(tenant: TenantDB, sign_up_ids: Collection[str]) -> dict[str, Sent]:
    """The mails that were answered, by sign-up; those from before mails were kept are missing."""
    rows = tenant.objects(ConfirmationSent).filter(sign_up_id__in=[one for one in sign_up_ids if one])
    return {row.sign_up_id: replace(unpack(tenant, bytes(row.sealed)), sent_at=row.sent_at, code=row.code) for row in rows}


def sent_to(tenant: TenantDB, subscriber_ids: Collection[int]) -> list[Sent]:
    """All such mails to some people, the oldest first."""
    rows = tenant.objects(ConfirmationSent).filter(subscriber_id__in=subscriber_ids).order_by("id")
    return list(sent_for(tenant, list(rows.values_list("sign_up_id", flat=True))).values())


def forget_of(tenant: TenantDB, subscriber_ids: Collection[int]) -> int:
    """Remove those of some people, who are erased. Returns how many."""
    return tenant.objects(ConfirmationSent).filter(subscriber_id__in=subscriber_ids).delete()[0]
