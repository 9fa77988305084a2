"""Checks of the lists of others: read as their makers mean it, set up, young enough, and compared with everybody before anything goes."""

import hashlib
from datetime import timedelta
from typing import Final

from siegelpost.base.controls import NOT_SET_UP, TENANT, Around, Finding, check, finding
from siegelpost.base.i18n import marked as _
from siegelpost.consent.listed.comparing import COMPARED
from siegelpost.consent.listed.digests import ecg_texts, kept, reader
from siegelpost.consent.listed.gate import holds
from siegelpost.consent.listed.states import NO_LIST, lists_of
from siegelpost.consent.rules import ECG, ROBINSON
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


MADE_UP: Final = "max.mustermann@example.org"
ROBINSON_KNOWN: Final = {
    "plain": MADE_UP.encode().hex(),
    "md5": "c43d98a522c9a3ca8f5f77e8067a7527",
    "sha1": "76941d0dd145db8b76b2dd62745f400ef5c72915",
    "sha256": "7f8f50bd0e22701c61712d2a1a2ff90fcc30462f98012192c4a80485057d2be4",
    "sha512": "fd373c6b59ec90771f76f41cd5d7e0597bab1b861082db47dbd592ef4715d34b"
    "7eb141e250cf8209dfae88e2d3fe7740c817dc32fd2c20c9ace659d0b297e962",
}
"""What a Robinson list of each kind holds of that address, in hex."""


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


@check(
    "4.3-11",
    _(
        "Test entries of each kind are found, the list is young enough, and each mailing that runs was compared with it. "
        "Whether the list is whole is for whoever keeps it."
    ),
    every=timedelta(hours=1),
    limit=60,
    scope=TENANT,
    whole=False,
)
def robinson_is_heeded(tenant: TenantDB, around: Around) -> Finding:
    """Without a list nothing is green."""
    key = bytes(32)
    missed = [name for name, entry in ROBINSON_KNOWN.items() if kept(bytes.fromhex(entry), key) not in reader(ROBINSON, name, key)(MADE_UP)]
    if ROBINSON not in lists_of(tenant) and not missed:
        return Finding(NOT_SET_UP, {"verdict": NO_LIST})
    return _of_list(tenant, ROBINSON, around, known_entries_missed=len(missed))


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


CHECKS = (ecg_is_heeded, robinson_is_heeded)
