"""A second person for what matters: hold an act back until somebody agreed to exactly it; ask, decide, take back.

Who may ask, who may decide, and whether both are two people is asked of the control database; everything else lies with the tenant.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Final

from siegelpost.accounts.approval_rules import AGREED, LIFE, OPEN, WAITING, Human, Second, mailbox_of
from siegelpost.accounts.approvals import requests
from siegelpost.accounts.approvals.acts import ACTS, ALWAYS, APPROVE, GRANT, LOOSEN, MEASURE, Rule
from siegelpost.accounts.approvals.errors import (
    ApprovalDiffers,
    ApprovalNeeded,
    ApprovalOver,
    ApprovalWaits,
    AskerGone,
    NotYours,
    SecondGone,
    Wish,
)
from siegelpost.accounts.approvals.reads import Approval, about_matter, approval, usable
from siegelpost.accounts.approvals.standing import rule_of
from siegelpost.accounts.errors import RightMissing
from siegelpost.accounts.limits import Powers
from siegelpost.accounts.reads import (
    Colleague,
    Person,
    colleagues,
    here_since,
    person_by_id,
    person_with,
    powers_here,
    powers_in,
    rights_in,
)
from siegelpost.accounts.tokens import owner_of
from siegelpost.base.actor import Actor
from siegelpost.base.errors import Refused
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.delivery.outgoing import SystemMail
from siegelpost.flows.helped import made_link
from siegelpost.flows.post import post
from siegelpost.mailings.browse import senders
from siegelpost.tenancy.handle import TenantDB

NOBODY: Final = 0
"""In the place of the number of somebody who is not known yet."""
SUBJECT: Final = _("A request waits for your approval")
BODY: Final = _("In {tenant} a request waits for somebody who may approve. It is over after seven days.\n\nLook at it: {url}\n")
_NAMED: Final[ContextVar[int | None]] = ContextVar("named_approval", default=None)


@contextmanager
def by_approval(number: int | None) -> Iterator[None]:
    """What is done inside is done under this approval and no other, and uses it up whether a rule still asks or not; None for any.

    For doors to which somebody names it. An act that no rule could hold back takes no notice.
    """
    before = _NAMED.set(number)
    try:
        yield
    finally:
        _NAMED.reset(before)


def is_named() -> bool:
    """Whether somebody named an approval for what is done now."""
    return _NAMED.get() is not None


def cover(tenant: TenantDB, wish: Wish, *, actor: Actor, now: datetime) -> Approval | None:
    """Stand before an act, inside its transaction: None where no rule asks for anybody, otherwise the approval that it uses up.

    Raises as `find_cover`, and ApprovalOver where another process used it up at the same moment. Then nothing is done.
    """
    tenant = tenant.unlimited
    one = find_cover(tenant, wish, actor=actor, now=now)
    if one is not None:
        requests.use_up(tenant, one, actor=actor, now=now)
    return one


def find_cover(tenant: TenantDB, wish: Wish, *, actor: Actor, now: datetime) -> Approval | None:
    """The approval that an act would use up; None where no rule asks for anybody. For whoever wants to know before the work begins.

    Raises ApprovalNeeded, ApprovalWaits or ApprovalDiffers where nobody agreed to exactly this, AskerGone where whoever asked may not
    do it any more, SecondGone where whoever agreed may not; of an approval that was named also ApprovalUnknown, ApprovalOver, NotYours.
    """
    tenant = tenant.unlimited
    rule, named = rule_in_force(tenant, wish.act), _NAMED.get()
    if named is None and not rule.asks(wish.size):
        return None
    found = about_matter(tenant, wish.act, wish.matter, now=now)
    one = usable([one for one in found if named in (None, one.id)], wish, _performer(tenant, actor))
    if one is None or (rule.own_right and not one.own_right):
        raise _missing(found, wish) if named is None else _unfit(approval(tenant, named, now=now), wish, rule)
    if ACTS[wish.act].right not in _powers(tenant, one.asker.number).reach:
        raise AskerGone
    if not _whole(_powers(tenant, one.decided_by or 0), APPROVE):
        raise SecondGone
    return one


def rule_in_force(tenant: TenantDB, act: str) -> Rule:
    """The rule of an act; to loosen one is only asked about where one is loosened that holds, and MEASURE where it is opened."""
    if act == MEASURE and not rule_of(tenant, act).needed:
        return Rule(act, needed=True)
    return Rule(act, needed=True) if act == LOOSEN or act in ALWAYS else rule_of(tenant, act)


def ask(tenant: TenantDB, wish: Wish, reason: str, *, asker: Person, staff_url: str, now: datetime) -> int:
    """Ask for a second person; whoever may decide gets a mail. Raises RightMissing and as `requests.ask`."""
    if not asker.is_active or ACTS[wish.act].right not in rights_in(asker, tenant):
        raise RightMissing
    with tenant.atomic():
        number = requests.ask(tenant, wish, reason, by=human(asker), actor=Actor.staff(asker.pk), now=now)
        _tell(tenant, number, wish.act, asker.pk, staff_url, now)
    return number


def ask_for_program(tenant: TenantDB, wish: Wish, reason: str, *, token: int, staff_url: str, now: datetime) -> int:
    """Ask in the name of whoever answers for a token. Raises RightMissing for nobody's, and as `ask`."""
    owner = owner_of(tenant, token)
    person = person_by_id(owner) if owner else None
    if person is None:
        raise RightMissing
    return ask(tenant, wish, reason, asker=person, staff_url=staff_url, now=now)


def decide(tenant: TenantDB, number: int, agreed: bool, reason: str, *, by: Person, proved_at: datetime | None, now: datetime) -> None:
    """Agree or refuse as the second person. Raises as `requests.decide`; a token or a command line never gets here.

    proved_at  when this person last showed password or passkey
    """
    found = approval(tenant, number, now=now)
    verdict = requests.Verdict(agreed, reason, _whole(powers_in(by, tenant), ACTS[found.act].right))
    second = second_of(tenant, found, by, proved_at)
    requests.decide(tenant, number, verdict, second=second, concerned=concerned_by(found), now=now)


def second_of(tenant: TenantDB, found: Approval, by: Person, proved_at: datetime | None) -> Second:
    """What the rule about second persons asks of somebody."""
    entitled = by.is_active and _may_decide(powers_in(by, tenant), rule_in_force(tenant, found.act))
    linked = made_link((tenant,), by.pk, by=str(Actor.staff(found.asker.number)), asked_at=found.asked_at)
    return Second(human=human(by), entitled=entitled, here_since=here_since(by, tenant), linked=linked, proved_at=proved_at)


def concerned_by(found: Approval) -> tuple[Human, ...]:
    """Whom an act gives something: whoever gets roles, known or not, and everybody who has a role that gets a right."""
    if found.act != GRANT:
        return ()
    if "email" in found.what:
        email = str(found.what["email"])
        person = person_with(email)
        return (Human(person.pk if person else NOBODY, mailbox_of(email)),)
    return tuple(human(one) for number in found.what["people"] if (one := person_by_id(number)))


def take_back(tenant: TenantDB, number: int, *, by: Person, now: datetime) -> None:
    """Take back one's own request. Raises as `requests.take_back`."""
    requests.take_back(tenant, number, by=by.pk, actor=Actor.staff(by.pk), now=now)


def reassign(tenant: TenantDB, leaver: int, successor: Person | None, *, actor: Actor, now: datetime) -> int:
    """End the open requests of somebody who leaves, and let the successor ask for the same anew; returns how many there were."""
    return requests.hand_on(tenant, leaver, human(successor) if successor else None, actor=actor, now=now)


def deciders(tenant: TenantDB, rule: Rule, *, but: int) -> list[Colleague]:
    """Who could decide by a rule about what the person `but` asks: those who can come to where one decides."""
    here = (one for one in colleagues(tenant) if one.active and one.id != but)
    return [one for one in here if _may_decide(powers_here(tenant, one.roles), rule)]


def _may_decide(powers: Powers, rule: Rule) -> bool:
    """A request says what it is about as a whole, so nobody decides whose right reaches some lists only; the pages are closed to them."""
    return all(_whole(powers, right) for right in rule.deciders)


def _whole(powers: Powers, right: str) -> bool:
    limits = powers.reach.get(right)
    return limits is not None and limits.none


def human(person: Person) -> Human:
    """Somebody of the staff, to be told from others."""
    return Human(person.pk, mailbox_of(person.email))


def _missing(found: list[Approval], wish: Wish) -> ApprovalNeeded:
    """Why there is no approval to use."""
    mine = [one for one in found if one.state in OPEN]
    if any(one.covers(wish) for one in mine):
        return ApprovalWaits(wish)
    return ApprovalDiffers(wish) if any(one.state == AGREED for one in mine) else ApprovalNeeded(wish)


def _unfit(named: Approval, wish: Wish, rule: Rule) -> Refused:
    """Why the approval that somebody named cannot be used."""
    if named.state not in OPEN:
        return ApprovalOver(days=LIFE.days)
    if not named.covers(wish):
        return ApprovalDiffers(wish)
    if named.state == WAITING:
        return ApprovalWaits(wish)
    return ApprovalNeeded(wish) if rule.own_right and not named.own_right else NotYours()


def _performer(tenant: TenantDB, actor: Actor) -> int | None:
    """The human who acts; None for the host's command line and for jobs, which carry out what others asked for, 0 for nobody."""
    if actor.kind == "staff":
        return int(actor.name)
    if actor.kind == "token":
        return owner_of(tenant, int(actor.name)) or 0
    return None if actor.kind in ("operator", "system") else 0


def _powers(tenant: TenantDB, number: int) -> Powers:
    person = person_by_id(number)
    return powers_in(person, tenant) if person is not None and person.is_active else Powers()


def _tell(tenant: TenantDB, number: int, act: str, asker: int, staff_url: str, now: datetime) -> None:
    """By mail, without saying who asks for what; where no sender is, the page alone tells."""
    if not senders(tenant):
        return
    url = f"{staff_url}/t/{tenant.slug}/approvals/{number}"
    for one in deciders(tenant, rule_in_force(tenant, act), but=asker):
        person = person_by_id(one.id)
        language = person.language if person else tenant.language
        text = translate(BODY, language).format(tenant=tenant.name, url=url)
        mail = SystemMail(kind="notice", to=one.email, subject=translate(SUBJECT, language), text=text)
        post(tenant, mail, actor=Actor.system("approvals"), now=now)
