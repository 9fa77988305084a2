"""The keys of a sender domain are changed, so that a stolen one is worth little: new ones are published before they sign."""

from datetime import datetime
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.flows.check_domain import check_domain
from siegelpost.mailings.domain_checks import Checked
from siegelpost.mailings.domain_rotation import idle_pairs, prepare_keys, switch_keys
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
    Raises DomainUnknown, FormerKeysNeeded.
    """
    domain_by_id(tenant, domain_id)
    if prepare_keys(tenant, domain_id, zone=settings.dkim_zone, actor=actor, now=now):
        return PREPARED, check_domain(tenant, domain_id, settings=settings, actor=actor, now=now)
    before = next((one for one in idle_pairs(tenant, domain_id) if one.until is None), None)
    if before and permitted:
        switch_keys(tenant, domain_id, before.rsa_selector, permitted=True, actor=actor, now=now)
    found = check_domain(tenant, domain_id, settings=settings, actor=actor, now=now)
    waits = any(one.until is None for one in idle_pairs(tenant, domain_id))
    return (WAITING if waits else SWITCHED), found


def ensure_switched(step: str, found: Checked) -> None:
    """For doors that answer with an error where nothing could be done. Raises NextKeysUnseen."""
    if step == WAITING:
        raise NextKeysUnseen(domain=found.domain)
