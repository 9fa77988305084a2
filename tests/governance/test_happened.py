"""What went out past the system is recorded, and found by whoever asks for one of these people, also after erasure."""

import io
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.evidence.models import Entry
from siegelpost.flows.disclosed import told_to
from siegelpost.flows.erase_person import begin_erasing
from siegelpost.flows.record_disclosure import Happened, record_disclosure
from siegelpost.governance.disclosures.errors import NobodyNamed, NotRecordable, PeopleUnreadable
from siegelpost.governance.disclosures.models import Marks
from siegelpost.governance.disclosures.reads import disclosures
from siegelpost.tenancy.handle import TenantDB
from tests.governance.test_outflows import Capsys
from tests.governance.watching import seen
from tests.intake.test_import_command import run
from tests.web.townsfolk import STAFF, a_list, a_person
from tests.web.visiting import visitor

COURT: dict[str, Any] = {
    "kind": "authority", "recipient": "Amtsgericht Musterstadt", "ground": "Art. 6(1)(c) GDPR, § 95 StPO", "purpose": "12 Gs 34/26",
    "categories": ("profile", "contact"), "way": "letter",
}  # fmt: skip
WORDS = (
    "--kind", "authority", "--recipient", "Amtsgericht Musterstadt", "--ground", "§ 95 StPO", "--purpose", "12 Gs 34/26", "--category",
    "contact", "--category", "profile", "--way", "letter", "--json",
)  # fmt: skip
NOW = datetime(2026, 11, 5, 9, tzinfo=UTC)


def people(tenant: TenantDB) -> dict[str, int]:
    """Ann and Bob on a list."""
    number = a_list(tenant, "News")
    return {name: a_person(tenant, f"{name}@example.org", number) for name in ("ann", "bob")}


def recorded(tenant: TenantDB, lines: list[str], **other: Any) -> int:
    return record_disclosure(tenant, Happened(**{**COURT, **other}), lines, actor=STAFF, now=NOW)


def found(tenant: TenantDB, email: str) -> list[tuple[str, str]]:
    """To whom, and how sure."""
    return [(one.one.recipient, one.how) for one in told_to(tenant, email, actor=STAFF, now=NOW).answers]


def test_it_enters_the_register_and_is_found_by_address_and_by_number(alpha: TenantDB) -> None:
    known = people(alpha)
    recorded(alpha, [" ANN@Example.org ", "", str(known["bob"]), "ann@example.org", "gone@example.org"], day=date(2026, 11, 3))
    (one,) = disclosures(alpha)
    assert (one.kind, one.recipient, one.ground, one.purpose) == tuple(COURT[name] for name in ("kind", "recipient", "ground", "purpose"))
    assert (one.records, one.categories, one.channel, one.actor) == (3, ("contact", "profile"), "letter", str(STAFF))
    assert one.at == datetime(2026, 11, 3, 12, tzinfo=UTC)
    for email in ("ann@example.org", "bob@example.org", "gone@example.org"):
        assert found(alpha, email) == [("Amtsgericht Musterstadt", "sure")]
    assert found(alpha, "eve@example.org") == []
    assert seen("2.1-01", alpha, now=clock.now()).state == "green"
    entry = alpha.objects(Entry).get(act="disclosures.happened")
    assert entry.at == NOW and entry.details == {"kind": "authority", "people": 3, "disclosure": one.id}


def test_it_is_found_after_the_person_was_erased(alpha: TenantDB) -> None:
    known = people(alpha)
    recorded(alpha, [str(known["ann"])])
    begin_erasing(alpha, "ann@example.org", actor=STAFF, now=NOW + timedelta(hours=1))
    assert ("Amtsgericht Musterstadt", "sure") in found(alpha, "ann@example.org")


def test_what_is_recorded_without_a_day_happened_today(alpha: TenantDB) -> None:
    recorded(alpha, ["ann@example.org"])
    assert disclosures(alpha)[0].at == NOW


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"kind": "relay"}, "kind"),
        ({"recipient": " \n "}, "recipient"),
        ({"ground": ""}, "legal ground"),
        ({"purpose": ""}, "purpose"),
        ({"categories": ()}, "kinds of data"),
        ({"categories": ("everything",)}, "kinds of data"),
        ({"way": "page"}, "way"),
        ({"day": date(2026, 11, 6)}, "day"),
    ],
)
def test_what_an_entry_needs_is_asked_for_and_nothing_is_recorded(alpha: TenantDB, wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(NotRecordable) as fault:
        recorded(alpha, ["ann@example.org"], **wrong)
    assert str(fault.value.facts["what"]) == named
    assert disclosures(alpha) == []


@pytest.mark.parametrize(
    ("lines", "error", "facts"),
    [
        (["ann@example.org", "", "Ann Muster", "99999", "9" * 40], PeopleUnreadable, {"lines": "3, 4, 5"}),
        (["x"] * 12, PeopleUnreadable, {"lines": "1, 2, 3, 4, 5, 6, 7, 8, 9, 10 …"}),
        ([], NobodyNamed, {"most": 100_000}),
        (["", " "], NobodyNamed, {"most": 100_000}),
    ],
)
def test_lines_that_name_nobody_are_named_by_their_place_alone(
    alpha: TenantDB, lines: list[str], error: type[Any], facts: dict[str, Any]
) -> None:
    with pytest.raises(error) as fault:
        recorded(alpha, lines)
    assert fault.value.facts == facts and disclosures(alpha) == [] and alpha.objects(Marks).count() == 0


def test_the_command_reads_a_file_or_standard_input(
    alpha: TenantDB, capsys: Capsys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "people.txt").write_bytes("\ufeffann@example.org\r\ncem@example.org\r\n".encode())
    assert run(capsys, "disclosure", "record", "alpha", *WORDS, "--people", tmp_path / "people.txt", "--day", "2026-01-05") == {"id": 1}
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"bob@example.org\n")))
    assert run(capsys, "disclosure", "record", "alpha", *WORDS, "--people", "-") == {"id": 2}
    assert [(one.id, one.records, one.actor) for one in disclosures(alpha)] == [(2, 1, "operator"), (1, 2, str(Actor.operator()))]
    assert found(alpha, "bob@example.org") == [("Amtsgericht Musterstadt", "sure")]
    (tmp_path / "people.txt").write_bytes("Müller".encode("latin-1"))
    for file in ("people.txt", "none.txt"):
        wrong = run(capsys, "disclosure", "record", "alpha", *WORDS, "--people", tmp_path / file, exit_code=4)
        assert wrong["error"]["code"] == "disclosures.people_file_unusable"
    assert len(disclosures(alpha)) == 2


@pytest.mark.slow
def test_the_page_records_it_and_shows_it_with_its_way(alpha: TenantDB) -> None:
    known, client = people(alpha), visitor(alpha, "privacy")
    form = {**COURT, "categories": ["contact"], "day": f"{clock.now().date()}", "people": "nobody at all"}
    assert "disclosures/new" in client.see("disclosures")
    page = client.send("disclosures/new", form, status=422).content.decode()
    assert "subscriber: 1." in page and "nobody at all</textarea>" in page and disclosures(alpha) == []
    client.send("disclosures/new", {**form, "people": f"ann@example.org\n{known['bob']}"})
    assert "Authority · By letter" in client.see("disclosures")
    assert "Amtsgericht Musterstadt" in client.see(f"subscribers/{known['ann']}/disclosures")
    assert disclosures(alpha)[0].actor.startswith("staff:")


@pytest.mark.parametrize("role", ["viewer", "editor", "auditor", "security"])
def test_whoever_only_reads_the_register_records_nothing(alpha: TenantDB, role: str) -> None:
    client = visitor(alpha, role)
    client.see("disclosures/new", status=403)
    client.send("disclosures/new", {**COURT, "day": "2026-01-01", "people": "ann@example.org"}, status=403)
    assert disclosures(alpha) == []
