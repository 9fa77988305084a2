"""Checks of test and production: each has its own home and key, and no test system knows a real person."""

from datetime import timedelta

from siegelpost.audience.real_people import real_people
from siegelpost.audience.reserved import judge_of
from siegelpost.base.controls import INSTALLATION, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.flows.apart import told_by_the_log
from siegelpost.tenancy.environment import TEST, EnvironmentForged, environment_of
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import read_key
from siegelpost.tenancy.routes import relay_entries


@check(
    "1.3-03",
    _(
        "Home folder, master key, the operator's log and the settings name the same environment, and a test system has no relay beyond "
        "this machine. Whether test and production have hosts and networks of their own is not looked at."
    ),
    every=timedelta(hours=1),
    limit=30,
    scope=INSTALLATION,
    whole=False,
)
def lies_apart(around: Around) -> Finding:
    """Red where one of them names the other environment; amber where one says nothing, as those of before do."""
    settings = around.settings
    key, of_key = read_key(settings.master_key_file)
    try:
        of_home, forged = environment_of(settings.home, key), False
    except EnvironmentForged:
        of_home, forged = "", True
    said = (of_home, of_key, told_by_the_log())
    others = [one for one in said if one and one != settings.environment]
    urls = [settings.relay_url, *(one.url for one in relay_entries().values())]
    beyond = [url for url in urls if not settings.may_reach(url)]
    return finding(
        red=forged or others or beyond, amber="" in said, environment=settings.environment, environment_forged=forged,
        environments_other=len(others), environments_silent=said.count(""), relays_beyond=len(beyond),
    )  # fmt: skip


@check(
    "1.4-05",
    _(
        "On a test system everybody stored has an address at a reserved or declared domain; there each address is read. "
        "On a production system there is nothing to look at. Sign-ups that nobody has confirmed yet are not read."
    ),
    every=timedelta(days=7),
    limit=600,
    scope=TENANT,
    whole=False,
)
def nobody_is_real(tenant: TenantDB, around: Around) -> Finding:
    """Counts, and names nobody. A million people take about two seconds, in pages of ten thousand."""
    looked_at = real = 0
    if around.settings.environment == TEST:
        for looked_at, real in real_people(tenant, judge_of(around.settings)):  # noqa: B007 - the last page tells of all
            pass
    return finding(red=real, environment=around.settings.environment, people_looked_at=looked_at, real_addresses=real)


CHECKS = (lies_apart, nobody_is_real)
