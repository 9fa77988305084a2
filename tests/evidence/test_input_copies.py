"""Whatever hands out records of people leaves a line "copy" for each of them in the input log, before it leaves."""

from pathlib import Path

import pytest
from django.test.utils import CaptureQueriesContext

from siegelpost.audience.models import Subscriber
from siegelpost.audience.reads import list_by_id
from siegelpost.evidence.input_check import compare
from siegelpost.evidence.input_reads import Line, newest
from siegelpost.evidence.input_switch import switch
from siegelpost.evidence.models import InputEntry
from siegelpost.evidence.reads import entries
from siegelpost.flows.export_list import export_list
from siegelpost.flows.recipients import recipients_file, write_recipients
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import WHO, a_list, launched, people
from tests.evidence.test_input_log import now
from tests.web.townsfolk import STAFF
from tests.web.visiting import visitor


@pytest.fixture
def mailing(alpha: TenantDB) -> int:
    """A mailing of alpha to five people, launched before the input log was switched on."""
    number = launched(alpha, 5)
    switch(alpha, True, instruction_id=1, actor=WHO, now=now())
    return number


def copies(tenant: TenantDB) -> list[Line]:
    return [one for one in newest(tenant) if one.kind == "copy"]


def everybody(tenant: TenantDB) -> set[int]:
    return set(tenant.objects(Subscriber).values_list("pk", flat=True))


def test_a_file_of_recipients_copies_each_of_them(alpha: TenantDB, mailing: int, tmp_path: Path) -> None:
    assert write_recipients(alpha, mailing, None, tmp_path / "out.csv", actor=WHO, now=now()) == 5
    lines = copies(alpha)
    assert len(lines) == 5 and {one.subscriber_id for one in lines} == everybody(alpha)
    assert {(one.fields, one.actor, one.act) for one in lines} == {("export", "operator", "mailing.recipients_exported")}
    assert [one["actor"] for one in entries(alpha, act="mailing.recipients_exported")] == ["operator"]
    differences = compare(alpha, now=now())
    assert differences is not None and differences.differences == {}


@pytest.mark.slow
def test_a_download_of_recipients_copies_each_of_them_and_a_state_only_those(alpha: TenantDB, mailing: int) -> None:
    client = visitor(alpha)
    b"".join(client.get(f"/t/alpha/mailings/{mailing}/recipients.csv?state=sent").streaming_content)  # type: ignore[attr-defined]
    assert copies(alpha) == []
    b"".join(client.get(f"/t/alpha/mailings/{mailing}/recipients.csv").streaming_content)  # type: ignore[attr-defined]
    assert {one.subscriber_id for one in copies(alpha)} == everybody(alpha) and all(one.actor.startswith("staff:") for one in copies(alpha))


def test_whoever_was_erased_meanwhile_has_no_record_that_could_be_copied(alpha: TenantDB, mailing: int, tmp_path: Path) -> None:
    with alpha.atomic():
        alpha.objects(Subscriber).filter(email="p00003@example.org").delete()
    assert write_recipients(alpha, mailing, None, tmp_path / "out.csv", actor=WHO, now=now()) == 5
    assert {one.subscriber_id for one in copies(alpha)} == everybody(alpha)


def test_the_entries_are_there_before_the_first_address_leaves(alpha: TenantDB, mailing: int) -> None:
    pieces = recipients_file(alpha, mailing, "", actor=STAFF, now=now())
    assert entries(alpha, act="mailing.recipients_exported") and len(copies(alpha)) == 5
    assert b"@example.org" in b"".join(pieces)


def test_an_export_of_a_list_copies_those_on_it(alpha: TenantDB, mailing: int, tmp_path: Path) -> None:
    other = a_list(alpha, "Other")
    people(alpha, ["eve@example.org"], other)
    export_list(alpha, list_by_id(alpha, other), tmp_path / "out.csv", actor=WHO, now=now())
    (line,) = copies(alpha)
    assert line.subscriber_id == alpha.objects(Subscriber).get(email="eve@example.org").pk


@pytest.mark.slow
def test_a_thousand_copies_take_as_many_statements_as_one(alpha: TenantDB, tmp_path: Path) -> None:
    few, many = launched(alpha, 1), launched(alpha, [f"m{n}@example.org" for n in range(1_000)])
    switch(alpha, True, instruction_id=1, actor=WHO, now=now())
    said = []
    for number in (few, many, few):  # the first time some more is read, which is remembered
        with alpha.cursor() as cursor, CaptureQueriesContext(cursor.db) as statements:
            write_recipients(alpha, number, None, tmp_path / "out.csv", actor=WHO, now=now())
        said.append(len(statements))
    assert alpha.objects(InputEntry).filter(kind=3).count() > 1_000 and said[1] == said[2]


def test_while_the_log_is_off_nothing_is_written(alpha: TenantDB, tmp_path: Path) -> None:
    number = launched(alpha, 2)
    write_recipients(alpha, number, None, tmp_path / "out.csv", actor=WHO, now=now())
    assert newest(alpha) == []
