"""Reports about the mail of sender domains: kept for 90 days, counted for the page of the domain."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b
from typing import Final

from django.db.models import Sum

from siegelpost.feedback.dmarc import NEITHER
from siegelpost.feedback.models import DomainReport, DomainReportLine
from siegelpost.feedback.report_facts import Facts
from siegelpost.feedback.tls_report import SUCCESS
from siegelpost.tenancy.handle import TenantDB

DMARC: Final = "dmarc"
TLS: Final = "tls"
KEPT_FOR: Final = timedelta(days=90)
SHOWN: Final = timedelta(days=30)
MOST_A_DAY: Final = 100
"""Reports about one domain and one day: the address stands in the DNS, so anybody can send some."""
MOST_SOURCES: Final = 50


@dataclass(frozen=True, slots=True)
class Source:
    """What came from one host in a domain's name; `passed` of `count` messages were aligned."""

    address: str
    count: int
    passed: int

    @property
    def failed(self) -> int:
        """Messages that nobody could verify."""
        return self.count - self.passed


@dataclass(frozen=True, slots=True)
class Seen:
    """What was reported about a domain within the last 30 days.

    sources   hosts that sent in its name, those with the most messages first
    passed, failed  messages in all
    sessions  encrypted sessions to its own mail servers
    faults    why others were not encrypted, and how many; the most first
    reporters names of those who reported
    """

    sources: list[Source]
    passed: int
    failed: int
    sessions: int
    faults: list[tuple[str, int]]
    reporters: list[str]


def record_report(tenant: TenantDB, domain_id: int, kind: str, facts: Facts, *, now: datetime) -> bool:
    """Keep one report; return False where the day has too many. The same report counts once. Inside `tenant.atomic()`."""
    name = f"{kind}\n{facts.domain}\n{facts.reporter}\n{facts.number}"
    digest = blake2b(name.encode(), digest_size=16, person=b"report").digest()
    rows = tenant.objects(DomainReport)
    if rows.filter(digest=digest).exists():
        return True
    day = facts.begin.date()
    if rows.filter(domain_id=domain_id, day=day).count() >= MOST_A_DAY:
        return False
    report = DomainReport(digest=digest, domain_id=domain_id, kind=kind, reporter=facts.reporter[:120], day=day, at=now)
    report.save(using=tenant.alias, force_insert=True)
    lines = [DomainReportLine(report=report, **asdict(one)) for one in facts.lines]
    tenant.objects(DomainReportLine).bulk_create(lines)
    return True


def seen_of(tenant: TenantDB, domain_id: int, *, today: date) -> Seen:
    """What was reported about a domain within the last 30 days."""
    reports = tenant.objects(DomainReport).filter(domain_id=domain_id, day__gt=today - SHOWN)
    lines = tenant.objects(DomainReportLine).filter(report__domain_id=domain_id, report__day__gt=today - SHOWN)
    sums = list(lines.values_list("report__kind", "source", "result").annotate(n=Sum("count")))
    total: dict[str, int] = {}
    passed: dict[str, int] = {}
    for kind, source, result, n in sums:
        if kind == DMARC:
            total[source] = total.get(source, 0) + n
            passed[source] = passed.get(source, 0) + (n if result != NEITHER else 0)
    sources = sorted((Source(one, total[one], passed[one]) for one in total), key=lambda one: (-one.count, one.address))
    faults = [(result, n) for kind, _source, result, n in sums if kind == TLS and result != SUCCESS]
    return Seen(
        sources=sources[:MOST_SOURCES],
        passed=sum(passed.values()),
        failed=sum(total.values()) - sum(passed.values()),
        sessions=sum(n for kind, _source, result, n in sums if kind == TLS and result == SUCCESS),
        faults=sorted(faults, key=lambda one: (-one[1], one[0])),
        reporters=sorted(set(reports.values_list("reporter", flat=True))),
    )


def forget_reports(tenant: TenantDB, *, now: datetime) -> int:
    """Delete reports about days that are 90 days old; returns how many rows that were. Its own transaction."""
    with tenant.atomic():
        return int(tenant.objects(DomainReport).filter(day__lt=(now - KEPT_FOR).date()).delete()[0])
