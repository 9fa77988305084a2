"""The state of a tenant at a glance: what runs, what needs somebody, how many people there are, how the last mailings did."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from siegelpost.audience.growth import any_list, came_by_week, last_weeks
from siegelpost.audience.listing import stored
from siegelpost.consent.numbers import agreeing, any_form, suppressions
from siegelpost.delivery.outcome import Progress, asks_staff, progress, waiting_mails
from siegelpost.feedback.brakes import WINDOW, BrakeView, brakes_of
from siegelpost.flows.certificates import what_is_wrong, worrying
from siegelpost.flows.report import report
from siegelpost.flows.waiting import RelayOut, relay_they_wait_for
from siegelpost.flows.worker import somebody_works
from siegelpost.governance.handover.reads import late_passwords
from siegelpost.intake.jobs import INTERRUPTED
from siegelpost.intake.reads import imports_of
from siegelpost.mailings.browse import Standing
from siegelpost.mailings.reads import domains_of
from siegelpost.mailings.recent import any_written, latest, launched_since, standings, underway
from siegelpost.mailings.state import PAUSED, SENDING
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home

WEEKS: Final = 12
DAYS: Final = 30
"""Mailings of these days count as recent; what is older and still open is on their own pages."""
LATEST: Final = 5


@dataclass(frozen=True, slots=True)
class Running:
    """A mailing that is under way."""

    mailing: Standing
    progress: Progress


@dataclass(frozen=True, slots=True)
class Concern:
    """Something that somebody should look at.

    kind     nobody_works, relay, certificate, paused, braked, blocked, unsure, unverified, interrupted or password
    number   messages; of nobody_works and relay the mailings and mails that wait
    out      what is wrong with the relay
    brake    how often a mailing came back
    why      what is wrong with the certificate, in the reader's words
    name     domain, receiving provider or file
    item     id of the import or of the domain
    """

    kind: str
    mailing: Standing | None = None
    number: int = 0
    name: str = ""
    item: int = 0
    out: RelayOut | None = None
    why: str = ""
    brake: BrakeView | None = None


@dataclass(frozen=True, slots=True)
class Numbers:
    """People and mailings; `suppressed` are entries, `recent` mailings of the last DAYS days. None where the reader's limits close it."""

    people: int
    agreeing: int | None
    suppressed: int | None
    recent: int


@dataclass(frozen=True, slots=True)
class Week:
    """One week: its Monday, who came in it and is stored still, and how many of those there were at its end."""

    monday: date
    joined: int
    total: int


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """What a new tenant has done already."""

    sender: bool
    list: bool
    people: bool
    mailing: bool
    sent: bool


def running(tenant: TenantDB) -> list[Running]:
    """Mailings under way, the latest first."""
    found = underway(tenant)
    how_far = progress(tenant, [one.id for one in found])
    return [Running(one, how_far.get(one.id, Progress(0, 0))) for one in found]


def concerns(tenant: TenantDB, under_way: list[Running], *, now: datetime) -> list[Concern]:
    """What needs somebody, the most pressing first."""
    return list(_concerns(tenant, under_way, now))


def _concerns(tenant: TenantDB, under_way: list[Running], now: datetime) -> Iterator[Concern]:
    waiting = sum(one.mailing.state != PAUSED for one in under_way) + waiting_mails(tenant)
    if waiting and not somebody_works(home()):
        yield Concern("nobody_works", number=waiting)
    elif waiting and (out := relay_they_wait_for(tenant, [one.mailing.id for one in under_way if one.mailing.state == SENDING])):
        yield Concern("relay", number=waiting, out=out)
    for seen in worrying(tenant, now=now):
        yield Concern("certificate", name=seen.host, why=what_is_wrong(seen, now=now))
    for one in under_way:
        if one.mailing.state == PAUSED:
            yield Concern("paused", mailing=one.mailing, number=one.progress.open)
    yield from _braked(tenant, now)
    recent = launched_since(tenant, now - timedelta(days=DAYS))
    names = {one.id: one for one in latest(tenant, len(recent))}
    for mailing_id, state, n in asks_staff(tenant, recent):
        yield Concern(state, mailing=names[mailing_id], number=n)
    for domain in domains_of(tenant):
        if not domain.verified and not domain.unverified_ok:
            yield Concern("unverified", name=domain.domain, item=domain.id)
    for one_file in late_passwords(tenant, now=now):
        yield Concern("password", item=one_file.id)
    for job in imports_of(tenant):
        if job.state == INTERRUPTED:
            yield Concern("interrupted", name=job.file_name, item=job.id)


def _braked(tenant: TenantDB, now: datetime) -> Iterator[Concern]:
    """Mailings that came back too often within the last seven days: one line for each provider and cause."""
    held = [one for one in brakes_of(tenant) if one.level and one.at >= now - WINDOW]
    names = {one.id: one for one in standings(tenant, {one.mailing_id for one in held})} if held else {}
    for one in held:
        if one.mailing_id in names:
            yield Concern("braked", mailing=names[one.mailing_id], number=one.cases, name=one.receivers, brake=one)


def numbers(tenant: TenantDB, *, now: datetime) -> Numbers:
    """The four figures at the top."""
    return Numbers(stored(tenant), agreeing(tenant), suppressions(tenant), len(launched_since(tenant, now - timedelta(days=DAYS))))


def numbers_within(tenant: TenantDB, *, now: datetime) -> Numbers:
    """The same of some lists: people on them, and mailings that go to no other. Consents and blocks are the whole tenant's."""
    return Numbers(stored(tenant), None, None, len(launched_since(tenant, now - timedelta(days=DAYS))))


def concerns_within(tenant: TenantDB, under_way: list[Running], *, now: datetime) -> list[Concern]:
    """What needs somebody about mailings within the limits: those that are paused, and messages that wait for the staff."""
    recent = launched_since(tenant, now - timedelta(days=DAYS))
    names = {one.id: one for one in latest(tenant, len(recent))}
    paused = [Concern("paused", mailing=one.mailing, number=one.progress.open) for one in under_way if one.mailing.state == PAUSED]
    return [*paused, *(Concern(state, mailing=names[number], number=n) for number, state, n in asks_staff(tenant, recent))]


def growth(tenant: TenantDB, people: int, *, now: datetime) -> list[Week]:
    """The last WEEKS weeks from Monday to Sunday (UTC), the current one included.

    people  how many are stored now
    """
    mondays = last_weeks(now, WEEKS)
    joined = came_by_week(tenant, mondays)
    return [Week(monday.date(), joined[n], people - sum(joined[n + 1 :])) for n, monday in enumerate(mondays)]


def last_reports(tenant: TenantDB, *, now: datetime, environment: str) -> list[tuple[Standing, dict[str, Any]]]:
    """The latest mailings with their reports, of those that are shown; each report is in figures, as its own page is."""
    whole = tenant.unlimited
    return [(one, report(whole, one.id, now=now, environment=environment)) for one in latest(tenant, LATEST)]


def first_steps(tenant: TenantDB, people: int, *, sent: bool) -> FirstSteps:
    """How far a new tenant is; a sign-up form counts as people, they come by themselves."""
    return FirstSteps(
        sender=bool(domains_of(tenant)),
        list=any_list(tenant),
        people=people > 0 or any_form(tenant),
        mailing=any_written(tenant),
        sent=sent,
    )
