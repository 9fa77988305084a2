"""The proof of a person's consents as a PDF, from the page and by command: in register and log, and for nobody who may not."""

import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pypdf import PdfReader

from siegelpost.base.controls import Around
from siegelpost.base.settings import process_settings
from siegelpost.consent.grants import withdraw
from siegelpost.evidence.reads import entries
from siegelpost.flows.consent_file import ACT
from siegelpost.flows.controls.disclosed import has_everything
from siegelpost.tenancy.handle import TenantDB
from tests.cli.typed import Typed
from tests.templates import Template
from tests.web.townsfolk import STAFF, a_list, a_person
from tests.web.visiting import NOON, visitor


def words(file: bytes) -> str:
    """All that stands in a PDF."""
    return " ".join(" ".join(one.extract_text() for one in PdfReader(io.BytesIO(file)).pages).split())


@pytest.mark.slow
def test_the_page_hands_it_out_and_register_and_log_have_it(alpha: TenantDB) -> None:
    letter = a_list(alpha, "#Brief *1* <script> \U0001f600")
    ann = a_person(alpha, "ann@example.org", letter)
    with alpha.atomic():
        withdraw(alpha, subscriber_id=ann, list_ids=[letter], how="one-click", actor=STAFF, now=NOON.replace(hour=13))
    client = visitor(alpha, "admin")
    assert f"subscribers/{ann}/consent.pdf" in client.see(f"subscribers/{ann}")
    answer = client.get(f"{client.start}subscribers/{ann}/consent.pdf")
    assert answer.headers["Content-Type"] == "application/pdf" and "ann" not in answer.headers["Content-Disposition"]
    said = words(answer.content)
    assert "ann@example.org" in said and "#Brief *1* <script> [U+1F600]" in said  # what is typed is no markup
    assert "Withdrawn 2026-03-02 13:00:00 UTC" in said and "one click in the mail program" in said and "No text is on record" in said
    assert [one["subject"] for one in entries(alpha, act=ACT)] == [f"subscriber:{ann}"]
    assert has_everything.run(alpha, Around(process_settings(), datetime.now(UTC))).state == "green"


@pytest.mark.parametrize("role", ["viewer", "auditor"])
def test_whoever_may_not_export_people_neither_sees_nor_gets_it(alpha: TenantDB, role: str) -> None:
    ann = a_person(alpha, "ann@example.org", a_list(alpha))
    client = visitor(alpha, role)
    assert client.get(f"{client.start}subscribers/{ann}/consent.pdf").status_code in (403, 404) and entries(alpha, act=ACT) == []


@pytest.fixture
def typed(_two_tenants: Template, capsys: pytest.CaptureFixture[str]) -> Typed:
    return Typed(_two_tenants, capsys)


def test_the_command_writes_it_for_its_owner_alone(alpha: TenantDB, typed: Typed, tmp_path: Path) -> None:
    a_person(alpha, "ann@example.org", a_list(alpha))
    file = tmp_path / "ann.pdf"
    code, said = typed("subscriber", "consent", "alpha", "ANN@example.org", file)
    assert code == 0 and said["bytes"] == file.stat().st_size and file.stat().st_mode & 0o077 == 0
    assert "ann@example.org" in words(file.read_bytes())
    assert typed("subscriber", "consent", "alpha", "nobody@example.org", tmp_path / "no.pdf")[0] == 4
    assert not (tmp_path / "no.pdf").exists() and len(entries(alpha, act=ACT)) == 1
    assert has_everything.run(alpha, Around(process_settings(), datetime.now(UTC))).state == "green"
