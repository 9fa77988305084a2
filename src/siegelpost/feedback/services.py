"""Write down what came back, once, and draw the consequence for the address."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from siegelpost.base.actor import Actor
from siegelpost.consent.rules import COMPLAINT, RETAINED
from siegelpost.consent.suppression import suppress
from siegelpost.evidence.services import append
from siegelpost.feedback import rules
from siegelpost.feedback.models import BounceCount, Event
from siegelpost.feedback.rules import Verdict
from siegelpost.feedback.texts import keep_text
from siegelpost.tenancy.handle import TenantDB

UNSUBSCRIBE = "unsubscribe"
MAX_CODE = 16  # characters of Event.code


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """Whom a report is about.

    key          16 bytes of `sign.addresses.address_key`
    delivery_id  None where only the mailing and the person are known
    """

    mailing_id: int
    subscriber_id: int
    key: bytes
    delivery_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """What one report says about one delivery.

    code     enhanced status or reply code; at most 16 characters are kept
    text     what the other server wrote, for people to read; kept for 90 days
    arrived  another mailing reached the address since its last hard bounce: the row begins anew
    """

    about: About
    verdict: Verdict
    code: str = ""
    text: str = ""
    arrived: bool = False


@dataclass(frozen=True, slots=True)
class Bounced:
    """What a bounce changed.

    recorded  False if the same was said of this delivery before
    in_a_row  hard bounces of the address in a row, after this one
    retired   the address is suppressed as retained from now on
    """

    recorded: bool
    in_a_row: int = 0
    retired: bool = False


def record_bounce(tenant: TenantDB, bounce: Bounce, *, actor: Actor, now: datetime, limit: int = rules.DEFAULT_LIMIT) -> Bounced:
    """Record a bounce; the hard one that makes `limit` (1..) in a row retires the address.

    Each kind is recorded once per delivery, so that a report that comes twice, or from each mailbox behind a collective
    address, counts once. Its own transaction, or part of the caller's.
    """
    about, verdict = bounce.about, bounce.verdict
    if verdict not in rules.BOUNCES:
        return Bounced(False)
    with tenant.atomic():
        row = _lock(tenant, about.key, now) if verdict is Verdict.HARD else None
        if not _add(tenant, about, verdict.value, bounce.code, now):
            return Bounced(False, row.hard_in_a_row if row else 0)
        _keep(tenant, bounce, now)
        if row is None:
            return Bounced(True)
        in_a_row, retire = rules.count(row.hard_in_a_row, verdict, limit=limit, delivered_between=bounce.arrived)
        tenant.objects(BounceCount).filter(pk=row.pk).update(hard_in_a_row=in_a_row, last_at=now)
        if retire:
            _retire(tenant, about, in_a_row, actor, now)
        return Bounced(True, in_a_row, retire)


def begin_anew(tenant: TenantDB, key: bytes) -> None:
    """Forget the hard bounces of an address that is to be written to again. Inside `tenant.atomic()`."""
    tenant.objects(BounceCount).filter(key=key).delete()


def _keep(tenant: TenantDB, bounce: Bounce, now: datetime) -> None:
    event = _same(tenant, bounce.about, bounce.verdict.value).order_by("-pk").first()
    if event is not None:
        keep_text(tenant, event.pk, bounce.text, now=now)


def _retire(tenant: TenantDB, about: About, in_a_row: int, actor: Actor, now: datetime) -> None:
    if suppress(tenant, kind=RETAINED, key=about.key, source="bounces", actor=actor, now=now):
        details = {"mailing": about.mailing_id, "in_a_row": in_a_row}
        append(tenant, "feedback.retired", subject=f"subscriber:{about.subscriber_id}", details=details, actor=actor, at=now)


def record_complaint(tenant: TenantDB, about: About, *, source: str, actor: Actor, now: datetime) -> bool:
    """Record that a person called our mail spam, and never write to the address again; return whether it is new.

    source  where it comes from, "arf"

    Its own transaction, or part of the caller's. Taking the person off all lists is the flow's.
    """
    with tenant.atomic():
        new = _add(tenant, about, COMPLAINT, "", now)
        suppress(tenant, kind=COMPLAINT, key=about.key, source=source, actor=actor, now=now)
        if new:
            details = {"mailing": about.mailing_id, "source": source}
            append(tenant, "feedback.complaint", subject=f"subscriber:{about.subscriber_id}", details=details, actor=actor, at=now)
    return new


def record_unsubscribe(tenant: TenantDB, *, mailing_id: int, subscriber_id: int, at: datetime) -> bool:
    """Count for the report that a mailing made a person leave; return whether it is new.

    Its own transaction, or part of the caller's. The leaving itself is the flow's.
    """
    with tenant.atomic():
        return _add(tenant, About(mailing_id=mailing_id, subscriber_id=subscriber_id, key=b""), UNSUBSCRIBE, "", at)


def take_back_unsubscribe(tenant: TenantDB, *, mailing_id: int, subscriber_id: int) -> None:
    """Count no more that a mailing made a person leave who never left. Inside `tenant.atomic()`."""
    tenant.objects(Event).filter(kind=UNSUBSCRIBE, mailing_id=mailing_id, subscriber_id=subscriber_id).delete()


def _lock(tenant: TenantDB, key: bytes, now: datetime) -> BounceCount:
    """The address's counter, locked until the transaction ends: two reports at once must not both see the old number."""
    rows = tenant.objects(BounceCount)
    rows.bulk_create([BounceCount(key=key, hard_in_a_row=0, last_at=now)], ignore_conflicts=True)
    return rows.select_for_update().get(key=key)


def _same(tenant: TenantDB, about: About, kind: str) -> QuerySet[Event]:
    """What was said before about the same."""
    rows = tenant.objects(Event).filter(kind=kind, mailing_id=about.mailing_id, subscriber_id=about.subscriber_id)
    if kind in rules.BOUNCES and about.delivery_id is not None:
        rows = rows.filter(delivery_id=about.delivery_id)
    return rows


def _add(tenant: TenantDB, about: About, kind: str, code: str, at: datetime) -> bool:
    """One event per kind and delivery; where no delivery is known, per mailing and person."""
    if _same(tenant, about, kind).exists():
        return False
    event = Event(
        kind=kind,
        mailing_id=about.mailing_id,
        delivery_id=about.delivery_id,
        subscriber_id=about.subscriber_id,
        code=code[:MAX_CODE],
        at=at,
    )
    tenant.objects(Event).bulk_create([event], ignore_conflicts=True)  # a second report may have been faster
    return True
