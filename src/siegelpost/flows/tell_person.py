"""Everything that is stored about one person leaves as JSON, for the person: in register and logs before it leaves."""

import json
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.base.privacy import Subject
from siegelpost.erasure.errors import CopyUnusable, NobodyStored
from siegelpost.erasure.sweep import subject_of
from siegelpost.evidence.inputs import copied
from siegelpost.evidence.services import append
from siegelpost.flows.erase_person import address_of
from siegelpost.flows.handing_out import file_of_command
from siegelpost.flows.person_stores import STORES
from siegelpost.governance.disclosures.handed_out import Left, count
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import ACCESS, COMMAND, CONTACT, DELIVERY, EXPORT, PROFILE, TO_THE_PERSON
from siegelpost.governance.disclosures.services import Given, Outflow, record
from siegelpost.tenancy.handle import TenantDB

ACT: Final = "erasure.told"
FORMAT: Final = 1
"""Goes up whenever a key of the document changes its meaning."""


def tell_person(tenant: TenantDB, email: str, *, actor: Actor, now: datetime) -> bytes:
    """Everything that is stored about whoever has this address, as JSON; also what stays after an erasure.

    Raises AddressWrong, NobodyStored. Source: Art. 15(1) and (3), Art. 20(1) GDPR.
    """
    text = _told(tenant, email, actor, now)
    count(tenant, ACT, COMMAND, Left(files=1, size=len(text)), now=now)
    return text


def write_person(tenant: TenantDB, email: str, path: Path, *, actor: Actor, now: datetime) -> int:
    """The same into a file, readable for its owner only; returns its bytes. Raises CopyUnusable, too."""
    try:
        with file_of_command(tenant, path, ACT, now=now) as file:
            return file.write(_told(tenant, email, actor, now))
    except OSError as reason:
        raise CopyUnusable(why=reason.strerror or path.name) from reason


def _told(tenant: TenantDB, email: str, actor: Actor, now: datetime) -> bytes:
    who = subject_of(tenant, address_of(email))
    stores = {store.code: {"name": store.name, "rows": rows} for store in STORES if (rows := store.tell(tenant, who))}
    if not stores:
        raise NobodyStored
    whole = {"format": FORMAT, "tenant": tenant.slug, "email": who.email, "made_at": now, "stores": stores}
    text = json.dumps(whole, default=_plain, ensure_ascii=False, indent=2).encode() + b"\n"
    _write_down(tenant, who, text, actor, now)
    return text


def _write_down(tenant: TenantDB, who: Subject, text: bytes, actor: Actor, now: datetime) -> None:
    """That somebody took it: to the person it is no disclosure, but it leaves by somebody's hand."""
    roll = Roll(tenant)
    roll.add(who.numbers[-1] if who.numbers else None, who.email)
    subject = f"subscriber:{who.numbers[-1]}" if who.numbers else "address"
    outflow = Outflow(
        kind=EXPORT, categories=(CONTACT, PROFILE, DELIVERY), records=1, people=subject, channel=COMMAND, act=ACT,
        digest=sha256(text).hexdigest(), size=len(text), given=Given(purpose=TO_THE_PERSON, ground=ACCESS), roll=roll,
    )  # fmt: skip
    with tenant.atomic():
        details = {"disclosure": record(tenant, outflow, actor=actor, now=now)}
        append(tenant, ACT, subject=subject, details=details, actor=actor, at=now)
        copied(tenant, who.numbers, "export")


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    raise TypeError(type(value).__name__)
