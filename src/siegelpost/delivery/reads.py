"""What other rooms may know about deliveries."""

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from django.db.models import Count, Sum

from siegelpost.delivery import tally
from siegelpost.delivery.errors import NotLaunched
from siegelpost.delivery.models import Delivery, Launch, Slice, Tally
from siegelpost.delivery.plan import LaunchPlan
from siegelpost.delivery.statements import ids, read
from siegelpost.tenancy.handle import TenantDB

PAGE = 5000
IN_ONE = 500  # people in one question with a placeholder for each: SQLite takes 999 of them where it is old
TRIED = ("claimed", "sent", "retry", "bounced", "blocked")
FAR = 2**62  # seconds since 1970: later than any answer
RECENT = 50  # each is one look into the index of mailing and person


@dataclass(frozen=True, slots=True)
class Recipient:
    """To whom a delivery went. `key` is the keyed hash of the address; address and key are empty where the person is gone."""

    delivery_id: int
    subscriber_id: int
    mailing_id: int
    email: str
    key: bytes


@dataclass(frozen=True, slots=True)
class DeliveryLine:
    """One line of the list of recipients; `at` is None before the first answer."""

    email: str
    state: str
    code: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Month:
    """What went out in a month; `since` is its first moment."""

    since: datetime
    mailings: int
    messages: int


@dataclass(frozen=True, slots=True)
class Received:
    """One mailing to one person; `at` is None before the first answer."""

    mailing_id: int
    state: str
    code: str
    at: datetime | None


def counts(tenant: TenantDB, mailing_id: int) -> dict[str, int]:
    """Counters of a mailing by state (see `tally`), with excluded:REASON as they occur."""
    return tally.counts(tenant, mailing_id)


def recipient_of(tenant: TenantDB, delivery_id: int) -> Recipient | None:
    """The person behind a delivery, None for an unknown id."""
    row = tenant.objects(Delivery).filter(pk=delivery_id).values_list("subscriber_id", "mailing_id").first()
    if row is None:
        return None
    with tenant.cursor() as cursor:
        cursor.execute("SELECT email, address_key FROM audience_recipient WHERE subscriber_id = %s", [row[0]])
        email, key = cursor.fetchone() or ("", b"")
    return Recipient(delivery_id, row[0], row[1], email, bytes(key))


def answered_before(tenant: TenantDB, delivery_id: int) -> list[tuple[int, bool]]:
    """Deliveries of earlier mailings to the same person, newest first: id, and whether the other server took it.

    Looks at the latest RECENT mailings only; those without a final answer are left out. Tells feedback whether hard
    bounces came in a row.
    """
    subscriber_id = tenant.objects(Delivery).filter(pk=delivery_id).values_list("subscriber_id", flat=True).first() or 0
    mailings = list(tenant.objects(Launch).order_by("-launched_at").values_list("mailing_id", flat=True)[:RECENT])
    rows = tenant.objects(Delivery).filter(mailing_id__in=mailings, subscriber_id=subscriber_id, pk__lt=delivery_id)
    final = rows.filter(state__in=("sent", "bounced")).order_by("-pk")
    return [(found, state == "sent") for found, state in final.values_list("pk", "state")]


def latest_delivery(tenant: TenantDB, subscriber_id: int, *, since: datetime) -> int | None:
    """The last delivery to a person that was answered at or after `since`, of the latest RECENT mailings; None where there is none."""
    mailings = list(tenant.objects(Launch).order_by("-launched_at").values_list("mailing_id", flat=True)[:RECENT])
    rows = tenant.objects(Delivery).filter(mailing_id__in=mailings, subscriber_id=subscriber_id, state__in=("sent", "bounced"))
    return rows.filter(at__gte=int(since.timestamp())).order_by("-at", "-pk").values_list("pk", flat=True).first()


def plan_of(tenant: TenantDB, mailing_id: int) -> LaunchPlan:
    """What was frozen at the launch. Raises NotLaunched."""
    row = tenant.objects(Launch).filter(mailing_id=mailing_id).first()
    if row is None:
        raise NotLaunched(id=mailing_id)
    return LaunchPlan.from_dict(row.plan)


def launched_with_tls(tenant: TenantDB, mailing_id: int) -> bool:
    """Whether a mailing was launched with the demand for TLS."""
    return bool(tenant.objects(Launch).filter(mailing_id=mailing_id).values_list("plan__demands_tls", flat=True).first())


def variant_of(tenant: TenantDB, mailing_id: int, subscriber_id: int) -> int | None:
    """Which variant a person got or will get, None for people who are not in the audience."""
    rows = tenant.objects(Delivery).filter(mailing_id=mailing_id, subscriber_id=subscriber_id)
    return rows.values_list("variant_id", flat=True).first()


def delivery_to(tenant: TenantDB, mailing_id: int, subscriber_id: int) -> int | None:
    """The delivery of a mailing to a person, None for people who are not in the audience."""
    rows = tenant.objects(Delivery).filter(mailing_id=mailing_id, subscriber_id=subscriber_id)
    return rows.values_list("pk", flat=True).first()


def received_by_variant(tenant: TenantDB, mailing_id: int) -> dict[int, int]:
    """How many people got each variant."""
    found: dict[int, int] = {}
    with tenant.cursor() as cursor:
        cursor.execute(
            "SELECT variant_id, COUNT(*) FROM delivery_delivery WHERE mailing_id = %s AND state = 'sent' GROUP BY variant_id", [mailing_id]
        )
        found.update(cursor.fetchall())
    return found


def plain_by_variant(tenant: TenantDB, mailing_id: int) -> dict[int, int]:
    """How many people got each variant without measured addresses; few, and found by an index of their own."""
    rows = tenant.objects(Delivery).filter(mailing_id=mailing_id, plain=True, state="sent").order_by()
    return dict(rows.values_list("variant_id").annotate(n=Count("pk")))


def measured_at_least(tenant: TenantDB, mailing_id: int, variant_id: int, n: int, *, before: int = FAR) -> bool:
    """Whether at least `n` people got a variant with measured addresses before a moment (seconds since 1970)."""
    [(found,)] = read(tenant, "measured", mailing=mailing_id, variant=variant_id, before=before, most=n)
    return bool(found >= n)


def launch_days(tenant: TenantDB, zone: tzinfo) -> dict[int, date]:
    """Mailing -> the day of its launch where `zone` is."""
    return {number: at.astimezone(zone).date() for number, at in tenant.objects(Launch).values_list("mailing_id", "launched_at")}


def differ(tenant: TenantDB, one: int, other: int, *, most: int) -> int:
    """How many people are in the frozen audience of one of two mailings alone, counted up to `most`.

    Audiences whose sizes differ by more than that are not read.
    """
    sizes = [sum(n for state, n in counts(tenant, mailing).items() if state in tally.STATES) for mailing in (one, other)]
    if abs(sizes[0] - sizes[1]) >= most:
        return most
    return len(alone(tenant, one, other, most=most))


def alone(tenant: TenantDB, one: int, other: int, *, most: int) -> frozenset[int]:
    """People who are in the frozen audience of one of two mailings alone, at most so many."""
    return frozenset(person for (person,) in read(tenant, "alone", one=one, other=other, most=most))


def arrived(tenant: TenantDB, mailing_id: int, without: Collection[str], *, most: int) -> dict[int, frozenset[int]]:
    """Hour (since 1970, UTC) -> people who got a mailing with measured addresses in it; of each hour at most so many.

    without  domains whose people, and those below, are left out
    """
    found: dict[int, set[int]] = {}
    for hour, person in read(tenant, "arrived", mailing=mailing_id, domains=json.dumps(sorted(without)), most=most):
        found.setdefault(hour, set()).add(person)
    return {hour: frozenset(people) for hour, people in found.items()}


def measured_by_hour(tenant: TenantDB, mailing_id: int, variant_id: int) -> dict[int, int]:
    """Hour (since 1970, UTC) -> how many people got a variant with measured addresses in it."""
    return dict(read(tenant, "measured_hours", mailing=mailing_id, variant=variant_id))


def own_measured(tenant: TenantDB, mailing_id: int, domains: Collection[str], *, most: int) -> frozenset[int]:
    """People at these domains, or below them, who got a mailing with measured addresses; at most so many."""
    rows = read(tenant, "own_measured", mailing=mailing_id, domains=json.dumps(sorted(domains)), most=most)
    return frozenset(person for (person,) in rows)


def measurable(tenant: TenantDB, mailing_id: int, *, most: int) -> int:
    """How many of the frozen audience would get measured addresses as things stand, counted up to `most`."""
    domains = json.dumps(plan_of(tenant, mailing_id).plain_domains)
    return int(read(tenant, "measurable", mailing=mailing_id, domains=domains, most=most)[0][0])


def domains_reached(tenant: TenantDB, mailing_id: int, *, since: datetime) -> list[tuple[str, int, int]]:
    """Receiving domains of a mailing with how many messages they answered for good since then, and how many of them they took."""
    return [(domain, n, int(taken)) for domain, n, taken in read(tenant, "reached", mailing=mailing_id, since=int(since.timestamp()))]


def people_reached(tenant: TenantDB, mailing_id: int, people: Collection[int], *, since: datetime) -> Iterator[str]:
    """The receiving domain of each of these people whose message was answered for good since then."""
    listed = sorted(people)
    for at in range(0, len(listed), PAGE):
        some = ids(tenant, listed[at : at + PAGE])
        for _subscriber, domain in read(tenant, "reached_people", mailing=mailing_id, since=int(since.timestamp()), people=some):
            yield domain


def recipients(tenant: TenantDB, mailing_id: int, state: str = "") -> Iterator[list[tuple[int, DeliveryLine]]]:
    """Every recipient of a mailing, or those in one state, by subscriber id; in pages, so that a million need no memory.

    Of whoever has been erased since, the address is "". Addresses stand there whole: whoever shows them asks the handle how.
    """
    after = 0
    while rows := read(tenant, "recipients", mailing=mailing_id, state=state, after=after, limit=PAGE):
        yield [
            (person, DeliveryLine(email or "", found, code, datetime.fromtimestamp(at, UTC) if at else None))
            for _row_id, person, email, found, code, at in rows
        ]
        after = rows[-1][0]


def received(tenant: TenantDB, subscriber_id: int, *, skip: int, limit: int) -> list[Received]:
    """The mailings of one person, the latest first: `limit` of them after the first `skip`. Of those within the limits of the handle."""
    if tenant.scope.is_whole:
        rows = read(tenant, "received", subscriber=subscriber_id, skip=skip, limit=limit)
    else:
        launches = tenant.objects(Launch).order_by("-launched_at", "-mailing_id").values_list("mailing_id", flat=True)
        mine = tenant.objects(Delivery).filter(subscriber_id=subscriber_id, mailing_id__in=list(launches))
        found = {one[0]: one for one in mine.values_list("mailing_id", "state", "code", "at")}
        rows = [found[number] for number in launches if number in found][skip : skip + limit]
    return [Received(mailing, state, code, datetime.fromtimestamp(at, UTC) if at else None) for mailing, state, code, at in rows]


def launches_since(tenant: TenantDB, since: datetime) -> dict[int, frozenset[int]]:
    """Mailings that were launched since then, with the lists to which they go."""
    rows = tenant.objects(Launch).filter(launched_at__gte=since).order_by("mailing_id")
    return {mailing: frozenset(lists) for mailing, lists in rows.values_list("mailing_id", "plan__list_ids")}


def attempts_to(tenant: TenantDB, mailing_id: int, people: Iterable[int]) -> Iterator[tuple[int, datetime]]:
    """Who of these people was written to, and when: of an answer the moment it came, of what is on its way the moment it was taken.

    A message that nobody knows about (unsure) is left out: its time is that of the recovery.
    """
    listed = sorted(people)
    for start in range(0, len(listed), IN_ONE):
        rows = tenant.objects(Delivery).filter(mailing_id=mailing_id, subscriber_id__in=listed[start : start + IN_ONE], state__in=TRIED)
        found = list(rows.values_list("subscriber_id", "state", "at", "slice_id"))
        taken = dict(tenant.objects(Slice).filter(pk__in={one[3] for one in found if one[3]}).values_list("pk", "claimed_at"))
        for person, state, at, slice_id in found:
            moment = taken.get(slice_id or 0) if state == "claimed" else at
            if moment is not None:
                yield person, datetime.fromtimestamp(moment, UTC)


def months(tenant: TenantDB, *, now: datetime) -> tuple[Month, Month]:
    """Mailings that were launched in the month that runs (UTC) and in the one before, and how many of their messages were taken."""
    this = now.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    last = (this - timedelta(days=1)).replace(day=1)
    return _month(tenant, this, now), _month(tenant, last, this)


def _month(tenant: TenantDB, since: datetime, until: datetime) -> Month:
    launched = list(tenant.objects(Launch).filter(launched_at__gte=since, launched_at__lt=until).values_list("mailing_id", flat=True))
    sent = tenant.objects(Tally).filter(mailing_id__in=launched, state="sent").aggregate(n=Sum("n"))["n"]
    return Month(since, len(launched), sent or 0)


def claims_of(tenant: TenantDB, mailing_ids: Collection[int]) -> tuple[int, int]:
    """Deliveries of these mailings, and how many were claimed: more where something failed, was given back, or was claimed twice."""
    claimed = tenant.objects(Slice).filter(mailing_id__in=mailing_ids).aggregate(n=Sum("size"))["n"]
    return tenant.objects(Delivery).filter(mailing_id__in=mailing_ids).count(), claimed or 0


def reached_before(tenant: TenantDB, mailing_id: int, subscriber_id: int) -> bool:
    """Whether somebody got another mailing before this one; before now, where this one has not gone out."""
    at = tenant.objects(Delivery).filter(mailing_id=mailing_id, subscriber_id=subscriber_id).values_list("at", flat=True).first()
    others = tenant.objects(Delivery).filter(subscriber_id=subscriber_id, state="sent").exclude(mailing_id=mailing_id)
    return others.filter(at__lt=at if at is not None else FAR).exists()
