"""Who received data of a person, and the register as a file."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any, Final

from siegelpost.audience.addresses import read_address
from siegelpost.audience.csvcells import MARK, defuse_all, separator
from siegelpost.audience.reads import find_by_email, find_subscriber
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import current_language
from siegelpost.base.i18n import translate as t
from siegelpost.delivery.reads import received
from siegelpost.erasure.keeping import HANDED_OVER, MAILINGS, opened
from siegelpost.erasure.rules import OUTFLOWS
from siegelpost.evidence.services import append
from siegelpost.flows.handing_out import Hashing, file_of_command
from siegelpost.governance.disclosures.errors import AddressUnreadable, PeriodReversed, RegisterFileUnusable
from siegelpost.governance.disclosures.reads import ALL, Answer, Asked, DisclosureView, Told, disclosures, told
from siegelpost.governance.disclosures.rules import (
    ACCOUNTABILITY,
    CATEGORIES,
    CHANNELS,
    COMMAND,
    EXPORT,
    GROUNDS,
    KINDS,
    PAGE,
    PROVING,
    PURPOSES,
    RECIPIENTS,
    STAFF,
    SURE,
    WAYS,
    Who,
)
from siegelpost.governance.disclosures.services import REGISTER, Given, Outflow, record
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB

HEADER: Final = (
    "number", "time", "kind", "recipient", "categories", "records", "people", "purpose", "ground", "instruction", "channel",
    "hash", "actor",
)  # fmt: skip
ASKED: Final = "disclosures.asked"
EXPORTED: Final = "disclosures.exported"


def asked_for(first: date | None, last: date | None, kind: str = "") -> Asked:
    """From a day to another one (UTC), both included. Raises PeriodReversed."""
    if first and last and first > last:
        raise PeriodReversed
    return Asked(_midnight(first) if first else None, _midnight(last + timedelta(days=1)) if last else None, kind)


def told_to(tenant: TenantDB, email: str, asked: Asked = ALL, *, actor: Actor, now: datetime) -> Told:
    """Who received data of whoever has this address, or had it. That somebody asked is an entry of the log. Raises AddressUnreadable."""
    address = read_address(email).address
    if not address:
        raise AddressUnreadable
    found = find_by_email(tenant, address)
    key = address_key(address, tenant.keys.addresses)
    return _told(tenant, found.id if found else None, key, asked, actor, now)


def told_about(tenant: TenantDB, subscriber_id: int, asked: Asked = ALL, *, actor: Actor, now: datetime) -> Told:
    """The same of a subscriber by number."""
    found = find_subscriber(tenant, subscriber_id)
    return _told(tenant, subscriber_id, found.key if found else b"", asked, actor, now)


def _told(tenant: TenantDB, number: int | None, key: bytes, asked: Asked, actor: Actor, now: datetime) -> Told:
    with tenant.atomic():
        append(tenant, ASKED, subject=f"subscriber:{number}" if number is not None else "address", actor=actor, at=now)
    return told_of(tenant, number, key, asked)


def told_of(tenant: TenantDB, number: int | None, key: bytes, asked: Asked = ALL) -> Told:
    """Who received data of a person with this number now, or with this keyed hash of the address, who may have been erased before."""
    person = find_subscriber(tenant, number) if number is not None else None
    handed = () if number is None else received(tenant, number, skip=0, limit=MAILINGS)
    mailings = frozenset(one.mailing_id for one in handed if one.state in HANDED_OVER)
    now_told = told(tenant, Who(number, key, person.created_at if person else None, mailings), asked)
    before = [one for kept in opened(tenant, key, OUTFLOWS) for one in _before(tenant, key, kept, asked)]
    if not before:
        return now_told
    # what is merely possible of an address says nothing where it is known what there was before the erasure
    sure = [one for one in now_told.answers if one.how == SURE or number is not None]
    found = {one.one.id: one for one in (*before, *sure)}
    return Told(tuple(found[each] for each in sorted(found, reverse=True)), now_told.silent)


def _before(tenant: TenantDB, key: bytes, kept: Mapping[str, Any], asked: Asked) -> Iterator[Answer]:
    """What an erasure kept for this question, asked again."""
    came, erased = datetime.fromisoformat(kept["came"]), datetime.fromisoformat(kept["erased_at"])
    for number, mailings in kept["handed_over"].items():
        for one in told(tenant, Who(int(number), key, came, frozenset(mailings)), asked).answers:
            if one.one.at <= erased:
                yield one


def write_register(tenant: TenantDB, path: Path, lines: Sequence[DisclosureView], *, actor: Actor, now: datetime) -> None:
    """Write lines of the register into a CSV file, readable for its owner only: an outflow, too. Raises RegisterFileUnusable."""
    try:
        with file_of_command(tenant, path, EXPORTED, now=now) as file:
            hashing = Hashing(file)
            for piece in register_csv(lines):
                hashing.write(piece)
            file.flush()
            _note(tenant, len(lines), hashing, COMMAND, actor, now)
    except OSError as reason:
        raise RegisterFileUnusable(why=reason.strerror or path.name) from reason


def register_for_page(tenant: TenantDB, lines: Sequence[DisclosureView], *, actor: Actor, now: datetime) -> bytes:
    """The same for a browser."""
    whole = io.BytesIO()
    hashing = Hashing(whole)
    for piece in register_csv(lines):
        hashing.write(piece)
    _note(tenant, len(lines), hashing, PAGE, actor, now)
    return whole.getvalue()


def _note(tenant: TenantDB, lines: int, made: Hashing, channel: str, actor: Actor, now: datetime) -> None:
    outflow = Outflow(
        kind=EXPORT, categories=(RECIPIENTS, STAFF), records=lines, people=REGISTER, channel=channel, act=EXPORTED, digest=made.digest,
        size=made.size, given=Given(purpose=PROVING, ground=ACCOUNTABILITY),
    )  # fmt: skip
    with tenant.atomic():
        details = {"lines": lines, "disclosure": record(tenant, outflow, actor=actor, now=now)}
        append(tenant, EXPORTED, subject=REGISTER, details=details, actor=actor, at=now)


def register_csv(lines: Iterable[DisclosureView]) -> Iterator[bytes]:
    """Header and lines, separated as the reader's spreadsheet wants it; it runs nothing of them."""
    splits = separator(current_language())
    yield MARK.encode()
    yield _line(HEADER, splits)
    for one in lines:
        yield _line((
            str(one.id), one.at.astimezone(UTC).isoformat(timespec="seconds"), named(KINDS, one.kind), one.recipient,
            categories(one), str(one.records), one.people, named(PURPOSES, one.purpose), named(GROUNDS, one.ground),
            str(one.instruction_id or ""),
            named({**CHANNELS, **WAYS}, one.channel), one.digest, one.actor,
        ), splits)  # fmt: skip


def whole_register(tenant: TenantDB, asked: Asked, *, actor: Actor, now: datetime) -> list[DisclosureView]:
    """The register; that somebody read it is an entry of the log."""
    with tenant.atomic():
        append(tenant, "disclosures.read", subject=REGISTER, actor=actor, at=now)
    return disclosures(tenant, asked)


def named(words: dict[str, str], code: str) -> str:
    """What a code is called; free text as it is."""
    return t(words[code]) if code in words else code


def categories(one: DisclosureView) -> str:
    """What went out, in words."""
    return ", ".join(named(CATEGORIES, code) for code in one.categories)


def _line(cells: tuple[str, ...], splits: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=splits).writerow(defuse_all(cells))
    return text.getvalue().encode()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time_of_day(), UTC)
