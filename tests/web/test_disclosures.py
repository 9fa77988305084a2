"""The disclosure register in the browser: all of it, of one person, as a file."""

from datetime import timedelta

import pytest

from siegelpost.base import clock
from siegelpost.evidence.models import Entry
from siegelpost.governance.disclosures.reads import disclosures
from siegelpost.governance.disclosures.roll import Roll
from siegelpost.governance.disclosures.rules import AUTHORITY, CONTACT, EVERYBODY, EXPORT
from siegelpost.governance.disclosures.services import Given, Outflow, record
from siegelpost.tenancy.handle import TenantDB
from tests.web.townsfolk import STAFF, a_list, a_person
from tests.web.visiting import visitor


def went_out(tenant: TenantDB, recipient: str, *people: tuple[int, str], kind: str = EXPORT, list_id: int = 0) -> None:
    """An outflow to somebody, of some people of a list, or of everybody."""
    roll = Roll(tenant)
    for number, email in people:
        roll.add(number, email)
    outflow = Outflow(
        kind=kind, categories=(CONTACT,), records=len(people), people=f"list:{list_id}" if people else EVERYBODY, channel="command",
        act="audience.exported", given=Given(recipient=recipient), roll=roll if people else None,
    )  # fmt: skip
    with tenant.atomic():
        record(tenant, outflow, actor=STAFF, now=clock.now() + timedelta(seconds=1))


@pytest.fixture
def ann(alpha: TenantDB) -> int:
    """A person whose data went to a printer, and a colleague whose data went to a court."""
    letter = a_list(alpha, "Journal")
    number, other = a_person(alpha, "ann@example.org", letter), a_person(alpha, "bob@example.org", letter)
    went_out(alpha, "Druckerei <Muster>", (number, "ann@example.org"), list_id=letter)
    went_out(alpha, "Amtsgericht", (other, "bob@example.org"), kind=AUTHORITY, list_id=letter)
    return number


def test_the_register_says_to_whom_what_whose_and_why(alpha: TenantDB, ann: int) -> None:
    page = visitor(alpha, "admin").see("disclosures")
    for words in ("Druckerei &lt;Muster&gt;", "Amtsgericht", "list “Journal”", "E-mail addresses", "Art. 29 GDPR"):
        assert words in page


@pytest.mark.slow
def test_it_is_filtered_by_kind_and_by_person(alpha: TenantDB, ann: int) -> None:
    client = visitor(alpha, "admin")
    assert "Druckerei" not in client.see("disclosures?kind=authority") and "Amtsgericht" in client.see("disclosures?kind=authority")
    page = client.see("disclosures?q=ann@example.org")
    assert "Druckerei" in page and "certain" in page and "Amtsgericht" not in page
    for nobody in ("carl@example.org", "not an address"):
        assert "Nothing found" in client.see(f"disclosures?q={nobody}")


@pytest.mark.slow
def test_a_persons_page_leads_to_the_answer(alpha: TenantDB, ann: int) -> None:
    went_out(alpha, "Everybody's Host")
    client = visitor(alpha, "editor")
    assert f"subscribers/{ann}/disclosures" in client.see(f"subscribers/{ann}")
    page = client.see(f"subscribers/{ann}/disclosures")
    assert "Druckerei" in page and "Host" in page and "Amtsgericht" not in page
    assert alpha.objects(Entry).filter(act="disclosures.asked", subject=f"subscriber:{ann}").count() == 1
    client.see("subscribers/999999/disclosures", status=404)


def test_whom_nothing_left_of_reads_that(alpha: TenantDB) -> None:
    number = a_person(alpha, "eve@example.org", a_list(alpha, "Journal"))
    assert "No data of this person went out" in visitor(alpha, "editor").see(f"subscribers/{number}/disclosures")
    assert "No data went out yet" in visitor(alpha, "admin").see("disclosures")


def test_the_file_of_the_register_is_an_outflow_itself(alpha: TenantDB, ann: int) -> None:
    client = visitor(alpha, "admin")
    answer = client.post(f"{client.start}disclosures/file")
    lines = answer.content.decode().splitlines()
    assert len(lines) == 3 and answer.headers["Content-Disposition"].startswith("attachment")
    newest = disclosures(alpha)
    assert {one.people for one in newest} >= {"register"}


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("editor", 403), ("admin", 200), ("operator", 200)])
def test_only_administrators_read_the_whole_register(alpha: TenantDB, role: str, status: int) -> None:
    client = visitor(alpha, role)
    client.see("disclosures", status=status)
    assert client.post(f"{client.start}disclosures/file").status_code == status


def test_a_viewer_does_not_ask_for_a_person(alpha: TenantDB, ann: int) -> None:
    client = visitor(alpha, "viewer")
    client.see(f"subscribers/{ann}/disclosures", status=403)
    assert "disclosures" not in client.see(f"subscribers/{ann}")


def test_another_tenants_register_is_not_there(alpha: TenantDB, beta: TenantDB, ann: int) -> None:
    client = visitor(alpha, "admin")
    assert client.get("/t/beta/disclosures").status_code == 404
