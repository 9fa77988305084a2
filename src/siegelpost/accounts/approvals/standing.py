"""The rules that hold in a tenant, now and at any time before. Who may set one, and with whom, is the flow's to say."""

from datetime import datetime
from typing import Any, Final

from siegelpost.accounts.approvals import models
from siegelpost.accounts.approvals.acts import ACTS, MANY, OFFERED, READ, Rule
from siegelpost.accounts.approvals.errors import RuleWrong
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

SET: Final = "approval.rule_set"
MOST: Final = 1_000_000_000
"""A longer number is a slip of the keyboard."""


def rule_of(tenant: TenantDB, act: str, *, at: datetime | None = None) -> Rule:
    """The rule of an act, as it holds now or held at a moment; without a word of the tenant nobody is asked for."""
    rows = tenant.objects(models.Rule).filter(act=act)
    row = (rows.filter(at__lte=at) if at else rows).order_by("-id").first()
    return _view(row) if row else Rule(act)


def rules(tenant: TenantDB) -> dict[str, Rule]:
    """The rules of all acts that are offered."""
    return {act: rule_of(tenant, act) for act in OFFERED}


def reading_limit(tenant: TenantDB) -> int:
    """People above which reading and exporting need their own right and a reason."""
    row = tenant.objects(models.Rule).filter(act=READ).order_by("-id").first()
    return row.threshold if row else MANY


def says_reading(tenant: TenantDB) -> bool:
    """Whether the tenant set that limit itself."""
    return tenant.objects(models.Rule).filter(act=READ).exists()


def set_rule(tenant: TenantDB, rule: Rule, *, actor: Actor, now: datetime) -> None:
    """Let another rule hold from now on, inside an open transaction. Raises RuleWrong."""
    if not 0 <= rule.threshold <= MOST:
        raise RuleWrong(most=MOST)
    said = said_of(rule)
    tenant.objects(models.Rule).create(**said, actor=str(actor), at=now)
    append(tenant, SET, subject=f"act:{rule.act}", details=said, actor=actor, at=now)


def said_of(rule: Rule) -> dict[str, Any]:
    """A rule as rows, logs and requests have it."""
    counted = rule.act == READ or ACTS[rule.act].counted
    return {"act": rule.act, "needed": rule.needed, "threshold": rule.threshold if counted else 0, "own_right": rule.own_right}


def told(tenant: TenantDB) -> list[tuple[dict[str, Any], datetime]]:
    """All rows, in their order, as the log should have them."""
    return [(said_of(_view(row)), row.at) for row in tenant.objects(models.Rule).order_by("id")]


def _view(row: models.Rule) -> Rule:
    return Rule(row.act, row.needed, row.threshold, row.own_right, row.pk)
