"""Checks of the input log: it runs on instruction only, whatever it holds is whole, names a record and a person, and goes in time."""

from datetime import datetime, timedelta
from typing import Final

from siegelpost.base.controls import TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.input_anchor import altered
from siegelpost.evidence.input_check import KEPT, comparisons
from siegelpost.evidence.input_facts import input_facts
from siegelpost.evidence.input_switch import TRIGGERS, is_on, latest, switched_on, triggers
from siegelpost.governance.instructions.reads import valid
from siegelpost.governance.instructions.rules import INPUT_LOG
from siegelpost.tenancy.handle import TenantDB

COMPARED_WITHIN: Final = timedelta(hours=2)
"""The worker compares every hour."""
SHOWN_FOR: Final = timedelta(days=7)
"""A difference is found once; so long it is held against the log."""
SWEPT_WITHIN: Final = timedelta(days=1)
MANY: Final = 10_000
"""Comparisons of more than a year."""


@check(
    "2.2-04",
    _(
        "The triggers that write the input log are there, both sources were compared within two hours, "
        "and no difference was found in the last seven days."
    ),
    every=timedelta(hours=1),
    limit=30,
    scope=TENANT,
)
def both_sources_agree(tenant: TenantDB, around: Around) -> Finding:
    """Where the log is off there is nothing to compare; the triggers must be there all the same."""
    missing, on = TRIGGERS - triggers(tenant), is_on(tenant)
    lately = [one for one in comparisons(tenant, limit=MANY, differing=True) if around.now - one.at <= SHOWN_FOR]
    differing = {kind for one in lately for kind in one.differences}
    late = on and around.now - _looked_at(tenant, around) > COMPARED_WITHIN
    facts = {"input_log_on": on, "missing_triggers": missing, "input_differences": sorted(differing), "compared_late": late}
    return finding(red=missing or differing, amber=late, **facts)


@check(
    "2.2-05",
    _("No entry of the input log is kept for more than 13 weeks and a day. Whether somebody fetched the file is not looked at."),
    every=timedelta(days=1),
    limit=120,
    scope=TENANT,
    whole=False,
)
def goes_in_time(tenant: TenantDB, around: Around) -> Finding:
    """That nothing goes earlier the database itself sees to."""
    oldest = input_facts(tenant, now=around.now).oldest
    age = around.now - oldest if oldest else timedelta(0)
    return finding(red=age > KEPT + SWEPT_WITHIN, oldest_input_days=age.days)


@check(
    "2.2-06",
    _("Every entry of the input log names a record by its number, and none holds an address."),
    every=timedelta(days=1),
    limit=120,
    scope=TENANT,
)
def names_the_record(tenant: TenantDB, around: Around) -> Finding:
    """Counts in the log itself."""
    facts = input_facts(tenant, now=around.now)
    return finding(red=facts.nameless or facts.speaking, input_entries=facts.entries, nameless=facts.nameless, speaking=facts.speaking)


@check(
    "2.2-07",
    _("Every entry of the input log is one of create, change, copy and delete, and a trigger watches each of the ways there."),
    every=timedelta(days=1),
    limit=120,
    scope=TENANT,
)
def names_the_activity(tenant: TenantDB, around: Around) -> Finding:
    """Three triggers for each table that holds something about people's records."""
    facts, missing = input_facts(tenant, now=around.now), TRIGGERS - triggers(tenant)
    return finding(red=facts.odd or missing, input_entries=facts.entries, odd_kinds=facts.odd, missing_triggers=missing)


@check(
    "2.2-08",
    _("No entry of the input log lies ahead of time or before the one before it."),
    every=timedelta(days=1),
    limit=120,
    scope=TENANT,
)
def names_the_moment(tenant: TenantDB, around: Around) -> Finding:
    """A clock that was put back shows in the order of the entries; that is for a person to look at."""
    facts = input_facts(tenant, now=around.now)
    return finding(red=facts.ahead, amber=facts.backwards, input_entries=facts.entries, ahead=facts.ahead, backwards=facts.backwards)


@check(
    "2.2-09",
    _(
        "Of every entry of the input log it is known who acted, as far as both sources were compared, and what was compared is still "
        "what it was."
    ),
    every=timedelta(days=1),
    limit=300,
    scope=TENANT,
)
def names_the_person(tenant: TenantDB, around: Around) -> Finding:
    """Changes past the system have nobody; they are counted here until their time is over."""
    facts = input_facts(tenant, now=around.now)
    parts = altered(tenant, kept=KEPT, now=around.now)
    return finding(red=facts.nobody or parts, input_entries=facts.entries, by_nobody=facts.nobody, altered_parts=parts)


@check(
    "2.2-10",
    _("The input log is on only where a valid instruction asks for it, and the triggers do as the register says."),
    every=timedelta(hours=1),
    limit=30,
    scope=TENANT,
)
def rests_on_an_instruction(tenant: TenantDB, around: Around) -> Finding:
    """The worker switches it off within the hour when its instruction ends."""
    last, acts = latest(tenant), switched_on(tenant)
    held = {one.id for one in valid(tenant, INPUT_LOG, now=around.now)}
    on = last is not None and last.active
    unasked = on and last is not None and last.instruction_id not in held
    return finding(red=unasked or acts != on, input_log_on=on, without_instruction=unasked, switched_past=acts != on)


def _looked_at(tenant: TenantDB, around: Around) -> datetime:
    """When both sources were compared, or else when the log was switched on."""
    last = [one.at for one in (*comparisons(tenant), latest(tenant)) if one]
    return max(last, default=around.now)


CHECKS = (
    both_sources_agree,
    goes_in_time,
    names_the_record,
    names_the_activity,
    names_the_moment,
    names_the_person,
    rests_on_an_instruction,
)
