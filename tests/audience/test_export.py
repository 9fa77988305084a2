"""A list goes out as a file that a spreadsheet cannot be harmed by and that an import reads back."""

import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from siegelpost.audience import export
from siegelpost.audience.errors import ExportFileUnusable
from siegelpost.audience.fields import FieldSpec
from siegelpost.audience.reads import find_by_email, list_by_name
from siegelpost.audience.services import add_member, create_field, create_list, ensure_standard_fields, put_subscriber
from siegelpost.base.actor import Actor
from siegelpost.evidence.models import Entry
from siegelpost.flows.export_list import export_list
from siegelpost.flows.import_subscribers import import_subscribers
from siegelpost.intake.orders import ImportOrder
from siegelpost.tenancy.handle import TenantDB

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
ME = Actor.operator()


def filled(tenant: TenantDB, people: int) -> int:
    ensure_standard_fields(tenant, NOW)
    create_field(tenant, FieldSpec(name="Umsatz", alias="umsatz", kind="number", purpose="x"), actor=ME, now=NOW)
    wanted = create_list(tenant, "Brief", actor=ME, now=NOW)
    with tenant.atomic():
        for number in range(people):
            fields = {"first_name": "=cmd()", "last_name": f'Muster; "{number}"', "umsatz": -number - 0.5}
            add_member(tenant, put_subscriber(tenant, f"person{number}@example.org", fields, NOW, ME), wanted, NOW)
        put_subscriber(tenant, "stranger@example.org", {}, NOW, ME)
    return wanted


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file, delimiter=";"))


def test_people_of_the_list_are_written_with_formulas_defused(
    alpha: TenantDB, beta: TenantDB, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(alpha, 7)
    monkeypatch.setattr(export, "PAGE", 3)
    path = tmp_path / "out.csv"
    path.write_text("old")
    assert export_list(alpha, list_by_name(alpha, "Brief"), path, actor=ME, now=NOW) == 7
    rows = rows_of(path)
    assert len(rows) == 8
    assert rows[0][0] == "E-Mail"
    assert rows[3] == ["person2@example.org", "", "'=cmd()", 'Muster; "2"', "-2,5"]
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.details for entry in alpha.objects(Entry).filter(act="audience.exported")] == [{"rows": 7, "disclosure": 1}]


def test_an_import_reads_the_file_back_unchanged(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    wanted = filled(alpha, 7)
    path = tmp_path / "out.csv"
    export_list(alpha, list_by_name(alpha, "Brief"), path, actor=ME, now=NOW)
    before = find_by_email(alpha, "person3@example.org")
    result = import_subscribers(alpha, path, ImportOrder(list_id=wanted, ground="x", source="x"), actor=ME, now=NOW)
    assert (result.tally.unchanged, result.tally.rows, result.ignored_columns) == (7, 7, ())
    assert find_by_email(alpha, "person3@example.org") == before


def test_a_file_that_cannot_be_made_leaves_nothing_behind(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    filled(alpha, 1)
    (tmp_path / "folder").mkdir()
    for target in (tmp_path / "no" / "where.csv", tmp_path / "folder"):
        with pytest.raises(ExportFileUnusable):
            export_list(alpha, list_by_name(alpha, "Brief"), target, actor=ME, now=NOW)
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
