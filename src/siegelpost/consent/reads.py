"""Read consent: what one person agreed to, when, and in which words."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db.models import QuerySet

from siegelpost.consent.customers import EXISTING
from siegelpost.consent.models import Consent, ConsentText, PurposeConsent
from siegelpost.tenancy.handle import TenantDB

PAGE: Final = 2_000
"""Consents that are in memory at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRecord:
    """One consent with its proof. Times are UTC; `digest` names the exact wording (see `rules.text_digest`).

    list_id  0 for a consent to a purpose beside the e-mails, which is one for the whole tenant
    """

    id: int
    list_id: int
    purpose: str
    ground: str
    source: str
    text: str
    text_language: str
    digest: str
    snapshot: dict[str, Any]
    import_id: int | None
    sign_up_id: str
    requested_at: datetime | None
    granted_at: datetime
    withdrawn_at: datetime | None
    withdrawn_how: str

    @property
    def key(self) -> tuple[str, int]:
        """What no other consent has: purposes beside the e-mails are numbered by themselves."""
        return self.purpose, self.id

    def as_dict(self) -> dict[str, Any]:
        """For programs: times in ISO 8601 to the second."""
        return {key: _seconds(value) if isinstance(value, datetime) else value for key, value in asdict(self).items()}


def _seconds(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def records_of(tenant: TenantDB, subscriber_id: int) -> list[ConsentRecord]:
    """Every consent that one person ever gave, running and withdrawn, oldest first.

    Source: BGH, 10.02.2011, I ZR 164/09: the declaration of each person must be on record and printable at any time.
    """
    mine: list[Consent | PurposeConsent] = [row for part in _all_of(tenant, subscriber_id) for row in part]
    beside = tenant.unlimited.objects(PurposeConsent).filter(subscriber_id=subscriber_id)
    rows = sorted([*mine, *beside], key=lambda row: (row.granted_at, row.pk))
    texts = tenant.objects(ConsentText).in_bulk({row.text_id for row in rows if row.text_id is not None})
    return [_record(row, texts.get(row.text_id) if row.text_id is not None else None) for row in rows]


def all_records(tenant: TenantDB) -> Iterator[list[tuple[int, ConsentRecord]]]:
    """Every consent of everybody with the number of its person, a page at a time; for a handle that only reads, too."""
    texts = tenant.objects(ConsentText).in_bulk()
    last = 0
    while page := list(tenant.objects(Consent).filter(pk__gt=last).order_by("pk")[:PAGE]):
        yield [(row.subscriber_id, _record(row, texts.get(row.text_id) if row.text_id is not None else None)) for row in page]
        last = page[-1].pk
    for row in tenant.objects(PurposeConsent).order_by("pk").iterator(PAGE):
        yield [(row.subscriber_id, _record(row, texts.get(row.text_id) if row.text_id is not None else None))]


def _record(row: Consent | PurposeConsent, text: ConsentText | None) -> ConsentRecord:
    return ConsentRecord(
        id=row.pk,
        list_id=row.list_id if isinstance(row, Consent) else 0,
        purpose=row.purpose,
        ground=row.ground,
        source=row.source,
        text=text.text if text else "",
        text_language=text.language if text else "",
        digest=text.digest if text else "",
        snapshot=row.snapshot,
        import_id=row.import_id if isinstance(row, Consent) else None,
        sign_up_id=row.sign_up_id,
        requested_at=row.requested_at,
        granted_at=row.granted_at,
        withdrawn_at=row.withdrawn_at,
        withdrawn_how=row.withdrawn_how,
    )


def running_lists(tenant: TenantDB, subscriber_id: int) -> frozenset[int]:
    """Ids of the lists for which the person's consent runs now."""
    rows = tenant.objects(Consent).filter(subscriber_id=subscriber_id, withdrawn_at=None)
    return frozenset(rows.values_list("list_id", flat=True))


def has_customers(tenant: TenantDB, list_ids: Collection[int]) -> bool:
    """Whether anybody on these lists is written to as an existing customer. From an index that holds these people alone."""
    return tenant.objects(Consent).filter(list_id__in=list_ids, ground=EXISTING, withdrawn_at=None).exists()


def known_lists(tenant: TenantDB, subscriber_id: int) -> frozenset[int]:
    """Ids of the lists for which the person's consent runs or ever ran."""
    return frozenset(number for part in _all_of(tenant, subscriber_id) for number in part.values_list("list_id", flat=True))


def _all_of(tenant: TenantDB, subscriber_id: int) -> tuple[QuerySet[Consent], QuerySet[Consent]]:
    """Running and ended consents have an index each: imports, which only add running ones, write into one of them."""
    mine = tenant.objects(Consent).filter(subscriber_id=subscriber_id)
    return mine.filter(withdrawn_at=None), mine.filter(withdrawn_at__isnull=False)


def confirmed_by(tenant: TenantDB, sign_up_id: str) -> tuple[int, tuple[int, ...]] | None:
    """Whom this sign-up made a subscriber of which lists, None where nobody confirmed it."""
    rows = list(tenant.objects(Consent).filter(sign_up_id=sign_up_id).values_list("subscriber_id", "list_id")) if sign_up_id else []
    return (rows[0][0], tuple(list_id for _subscriber, list_id in rows)) if rows else None


@dataclass(frozen=True, slots=True)
class Span:
    """For how long a consent to one list ran; `until` is None while it runs."""

    list_id: int
    since: datetime
    until: datetime | None

    def ran_at(self, at: datetime, grace: timedelta) -> bool:
        """Whether it ran at that moment, or had ended by at most `grace`."""
        return self.since <= at and (self.until is None or at - self.until <= grace)


def consents_of_leavers(tenant: TenantDB, left_since: datetime) -> Mapping[int, list[Span]]:
    """All consents, also those that run, of whoever ended one since then; by the number of the person."""
    left = tenant.objects(Consent).filter(withdrawn_at__gte=left_since).values("subscriber_id")
    spans: dict[int, list[Span]] = defaultdict(list)
    rows = tenant.objects(Consent).filter(subscriber_id__in=left)
    for person, list_id, since, until in rows.values_list("subscriber_id", "list_id", "granted_at", "withdrawn_at"):
        spans[person].append(Span(list_id, since, until))
    return spans
