"""Checks of the lists of others: read as their makers mean it, set up, young enough, and compared with everybody before anything goes."""

import hashlib
from datetime import timedelta
from typing import Final

from siegelpost.base.controls import NOT_SET_UP, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.consent.listed.comparing import COMPARED
from siegelpost.consent.listed.digests import ecg_texts
from siegelpost.consent.listed.gate import holds
from siegelpost.consent.listed.states import NO_LIST, lists_of
from siegelpost.consent.rules import ECG
from siegelpost.delivery.launch import last_of
from siegelpost.evidence.reads import about
from siegelpost.mailings.reads import in_state
from siegelpost.mailings.state import SENDING
from siegelpost.tenancy.handle import TenantDB

KNOWN: Final = {
    ("karl.testinger", "firma.at"): "ba72d6793be4cdd14256bbb5662033e3ee5e1951",
    ("max.mustermann", "home.at"): "37fbe81ddddcb86b17d5afb55b8a10ba8d4ebd16",
    ("nobody", "home.lan"): "471807096c1fbbece51ed10a4257f90385954ca9",
}
"""Entries of RTR's test list that programs for it are tried with, in two parts of the address; the last one is the domain."""


@check(
    "4.3-10",
    _(
        "Test entries of the list are found, the list is young enough, and each mailing that runs was compared with it. "
        "Whether the file is RTR's own is not looked at: nobody signs it."
    ),
    every=timedelta(hours=1),
    limit=60,
    scope=TENANT,
    whole=False,
)
def ecg_is_heeded(tenant: TenantDB, around: Around) -> Finding:
    """Without a list nothing is green."""
    missed = [entry for parts, entry in KNOWN.items() if not _finds("@".join(parts), entry)]
    found = lists_of(tenant).get(ECG)
    if found is None and not missed:
        return Finding(NOT_SET_UP, {"verdict": NO_LIST})
    return _of_list(tenant, ECG, around, known_entries_missed=len(missed))


def _finds(email: str, entry: str) -> bool:
    return entry in {hashlib.sha1(text, usedforsecurity=False).hexdigest() for text in ecg_texts(email)}


def _of_list(tenant: TenantDB, source: str, around: Around, **wrong: int) -> Finding:
    found = lists_of(tenant).get(source)
    running = in_state(tenant, SENDING)
    waiting = sum(1 for one in running if holds(tenant, lambda one=one: last_of(tenant, one), int(around.now.timestamp())))  # type: ignore[misc]
    unnoted = sum(1 for one in running if not _noted(tenant, one, source))
    too_old = found is not None and not found.is_good(around.now)
    return finding(
        red=any(wrong.values()) or too_old or (unnoted and not waiting), amber=waiting, **wrong, list_too_old=too_old,
        list_version=found.version if found else "", list_age_days=found.age_days(around.now) if found else None,
        list_entries=found.entries if found else 0, list_hits=found.hits if found else 0,
        mailings_waiting=waiting, mailings_unnoted=unnoted,
    )  # fmt: skip


def _noted(tenant: TenantDB, mailing_id: int, source: str) -> bool:
    return any(one.details["source"] == source for one in about(tenant, [f"mailing:{mailing_id}"], acts=[COMPARED]))


CHECKS = (ecg_is_heeded,)
