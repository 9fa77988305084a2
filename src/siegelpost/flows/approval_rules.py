"""Set the rules of approval: whoever loosens one while any holds needs a second person, too, or the rules would hold nobody."""

from datetime import datetime
from typing import Any

from siegelpost.accounts.approvals.acts import ACTS, LOOSEN, OFFERED, READ, Rule, held, loosens
from siegelpost.accounts.approvals.errors import NobodyToAsk, Wish
from siegelpost.accounts.approvals.standing import reading_limit, rule_of, rules, said_of, set_rule
from siegelpost.accounts.errors import RightMissing
from siegelpost.base.actor import Actor
from siegelpost.flows.acting import rights_of_actor
from siegelpost.flows.approving import cover, deciders
from siegelpost.tenancy.handle import TenantDB

SECOND = 2


def change_rule(tenant: TenantDB, rule: Rule, *, actor: Actor, now: datetime) -> bool:
    """Let a rule hold from now on; False where it holds already.

    Raises RuleWrong, NobodyToAsk for one that would end all work, ApprovalNeeded for one that lets more through, RightMissing.
    """
    before = rule_of(tenant, rule.act)
    if said_of(before) == said_of(rule):
        return False
    if rule.needed and rule.act in OFFERED and len(deciders(tenant, rule, but=0)) < SECOND:
        raise NobodyToAsk
    with tenant.atomic():
        _allow(tenant, rule, actor, now, needs=loosens(before, rule))
        set_rule(tenant, rule, actor=actor, now=now)
    return True


def change_reading_limit(tenant: TenantDB, people: int, *, actor: Actor, now: datetime) -> bool:
    """Let reading and exporting more than `people` need its own right and a reason. Raises as `change_rule`."""
    before, rule = reading_limit(tenant), Rule(READ, needed=True, threshold=people)
    if before == people:
        return False
    with tenant.atomic():
        _allow(tenant, rule, actor, now, needs=people > before)
        set_rule(tenant, rule, actor=actor, now=now)
    return True


def without_two(tenant: TenantDB) -> list[str]:
    """Acts whose rule asks for a second person while fewer than two could decide: what is asked for there runs out unanswered."""
    held_back = (rule for rule in rules(tenant).values() if rule.needed)
    return [rule.act for rule in held_back if len(deciders(tenant, rule, but=0)) < SECOND]


def rule_from(what: dict[str, Any]) -> Rule:
    """The rule that somebody asked for, out of a request."""
    return Rule(str(what["act"]), bool(what["needed"]), int(what["threshold"]), bool(what["own_right"]))


def _allow(tenant: TenantDB, rule: Rule, actor: Actor, now: datetime, *, needs: bool) -> None:
    if ACTS[LOOSEN].right not in rights_of_actor(tenant, actor):
        raise RightMissing
    if needs and held(rules(tenant).values()):
        cover(tenant, Wish(act=LOOSEN, matter=f"rule:{rule.act}", what=said_of(rule)), actor=actor, now=now)
