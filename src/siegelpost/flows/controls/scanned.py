"""Checks of the malware scanner: it works today, and what came in went past it."""

import io
from datetime import datetime, timedelta
from typing import Final

from siegelpost.base.controls import EVIDENCED, INSTALLATION, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.evidence.reads import since
from siegelpost.flows.scanned import CLEAN, INFECTED
from siegelpost.governance.handover.clamd import fresh_scanner, is_infected
from siegelpost.governance.handover.errors import ScannerSilent
from siegelpost.intake.reads import drafts_of, imports_of
from siegelpost.tenancy.handle import TenantDB

EICAR: Final = r"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + "EICAR-STANDARD" + "-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless file that every scanner finds (EICAR, "Anti-Malware Testfile"); in one piece it would make scanners remove this program."""
HOUR: Final = timedelta(hours=1)


@check(
    "1.2-06",
    _(
        "ClamAV answers, its signatures are not older than a day, and it finds the test file of EICAR. Devices of the staff and the disks "
        "of the servers are not looked at."
    ),
    every=timedelta(hours=1),
    limit=130,
    scope=INSTALLATION,
    whole=False,
)
def scanner_works(around: Around) -> Finding:
    """Amber where none is set up; red where one is, and does not work."""
    place, finds, made = around.settings.clamav, False, None
    try:
        if place:
            made = fresh_scanner(place, around.now).signatures
            finds = is_infected(place, io.BytesIO(EICAR.encode()))
    except ScannerSilent:
        pass
    return finding(
        red=place and not finds, amber=not place, scanner_set_up=bool(place), signature_hours=_hours(made, around), test_file_found=finds
    )


@check(
    "1.2-06",
    _(
        "Since a scanner first saw a file of this tenant, each file that became an import, or may become one, was scanned, by its hash. "
        "Hand-overs are watched by the control of the exchange desk."
    ),
    every=timedelta(hours=1),
    limit=60,
    scope=TENANT,
    whole=False,
    basis=EVIDENCED,
)
def imports_were_scanned(tenant: TenantDB, around: Around) -> Finding:
    """Amber while no scanner is set up."""
    log = since(tenant, (CLEAN, INFECTED), 0)
    first = min((one.at for one in log), default=None)
    clean = {one.subject for one in log if one.act == CLEAN}
    files = [f"file:{one.file_hash}" for one in (*imports_of(tenant), *drafts_of(tenant)) if first and one.started_at >= first]
    unscanned = sum(one not in clean for one in files)
    return finding(
        red=unscanned, amber=not around.settings.clamav, files_scanned=len(log), files_infected=sum(one.act == INFECTED for one in log),
        imports_unscanned=unscanned,
    )  # fmt: skip


def _hours(made: datetime | None, around: Around) -> int | None:
    return max(0, (around.now - made) // HOUR) if made else None


CHECKS = (scanner_works, imports_were_scanned)
