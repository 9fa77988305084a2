"""Checks of measuring: that each mailing has its record, that nobody can be found, and that what is anonymous stays so."""

from collections import Counter
from datetime import timedelta
from typing import Final

from siegelpost.base.controls import TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.reads import entries
from siegelpost.flows.self_attack import attacked
from siegelpost.mailings.recent import launched_since
from siegelpost.measure import reads as measure
from siegelpost.measure.aggregate import SALTS_DESTROYED
from siegelpost.measure.attack.tried import ATTACKS
from siegelpost.measure.choices import chosen
from siegelpost.measure.modes import OFF, Modes
from siegelpost.measure.schema import unknown_columns
from siegelpost.measure.services import FROZEN
from siegelpost.tenancy.handle import TenantDB

DAYS: Final = 30
"""Mailings of so many days are looked at."""


@check(
    "1.5-01",
    _(
        "Every mailing of the last 30 days kept the mode in which it was launched, and the log has the same. Amber until the tenant "
        "has chosen how it measures."
    ),
    every=timedelta(hours=1),
    limit=60,
    scope=TENANT,
)
def modes_are_kept(tenant: TenantDB, around: Around) -> Finding:
    """What was frozen, beside the log: the last entry about a mailing says how it is measured."""
    told = {one["subject"]: one["details"]["mode"] for one in reversed(entries(tenant, act=FROZEN, limit=10_000))}
    small = {one["subject"] for one in entries(tenant, act="measure.too_few", limit=10_000)}
    modes, differing = Counter[str](), list[int]()
    for mailing in launched_since(tenant, around.now - timedelta(days=DAYS)):
        found = measure.decided(tenant, mailing)
        subject = f"mailing:{mailing}"
        if found is not None:
            modes["unmeasured" if found.mode == OFF else found.mode] += 1
            if found.mode != (OFF if subject in small else told.get(subject)):
                differing.append(mailing)
    not_chosen = chosen(tenant).at is None
    return finding(red=differing, amber=not_chosen, modes=dict(modes), modes_differing=differing, mode_chosen=not not_chosen)


@check(
    "1.5-02",
    _(
        "Nine attacks are tried on the ten newest measured mailings of the last 30 days, with all that lies in database, spool and "
        "reports: none may lead to fewer than 20 people. No table of measuring has a column that is not known to hold no person."
    ),
    every=timedelta(days=7),
    limit=600,
    scope=TENANT,
)
def nobody_is_found(tenant: TenantDB, around: Around) -> Finding:
    """Says which attacks were tried, and how many traces each found; never whom."""
    found = attacked(tenant, settings=around.settings, now=around.now, days=DAYS)
    traces = {name: sum(len(one[name]) for one in found.values()) for name in ATTACKS}
    columns = unknown_columns(tenant)
    return finding(red=columns or any(traces.values()), mailings_attacked=len(found), traces_found=traces, columns_unknown=columns)


@check(
    "1.5-03",
    _(
        "Salts, keys and whatever measuring wrote are searched for hashes of people; nothing that was launched without estimates of people "
        "has any, and the mode of a launched mailing never became more personal. When salts were thrown away stands in the log."
    ),
    every=timedelta(days=7),
    limit=600,
    scope=TENANT,
)
def anonymous_stays_anonymous(tenant: TenantDB, around: Around) -> Finding:
    """Red where a hash can be tried, an estimate is there that nobody wanted, or a later launch record is less strict."""
    found = attacked(tenant, settings=around.settings, now=around.now, days=DAYS)
    hashes = sum(len(one["salts"]) for one in found.values())
    unwanted = measure.estimates_unwanted(tenant)
    frozen = {mailing: one for mailing in found if (one := measure.decided(tenant, mailing))}
    personal = [mailing for mailing, one in frozen.items() if Modes.of(one.mode).personalised and "opening" not in one.why]
    destroyed = len(entries(tenant, act=SALTS_DESTROYED, limit=10_000))
    return finding(
        red=hashes or unwanted or personal,
        hashes_found=hashes,
        estimates_unwanted=unwanted,
        modes_opened=personal,
        salts_destroyed=destroyed,
    )


CHECKS = (modes_are_kept, nobody_is_found, anonymous_stays_anonymous)
