"""Who could do what on a day that is over: from the logs, on the page, as a file."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from siegelpost.accounts.catalogue import ACTIONS, RIGHTS, whole
from siegelpost.accounts.history import State, Told, state_at
from siegelpost.accounts.limits import UNLIMITED
from siegelpost.accounts.rules import rights_of
from siegelpost.base.actor import Actor
from siegelpost.evidence.reads import entries
from siegelpost.flows.rights_at import rights_at
from siegelpost.flows.roles import change_role, delete_role, make_role
from siegelpost.flows.staff import let_in, set_active, take_out
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.pages.rights_files import LEGEND
from tests.web.visiting import visitor

pytestmark = pytest.mark.slow

OPERATOR = Actor.operator()
START = datetime(2026, 3, 2, 12, tzinfo=UTC)
ACTS: st.SearchStrategy[tuple[str, int, set[str]]] = st.one_of(
    st.tuples(st.just("give"), st.integers(1, 3), st.sets(st.sampled_from(["viewer", "admin", "role-1", "role-2"]), min_size=1)),
    st.tuples(st.just("take"), st.integers(1, 3), st.just(set())),
    st.tuples(st.just("write"), st.integers(1, 2), st.sets(st.sampled_from(RIGHTS), min_size=1, max_size=4)),
)


def on(day: int) -> datetime:
    return START + timedelta(days=day)


@given(st.lists(ACTS, max_size=12), st.integers(0, 12))
def test_the_state_of_any_moment_is_what_the_acts_before_it_made(acts: list[tuple[str, int, set[str]]], moment: int) -> None:
    """A second bookkeeping, that of everybody's last word, comes to the same."""
    told = []
    for hour, (what, number, words) in enumerate(acts):
        entry: dict[str, tuple[str, str, dict[str, Any]]] = {
            "give": ("staff.roles_given", f"staff:{number}", {"roles": sorted(words)}),
            "take": ("staff.role_taken", f"staff:{number}", {}),
            "write": ("role.written", f"role:{number}", {"name": "R", "rights": sorted(words)}),
        }
        act, subject, details = entry[what]
        told.append(Told(hour, START + timedelta(hours=hour), "operator", act, subject, details))
    state = state_at(told, START + timedelta(hours=moment))
    for person in (1, 2, 3):
        last = next(((what, words) for what, number, words in reversed(acts[:moment]) if what != "write" and number == person), None)
        wanted = tuple(sorted(last[1])) if last and last[0] == "give" else None
        assert state.seats.get(person) == wanted
    for role in (1, 2):
        written = next((words for what, number, words in reversed(acts[:moment]) if what == "write" and number == role), None)
        assert state.made.get(f"role-{role}") == (("R", frozenset(written), UNLIMITED) if written else None)


def test_an_entry_from_the_time_of_one_role_counts_and_what_is_nobodys_is_passed_over() -> None:
    told = [Told(1, START, "operator", "staff.role_given", subject, {"role": "editor"}) for subject in ("staff:7", "staff:", "mailing:3x")]
    state = state_at(told, on(1))
    assert state == State(seats={7: ("editor",)}) and state.rights(("editor",)) == rights_of("editor")


def test_each_day_is_told_as_it_was_through_gifts_changes_and_leaving(alpha: TenantDB) -> None:
    let_in(alpha, "ada@staff.example", ["admin"], actor=OPERATOR, now=on(0))
    desk = make_role(alpha, "Desk", ["imports.create"], actor=OPERATOR, now=on(1))
    bob = let_in(alpha, "bob@staff.example", ["viewer", desk.code], name="=Bob", actor=OPERATOR, now=on(1))
    change_role(alpha, desk.number, "Front desk", ["lists.delete"], actor=OPERATOR, now=on(2))
    set_active(bob.email, active=False, now=on(3))
    let_in(alpha, bob.email, ["viewer"], actor=OPERATOR, now=on(4))
    delete_role(alpha, desk.number, actor=OPERATOR, now=on(4))
    take_out(alpha, bob.pk, actor=OPERATOR, now=on(5))

    def bob_on(day: int) -> tuple[frozenset[str], bool] | None:
        rows = {row.person_id: row for row in rights_at(alpha, on(day).date()).rows}
        return (rows[bob.pk].rights, rows[bob.pk].blocked) if bob.pk in rows else None

    viewer = rights_of("viewer")
    assert [bob_on(day) for day in range(-1, 7)] == [
        None,
        None,
        (viewer | whole(["imports.create"]), False),
        (viewer | whole(["lists.delete"]), False),
        (viewer | whole(["lists.delete"]), True),
        (viewer, True),
        None,
        None,
    ]
    assert rights_at(alpha, on(-1).date()).rows == [] and rights_at(alpha, on(1).date()).names == {desk.code: "Desk"}


def test_the_file_holds_no_formula_and_that_it_was_taken_is_an_entry(alpha: TenantDB) -> None:
    client = visitor(alpha, "auditor")
    desk = make_role(alpha, "@Desk", ["imports.create"], actor=OPERATOR, now=on(1))
    let_in(alpha, "bob@staff.example", ["viewer", desk.code], name="=HYPERLINK(1)", actor=OPERATOR, now=on(1))
    page = client.see("roles/matrix?day=2026-03-03")
    assert "=HYPERLINK(1)" in page and "Viewer, @Desk" in page and "roles/matrix.csv?day=2026-03-03" in page
    text = client.see("roles/matrix.csv?day=2026-03-03").lstrip("\ufeff")
    head, *lines = list(csv.reader(text.splitlines()))
    imports = next(dict(zip(head, line, strict=True)) for line in lines if "Imports" in line)
    assert imports["see"] == "x" and imports["create"] == "x" and imports["export"] == "" and imports["Name"] == "'=HYPERLINK(1)"
    assert not [cell for line in lines for cell in line if cell[:1] in "=@+" and cell]
    assert [one["details"] for one in entries(alpha, act="rights.exported")] == [{"day": "2026-03-03", "file": "csv"}]


def test_the_document_says_in_letters_what_the_page_says(alpha: TenantDB) -> None:
    client = visitor(alpha, "auditor", "de")
    desk = make_role(alpha, "#Desk $x$", ["imports.create"], actor=OPERATOR, now=on(1))
    for number in range(40):
        let_in(alpha, f"bob{number}@staff.example", [desk.code], name=f"#Bob *{number}*", actor=OPERATOR, now=on(1))
    set_active("bob7@staff.example", active=False, now=on(1))
    file = client.get(client.start + "roles/matrix.pdf?day=2026-03-03").content
    document = PdfReader(io.BytesIO(file))
    pages = [one.extract_text() for one in document.pages]
    text = " ".join(" ".join(pages).split())
    assert "Alpha GmbH" in text and "3. März 2026" in text and f"Seite 2 von {len(pages)}" in text and len(pages) > 2
    assert "#Bob *39*" in text and "#Desk $x$" in text and text.count("gesperrt") == 1  # what is typed is no markup
    assert len(re.findall(r"\bSN\b", text)) == 40  # of imports, each may see and create
    assert document.xmp_metadata is not None and document.xmp_metadata.pdfaid_part == "2"  # ISO 19005-2
    assert [one["details"] for one in entries(alpha, act="rights.exported")] == [{"day": "2026-03-03", "file": "pdf"}]


@pytest.mark.parametrize("language", ["en", "de"])
def test_each_action_has_a_letter_of_its_own(language: str) -> None:
    with override(language):
        letters = [str(said)[0] for said in LEGEND.values()]
        assert list(LEGEND) == list(ACTIONS) and len(set(letters)) == len(ACTIONS)


@pytest.mark.parametrize("day", ["", "tomorrow", "9999-12-31", "2026-02-30"])
def test_a_day_that_is_none_or_not_over_is_today(alpha: TenantDB, day: str) -> None:
    page = visitor(alpha, "admin", "de").see(f"roles/matrix?day={day}")
    assert f'value="{datetime.now(UTC).date().isoformat()}"' in page
