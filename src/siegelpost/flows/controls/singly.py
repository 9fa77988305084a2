"""Checks of measuring single people: on what it rests, whom it is about, and that what was folded stays folded."""

from datetime import datetime, timedelta
from typing import Final

from siegelpost.base.controls import TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.consent.purposes import ended_before
from siegelpost.delivery.personal import keys_until
from siegelpost.evidence.reads import about
from siegelpost.flows.singly import BEGUN, FOLDED, MEASURING
from siegelpost.governance.instructions.reads import valid
from siegelpost.governance.instructions.rules import PERSONALISED
from siegelpost.mailings.recent import launched_since, modes_written
from siegelpost.measure.modes import NAMED_CLICKS, NAMED_OPENS, Modes
from siegelpost.measure.modes import PERSONALISED as PERSON
from siegelpost.measure.reads import decided
from siegelpost.measure.singly import rules
from siegelpost.measure.singly.openings import duties_end, ever_opened, opening
from siegelpost.measure.singly.reads import oldest, people_stored, stored, totals
from siegelpost.tenancy.handle import TenantDB

DAYS: Final = 30
SOON: Final = timedelta(hours=2)
"""What ended on a way of which measuring is not told is folded within the hour."""
HOUR: Final = timedelta(hours=1)
SINGLY: Final = (PERSON, NAMED_OPENS, NAMED_CLICKS)


@check(
    "1.5-04",
    _(
        "Nothing is stored about a person who does not agree to be measured, and each mailing that measures single people was launched "
        "under an instruction. How many got links of their own, and how many requests named nobody any more, is counted."
    ),
    every=HOUR,
    limit=60,
    scope=TENANT,
)
def only_who_agreed(tenant: TenantDB, around: Around) -> Finding:
    """Red where a row has no consent behind it, or a mailing no opening."""
    without, mailings = _without_consent(tenant, around.now), _personal(tenant, around.now)
    lawless = [one for one in mailings if "opening" not in decided_why(tenant, one)]
    refused = sum(totals(tenant, one).refused for one in mailings)
    return finding(
        red=without or lawless, people_without_consent=without, mailings_without_opening=lawless, mailings_personal=len(mailings),
        requests_refused=refused,
    )  # fmt: skip


@check(
    "1.5-05",
    _(
        "What is stored about single people is folded after 180 days, and a folding of everything that was begun ends with its "
        "certificate within an hour."
    ),
    every=timedelta(days=1),
    limit=60,
    scope=TENANT,
)
def folded_in_time(tenant: TenantDB, around: Around) -> Finding:
    """Red where something is older, or a folding waits."""
    first, last = oldest(tenant), about(tenant, (MEASURING,), acts=(BEGUN, FOLDED), limit=1)
    late = first is not None and first < around.now - rules.KEEP - timedelta(days=1)
    waits = bool(last) and last[0].act == BEGUN and last[0].at < around.now - HOUR
    return finding(red=late or waits, rows_personal=stored(tenant), rows_too_old=late, folding_waits=waits)


@check(
    "1.5-06",
    _("Single people are measured only while an instruction of the tenant holds that was opened with a second person; no key outlives it."),
    every=HOUR,
    limit=20,
    scope=TENANT,
)
def rests_on_an_instruction(tenant: TenantDB, around: Around) -> Finding:
    """Red where a switch or a key rests on nothing."""
    found, held = opening(tenant), {one.id for one in valid(tenant, PERSONALISED, now=around.now)}
    orphan = found is not None and found.instruction_id not in held
    keys = 0 if found is not None and not orphan else keys_until(tenant, int(around.now.timestamp()))
    return finding(red=orphan or keys, switches_without_instruction=int(orphan), keys_without_instruction=keys, opened=found is not None)


@check(
    "1.5-07",
    _(
        "While single people are measured, somebody entitled has confirmed the tenant's duties within the year. Amber in the last thirty "
        "days, and while it is asleep because nobody did."
    ),
    every=timedelta(days=1),
    limit=20,
    scope=TENANT,
)
def duties_are_confirmed(tenant: TenantDB, around: Around) -> Finding:
    """Red where new mailings could measure although the year is over."""
    found, end = opening(tenant), duties_end(tenant)
    overdue = found is not None and (end is None or end <= around.now)
    red = overdue and found is not None and not found.asleep
    soon = found is not None and end is not None and end <= around.now + rules.NOTICE
    return finding(
        red=red, amber=overdue or soon, opened=found is not None, duties_overdue=overdue, duties_until=end.isoformat() if end else ""
    )


@check(
    "4.3-02",
    _("Every mailing is measured anonymously or not at all, but for those that were written while an instruction was open."),
    every=HOUR,
    limit=30,
    scope=TENANT,
)
def measured_anonymously(tenant: TenantDB, around: Around) -> Finding:
    """All mailings, drafts too, by what stands in the database, whoever wrote it there."""
    found = modes_written(tenant)
    off, anonymous = found.pop("off", 0), sum(found.pop(mode, 0) for mode in ("anonymous", "opens", "clicks"))
    singly = sum(found.pop(mode, 0) for mode in SINGLY) if ever_opened(tenant) else 0
    return finding(
        red=found, measured_anonymously=anonymous, not_measured=off, measured_singly=singly, measured_otherwise=sum(found.values())
    )  # fmt: skip


@check(
    "4.3-04",
    _("The opening names one purpose, figures, lists and an end within a year of its beginning; nothing wholesale."),
    every=timedelta(days=1),
    limit=20,
    scope=TENANT,
)
def nothing_wholesale(tenant: TenantDB, around: Around) -> Finding:
    """Red where what stands open names nothing in particular."""
    found = opening(tenant)
    missing = 0
    if found is not None:
        days = (found.until - found.opened_at).days
        figures = [one for one, mode in (("opens", Modes.of(found.mode).opens), ("clicks", Modes.of(found.mode).clicks)) if mode == PERSON]
        missing = len(rules.lacks(found.purpose, figures, found.list_ids, max(days, 1)))
    return finding(red=missing, opened=found is not None, parts_missing=missing)


@check(
    "4.3-08",
    _("Whoever withdrew the consent to be measured is in no row about single people two hours later, also of mailings from before."),
    every=HOUR,
    limit=60,
    scope=TENANT,
)
def withdrawn_is_gone(tenant: TenantDB, around: Around) -> Finding:
    """Red where somebody is left."""
    left = len(ended_before(tenant, people_stored(tenant), around.now - SOON))
    return finding(red=left, people_left=left)


def decided_why(tenant: TenantDB, mailing: int) -> dict[str, object]:
    """What was said when it was frozen."""
    found = decided(tenant, mailing)
    return dict(found.why) if found else {}


def _personal(tenant: TenantDB, now: datetime) -> list[int]:
    every = launched_since(tenant, now - timedelta(days=DAYS))
    return [one for one in every if (found := decided(tenant, one)) and Modes.of(found.mode).personalised]


def _without_consent(tenant: TenantDB, now: datetime) -> int:
    return len(ended_before(tenant, people_stored(tenant), now - SOON))


CHECKS = (
    only_who_agreed, folded_in_time, rests_on_an_instruction, duties_are_confirmed, measured_anonymously, nothing_wholesale,
    withdrawn_is_gone,
)  # fmt: skip
