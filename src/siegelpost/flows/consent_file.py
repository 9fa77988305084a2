"""The proof of one person's consents leaves as a PDF: in register and logs before anybody has it."""

from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from siegelpost.audience.errors import SubscriberUnknown
from siegelpost.audience.leaving import labels
from siegelpost.audience.reads import SubscriberView, find_by_email, find_subscriber
from siegelpost.base.actor import Actor
from siegelpost.consent.confirmations import sent_for
from siegelpost.consent.giving import GRANTED as PURPOSE_GRANTED
from siegelpost.consent.reads import ConsentRecord, records_of
from siegelpost.erasure.errors import CopyUnusable
from siegelpost.evidence.export import Proven, proven
from siegelpost.evidence.inputs import copied
from siegelpost.evidence.reads import about
from siegelpost.evidence.services import append
from siegelpost.flows.consent_paper import Stuff, paper
from siegelpost.flows.handing_out import file_of_command
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import COMMAND, CONTACT, EXPORT, PROFILE
from siegelpost.governance.disclosures.services import Outflow, record
from siegelpost.render.pdf import as_pdf
from siegelpost.tenancy.handle import TenantDB

ACT: Final = "consent.proof_printed"
GRANTED: Final = ("consent.granted", PURPOSE_GRANTED)
IMPORTED: Final = ("intake.imported", "intake.import_stopped")


def consent_file(tenant: TenantDB, person: SubscriberView, *, channel: str, zone: str, actor: Actor, now: datetime) -> bytes:
    """PDF/A of all consents of a person that the handle shows, running and ended.

    person   as the handle shows them
    channel  of the register, PAGE or COMMAND
    zone     whose clock is shown beside UTC

    The log is sealed first, so that each entry has its place. Raises LogBroken, FileRefused.
    """
    records, whole = records_of(tenant, person.id), tenant.unlimited
    stuff = Stuff(
        person=person,
        records=records,
        lists=labels(tenant, {one.list_id for one in records if one.list_id}),
        mails=sent_for(whole, {one.sign_up_id for one in records}),
        places=_places(whole, person.id, records, now),
        zone=zone,
        now=now,
    )
    made = as_pdf("consent", paper(tenant, stuff))
    _write_down(whole, person.id, made, channel, actor, now)
    return made


def write_consent(tenant: TenantDB, email: str, path: Path, *, zone: str, actor: Actor, now: datetime) -> int:
    """The same into a file, readable for its owner only; returns its bytes. Raises SubscriberUnknown and CopyUnusable, too."""
    person = find_by_email(tenant, email)
    if person is None:
        raise SubscriberUnknown
    try:
        with file_of_command(tenant, path, ACT, now=now) as file:
            return file.write(consent_file(tenant, person, channel=COMMAND, zone=zone, actor=actor, now=now))
    except OSError as reason:
        raise CopyUnusable(why=reason.strerror or path.name) from reason


def _places(whole: TenantDB, person_id: int, records: list[ConsentRecord], now: datetime) -> dict[tuple[str, int], Proven]:
    """Where the log says that each consent was given: by itself, or with the import that brought it."""
    granted = about(whole, (f"subscriber:{person_id}",), acts=GRANTED)
    by_itself = {(one.details.get("list", one.details.get("purpose")), one.at): one.id for one in granted}
    imports = about(whole, {f"import:{one.import_id}" for one in records if one.import_id}, acts=IMPORTED)
    with_import = {one.subject: one.id for one in imports}
    found = {
        one.key: by_itself.get((one.list_id or one.purpose, one.granted_at)) or with_import.get(f"import:{one.import_id}")
        for one in records
    }
    proofs = {entry: proven(whole, entry, now=now) for entry in set(found.values()) if entry}
    return {consent: proofs[entry] for consent, entry in found.items() if entry}


def _write_down(whole: TenantDB, person_id: int, made: bytes, channel: str, actor: Actor, now: datetime) -> None:
    person = find_subscriber(whole, person_id)
    roll = Roll(whole)
    roll.add(person_id, person.email if person else "")
    outflow = Outflow(
        kind=EXPORT, categories=(CONTACT, PROFILE), records=1, people=f"subscriber:{person_id}", channel=channel, act=ACT,
        digest=sha256(made).hexdigest(), size=len(made), roll=roll,
    )  # fmt: skip
    with whole.atomic():
        details = {"disclosure": record(whole, outflow, actor=actor, now=now)}
        append(whole, ACT, subject=f"subscriber:{person_id}", details=details, actor=actor, at=now)
        copied(whole, [person_id], "export")
