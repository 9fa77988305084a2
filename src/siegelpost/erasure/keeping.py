"""What must still be answered after an erasure: that the person had agreed, and who received their data. Sealed, and deleted in time."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from siegelpost.base.actor import Actor
from siegelpost.base.privacy import Subject
from siegelpost.consent.confirmations import Sent, sent_for
from siegelpost.consent.reads import ConsentRecord, records_of
from siegelpost.delivery.reads import received
from siegelpost.erasure.models import Kept
from siegelpost.erasure.rules import CONSENT, OUTFLOWS, kept_until
from siegelpost.evidence.services import append
from siegelpost.sign.files import open_sealed, seal
from siegelpost.tenancy.handle import TenantDB

HANDED_OVER: Final = frozenset({"sent", "retry", "bounced", "blocked", "expired", "unsure"})
"""States of a delivery of which a relay got to know."""
MAILINGS: Final = 1_000_000
FORGOTTEN: Final = "erasure.proofs_deleted"


def keep(tenant: TenantDB, erasure_id: int, who: Subject, *, now: datetime) -> int:
    """Seal what stays of a person before the stores are stripped, and return how many pieces. Inside `tenant.atomic()`.

    Consents with their wording and times, without the address: they are found by its keyed hash. And the numbers by which the
    disclosure register is asked.

    Source: Art. 7(1), Art. 17(3)(b) and (e), Art. 19 GDPR.
    """
    consents = _consents(tenant, [record for number in who.numbers for record in records_of(tenant, number)])
    handed = {
        number: sorted(one.mailing_id for one in received(tenant, number, skip=0, limit=MAILINGS) if one.state in HANDED_OVER)
        for number in who.numbers
    }
    pieces: dict[str, Any] = {}
    if consents:
        pieces[CONSENT] = {"consents": consents, "erased_at": now.isoformat()}
    if who.came:
        pieces[OUTFLOWS] = {"came": who.came.isoformat(), "erased_at": now.isoformat(), "handed_over": handed}
    rows = [
        Kept(erasure_id=erasure_id, key=who.key, what=what, sealed=_seal(tenant, said), until=kept_until(now))
        for what, said in pieces.items()
    ]
    tenant.objects(Kept).bulk_create(rows)
    return len(rows)


def _consents(tenant: TenantDB, records: Sequence[ConsentRecord]) -> list[dict[str, Any]]:
    mails = sent_for(tenant, {one.sign_up_id for one in records})
    return [{**one.as_dict(), **({"asked_by": _mail(mails[one.sign_up_id])} if one.sign_up_id in mails else {})} for one in records]


def _mail(sent: Sent) -> dict[str, Any]:
    return {**asdict(sent), "sent_at": sent.sent_at.isoformat() if sent.sent_at else None}


def opened(tenant: TenantDB, key: bytes, what: str) -> list[Mapping[str, Any]]:
    """What was kept of one kind for the owner of an address, the oldest first."""
    rows = tenant.objects(Kept).filter(key=key, what=what).order_by("id")
    return [{**json.loads(open_sealed(tenant.keys.files, bytes(row.sealed))), "until": row.until} for row in rows]


def forget(tenant: TenantDB, *, now: datetime) -> int:
    """Delete what is over, and say so in the log; returns how many pieces. Its own transaction."""
    if not tenant.objects(Kept).filter(until__lte=now).exists():
        return 0  # asked often: others that write do not wait for that
    with tenant.atomic():
        over = tenant.objects(Kept).filter(until__lte=now).delete()[0]
        if over:
            append(tenant, FORGOTTEN, subject="erasure", details={"pieces": over}, actor=Actor.system("worker"), at=now)
    return over


def _seal(tenant: TenantDB, said: Mapping[str, Any]) -> bytes:
    return seal(tenant.keys.files, json.dumps(said).encode(), secrets.token_bytes)
