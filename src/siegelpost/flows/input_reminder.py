"""Once a month the tenant is reminded that its input log can be taken along, before its entries are deleted."""

from datetime import UTC, datetime, timedelta
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.evidence.input_check import KEPT
from siegelpost.evidence.input_switch import hold, is_on, spans
from siegelpost.evidence.reads import about
from siegelpost.evidence.services import append
from siegelpost.flows.post import post
from siegelpost.mailings.browse import senders
from siegelpost.tenancy.handle import TenantDB

REMINDED: Final = "evidence.input_log_reminded"
LOG: Final = "input-log"
"""Subject of what is done with the log itself."""
WORKER: Final = Actor.system("worker")
SUBJECT: Final = _("Input log of {name}: fetch it before it is deleted")
BODY: Final = _(
    "The input log of {name} in Siegelpost is on, as instructed: it says who created, changed, copied or deleted the record of which "
    "person, and when. Entries are deleted 13 weeks after they were made.\n\n"
    "From {first} to {last} (days in UTC) it can be fetched as one CSV file with signature and proof, "
    "by whoever has the right to do so:\n\n{url}\n\n"
    "Keep the files for as long as you want to be able to show these entries: they can be verified at any time without us, "
    "with `siegelpost evidence verify FILE`.\n"
)


def remind(tenant: TenantDB, *, staff_url: str, now: datetime) -> bool:
    """Remind the data protection address, once in a month that began with the log on; returns whether a mail was queued.

    Without an address, or a sender, no mail leaves this tenant. Source: control 2.2-05.
    """
    month = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    if not tenant.data_protection or not is_on(tenant) or not senders(tenant):
        return False
    earlier = [one for one in spans(tenant) if one.at < month]
    if not earlier or not earlier[-1].active or _reminded(tenant, month):
        return False
    with tenant.atomic():
        hold(tenant)
        if _reminded(tenant, month):  # another worker was first
            return False
        mail = _mail(tenant, staff_url, now)
        post(tenant, mail, actor=WORKER, now=now)
        append(tenant, REMINDED, subject=LOG, details={"month": f"{month:%Y-%m}"}, actor=WORKER, at=now)
    return True


def _reminded(tenant: TenantDB, month: datetime) -> bool:
    return any(one.details["month"] == f"{month:%Y-%m}" for one in about(tenant, (LOG,), acts=(REMINDED,), limit=1))


def _mail(tenant: TenantDB, staff_url: str, now: datetime) -> SystemMail:
    last = now.astimezone(UTC).date() - timedelta(days=1)
    facts = {
        "name": tenant.name,
        "first": (now.astimezone(UTC) - KEPT).date() + timedelta(days=1),  # of the day before, the first hours are gone
        "last": last,
        "url": f"{staff_url}/t/{tenant.slug}/input-log",
    }
    subject, text = (translate(one, tenant.language).format(**facts) for one in (SUBJECT, BODY))
    return SystemMail(kind="notice", to=tenant.data_protection, subject=subject, text=text)
