"""The system attacks its own anonymous data: collects what somebody inside would have of a mailing, and lets every attack try."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from email import message_from_bytes
from typing import Final

from siegelpost.base.settings import Settings
from siegelpost.delivery import reads as delivery
from siegelpost.delivery.again import made_again
from siegelpost.flows.measuring import NEAR, own_domains
from siegelpost.flows.report import report
from siegelpost.mailings.browse import alike
from siegelpost.mailings.recent import launched_since
from siegelpost.measure import reads as measure
from siegelpost.measure.attack.loot import ENOUGH, Loot, Pair, Row, Shown, Target, Trace
from siegelpost.measure.attack.tried import tried
from siegelpost.measure.modes import OFF
from siegelpost.measure.policy import PIXEL, MeasurePlan
from siegelpost.measure.rules import K, withheld_because
from siegelpost.measure.spool import HOUR_SECONDS, lines_of
from siegelpost.tenancy.handle import TenantDB

LOOKED_AT: Final = 10
"""Mailings that are attacked, the newest: what is older was attacked before."""
MADE_AGAIN: Final = 40
"""Messages of each mailing that are made again and compared: twice the smallest group, milliseconds each."""
_MEASURED: Final = re.compile(r"/[oc]/[\w-]+(?:\.gif)?")
_HEX: Final = re.compile(r"(?<![0-9a-f])(?:[0-9a-f]{2}){8,64}(?![0-9a-f])")


def attacked(tenant: TenantDB, *, settings: Settings, now: datetime, days: int) -> dict[int, dict[str, list[Trace]]]:
    """Measured mailings of the last days, at most LOOKED_AT -> attack -> traces to fewer than 20 people; empty where nobody is found."""
    found: dict[int, dict[str, list[Trace]]] = {}
    for mailing in reversed(launched_since(tenant, now - timedelta(days=days))):
        decided = measure.decided(tenant, mailing)
        if decided is not None and decided.mode != OFF and len(found) < LOOKED_AT:
            found[mailing] = tried(loot_of(tenant, mailing, settings=settings, now=now))
    return found


def loot_of(tenant: TenantDB, mailing_id: int, *, settings: Settings, now: datetime) -> Loot:
    """Everything that lies there about one mailing. Bounded: of each group no more people than make it harmless.

    Raises MailingUnknown, NotLaunched.
    """
    plan = MeasurePlan.from_dict(delivery.plan_of(tenant, mailing_id).measure)
    own = own_domains(tenant)  # whoever looks knows what these did: they are no crowd for others
    arrivals = {hour * HOUR_SECONDS: people for hour, people in delivery.arrived(tenant, mailing_id, own, most=ENOUGH).items()}
    messages = made_again(tenant, mailing_id, most=MADE_AGAIN)
    targets = {url.removeprefix(settings.public_url): where for url, where in _targets(plan)}
    loot = Loot(
        arrivals=arrivals,
        rows=tuple(_rows(tenant, set(plan.variants), settings)),
        urls={person: _measured(message) for person, (_email, message) in messages.items()},
        targets=targets,
        own=delivery.own_measured(tenant, mailing_id, own, most=ENOUGH),
        known={person: (email.encode(),) for person, (email, _message) in messages.items()},
        salts=_salts(tenant),
        kept=frozenset(bytes.fromhex(word) for text in measure.texts_kept(tenant) for word in _HEX.findall(text)),
    )
    return replace(
        loot, shown=tuple(_shown(tenant, mailing_id, loot, now, settings)), pairs=tuple(_pairs(tenant, mailing_id, now, settings))
    )


def _targets(plan: MeasurePlan) -> Iterator[tuple[str, tuple[Target, str]]]:
    for variant, found in plan.variants.items():
        if found.pixel:
            yield found.pixel, ((variant, PIXEL), "")
        for position, (written, measured) in enumerate(found.links, start=1):
            yield measured, ((variant, position), written)


def _rows(tenant: TenantDB, variants: set[int], settings: Settings) -> Iterator[Row]:
    """The counters, and what still lies in the spool."""
    for variant, position, hour, n in measure.rows_of(tenant, variants):
        yield Row((variant, position), hour * HOUR_SECONDS, HOUR_SECONDS, n)
    for hour, hit in lines_of(settings.home / "spool"):
        if hit.tenant == tenant.number and hit.variant in variants:
            yield Row((hit.variant, hit.position), hour * HOUR_SECONDS, HOUR_SECONDS, 1)


def _measured(message: bytes) -> frozenset[str]:
    """Our own counting addresses in all parts of a message, without their host."""
    parts = [part.get_payload(decode=True) for part in message_from_bytes(message).walk() if not part.is_multipart()]
    return frozenset(address for part in parts if isinstance(part, bytes) for address in _MEASURED.findall(part.decode("utf-8", "replace")))


def _salts(tenant: TenantDB) -> frozenset[bytes]:
    keys = tenant.keys
    every = (b"", keys.root, keys.tokens, keys.message_ids, keys.addresses, keys.files)
    return frozenset(every) | {text.encode() for text in measure.texts_kept(tenant)}


def _shown(tenant: TenantDB, mailing_id: int, loot: Loot, now: datetime, settings: Settings) -> Iterator[Shown]:
    """What the report says now, and what it said at each full hour before."""
    found = report(tenant, mailing_id, now=now, environment=settings.environment)
    everybody = loot.arrived(0, int(now.timestamp()) + HOUR_SECONDS)
    for name in ("opens", "clicks"):
        if found[name] is not None:
            people = found[f"unique_{name}"]
            yield Shown(everybody, found[name], left=None if people is None else found["measured"] - people)
    for link in found["links"]:
        if link["clicks"] is not None:
            yield Shown(everybody, link["clicks"])
    if found["opens"] is not None:
        yield from _hourly(tenant, mailing_id, loot, found["as_of"])


def _hourly(tenant: TenantDB, mailing_id: int, loot: Loot, as_of: datetime) -> Iterator[Shown]:
    end = int(as_of.timestamp()) // HOUR_SECONDS
    figures = measure.figures(tenant, mailing_id, before_hour=end)
    hits = measure.by_hour(tenant, [one.variant_id for one in figures], before_hour=end)
    opens = [(hour, n) for (_variant, pixel), hours in hits.items() if pixel for hour, n in hours.items()]
    first = min((hour for hour, _n in opens), default=end)
    for hour in range(first, end + 1):
        audience = loot.arrived(0, hour * HOUR_SECONDS)
        total = sum(n for at, n in opens if at < hour)
        if len(audience) >= K and figures and not withheld_because(10**9, replace(figures[0].opens, hits=total)):
            yield Shown(audience, total, at=hour * HOUR_SECONDS)


def _pairs(tenant: TenantDB, mailing_id: int, now: datetime, settings: Settings) -> Iterator[Pair]:
    mine = report(tenant, mailing_id, now=now, environment=settings.environment)
    for other in alike(tenant, mailing_id, within=NEAR):
        theirs = report(tenant, other, now=now, environment=settings.environment)
        shown: Mapping[str, tuple[object, object]] = {name: (mine[name], theirs[name]) for name in ("opens", "clicks")}
        people = delivery.alone(tenant, mailing_id, other, most=ENOUGH)
        for one, another in shown.values():
            if isinstance(one, int) and isinstance(another, int):
                yield Pair(one, another, people)
