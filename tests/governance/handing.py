"""What the tests of the exchange desk share."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.flows import hand_over as flow
from siegelpost.governance.handover import exceptions
from siegelpost.governance.handover.reads import hand_over
from siegelpost.governance.handover.rules import READY
from siegelpost.governance.handover.services import Content, NewHandOver
from siegelpost.governance.instructions.rules import TRANSFER, Term
from siegelpost.governance.instructions.services import NewInstruction, record
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.patience import PATIENCE

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
WHO = Actor.operator()
CSV = b"E-Mail;Vorname\nanna@example.org;Anna\n"
ORDER = NewHandOver(
    receiver="Steuerkanzlei Muster",
    email="kanzlei@example.com",
    phone="+49 30 1234567",
    purpose="Abrechnung nach Vertrag 7",
    categories="E-Mail, Vorname",
    records=1,
)


def borne(tenant: TenantDB, now: datetime = NOW) -> None:
    """Uploads may go unscanned."""
    exceptions.accept_unscanned(tenant, reason="Kein Scanner", until=now.date(), actor=WHO, now=now)


def prepared(tenant: TenantDB, data: bytes = CSV, name: str = "kunden.csv", *, now: datetime = NOW, **changes: Any) -> int:
    """A hand-over that is ready to be encrypted."""
    borne(tenant, now)
    number = flow.prepare(tenant, replace(ORDER, **changes), Content(name, data), actor=WHO, now=now)
    assert hand_over(tenant, number, now=now).state == READY
    return number


def encrypted(tenant: TenantDB, *, now: datetime = NOW, **changes: Any) -> tuple[int, str]:
    """One that waits to be taken, with its password."""
    number = prepared(tenant, now=now, **changes)
    return number, flow.encrypt(tenant, number, actor=WHO, now=now)


def instructed(tenant: TenantDB, until: date | None = None) -> int:
    """A tenant's instruction that lets data go a weaker way."""
    new = NewInstruction(kind=TRANSFER, document=b"Bitte so.", given_by="Eva Muster", term=Term(NOW.date(), until))
    return record(tenant, new, folder=home().tenant(tenant.slug), actor=WHO, now=NOW)


def deviating(tenant: TenantDB, weakness: str) -> int:
    """A deviation that holds on the day of the tests."""
    return exceptions.deviate(tenant, weakness, instruction_id=instructed(tenant), until=NOW.date(), risk_accepted=True, actor=WHO, now=NOW)


def seven_zip() -> str:
    """Debian's 7-Zip, or a skip that says how to get it."""
    found = shutil.which("7z") or shutil.which("7zz")
    if not found:
        pytest.skip("7-Zip (package 7zip or p7zip-full) is missing")
    return found


def unpacked(archive: Path, password: str, into: Path) -> subprocess.CompletedProcess[str]:
    """What 7-Zip makes of an archive."""
    words = [seven_zip(), "x", "-y", f"-p{password}", f"-o{into}", str(archive)]
    return subprocess.run(words, capture_output=True, text=True, timeout=PATIENCE, check=False)


@contextmanager
def scanner_at(place: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let this process look for its scanner there."""
    monkeypatch.setenv("SIEGELPOST_CLAMAV", place)
    process_settings.cache_clear()
    yield
    monkeypatch.undo()
    process_settings.cache_clear()
