"""The tenant is told at once that the operator got in without it: its administrators, and whoever keeps its checkpoints."""

from datetime import UTC, datetime
from typing import Final

from siegelpost.accounts.reads import Person, colleagues, names_of
from siegelpost.accounts.rules import ADMIN
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.flows.errors import NobodyToTell
from siegelpost.flows.post import post
from siegelpost.mailings.browse import senders
from siegelpost.tenancy.admissions import AdmissionView
from siegelpost.tenancy.handle import TenantDB

SUBJECT: Final = _("The operator opened the data of {name} in an emergency")
BODY: Final = _(
    "Without your approval the operator opened the data of {name}, from now on until {until} UTC at the latest.\n\n"
    "Who enters: {who}\nWho agreed: {second}\nReason: {reason}\n\n"
    "You can end this at any time on the page “Operator access”, which also shows who was there and when. Each page and each command "
    "stands in your access log.\n\n{url}\n"
)


def told_at(tenant: TenantDB) -> list[str]:
    """The addresses that are written to. Raises NobodyToTell where there is none, or where no mail can leave: then nobody gets in."""
    admins = [one.email for one in colleagues(tenant) if ADMIN in one.roles and one.active and not one.operates]
    found = list(dict.fromkeys(address.lower() for address in (*admins, tenant.data_protection) if address))
    if not found or _sender(tenant) is None:
        raise NobodyToTell
    return found


def _sender(tenant: TenantDB) -> int | None:
    """The first that may send."""
    return next((one.id for one in senders(tenant) if one.ready), None)


def tell_tenant(
    tenant: TenantDB, addresses: list[str], asked: AdmissionView, second: Person, *, until: datetime, staff_url: str, now: datetime
) -> None:
    """Queue the mails, in the transaction of the act."""
    who = names_of([asked.asked_by]).get(asked.asked_by, "?")
    facts = {
        "name": tenant.name, "until": f"{until.astimezone(UTC):%Y-%m-%d %H:%M}", "who": who, "second": second.name or second.email,
        "reason": asked.purpose, "url": f"{staff_url}/t/{tenant.slug}/operator",
    }  # fmt: skip
    subject, text = (translate(words, tenant.language).format(**facts) for words in (SUBJECT, BODY))
    for address in addresses:
        mail = SystemMail(kind="notice", to=address, subject=subject, text=text, sender_id=_sender(tenant))
        post(tenant, mail, actor=Actor.staff(second.pk), now=now)
