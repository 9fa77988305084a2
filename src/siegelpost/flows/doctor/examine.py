"""All the looks, one after the other. One that fails says so, and the next one is taken."""

from collections.abc import Callable, Iterator
from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.flows.doctor.databases import databases
from siegelpost.flows.doctor.finding import FAULT, UNKNOWN, Finding, Looking
from siegelpost.flows.doctor.machine import certificate_files, clock, data_folder, disk
from siegelpost.flows.doctor.proxy import proxy_files
from siegelpost.flows.doctor.ways import addresses, inbound, relays
from siegelpost.flows.doctor.work import brought_certificates, controls, queue, scanner, sender_domains, worker

Look = Callable[[Looking], Iterator[Finding]]
ALONE: Final[tuple[Look, ...]] = (data_folder, disk, clock, certificate_files, proxy_files)
"""Need no database."""
WITH_DATA: Final[tuple[Look, ...]] = (databases,)
ON_IT: Final[tuple[Look, ...]] = (worker, queue, addresses, inbound, relays, sender_domains, scanner, brought_certificates, controls)
"""Are asked where data folder and databases are good: otherwise each of them would say the same once more."""


def examine(look: Looking) -> list[Finding]:
    """Everything that was found, good and bad."""
    found = [one for each in ALONE for one in _take(each, look)]
    if any(one.code == "doctor.home" and one.state == FAULT for one in found):
        return found
    found += [one for each in WITH_DATA for one in _take(each, look)]
    if any(one.code in ("doctor.database", "doctor.not_migrated") and one.state == FAULT for one in found):
        return found
    return found + [one for each in ON_IT for one in _take(each, look)]


def _take(each: Look, look: Looking) -> Iterator[Finding]:
    try:
        yield from each(look)
    except Exception as fault:  # noqa: BLE001 - a patient that cannot be looked at in one place is looked at in the others
        facts = {"look": each.__name__, "kind": type(fault).__name__}
        what = _("One look failed ({look}: {kind}).")
        yield Finding("doctor.failed", UNKNOWN, what, _("Mend what else is wrong, then look again."), facts)
