"""Files with people in them, whichever way they leave: with a right and a purpose where they are many, with a second person by rule."""

from datetime import UTC, datetime
from typing import Final

from siegelpost.accounts.approvals.acts import EXPORT
from siegelpost.accounts.approvals.counting import ensure_may_take
from siegelpost.accounts.approvals.errors import Wish
from siegelpost.accounts.approvals.reads import used
from siegelpost.accounts.approvals.standing import says_reading
from siegelpost.audience.reads import ListView
from siegelpost.base.actor import Actor
from siegelpost.flows.acting import rights_of_actor
from siegelpost.flows.approving import cover, find_cover
from siegelpost.governance.disclosures.services import FOR_ONESELF
from siegelpost.mailings.reads import MailingFacts
from siegelpost.tenancy.handle import TenantDB

HANDED_OVER: Final = "hand-over:"


def list_wish(wanted: ListView, people: int) -> Wish:
    """Everybody on a list, as a file."""
    return Wish(act=EXPORT, matter=f"list:{wanted.id}", what={"list": wanted.id, "name": wanted.name}, size=people)


def recipients_wish(facts: MailingFacts, state: str, people: int) -> Wish:
    """Everybody a mailing went to, or those in one state, as a file."""
    what = {"mailing": facts.id, "name": facts.name, "state": state}
    return Wish(act=EXPORT, matter=f"mailing:{facts.id}", what=what, size=people)


def refused_wish(import_id: int, people: int) -> Wish:
    """The rows that an import refused and kept encrypted, as a file in clear."""
    return Wish(act=EXPORT, matter=f"import:{import_id}", what={"import": import_id, "name": str(import_id)}, size=people)


def hand_over_wish(source: str, receiver: str, people: int) -> Wish:
    """The same for somebody outside: `source` is "list:3" or "mailing:7"."""
    return Wish(act=EXPORT, matter=f"{HANDED_OVER}{source}", what={"source": source, "name": source, "receiver": receiver}, size=people)


def reading_wish(token: int, name: str, people: int, *, now: datetime) -> Wish:
    """What a program reads on one day (UTC), so many people together."""
    day = now.astimezone(UTC).date().isoformat()
    return Wish(act=EXPORT, matter=f"token:{token}", what={"token": token, "name": name, "day": day}, size=people)


def ensure_may_read(tenant: TenantDB, wish: Wish, *, actor: Actor, now: datetime) -> None:
    """Stand before an answer to a program, in its transaction: one approval holds for the day, to as many people as it names.

    Raises as `cover`.
    """
    if not any(one.covers(wish) for one in used(tenant.unlimited, EXPORT, wish.matter, now=now)):
        cover(tenant, wish, actor=actor, now=now)


def ensure_may_export(tenant: TenantDB, wish: Wish, purpose: str, *, actor: Actor, now: datetime) -> None:
    """Many people leave with a right of its own and a purpose only, and with a second person where a rule asks for one.

    At the command line, which the operator uses in the operator's own tenants, the limit holds once the tenant set it. Raises BulkRefused,
    BulkReasonMissing, and as `find_cover`.
    """
    if actor.kind != "operator" or says_reading(tenant):
        reason = "" if purpose == FOR_ONESELF.purpose else purpose
        ensure_may_take(tenant, wish.size, reason, rights=rights_of_actor(tenant, actor))
    find_cover(tenant, wish, actor=actor, now=now)
