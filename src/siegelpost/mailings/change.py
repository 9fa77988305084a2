"""Change a draft as a whole. Two people who write at the same time never overwrite each other in silence."""

from dataclasses import astuple, fields
from datetime import datetime
from typing import Any

from siegelpost.base.actor import Actor
from siegelpost.base.versions import fingerprint
from siegelpost.evidence.services import append
from siegelpost.mailings import rules
from siegelpost.mailings.errors import MailingChanged, NoLists
from siegelpost.mailings.models import Mailing
from siegelpost.mailings.reads import MailingFacts, mailing, sender
from siegelpost.mailings.services import Content, NewMailing, hold_draft, store_variant
from siegelpost.tenancy.handle import TenantDB


def version_of(facts: MailingFacts) -> str:
    """Name what a mailing says at this moment: 32 letters that are others as soon as anything in it was changed."""
    said = (facts.name, facts.sender_id, facts.reply_to, facts.measure, facts.list_ids, facts.allowed_hosts)
    return fingerprint(said, [astuple(one) for one in facts.variants])


def change_mailing(tenant: TenantDB, mailing_id: int, new: NewMailing, *, version: str, actor: Actor, now: datetime) -> None:
    """Write everything about a draft and its first variant.

    version  what `version_of` said of the mailing that the writer had before them

    Raises MailingChanged where it says something else by now (but for what is written here: a second click is no other
    person), NotDraft, MailingUnknown, and as `create_mailing`.
    """
    content = new.content.checked()
    values = {
        "name": rules.header_text(new.name or rules.name_from(content.subject), "name", rules.MAX_MAILING_NAME),
        "sender_id": sender(tenant, new.sender_id).id,
        "reply_to": rules.address(new.reply_to, "reply-to") if new.reply_to else "",
        "measure": new.measure,
        "list_ids": list(dict.fromkeys(new.list_ids)),
        "allowed_hosts": sorted({rules.host(one) for one in new.allowed_hosts}),
    }
    if not values["list_ids"]:
        raise NoLists
    with tenant.atomic():
        hold_draft(tenant, mailing_id)
        before = mailing(tenant, mailing_id)
        if version_of(before) != version:
            if _says(before, values, content):
                return
            raise MailingChanged(id=mailing_id)
        tenant.objects(Mailing).filter(pk=mailing_id).update(**values)
        store_variant(tenant, mailing_id, before.variants[0].name if before.variants else "A", content)
        details = {"measure": new.measure, "lists": values["list_ids"], "allowed_hosts": values["allowed_hosts"]}
        append(tenant, "mailing.changed", subject=f"mailing:{mailing_id}", details=details, actor=actor, at=now)


def _says(facts: MailingFacts, values: dict[str, Any], content: Content) -> bool:
    """Whether a mailing already says all this."""
    same = all(getattr(facts, name) == (tuple(value) if isinstance(value, list) else value) for name, value in values.items())
    first = facts.variants[0] if facts.variants else None
    return same and first is not None and all(getattr(first, one.name) == getattr(content, one.name) for one in fields(Content))
