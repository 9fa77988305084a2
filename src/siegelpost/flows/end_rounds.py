"""The end of a tenant acts by itself: announced 14 days and one day before to its administrators and to those of the account above.

What follows the end needs no round: every handle knows it (`TenantDB.ended`). Here mailings that run are paused, so that whoever
looks sees why nothing moves.
"""

from datetime import UTC, datetime
from typing import Final

from siegelpost.accounts.reads import colleagues
from siegelpost.accounts.rules import ADMIN
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.delivery.upkeep import pause
from siegelpost.flows.old_news import RUNNING
from siegelpost.flows.post import post
from siegelpost.flows.tenant_end import write_in_both
from siegelpost.mailings.browse import senders
from siegelpost.mailings.reads import in_state
from siegelpost.tenancy.errors import TenantEnded
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import all_tenants, open_by_number, parent_of
from siegelpost.tenancy.standing import OVER, note_told, ripe

WORKER: Final = Actor.system("worker")
TOLD: Final = "tenancy.end_announced"
ENDED: Final = "tenancy.ended"
SUBJECT: Final = _("{name} ends on {day}")
BODY: Final = _(
    "The account {name} ends on {day} at {time} UTC. After that nothing is sent from it, and nobody works in it: its administrators can "
    "still read and export what is theirs. Links for leaving go on working.\n\n"
    "It can be extended by: {who}.\n\n{url}\n"
)


def heed_ends(*, staff_url: str, now: datetime) -> None:
    """Do what is to be done at this moment; each step once, or twice after a fault half-way."""
    for number, reached in ripe(now=now):
        tenant = open_by_number(number)
        if reached == OVER:
            for mailing_id in in_state(tenant, *RUNNING):
                pause(tenant, mailing_id, TenantEnded.code, frm=RUNNING)
            write_in_both(tenant, ENDED, {}, actor=WORKER, now=now)
        else:
            write_in_both(tenant, TOLD, {"days": reached, "told": _announce(tenant, staff_url, now)}, actor=WORKER, now=now)
        note_told(tenant, reached)


def _announce(tenant: TenantDB, staff_url: str, now: datetime) -> int:
    """Queue the mails; returns how many. Where no sender may send, the logs alone know."""
    parent, told = parent_of(tenant), 0
    for readers in (tenant, parent) if parent else (tenant,):
        origin = next((one for one in (readers, parent, *_own()) if one and one.sends and _sender(one)), None)
        if origin is not None:
            told += _write(tenant, readers, origin, staff_url, now)
    return told


def _write(tenant: TenantDB, readers: TenantDB, origin: TenantDB, staff_url: str, now: datetime) -> int:
    admins = [one.email for one in colleagues(readers) if ADMIN in one.roles and one.active]
    for email in admins:
        post(origin, _letter(tenant, readers, origin, email, staff_url, now), actor=WORKER, now=now)
    return len(admins)


def _letter(tenant: TenantDB, readers: TenantDB, origin: TenantDB, to: str, staff_url: str, now: datetime) -> SystemMail:
    end = (tenant.ends_at or now).astimezone(UTC)
    who = translate(_("the operator") if tenant.parent is None else _("the operator, or the account above it"), readers.language)
    url = f"{staff_url}/t/{tenant.slug}" if readers is tenant else f"{staff_url}/t/{readers.slug}/sub-accounts/{tenant.slug}"
    facts = {"name": tenant.name, "day": f"{end:%Y-%m-%d}", "time": f"{end:%H:%M}", "who": who, "url": url}
    subject, text = (translate(words, readers.language).format(**facts) for words in (SUBJECT, BODY))
    return SystemMail(kind="notice", to=to, subject=subject, text=text, sender_id=_sender(origin))


def _own() -> list[TenantDB]:
    return [one for one in all_tenants() if one.own]


def _sender(tenant: TenantDB) -> int | None:
    """The first that may send."""
    return next((one.id for one in senders(tenant) if one.ready), None)
