"""Personal links: for each person who agreed to be measured singly, in mailings that may, made when the message is made.

Nobody else gets one. A link names nobody to whoever reads it (`sign.pseudonyms`), and tells of nobody once its key is gone.
"""

import secrets
from collections.abc import Collection

from django.db.models import F

from siegelpost.consent.purposes import measured_at
from siegelpost.delivery.models import PersonalKey
from siegelpost.delivery.personal_links import Key, PersonalLinks
from siegelpost.delivery.plan import LaunchPlan
from siegelpost.sign.files import open_sealed, seal
from siegelpost.sign.pseudonyms import KEY_BYTES
from siegelpost.tenancy.handle import TenantDB


def make_key(tenant: TenantDB, mailing_id: int, *, until: int) -> None:
    """Draw the key of a mailing that may measure single people; inside the launch's transaction. One that is there stays."""
    sealed = seal(tenant.keys.files, secrets.token_bytes(KEY_BYTES), secrets.token_bytes)
    tenant.objects(PersonalKey).get_or_create(mailing_id=mailing_id, defaults={"sealed": sealed, "until": until})


def key_of(tenant: TenantDB, mailing_id: int) -> Key | None:
    """The key of a mailing; None where it has none, or it was destroyed."""
    row = tenant.objects(PersonalKey).filter(mailing_id=mailing_id).first()
    return Key(mailing_id, open_sealed(tenant.keys.files, bytes(row.sealed)), row.until, row.n) if row else None


def made_personal(tenant: TenantDB, mailing_id: int) -> int:
    """How many people's messages were made with personal links."""
    return tenant.objects(PersonalKey).filter(mailing_id=mailing_id).values_list("n", flat=True).first() or 0


def end_keys(tenant: TenantDB, *, until: int) -> None:
    """From then on no key tells of anybody, of whatever mailing: the instruction is over. Inside `tenant.atomic()`."""
    tenant.objects(PersonalKey).filter(until__gt=until).update(until=until)


def keys_until(tenant: TenantDB, now: int) -> int:
    """How many keys would still tell of somebody at that moment."""
    return tenant.objects(PersonalKey).filter(until__gt=now).count()


def destroy_keys(tenant: TenantDB) -> int:
    """Forget every key for good; returns how many. Inside `tenant.atomic()`."""
    return tenant.objects(PersonalKey).all().delete()[0]


def agreed_now(tenant: TenantDB, mailing_id: int, people: Collection[int], *, now: int) -> frozenset[int]:
    """Whoever of these people agrees at this moment, where the key is good; asked at the claim, of such mailings alone."""
    good = tenant.objects(PersonalKey).filter(mailing_id=mailing_id, until__gt=now).exists()
    return frozenset(measured_at(tenant, people)) if good else frozenset()


def count_made(tenant: TenantDB, mailing_id: int, n: int) -> None:
    """So many people more. Inside the claim's transaction."""
    if n:
        tenant.objects(PersonalKey).filter(mailing_id=mailing_id).update(n=F("n") + n)


def own_links(tenant: TenantDB, plan: LaunchPlan) -> PersonalLinks | None:
    """What makes personal links in this mailing; None where it has none. Anonymous mailings are not asked about at all."""
    key = key_of(tenant, plan.mailing_id) if plan.personal else None
    return PersonalLinks(plan, tenant.number, tenant.keys.tokens, key) if key else None
