"""A file, a subject and a sender become the draft of a mailing to one or more lists."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from siegelpost.audience.reads import list_by_name
from siegelpost.base.actor import Actor
from siegelpost.mailings import services
from siegelpost.mailings.errors import FileMissing
from siegelpost.mailings.reads import sender_named
from siegelpost.mailings.rules import MAX_SOURCE, format_of, mailbox, source_text
from siegelpost.mailings.services import Content, NewMailing
from siegelpost.measure.choices import chosen, ensure_below
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True, kw_only=True)
class MailingOrder:
    """What was asked for.

    file         .mjml, .html, .md or .txt in UTF-8, at most 1,000,000 bytes
    sender       Name <address> of a sender that exists
    lists        names of lists that exist, at least one
    measure      a word of measure.modes, "" takes the tenant's
    name         for the staff, "" takes the subject
    allow_hosts  hosts of others from which images may be loaded
    """

    file: Path
    subject: str
    sender: str
    lists: tuple[str, ...]
    measure: str = ""
    preheader: str = ""
    reply_to: str = ""
    name: str = ""
    allow_hosts: tuple[str, ...] = ()


def create_mailing(tenant: TenantDB, order: MailingOrder, *, actor: Actor, now: datetime) -> int:
    """Store a draft and return its id; nothing is stored when anything does not fit.

    Raises InstructionMissing, ModeUnknown and AboveCeiling (measure), SenderUnknown, ListUnknown, FileMissing, and as
    `services.create_mailing`.
    """
    measure = order.measure or chosen(tenant).mode
    lists = tuple(list_by_name(tenant, name).id for name in order.lists)
    ensure_below(tenant, measure, lists)
    content = Content(
        subject=order.subject,
        preheader=order.preheader,
        format=format_of(order.file.name),
        source=source_text(_read(order.file)),
    )
    new = NewMailing(
        content=content,
        sender_id=sender_named(tenant, *mailbox(order.sender)).id,
        list_ids=lists,
        measure=measure,
        name=order.name,
        reply_to=order.reply_to,
        allowed_hosts=order.allow_hosts,
    )
    return services.create_mailing(tenant, new, actor=actor, now=now)


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():  # a pipe or a device may never end
            raise FileMissing
        with path.open("rb") as file:
            return file.read(MAX_SOURCE + 1)
    except OSError:
        raise FileMissing from None
