"""Hand data over: prepare, encrypt, take or mail, record the password's path. What was recorded never changes."""

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from django.db import IntegrityError

from siegelpost.audience.addresses import read_address
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.evidence.services import append
from siegelpost.governance.handover import contents, files, rules
from siegelpost.governance.handover.errors import (
    DeviationMissing,
    FileHeld,
    FormatUnusable,
    LineUnusable,
    LinkExpired,
    NotYetEncrypted,
    NumberUnusable,
    OthersFile,
    PasswordInText,
    PasswordShown,
    PathRecorded,
    PathRefused,
    TakenAlready,
)
from siegelpost.governance.handover.exceptions import deviation_for
from siegelpost.governance.handover.in_text import Mark, digests_in, mark_of
from siegelpost.governance.handover.models import Encryption, HandOver, PasswordPath, Step
from siegelpost.governance.handover.reads import HandOverView, hand_over, hand_overs
from siegelpost.sign.addresses import address_key
from siegelpost.tenancy.handle import TenantDB

UPLOAD: Final = "upload"
AT_ONCE: Final = 500
"""Digests in one question to the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewHandOver:
    """What is to be handed over.

    receiver    person or body
    email       checked address, "" where the file is not mailed
    phone       number on file, "" for none
    purpose     what it is needed for by the contract
    categories  kinds of data
    records     of how many people or things
    format      one of rules.FORMATS
    by_mail     the password may go to the same mailbox; takes a deviation
    """

    receiver: str
    email: str = ""
    phone: str = ""
    purpose: str
    categories: str
    records: int
    format: str = rules.ZIP
    by_mail: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """A file: its name, its bytes, where it comes from ("upload", "list:1", "mailing:2"), and whose data it is as far as that is known.

    people  number of a subscriber, None where nobody knows, and address
    """

    name: str
    data: bytes
    source: str = UPLOAD
    people: tuple[tuple[int | None, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Handed:
    """The file as it leaves, under a name that says nothing."""

    name: str
    data: bytes


Said = Mapping[str, int | str]
"""What is written down with a step: `outgoing` (the mail that carries it), `disclosure`, `scanner`."""
NOTHING: Final[Said] = MappingProxyType({})

Lock = Callable[[str, str, bytes, str], bytes]
"""(format, name, content, password) -> encrypted file: `locks.encrypted`."""


def prepare(tenant: TenantDB, new: NewHandOver, content: Content, *, folder: Path, actor: Actor, now: datetime) -> int:
    """Keep what is to be handed over, sealed, and return its number. What we made ourselves is ready; an upload is held until scanned.

    Raises LineUnusable, NumberUnusable, FormatUnusable, DeviationMissing, FileUnusable, MacroFound, ZipBomb: then nothing is kept.
    """
    tidy = _checked(new)
    deviation_id = _deviation(tenant, new, now)
    if content.source == UPLOAD:
        contents.check(content.name, content.data)
    if new.format == rules.PDF and not content.data.startswith(b"%PDF-"):
        raise FormatUnusable(format=new.format)
    row = HandOver(
        **tidy, records=new.records, format=new.format, source=content.source, digest=hashlib.sha256(content.data).hexdigest(),
        size=len(content.data), deviation_id=deviation_id, actor=str(actor), at=now,
    )  # fmt: skip
    with tenant.atomic():
        row.save(using=tenant.alias, force_insert=True)
        details = {
            "format": row.format, "source": row.source, "records": row.records, "hash": row.digest,
            "receiver": receiver_key(tenant, row.receiver, row.email), "deviation": deviation_id,
        }  # fmt: skip
        append(tenant, "handover.prepared", subject=_subject(row.pk), details=details, actor=actor, at=now)
        if content.source != UPLOAD:
            note(tenant, row.pk, rules.CLEAN, actor=actor, now=now)
        files.keep(tenant, folder, row.pk, files.PEOPLE, json.dumps(content.people).encode())
        files.keep(tenant, folder, row.pk, files.ORIGINAL, content.data, contents.shown_name(content.name))
    return int(row.pk)


def encrypt(tenant: TenantDB, number: int, lock: Lock, *, password: str, folder: Path, actor: Actor, now: datetime) -> str:
    """Encrypt the file with a new password and return that: the only time that anybody sees it. "" for what is not encrypted.

    Raises HandOverUnknown, FileHeld, PasswordShown, LinkExpired, TakenAlready, FormatUnusable, DeviationMissing: then no password
    was used.
    """
    one = hand_over(tenant, number, now=now)
    if one.encryption is not None:
        raise PasswordShown
    _must_be_there(one)
    if one.state != rules.READY:
        raise FileHeld
    plain = one.format == rules.PLAIN
    if one.deviation_id is not None:
        _must_hold(tenant, one, now)
    name, data = files.kept(tenant, folder, number, files.ORIGINAL)
    made = data if plain else lock(one.format, name, data, password)
    mark = Mark(0, "") if plain else mark_of(password, tenant.keys.handover)
    row = Encryption(
        hand_over_id=number, digest=hashlib.sha256(made).hexdigest(), size=len(made), algorithm=rules.ALGORITHMS[one.format],
        password_letters=mark.letters, password_digest=mark.digest, actor=str(actor), at=now,
    )  # fmt: skip
    try:
        with tenant.atomic():
            row.save(using=tenant.alias, force_insert=True)
            details = {"hash": row.digest, "size": row.size, "algorithm": row.algorithm}
            append(tenant, "handover.encrypted", subject=_subject(number), details=details, actor=actor, at=now)
            files.keep(tenant, folder, number, files.FINISHED, made, _left_name(one, name))
    except IntegrityError as reason:  # two at once
        raise PasswordShown from reason
    files.destroy_original(folder, number)
    return "" if plain else password


def finished(tenant: TenantDB, number: int, *, folder: Path, actor: Actor, now: datetime) -> tuple[HandOverView, Handed]:
    """The file that waits to be taken, for whoever made it. Raises HandOverUnknown, NotYetEncrypted, OthersFile, LinkExpired,
    TakenAlready, DeviationMissing."""
    one = hand_over(tenant, number, now=now)
    _must_be_there(one)
    if one.encryption is None:
        raise NotYetEncrypted
    if one.encryption.actor != str(actor):
        raise OthersFile
    if one.deviation_id is not None:
        _must_hold(tenant, one, now)
    name, data = files.kept(tenant, folder, number, files.FINISHED)
    if hashlib.sha256(data).hexdigest() != one.encryption.digest:
        raise LinkExpired
    return one, Handed(name, data)


def people_of(tenant: TenantDB, number: int, *, folder: Path) -> list[tuple[int | None, str]]:
    """Whose data a file holds that waits to be taken. Raises LinkExpired, FileRefused."""
    return [(one, email) for one, email in json.loads(files.kept(tenant, folder, number, files.PEOPLE)[1])]


def gone(tenant: TenantDB, number: int, how: str, said: Said = NOTHING, *, actor: Actor, now: datetime) -> None:
    """Write down that the file was downloaded, mailed or destroyed: one of them, once. Raises TakenAlready. Part of a transaction."""
    try:
        with tenant.atomic():
            note(tenant, number, how, said, actor=actor, now=now)
    except IntegrityError as reason:
        raise TakenAlready from reason


def record_path(tenant: TenantDB, number: int, way: rules.Way, *, to_whom: str, went_at: datetime, actor: Actor, now: datetime) -> None:
    """Write down by which path the password went, in the words of whoever says so.

    Raises HandOverUnknown, PathRecorded, LineUnusable, NumberUnusable, PasswordInText, PathRefused: then nothing is recorded.
    """
    one = hand_over(tenant, number, now=now)
    if one.path is not None or one.encryption is None or not one.encryption.has_password:
        raise PathRecorded
    who, target = " ".join(to_whom.split()), (way.number or way.address).strip()
    if way.path not in rules.PATHS or not rules.is_line(who, rules.NAME_LIMIT) or not target.isprintable() or len(target) > 254:
        raise LineUnusable(what=translate(_("path or person")), limit=rules.NAME_LIMIT)
    if went_at > now or went_at < one.encryption.at.replace(second=0, microsecond=0):
        raise NumberUnusable(what=translate(_("a time after the encryption and not in the future")))
    refuse_passwords(tenant, who, target)
    refuse_passwords(tenant, target, who)
    if way.path == rules.EMAIL:  # "Muster <m@example.org>" is the mailbox in it; what is no address is nobody's
        way = replace(way, address=read_address(way.address).address)
    if why := rules.why_not(way, email=one.email, phone=one.phone, by_mail=_by_mail(tenant, one, now)):
        raise PathRefused(why=translate(WHY_NOT[why]))
    row = PasswordPath(hand_over_id=number, path=way.path, to_whom=who, target=target, went_at=went_at, actor=str(actor), at=now)
    try:
        with tenant.atomic():
            row.save(using=tenant.alias, force_insert=True)
            append(tenant, "handover.password_path", subject=_subject(number), details={"path": way.path}, actor=actor, at=now)
    except IntegrityError as reason:
        raise PathRecorded from reason


WHY_NOT: Final = {
    rules.SAME_MAILBOX: _("it is the mailbox to which the file goes"),
    rules.NUMBER_NOT_ON_FILE: _("it is not the number that was on file when the hand-over was prepared"),
    rules.ADDRESS_UNKNOWN: _("nobody knows whether it is the mailbox of the file"),
}


def refuse_passwords(tenant: TenantDB, *texts: str) -> None:
    """Raise PasswordInText where texts that would be sent or kept hold the password of a hand-over, one of them or one after the other."""
    if holds_password(tenant, *texts):
        raise PasswordInText


def holds_password(tenant: TenantDB, *texts: str) -> bool:
    """Whether they hold the password of any hand-over of this tenant: it opens its file for as long as somebody keeps that.

    Source: control 2.1-06.
    """
    found = sorted(digests_in("\n".join(texts), tenant.keys.handover))
    parts = (found[at : at + AT_ONCE] for at in range(0, len(found), AT_ONCE))
    return any(tenant.objects(Encryption).filter(password_digest__in=part).exists() for part in parts)


def sweep(tenant: TenantDB, folder: Path, *, now: datetime) -> int:
    """Destroy what nobody took within a day, and what was left behind; returns how many. Twice is safe."""
    destroyed = 0
    for number, since in files.numbers(folder).items():
        one = next(iter(hand_overs(tenant, now=now, number=number)), None)
        young = one is None and now - since < rules.KEPT  # its row may be about to be committed
        if young or (one is not None and one.state in (rules.HELD, rules.READY, rules.WAITING)):
            continue
        if one is not None and one.state == rules.EXPIRED and one.step(rules.DESTROYED) is None:
            with tenant.atomic():
                gone(tenant, number, rules.DESTROYED, actor=SWEEPER, now=now)
        files.destroy(folder, number)
        destroyed += 1
    return destroyed


SWEEPER: Final = Actor.system("worker")


def note(tenant: TenantDB, number: int, step: str, said: Said = NOTHING, *, actor: Actor, now: datetime) -> None:
    """One step with its entry in the log; the table lets each happen once."""
    with tenant.atomic():
        scanner = str(said.get("scanner", ""))[:120]
        row = Step(hand_over_id=number, step=step, outgoing_id=said.get("outgoing"), note=scanner, actor=str(actor), at=now)
        row.save(using=tenant.alias, force_insert=True)
        append(tenant, f"handover.{step}", subject=_subject(number), details=dict(said), actor=actor, at=now)


def receiver_key(tenant: TenantDB, receiver: str, email: str) -> str:
    """What stands for a receiver in the log, in hex: without the tenant's key nobody can try out names."""
    return address_key(f"{receiver}\n{email}", tenant.keys.addresses).hex()


def new_dice() -> Callable[[int], int]:
    """The dice of new passwords."""
    return secrets.randbelow


def _checked(new: NewHandOver) -> dict[str, str]:
    """The lines as they are kept."""
    tidy = {name: " ".join(getattr(new, name).split(" ")) for name in ("receiver", "purpose", "categories")}
    tidy = {name: " ".join(text.split()) if text.isprintable() else text for name, text in tidy.items()}
    for name, what, limit in (
        ("receiver", _("receiver"), rules.NAME_LIMIT),
        ("purpose", _("purpose"), rules.WORDS_LIMIT),
        ("categories", _("categories of data"), rules.WORDS_LIMIT),
    ):
        if not rules.is_line(tidy[name], limit):
            raise LineUnusable(what=translate(what), limit=limit)
    if new.phone and not rules.is_number(new.phone):
        raise NumberUnusable(what=translate(_("phone number")))
    if not 0 <= new.records < 2**53:
        raise NumberUnusable(what=translate(_("number of records")))
    if new.format not in rules.FORMATS:
        raise FormatUnusable(format=new.format)
    return {**tidy, "email": new.email, "phone": new.phone.strip()}


def _deviation(tenant: TenantDB, new: NewHandOver, now: datetime) -> int | None:
    """On which deviation it rests; None for the default. Raises DeviationMissing."""
    weakness = rules.UNENCRYPTED if new.format == rules.PLAIN else rules.BY_MAIL if new.by_mail else ""
    if not weakness:
        return None
    found = deviation_for(tenant, weakness, now=now)
    if found is None:
        raise DeviationMissing
    return found.id


def _must_hold(tenant: TenantDB, one: HandOverView, now: datetime) -> None:
    """A weaker way needs its deviation at the moment of each step, not only when it was chosen."""
    if one.format == rules.PLAIN and deviation_for(tenant, rules.UNENCRYPTED, now=now) is None:
        raise DeviationMissing


def _by_mail(tenant: TenantDB, one: HandOverView, now: datetime) -> bool:
    wanted = one.deviation_id is not None and one.format != rules.PLAIN
    return wanted and deviation_for(tenant, rules.BY_MAIL, now=now) is not None


def _must_be_there(one: HandOverView) -> None:
    if one.state in (rules.EXPIRED, rules.REFUSED):
        raise LinkExpired
    if one.state == rules.TAKEN:
        raise TakenAlready


def _left_name(one: HandOverView, name: str) -> str:
    """The name under which the file leaves: it says nothing, unless a deviation sends the file as it is."""
    endings = {rules.ZIP: "zip", rules.PDF: "pdf", rules.AGE: "zip.age"}
    return name if one.format == rules.PLAIN else f"transfer-{one.id}.{endings[one.format]}"


def _subject(number: int) -> str:
    return f"hand_over:{number}"
