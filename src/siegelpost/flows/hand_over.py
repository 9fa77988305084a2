"""Data are handed to somebody outside: what is handed over, the scan, the encryption, the mail, the path of the password."""

import csv
import io
import re
from datetime import datetime
from typing import Final

from siegelpost.audience.csvcells import separator
from siegelpost.audience.export import rows
from siegelpost.audience.reads import list_by_id
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.base.settings import process_settings
from siegelpost.delivery.outgoing import Attached, SystemMail
from siegelpost.flows.approved_export import ensure_may_export, hand_over_wish
from siegelpost.flows.approving import cover
from siegelpost.flows.post import post
from siegelpost.flows.recipients import recipients_for
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import CONTACT, DELIVERY, HAND_OVER, PAGE, PROFILE, SMTP
from siegelpost.governance.disclosures.services import Given, Outflow, record
from siegelpost.governance.handover import rules, scanning, services
from siegelpost.governance.handover.errors import AddressMissing, FileUnusable, ScannerSilent, TooLargeToMail
from siegelpost.governance.handover.files import destroy
from siegelpost.governance.handover.locks import encrypted
from siegelpost.governance.handover.reads import HandOverView
from siegelpost.governance.handover.services import Content, Handed, NewHandOver
from siegelpost.governance.handover.words import new_password
from siegelpost.mailings import rules as mail_rules
from siegelpost.mailings.reads import first_sender
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home

KIND: Final = "hand-over"
GROUND: Final = "Art. 28(3)(a) GDPR"
CATEGORIES: Final = {services.UPLOAD: (CONTACT, PROFILE), "list": (CONTACT, PROFILE), "mailing": (CONTACT, DELIVERY)}
"""Source -> what it holds; of an upload nobody knows it better, its own words stand with the purpose."""
ADDRESS: Final = re.compile(rb"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}")
SUBJECT: Final = _("Your file ({id})")
COVER: Final = _(
    "Good day,\n\nattached you find a file that you expect from us. It is encrypted; you get the password on another path.\n\n"
)
COVER_PLAIN: Final = _("Good day,\n\nattached you find a file that you expect from us.\n\n")


def list_content(tenant: TenantDB, list_id: int, *, actor: Actor) -> tuple[Content, int]:
    """The people of a list as a CSV file, and how many there are. Raises ListUnknown, FileUnusable."""
    wanted = list_by_id(tenant, list_id)
    people: list[tuple[int | None, str]] = []
    out = _Bounded()
    with io.TextIOWrapper(out, encoding="utf-8-sig", newline="") as text:
        writer = csv.writer(text, delimiter=separator(tenant.language))
        writer.writerows(rows(tenant, wanted, actor, lambda number, email: people.append((number, email))))
        text.flush()
        data = out.getvalue()
    return Content("list.csv", data, f"list:{list_id}", tuple(people)), len(people)


def mailing_content(tenant: TenantDB, mailing_id: int, *, actor: Actor) -> tuple[Content, int]:
    """Everybody a mailing went to as a CSV file, and how many there are. Raises MailingUnknown, FileUnusable."""
    people: list[tuple[int | None, str]] = []
    out = _Bounded()
    for piece in recipients_for(tenant, mailing_id, lambda number, email: people.append((number, email)), actor=actor):
        out.write(piece)
    return Content("recipients.csv", out.getvalue(), f"mailing:{mailing_id}", tuple(people)), len(people)


def upload_content(name: str, data: bytes) -> Content:
    """A file of the staff's; addresses that stand in it as text tell whose data it is."""
    found = dict.fromkeys(one.decode().lower() for one in ADDRESS.findall(data))
    return Content(name, data, people=tuple((None, email) for email in found))


def prepare(tenant: TenantDB, new: NewHandOver, content: Content, *, actor: Actor, now: datetime) -> int:
    """Keep what is to be handed over and let the scanner look at an upload; returns its number, also where it stays held.

    Raises the errors of `services.prepare`, AddressRefused, Infected, and as `ensure_may_export`.
    """
    email = mail_rules.address(new.email, "e-mail") if new.email else ""
    order = NewHandOver(
        receiver=new.receiver, email=email, phone=new.phone, purpose=new.purpose, categories=new.categories, records=new.records,
        format=new.format, by_mail=new.by_mail,
    )  # fmt: skip
    with tenant.atomic():
        if content.source != services.UPLOAD:
            wish = hand_over_wish(content.source, new.receiver, len(content.people))
            ensure_may_export(tenant, wish, new.purpose, actor=actor, now=now)
            cover(tenant, wish, actor=actor, now=now)
        number = services.prepare(tenant, order, content, folder=home().tenant(tenant.slug), actor=actor, now=now)
    try:
        scan(tenant, number, actor=actor, now=now)
    except ScannerSilent:
        return number
    return number


def scan(tenant: TenantDB, number: int, *, actor: Actor, now: datetime) -> None:
    """Let the scanner look at a held upload. Raises ScannerSilent, Infected, HandOverUnknown."""
    scanning.scan(tenant, number, process_settings().clamav, folder=home().tenant(tenant.slug), actor=actor, now=now)


def encrypt(tenant: TenantDB, number: int, *, actor: Actor, now: datetime) -> str:
    """Encrypt the file and return its password, the only time that anybody sees it ("" for a deviation without). Raises as
    `services.encrypt`."""
    password = new_password(services.new_dice())
    folder = home().tenant(tenant.slug)
    return services.encrypt(tenant, number, encrypted, password=password, folder=folder, actor=actor, now=now)


def take(tenant: TenantDB, number: int, *, channel: str = PAGE, actor: Actor, now: datetime) -> Handed:
    """The file for whoever made the hand-over, once; then it is destroyed. Raises as `services.finished`."""
    folder = home().tenant(tenant.slug)
    one, file = services.finished(tenant, number, folder=folder, actor=actor, now=now)
    with tenant.atomic():
        entry = _disclose(tenant, one, rules.DOWNLOADED, channel, actor, now)
        services.gone(tenant, number, rules.DOWNLOADED, {"disclosure": entry}, actor=actor, now=now)
    destroy(folder, number)
    return file


def mail(tenant: TenantDB, number: int, *, text: str = "", actor: Actor, now: datetime) -> int:
    """Mail the file to its receiver, with a cover that says nothing of it; returns the number of the outgoing mail.

    text  what staff write below the cover; the password must not stand in it

    Raises as `services.finished`, AddressMissing, TooLargeToMail, PasswordInText, SenderUnknown: then nothing is sent.
    """
    folder = home().tenant(tenant.slug)
    one, file = services.finished(tenant, number, folder=folder, actor=actor, now=now)
    if not one.email:
        raise AddressMissing
    if len(file.data) > rules.MAIL_LIMIT:
        raise TooLargeToMail
    if len(text) > rules.NOTE_LIMIT:
        raise FileUnusable(why=translate(_("the text of the mail is too long")))
    sender = first_sender(tenant)
    cover = translate(COVER_PLAIN if one.format == rules.PLAIN else COVER, tenant.language)
    body = f"{cover}{text.strip()}\n\n{tenant.imprint}\n" if text.strip() else f"{cover}{tenant.imprint}\n"
    letter = SystemMail(
        kind=KIND, to=one.email, subject=translate(SUBJECT, tenant.language).format(id=number), text=body, sender_id=sender.id
    )
    with tenant.atomic():
        outgoing_id = post(tenant, letter, attached=Attached(file.name, file.data), actor=actor, now=now)
        entry = _disclose(tenant, one, rules.MAILED, SMTP, actor, now)
        services.gone(tenant, number, rules.MAILED, {"outgoing": outgoing_id, "disclosure": entry}, actor=actor, now=now)
    destroy(folder, number)
    return outgoing_id


def _disclose(tenant: TenantDB, one: HandOverView, how: str, channel: str, actor: Actor, now: datetime) -> int:
    """The entry in the register of outflows: to whom, what for, whose data."""
    roll = Roll(tenant)
    for number, email in services.people_of(tenant, one.id, folder=home().tenant(tenant.slug)):
        roll.add(number, email)
    kind = one.source.partition(":")[0]
    outflow = Outflow(
        kind=HAND_OVER, categories=CATEGORIES[kind], records=one.records, act=f"handover.{how}",
        people=one.source if kind != services.UPLOAD else f"hand_over:{one.id}", channel=channel,
        digest=one.encryption.digest if one.encryption else "", size=one.encryption.size if one.encryption else None, roll=roll,
        given=Given(recipient=one.receiver, purpose=f"{one.purpose} ({one.categories})", ground=GROUND),
    )  # fmt: skip
    return record(tenant, outflow, actor=actor, now=now)


class _Bounded(io.BytesIO):
    """Stops what grows too large for a hand-over."""

    def write(self, data: object, /) -> int:
        if self.tell() + memoryview(data).nbytes > rules.FILE_LIMIT:  # type: ignore[arg-type]
            raise FileUnusable(why=translate(_("it has more than 50 MB")))
        return super().write(data)  # type: ignore[arg-type]
