"""The tenant's administrators are told in time that measuring single people ends by itself."""

from datetime import datetime
from typing import Final

from siegelpost.accounts.reads import colleagues, person_by_id
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.evidence.reads import about
from siegelpost.evidence.services import append
from siegelpost.flows.post import post
from siegelpost.mailings.browse import senders
from siegelpost.measure.singly.rules import NOTICE
from siegelpost.tenancy.handle import TenantDB

TOLD: Final = "measure.end_announced"
SUBJECT: Final = _("Measuring for each person ends soon: {tenant}")
BODY: Final = _(
    "In {tenant} single people are measured who agreed to it. On {day} this ends by itself: the yearly confirmation of your duties, or "
    "your instruction, runs out. From then on new mailings are measured anonymously.\n\nTo go on, somebody entitled confirms the duties "
    "again, or gives a new instruction, before that day.\n"
)


def give_notice(tenant: TenantDB, duties_end: datetime | None, until: datetime, *, now: datetime) -> bool:
    """Write once, thirty days before the first of both ends; returns whether that was now."""
    end = min(until, duties_end) if duties_end else until
    if not now < end <= now + NOTICE or not senders(tenant):
        return False
    day = f"{end:%Y-%m-%d}"
    if any(one.details["day"] == day for one in about(tenant, ("measuring",), acts=(TOLD,), limit=20)):
        return False
    with tenant.atomic():
        for one in colleagues(tenant):
            person = person_by_id(one.id) if one.active and "admin" in one.roles else None
            if person is not None:
                words = {"tenant": tenant.name, "day": day}
                text, subject = translate(BODY, person.language), translate(SUBJECT, person.language)
                mail = SystemMail(kind="notice", to=one.email, subject=subject.format(**words), text=text.format(**words))
                post(tenant, mail, actor=Actor.system("measuring"), now=now)
        append(tenant, TOLD, subject="measuring", details={"day": day}, actor=Actor.system("measuring"), at=now)
    return True
