"""A home folder of before says at its next start whether it is of test or of production; from then on it serves that one alone."""

from datetime import datetime
from typing import Any, Final

from siegelpost.audience.real_people import holds_real_people
from siegelpost.audience.reserved import judge_of
from siegelpost.base.settings import Settings
from siegelpost.evidence.reads import entries
from siegelpost.flows.operator_acts import write_down
from siegelpost.tenancy.environment import PRODUCTION, TEST, environment_of, need_environment, write_environment
from siegelpost.tenancy.home import Home, master_key
from siegelpost.tenancy.installation import operator_db
from siegelpost.tenancy.registry import all_tenants

ACT: Final = "installation.environment"


def know_environment(settings: Settings, *, now: datetime) -> None:
    """Raise where home or key are of the other environment; ask a home that does not say what it is, and write its answer down.

    It is what this process was started as, unless its log once said otherwise (then somebody removed the word), or it is to be a test
    system and holds a real address (then it was production before anybody asked).

    Raises EnvironmentOther, EnvironmentForged.
    """
    key = master_key()
    if environment_of(settings.home, key):
        return
    need_environment(settings.environment, told_by_the_log())
    if settings.environment == TEST:
        is_real = judge_of(settings)
        if any(holds_real_people(tenant, is_real) for tenant in all_tenants()):
            need_environment(TEST, PRODUCTION)
    write_environment(Home(settings.home).root, key, settings.environment)
    note_environment(settings.environment, now=now)


def note_environment(kind: str, *, now: datetime) -> None:
    """Write into the operator's log which environment this installation is of."""
    write_down(ACT, subject="installation", details={"environment": kind}, now=now)


def told_by_the_log() -> str:
    """The environment that the operator's log last named, "" where it never did."""
    found: list[dict[str, Any]] = entries(operator_db(), act=ACT, limit=1)
    return str(found[0]["details"].get("environment", "")) if found else ""
