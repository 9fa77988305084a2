"""A consent to a purpose is given: by the person alone, on a form or on their own page. No import, no staff, no program gets here."""

from datetime import datetime
from typing import Final

from siegelpost.base.actor import Actor
from siegelpost.consent.grants import Proof
from siegelpost.consent.models import PurposeConsent
from siegelpost.consent.purposes import PURPOSES
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

GRANTED: Final = "consent.purpose_granted"


def give(tenant: TenantDB, *, subscriber_id: int, purpose: str, proof: Proof, at: datetime, actor: Actor) -> int:
    """Record that one person agreed to one purpose, and return the id of the record. Inside `tenant.atomic()`.

    Whose consent runs keeps it, so doing it twice is safe. Raises ValueError for a purpose that is none of PURPOSES.
    """
    if purpose not in PURPOSES:
        raise ValueError(purpose)
    mine = tenant.objects(PurposeConsent).filter(subscriber_id=subscriber_id, purpose=purpose, withdrawn_at=None)
    if running_id := mine.values_list("pk", flat=True).first():
        return running_id
    record = PurposeConsent(
        subscriber_id=subscriber_id, purpose=purpose, ground=proof.ground, source=proof.source, text_id=proof.text_id,
        sign_up_id=proof.sign_up_id, snapshot=proof.snapshot, requested_at=proof.requested_at, granted_at=at,
    )  # fmt: skip
    tenant.objects(PurposeConsent).bulk_create([record], ignore_conflicts=True)  # a second request may have been faster
    details = {"purpose": purpose, "ground": proof.ground, "source": proof.source, "text": proof.text_id, **proof.digests}
    append(tenant, GRANTED, subject=f"subscriber:{subscriber_id}", details=details, actor=actor, at=at)
    return mine.values_list("pk", flat=True).get()
