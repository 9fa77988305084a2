"""A domain's keys are changed in three steps: the next pair is made and published, signing changes over, the former pair leaves.

Source: RFC 6376 section 3.1 (selectors let keys be replaced without a gap); M3AAWG DKIM Key Rotation Best Common Practices.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.mailings.domain_dkim import FORMER, NEXT, SIGNS, SPARE, PublicKey
from siegelpost.mailings.domain_records import dkim_records, dkim_value
from siegelpost.mailings.domain_slots import other_name, target_of
from siegelpost.mailings.domains import KeyPair, new_keys, wrapped
from siegelpost.mailings.errors import DomainUnknown, FormerKeysNeeded
from siegelpost.mailings.models import IdleKeys, SenderDomain
from siegelpost.sign.keys import unwrap
from siegelpost.tenancy.handle import TenantDB

KEPT: Final = timedelta(days=7)
"""A former key stays published so long: relays keep trying for five days (RFC 5321 section 4.5.4.1), and somebody looks later."""
KEYS_MADE: Final = "sender.keys_prepared"
KEYS_SWITCHED: Final = "sender.keys_switched"
"""As the log calls them."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair of keys that signs nothing; `until` is None of the next pair, of a former one the day from which it may go."""

    id: int
    rsa_selector: str
    ed_selector: str
    made_at: datetime
    until: datetime | None


def public_keys(tenant: TenantDB, domain_id: int, *, needed: tuple[bool, bool], zone: str = "") -> tuple[PublicKey, ...]:
    """All keys of a domain as the DNS should hold them: those that sign, the next ones, former ones.

    needed  whether mail is signed with RSA, and whether with Ed25519
    zone    the operator's, to which the names in the domain lead; then the names for the next keys are among them

    Raises DomainUnknown, KeyRefused.
    """
    row = tenant.objects(SenderDomain).filter(pk=domain_id).first()
    if row is None:
        raise DomainUnknown
    values = [dkim_value(unwrap(tenant.keys.wrapping, bytes(key))) for key in (row.rsa_key, row.ed_key)]
    found: list[tuple[str, tuple[str, str], tuple[str, str], datetime | None]] = [
        (SIGNS, (row.rsa_selector, row.ed_selector), (values[0], values[1]), None)
    ]
    for one in tenant.objects(IdleKeys).filter(domain_id=domain_id).order_by("retired_at", "pk"):
        until = one.retired_at + KEPT if one.retired_at else None
        found.append((FORMER if until else NEXT, (one.rsa_selector, one.ed_selector), (one.rsa_value, one.ed_value), until))
    waiting = (other_name(row.rsa_selector), other_name(row.ed_selector))
    if zone and all(selectors[0] != waiting[0] for _role, selectors, _texts, _until in found):
        found.append((SPARE, waiting, ("", ""), None))
    found.sort(key=lambda one: (SIGNS, NEXT, FORMER, SPARE).index(one[0]))
    return tuple(
        PublicKey(record, role, signs, until, target_of(selector, row.domain, zone))
        for role, selectors, texts, until in found
        for selector, record, signs in zip(selectors, dkim_records(row.domain, selectors, texts), needed, strict=True)
    )


def idle_pairs(tenant: TenantDB, domain_id: int) -> list[Pair]:
    """The next pair, if there is one, and former ones, the latest first."""
    rows = list(tenant.objects(IdleKeys).filter(domain_id=domain_id).order_by("-retired_at", "-pk"))
    rows.sort(key=lambda one: one.retired_at is not None)
    return [Pair(row.pk, row.rsa_selector, row.ed_selector, row.made_at, row.retired_at + KEPT if row.retired_at else None) for row in rows]


def prepare_keys(
    tenant: TenantDB, domain_id: int, *, zone: str = "", actor: Actor, now: datetime, make_keys: Callable[[], KeyPair] = new_keys
) -> bool:
    """Make the next pair of a domain; False where there is one already. It signs nothing yet.

    zone  the operator's: the pair then takes the other names of the present one. Raises FormerKeysNeeded while mail needs those
    """
    if tenant.objects(IdleKeys).filter(domain_id=domain_id, retired_at=None).exists():
        return False
    pair = make_keys()
    columns = wrapped(tenant, pair, now) | (_other_names(tenant, domain_id, now) if zone else {})
    row = IdleKeys(domain_id=domain_id, rsa_value=dkim_value(pair.rsa), ed_value=dkim_value(pair.ed), made_at=now, **columns)
    with tenant.atomic():
        tenant.objects(IdleKeys).filter(domain_id=domain_id, rsa_selector=row.rsa_selector, retired_at__lte=now - KEPT).delete()
        tenant.objects(IdleKeys).bulk_create([row], ignore_conflicts=True)  # another process may have been faster
        is_ours = tenant.objects(IdleKeys).filter(domain_id=domain_id, retired_at=None, rsa_value=row.rsa_value).exists()
        if is_ours:
            details = {"rsa_selector": row.rsa_selector, "ed_selector": row.ed_selector}
            append(tenant, KEYS_MADE, subject=f"domain:{domain_id}", details=details, actor=actor, at=now)
    return is_ours


def _other_names(tenant: TenantDB, domain_id: int, now: datetime) -> dict[str, str]:
    present = tenant.objects(SenderDomain).get(pk=domain_id)
    names = {"rsa_selector": other_name(present.rsa_selector), "ed_selector": other_name(present.ed_selector)}
    former = tenant.objects(IdleKeys).filter(domain_id=domain_id, rsa_selector=names["rsa_selector"], retired_at__gt=now - KEPT).first()
    if former and former.retired_at:
        raise FormerKeysNeeded(domain=present.domain, until=f"{former.retired_at + KEPT:%Y-%m-%d}")
    return names


def switch_keys(tenant: TenantDB, domain_id: int, rsa_selector: str, *, permitted: bool, actor: Actor, now: datetime) -> bool:
    """Sign with the next pair from now on; False where another process was faster.

    rsa_selector  of the pair that was looked at
    permitted     the operator answers for it that the pair is published; otherwise a check has seen it

    The former private keys are gone then; what the DNS should hold for them is remembered.
    """
    with tenant.atomic():
        domain = tenant.objects(SenderDomain).select_for_update().get(pk=domain_id)
        coming = tenant.objects(IdleKeys).select_for_update().filter(domain_id=domain_id, retired_at=None).first()
        if coming is None or coming.rsa_selector != rsa_selector:
            return False
        leaving = {
            "rsa_selector": domain.rsa_selector,
            "ed_selector": domain.ed_selector,
            "rsa_value": dkim_value(unwrap(tenant.keys.wrapping, bytes(domain.rsa_key))),
            "ed_value": dkim_value(unwrap(tenant.keys.wrapping, bytes(domain.ed_key))),
        }
        names = ("rsa_selector", "rsa_key", "ed_selector", "ed_key")
        tenant.objects(SenderDomain).filter(pk=domain_id).update(**{name: getattr(coming, name) for name in names})
        tenant.objects(IdleKeys).filter(pk=coming.pk).update(rsa_key=b"", ed_key=b"", retired_at=now, **leaving)
        details = {"from": domain.rsa_selector, "to": coming.rsa_selector, "permitted": permitted}
        append(tenant, KEYS_SWITCHED, subject=f"domain:{domain_id}", details=details, actor=actor, at=now)
    return True


def forget_keys(tenant: TenantDB, domain_id: int, removed: frozenset[str], *, now: datetime) -> None:
    """Delete former pairs that nothing needs any more and that are no longer published.

    removed  names of records (selector._domainkey.domain) that the DNS no longer holds
    """
    domain = tenant.objects(SenderDomain).get(pk=domain_id).domain
    with tenant.atomic():
        for one in tenant.objects(IdleKeys).filter(domain_id=domain_id, retired_at__lte=now - KEPT):
            if {f"{selector}._domainkey.{domain}" for selector in (one.rsa_selector, one.ed_selector)} <= removed:
                one.delete(using=tenant.alias)
