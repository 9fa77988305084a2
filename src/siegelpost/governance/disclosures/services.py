"""Record an outflow in the transaction of the act by which it happens; forget whose data it was when its time is over."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.governance.disclosures.models import Disclosure, Marks
from siegelpost.governance.disclosures.roll import SALT_BYTES, Roll
from siegelpost.governance.disclosures.rules import CATEGORIES, KINDS, OWN_USE, UNDER_AUTHORITY, forget_before, tidy
from siegelpost.tenancy.handle import TenantDB

RECORDED: Final = "disclosures.recorded"
FORGOTTEN: Final = "disclosures.forgotten"
REGISTER: Final = "register"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """To whom something goes, and why, as far as somebody says so.

    recipient  person or body; "" for whoever acts
    purpose    one of PURPOSES or free text
    ground     legal ground: an article
    """

    recipient: str = ""
    purpose: str = OWN_USE
    ground: str = UNDER_AUTHORITY
    instruction_id: int | None = None


FOR_ONESELF: Final = Given()
"""Whoever acts takes it, for the controller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outflow:
    """Personal data leaves.

    kind        one of KINDS
    categories  some of CATEGORIES
    records     how many people, lines or messages
    people      whose data, by rule: "list:3", "mailing:7", EVERYBODY
    channel     one of CHANNELS, or what it is called
    act         the act of the log by which it goes
    digest      SHA-256 of the file in hex
    size        bytes of the file as it leaves; None where nobody knows before
    roll        who exactly, where the rule does not say it for good
    at          when it happened, None for now
    """

    kind: str
    categories: tuple[str, ...]
    records: int
    people: str
    channel: str
    act: str
    digest: str = ""
    size: int | None = None
    given: Given = FOR_ONESELF
    roll: Roll | None = None
    at: datetime | None = None


def record(tenant: TenantDB, outflow: Outflow, *, actor: Actor, now: datetime) -> int:
    """Keep an outflow for good and return its number; inside the transaction of the act, so that neither happens without the other.

    The log gets number, kind, count, rule and a hash over the whole entry with a salt: never a recipient.

    Source: Art. 15(1)(c), Art. 19, Art. 30(2), Art. 5(2) GDPR.
    """
    if outflow.kind not in KINDS or not outflow.categories or not set(outflow.categories) <= set(CATEGORIES):
        raise ValueError(outflow.kind)
    given, roll, tenant = outflow.given, outflow.roll, tenant.unlimited
    row = Disclosure(
        at=outflow.at or now, kind=outflow.kind, recipient=tidy(given.recipient) or str(actor), categories=list(outflow.categories),
        records=outflow.records, people=outflow.people, purpose=tidy(given.purpose) or OWN_USE, ground=tidy(given.ground),
        instruction_id=given.instruction_id, channel=outflow.channel, digest=outflow.digest, size=outflow.size, act=outflow.act,
        actor=str(actor), salt=roll.salt if roll else os.urandom(SALT_BYTES), marks_digest=roll.digest() if roll else "",
    )  # fmt: skip
    row.save(using=tenant.alias, force_insert=True)
    parts = roll.parts() if roll else []
    tenant.objects(Marks).bulk_create([Marks(disclosure=row, part=n, data=data) for n, data in enumerate(parts)], batch_size=20)
    details = {"kind": row.kind, "records": row.records, "people": row.people, "entry": digest_of(row)}
    append(tenant, RECORDED, subject=f"disclosure:{row.pk}", details=details, actor=actor, at=now)
    return int(row.pk)


def digest_of(row: Disclosure) -> str:
    """SHA-256 over an entry with its salt, in hex: what the log holds of it."""
    plain = {
        "at": row.at.astimezone(UTC).isoformat(), "kind": row.kind, "recipient": row.recipient, "categories": row.categories,
        "records": row.records, "people": row.people, "purpose": row.purpose, "ground": row.ground, "instruction": row.instruction_id,
        "channel": row.channel, "digest": row.digest, "act": row.act, "actor": row.actor, "salt": bytes(row.salt).hex(),
        "marks": row.marks_digest,
    }  # fmt: skip
    if row.size is not None:  # entries from before sizes were kept have the hash that they had
        plain["size"] = row.size
    return sha256(json.dumps(plain, sort_keys=True).encode()).hexdigest()


def forget(tenant: TenantDB, *, actor: Actor, now: datetime) -> int:
    """Delete the marks of outflows whose time is over, and say so in the log; returns of how many outflows."""
    before = forget_before(now)
    with tenant.atomic():
        over = tenant.objects(Marks).filter(disclosure__at__lt=before)
        entries = over.values("disclosure_id").distinct().count()
        if entries:
            over.delete()
            details = {"before": before.date().isoformat(), "entries": entries}
            append(tenant, FORGOTTEN, subject=REGISTER, details=details, actor=actor, at=now)
    return entries
