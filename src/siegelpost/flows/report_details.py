"""What stands beside the headline figures of a mailing: who was left out, what came back, and with what it was opened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from siegelpost.delivery import outcome
from siegelpost.feedback import reads as feedback
from siegelpost.flows.report import report
from siegelpost.flows.report_course import Growth, course
from siegelpost.flows.status import status
from siegelpost.mailings.browse import Standing, standing
from siegelpost.measure import reads as measure
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True)
class Details:
    """Everything that the page and the file of a report show.

    found     `report`, as programs get it
    standing  `status`, as programs get it
    answers   (state, reply code, messages) of what was refused because of us or given up; says nothing about addresses
    returned  (verdict, code, messages) of what came back
    devices   class -> opens, where opens may be shown; families the same of mail clients
    """

    mailing: Standing
    found: Mapping[str, Any]
    standing: Mapping[str, Any]
    growth: Growth
    answers: list[tuple[str, str, int]] = field(default_factory=list)
    returned: list[tuple[str, str, int]] = field(default_factory=list)
    devices: Mapping[str, int] = field(default_factory=dict)
    families: Mapping[str, int] = field(default_factory=dict)

    @property
    def wanted(self) -> int:
        """Messages that were to be sent: the audience without those left out."""
        return int(self.standing["audience"] - sum(self.standing["excluded"].values()))


def details(tenant: TenantDB, mailing_id: int, *, now: datetime, environment: str) -> Details:
    """Gather it. Raises MailingUnknown."""
    mailing = standing(tenant, mailing_id)
    found = report(tenant, mailing_id, now=now, environment=environment)
    numbers = status(tenant, mailing_id)
    failed = sum(numbers[state] for state in ("blocked", "expired"))
    return Details(
        mailing=mailing,
        found=found,
        standing=numbers,
        growth=course(tenant, mailing_id, found, now=now, environment=environment),
        answers=outcome.answers(tenant, mailing_id) if failed else [],
        returned=feedback.bounce_codes(tenant, mailing_id),
        devices=measure.devices(tenant, mailing_id) if found["opens"] is not None else {},
        families=measure.families(tenant, mailing_id) if found["opens"] is not None else {},
    )
