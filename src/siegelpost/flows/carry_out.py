"""Do what a second person agreed to, exactly as it was asked for."""

from datetime import datetime

from siegelpost.accounts.approval_rules import AGREED, LIFE
from siegelpost.accounts.approvals.acts import GRANT, LOOSEN, READ, ROTATE, SEND
from siegelpost.accounts.approvals.errors import ApprovalOver, NotYours
from siegelpost.accounts.approvals.reads import Approval, approval
from siegelpost.accounts.reads import colleagues
from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.delivery.plan import Pace
from siegelpost.flows.approval_rules import change_reading_limit, change_rule, rule_from
from siegelpost.flows.invite import invite
from siegelpost.flows.off_board_start import Newcomer
from siegelpost.flows.roles import change_role
from siegelpost.flows.rotate_keys import rotate_keys
from siegelpost.flows.schedule import FURTHEST
from siegelpost.flows.send import Wish, send
from siegelpost.flows.staff import let_in
from siegelpost.mailings.errors import StartRefused
from siegelpost.tenancy.handle import TenantDB

HERE = (SEND, GRANT, LOOSEN, ROTATE)
"""Acts that are carried out from the request itself; for a file, an erasure or an instruction its own page asks what it always asks."""


def carry_out(tenant: TenantDB, number: int, *, by: int, settings: Settings, now: datetime) -> Approval:
    """Carry out what the person `by` asked for. Raises ApprovalUnknown, NotYours, ApprovalOver, and whatever the act raises."""
    found, actor = approval(tenant, number, now=now), Actor.staff(by)
    if found.asker.number != by:
        raise NotYours
    if found.state != AGREED or found.act not in HERE:
        raise ApprovalOver(days=LIFE.days)
    if found.act == SEND:
        _send(tenant, found, settings, actor, now)
    elif found.act == GRANT:
        _grant(tenant, found, settings, actor, now)
    elif found.act == ROTATE:
        what = found.what
        rotate_keys(tenant, int(what["domain"]), settings=settings, permitted=bool(what["unseen"]), actor=actor, now=now)
    else:
        _loosen(tenant, found, actor, now)
    return found


def _send(tenant: TenantDB, found: Approval, settings: Settings, actor: Actor, now: datetime) -> None:
    what = found.what
    start = datetime.fromisoformat(what["start_at"]) if what["start_at"] else None
    if start and start <= now:
        raise StartRefused(days=FURTHEST)
    wish = Wish(start_at=start, pace=Pace.from_dict(what["pace"]))
    send(tenant, int(what["mailing"]), wish, settings=settings, actor=actor, now=now, version=str(what["version"]))


def _grant(tenant: TenantDB, found: Approval, settings: Settings, actor: Actor, now: datetime) -> None:
    what = found.what
    if "role" in what:
        change_role(tenant, int(what["role"]), str(what["name"]), what["rights"], actor=actor, now=now)
    else:
        _give(tenant, str(what["email"]), what["roles"], settings, actor, now)


def _give(tenant: TenantDB, email: str, roles: list[str], settings: Settings, actor: Actor, now: datetime) -> None:
    """To somebody who is here at once; anybody else is invited."""
    if any(one.email == email for one in colleagues(tenant)):
        let_in(tenant, email, roles, actor=actor, now=now)
    else:
        invite(tenant, Newcomer(email=email, roles=roles), staff_url=settings.staff_url, actor=actor, now=now)


def _loosen(tenant: TenantDB, found: Approval, actor: Actor, now: datetime) -> None:
    rule = rule_from(found.what)
    if rule.act == READ:
        change_reading_limit(tenant, rule.threshold, actor=actor, now=now)
    else:
        change_rule(tenant, rule, actor=actor, now=now)
