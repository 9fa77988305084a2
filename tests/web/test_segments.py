"""Segments: written by hand or with boxes, counted at once, and honest about what no longer fits."""

import pytest

from siegelpost.audience.fields import FieldSpec
from siegelpost.audience.segments import segments_of
from siegelpost.audience.services import create_field
from siegelpost.flows.delete_list import delete_list
from siegelpost.segment.check import check
from siegelpost.segment.known import Known
from siegelpost.segment.parse import parse
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.pages.segment_boxes import written
from tests.web.townsfolk import HOSTILE, STAFF, a_list, a_person
from tests.web.visiting import NOON, visitor

BOX = {"join": "and", "name": "", "text": ""}
FIELDS = {"city": "text", "age": "number", "born": "date", "customer": "boolean"}
KNOWN = Known(fields=FIELDS, lists={1: "Letter"})


@pytest.fixture
def letter(alpha: TenantDB) -> int:
    """A list with two people in Berlin and one who has no city."""
    number = a_list(alpha)
    for name, alias, kind in (
        ("City", "city", "text"),
        ("Age", "age", "number"),
        ("Born", "born", "date"),
        ("Customer", "customer", "boolean"),
    ):
        create_field(alpha, FieldSpec(name=name, alias=alias, kind=kind, purpose="To choose."), actor=STAFF, now=NOON)
    for email, fields in (("ann@example.org", {"city": "Berlin"}), ("bob@example.org", {"city": "BERLIN"}), ("cy@example.com", {})):
        a_person(alpha, email, number, **fields)
    return number


def test_a_segment_is_written_counted_and_shown(alpha: TenantDB, letter: int) -> None:
    client = visitor(alpha)
    said = {"name": "Berliners", "text": 'list "Letter" and city = "berlin"', "act": "count"}
    page = client.send("segments/new", said, 200).content.decode()
    assert "It fits 2 people now" in page and "bob@example.org" in page and "cy@example.com" not in page
    client.send("segments/new", {**said, "act": "save"})
    assert [one.text for one in segments_of(alpha)] == [f'list {letter} and city = "berlin"']
    viewer = visitor(alpha, "viewer")
    assert "Berliners" in viewer.see("segments")
    delete_list(alpha, letter, typed="Letter", actor=STAFF, now=NOON)
    page = client.see(f"segments/{segments_of(alpha)[0].id}")
    assert "There is no list" in page and "It fits" not in page
    assert "No longer fits" in viewer.see("segments")
    client.send(f"segments/{segments_of(alpha)[0].id}/delete", {})
    assert segments_of(alpha) == []


@pytest.mark.parametrize(
    ("about", "how", "what", "wanted"),
    [
        ("field:city", "is", 'O"Neil', 'city = "O\\"Neil"'),
        ("field:city", "is_not", "Bonn", 'not city = "Bonn"'),
        ("field:age", "more", "17,5", "age > 17.5"),
        ("field:born", "before", "30", "born < today - 30 days"),
        ("field:born", "recurs", "7", "born recurs within 7 days"),
        ("field:customer", "is", "ja", "customer = yes"),
        ("field:city", "filled", "", "city is not empty"),
        ("field:email", "ends", "@example.org", 'email ends with "@example.org"'),
        ("came", "since", "2026-01-01", "came since 2026-01-01"),
        ("list:1", "not_on", "", "not list 1"),
        ("agreed:1", "before", "today - 2 years", "agreed 1 before today - 2 years"),
    ],
)
def test_boxes_write_the_condition(about: str, how: str, what: str, wanted: str) -> None:
    assert written(about, how, what, KNOWN) == wanted
    check(parse(wanted), KNOWN)


def test_boxes_add_to_what_stands_there(alpha: TenantDB, letter: int) -> None:
    one = {**BOX, "about": "field:city", "how": "empty", "what": "", "act": "add", "text": 'city = "Bonn" or age > 5'}
    page = visitor(alpha).send("segments/new", one, 200).content.decode()
    assert "(city = &quot;Bonn&quot; or age &gt; 5)\nand city is empty" in page


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"name": "A", "text": "city ="}, "cannot be understood at character 7"),
        ({"name": "A", "text": HOSTILE}, "cannot be understood"),
        ({"name": "", "text": "city is empty"}, "Please fill this in"),
        ({"name": "A", "text": 'email = "ann@example.org"'}, "does not fit"),
        ({"name": "A", "text": "list 999"}, "There is no list"),
    ],
)
def test_what_cannot_be_stored_is_said_at_its_field(alpha: TenantDB, letter: int, said: dict[str, str], words: str) -> None:
    page = visitor(alpha).send("segments/new", {**said, "act": "save"}, 422).content.decode()
    assert words in page and "<script>alert" not in page
    assert segments_of(alpha) == []


def test_who_may_not_see_people_counts_nobody(alpha: TenantDB, letter: int) -> None:
    page = visitor(alpha, "auditor").get("/t/alpha/segments")
    assert page.status_code == 403
