"""The keys of a sender domain are changed, so that a stolen one is worth little: new ones are published before they sign."""

from datetime import datetime
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.flows.approved_keys import approve_keys
from siegelpost.flows.check_domain import check_domain
from siegelpost.mailings.domain_checks import Checked
from siegelpost.mailings.domain_rotation import Pair, idle_pairs, prepare_keys, switch_keys
from siegelpost.mailings.domains import new_keys
from siegelpost.mailings.errors import NextKeysUnseen
from siegelpost.mailings.reads import domain_by_id
from siegelpost.tenancy.handle import TenantDB

PREPARED: Final = "prepared"
WAITING: Final = "waiting"
SWITCHED: Final = "switched"


def rotate_keys(
    tenant: TenantDB, domain_id: int, *, settings: Settings, permitted: bool, actor: Actor, now: datetime
) -> tuple[str, Checked]:
    """Take the next step: make new keys, or change over to them where they are published.

    permitted  the operator answers for it that they are; written down. Keys that did not exist before are made only

    Returns PREPARED, WAITING (not published yet: nothing changed) or SWITCHED, and a check made after it.
    Raises DomainUnknown, FormerKeysNeeded, and ApprovalNeeded where a rule asks for a second person: for new keys, and for signing with
    some that nobody saw published. Changing over to keys that were seen is the end of what was approved.
    """
    domain_by_id(tenant, domain_id)
    if _coming(tenant, domain_id) is None and _prepared(tenant, domain_id, settings, actor, now):
        return PREPARED, check_domain(tenant, domain_id, settings=settings, actor=actor, now=now)
    before = _coming(tenant, domain_id)
    if before and permitted:
        with tenant.atomic():
            approve_keys(tenant, domain_id, unseen=True, actor=actor, now=now)
            switch_keys(tenant, domain_id, before.rsa_selector, permitted=True, actor=actor, now=now)
    found = check_domain(tenant, domain_id, settings=settings, actor=actor, now=now)
    return (WAITING if _coming(tenant, domain_id) else SWITCHED), found


def _coming(tenant: TenantDB, domain_id: int) -> Pair | None:
    return next((one for one in idle_pairs(tenant, domain_id) if one.until is None), None)


def _prepared(tenant: TenantDB, domain_id: int, settings: Settings, actor: Actor, now: datetime) -> bool:
    """The keys are made before the transaction: a pair of RSA takes as long as others wait."""
    pair = new_keys()
    with tenant.atomic():
        approve_keys(tenant, domain_id, unseen=False, actor=actor, now=now)
        return prepare_keys(tenant, domain_id, zone=settings.dkim_zone, actor=actor, now=now, make_keys=lambda: pair)


def ensure_switched(step: str, found: Checked) -> None:
    """For doors that answer with an error where nothing could be done. Raises NextKeysUnseen."""
    if step == WAITING:
        raise NextKeysUnseen(domain=found.domain)
