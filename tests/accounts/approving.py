"""Two who ask and approve, a rule that asks for it, and a mailing that waits: what tests of approvals share."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from siegelpost.accounts.approvals.acts import SEND, Rule
from siegelpost.accounts.approvals.errors import Wish
from siegelpost.accounts.models import Person
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.flows.approval_rules import change_rule
from siegelpost.flows.approved_launch import counted, wish_of
from siegelpost.flows.approving import ask, decide
from siegelpost.mailings.reads import mailing
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import NOON, a_list, draft, people
from tests.web.visiting import colleague

URL = "https://staff.example"
SETTINGS = process_settings()
WHY = "The spring offer goes out on Monday."
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Office:
    """Two administrators and an editor of one tenant."""

    anna: Person
    bert: Person
    edda: Person


def office(tenant: TenantDB, *rules: Rule, now: datetime = NOON) -> Office:
    """People, and the rules that they live by."""
    here = Office(
        *(colleague(tenant, role, f"{name}@alpha.example") for name, role in (("anna", "admin"), ("bert", "admin"), ("edda", "editor")))
    )
    for rule in rules:
        change_rule(tenant, rule, actor=Actor.staff(here.anna.pk), now=now)
    return here


def sending(threshold: int = 3) -> Rule:
    """More people than that need a second person."""
    return Rule(SEND, needed=True, threshold=threshold)


def a_mailing(tenant: TenantDB, n: int = 5) -> int:
    """A draft to so many people."""
    letter = a_list(tenant)
    people(tenant, n, letter)
    return draft(tenant, letter)


def ask_to_send(tenant: TenantDB, mailing_id: int, asker: Person, *, now: datetime = NOON, reason: str = WHY) -> int:
    """As the page does: what it is now, to as many people as it reaches now."""
    facts = mailing(tenant, mailing_id)
    return ask(tenant, wish_of(tenant, facts, counted(tenant, facts, now=NOON)), reason, asker=asker, staff_url=URL, now=now)


def at_time(tenant: TenantDB, mailing_id: int, start: datetime) -> Wish:
    """To let a mailing start by itself."""
    facts = mailing(tenant, mailing_id)
    return wish_of(tenant, facts, counted(tenant, facts, now=NOON), start)


def agree(tenant: TenantDB, number: int, by: Person, *, now: datetime = NOON + HOUR, agreed: bool = True, reason: str = WHY) -> None:
    """By somebody who has just shown the password."""
    decide(tenant, number, agreed, reason, by=by, proved_at=now, now=now)
