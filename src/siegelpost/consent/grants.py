"""Giving and taking back consent. A row is never changed but to say when and how it ended."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from siegelpost.base.actor import Actor
from siegelpost.base.sqlfile import sql
from siegelpost.consent.models import Consent
from siegelpost.consent.purposes import end_with_last_list
from siegelpost.consent.rules import REPLY
from siegelpost.consent.texts import NEWSLETTER
from siegelpost.evidence.services import append
from siegelpost.tenancy.handle import TenantDB

MANY = 1_000
RENEWED = "renewed"
"""How a consent ended that the person renewed."""
LIST_DELETED = "list_deleted"
"""How a consent ended that nobody withdrew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What proves one consent.

    ground        why we may write, "double_opt_in", "preferences" or what the importer claims
    source        where it was given, e.g. "form:newsletter"
    text_id       the exact wording (`texts.ensure_text`), None where an import names none
    sign_up_id    id of the sign-up that was confirmed, "" if there was none
    snapshot      what else the person saw and chose, small JSON
    requested_at  when the form was sent; None if consent was given in one step
    digests       hashes and times of the proof for the log, so that nobody can change it later: never a value of a person
    """

    ground: str
    source: str
    text_id: int | None = None
    sign_up_id: str = ""
    snapshot: dict[str, Any] = field(default_factory=dict)
    requested_at: datetime | None = None
    digests: Mapping[str, str] = field(default_factory=dict)


def grant(tenant: TenantDB, *, subscriber_id: int, list_id: int, proof: Proof, at: datetime, actor: Actor) -> int:
    """Record that one person agreed to one list, and return the id of the record. Inside `tenant.atomic()`.

    Whoever has a running consent for the list keeps it: its id is returned and nothing is written, so doing it twice is safe.

    Source: Art. 7(1) GDPR (the controller must be able to prove it), § 7(2) UWG.
    """
    mine = tenant.objects(Consent).filter(subscriber_id=subscriber_id, list_id=list_id, purpose=NEWSLETTER, withdrawn_at=None)
    if running := mine.values_list("pk", flat=True).first():
        return running
    record = Consent(
        subscriber_id=subscriber_id,
        list_id=list_id,
        purpose=NEWSLETTER,
        ground=proof.ground,
        source=proof.source,
        text_id=proof.text_id,
        sign_up_id=proof.sign_up_id,
        snapshot=proof.snapshot,
        requested_at=proof.requested_at,
        granted_at=at,
    )
    tenant.objects(Consent).bulk_create([record], ignore_conflicts=True)  # a second request may have been faster
    details = {"list": list_id, "ground": proof.ground, "source": proof.source, "text": proof.text_id, **proof.digests}
    append(tenant, "consent.granted", subject=f"subscriber:{subscriber_id}", details=details, actor=actor, at=at)
    return mine.values_list("pk", flat=True).get()


def grant_many(tenant: TenantDB, subscriber_ids: Sequence[int], list_id: int, *, proof: Proof, import_id: int | None, at: datetime) -> int:
    """Record the consent that an importer claims for many people, and return how many are new. Inside `tenant.atomic()`.

    proof  ground, source and snapshot count, the same for all of them

    Whoever has a running consent for the list keeps it with its better proof. The act is logged by the import as a whole.
    """
    statement = sql("consent", "grant_many", tenant.vendor)
    new = 0
    with tenant.cursor() as cursor:
        fixed = {
            "list_id": list_id,
            "purpose": NEWSLETTER,
            "ground": proof.ground,
            "source": proof.source,
            "snapshot": json.dumps(proof.snapshot),
            "import_id": import_id,
            "at": cursor.db.ops.adapt_datetimefield_value(at),
        }
        for start in range(0, len(subscriber_ids), MANY):
            cursor.execute(statement, fixed | {"ids": json.dumps(list(subscriber_ids[start : start + MANY]))})
            new += max(cursor.rowcount, 0)
    return new


def withdraw(tenant: TenantDB, *, subscriber_id: int, list_ids: Sequence[int], how: str, actor: Actor, now: datetime) -> int:
    """End the running consents of one person for these lists, and return how many there were. Inside `tenant.atomic()`.

    how  the way it was said: "one-click", "page", "mailto", "provider", "preferences", "complaint", "reply", "operator"

    The proof stays until it can no longer be asked for; withdrawal works from now on (Art. 7(3) GDPR).
    """
    running = tenant.objects(Consent).filter(subscriber_id=subscriber_id, list_id__in=list_ids, withdrawn_at=None)
    ended = running.update(withdrawn_at=now, withdrawn_how=how)
    if ended:
        details = {"lists": sorted(list_ids), "how": how}
        append(tenant, "consent.withdrawn", subject=f"subscriber:{subscriber_id}", details=details, actor=actor, at=now)
        end_with_last_list(tenant, subscriber_id, actor=actor, now=now)
    return ended


def renew(tenant: TenantDB, *, subscriber_id: int, list_id: int, proof: Proof, at: datetime, actor: Actor) -> int:
    """Let a consent begin anew, with a record of its own, and return its id. Inside `tenant.atomic()`.

    The old record ends with its own words and times as it was; nothing that hangs on the consent ends with it.
    """
    mine = tenant.objects(Consent).filter(subscriber_id=subscriber_id, list_id=list_id, purpose=NEWSLETTER, withdrawn_at=None)
    if mine.update(withdrawn_at=at, withdrawn_how=RENEWED):
        append(tenant, "consent.renewed", subject=f"subscriber:{subscriber_id}", details={"list": list_id}, actor=actor, at=at)
    return grant(tenant, subscriber_id=subscriber_id, list_id=list_id, proof=proof, at=at, actor=actor)


def reopen(tenant: TenantDB, *, subscriber_id: int, list_ids: Sequence[int], at: datetime, actor: Actor, now: datetime) -> int:
    """Let consents run on that an answer was wrongly taken to end, and return how many. Inside `tenant.atomic()`.

    at  when they were ended

    Where the person agreed anew since then, the newer consent counts. The log keeps both: that it ended and that it did not.
    """
    mine = tenant.objects(Consent).filter(subscriber_id=subscriber_id, list_id__in=list_ids)
    running = set(mine.filter(withdrawn_at=None).values_list("list_id", flat=True))
    ended = mine.filter(withdrawn_at=at, withdrawn_how=REPLY).exclude(list_id__in=running)
    reopened = ended.update(withdrawn_at=None, withdrawn_how="")
    if reopened:
        details = {"lists": sorted(set(list_ids) - running)}
        append(tenant, "consent.reopened", subject=f"subscriber:{subscriber_id}", details=details, actor=actor, at=now)
    return reopened


def end_for_list(tenant: TenantDB, list_id: int, subscriber_ids: Sequence[int], *, at: datetime) -> None:
    """End the running consents of many people for a list that is deleted. Inside `tenant.atomic()`.

    Nobody withdrew: what they agreed to is no more. The records stay as proof of the mailings that went out (Art. 7(1) GDPR),
    and from now on for as long as those of a withdrawn consent. The log names the list, not each person.
    """
    with tenant.cursor() as cursor:
        moment = cursor.db.ops.adapt_datetimefield_value(at)
        rows = {"ids": json.dumps(list(subscriber_ids)), "list_id": list_id, "at": moment, "how": LIST_DELETED}
        cursor.execute(sql("consent", "end_of_list", tenant.vendor), rows)


def some_running(tenant: TenantDB, list_id: int, limit: int) -> list[int]:
    """Ids of at most `limit` people whose consent for a list runs. Reads the index of all running consents."""
    rows = tenant.objects(Consent).filter(list_id=list_id, withdrawn_at=None).order_by("subscriber_id")
    return list(rows.values_list("subscriber_id", flat=True)[:limit])
