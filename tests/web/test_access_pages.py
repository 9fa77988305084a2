"""The access log in the browser: by area and day, and for one person with a second one."""

from datetime import timedelta

import pytest

from siegelpost.accounts.reads import person_with
from siegelpost.base import clock
from siegelpost.evidence import person_search
from siegelpost.evidence.access import Access, record
from siegelpost.evidence.models import Entry
from siegelpost.tenancy.handle import TenantDB
from tests.evidence.test_day_keys import lose_the_keys
from tests.web.visiting import Visitor, colleague

pytestmark = pytest.mark.slow

WHY = "A list was deleted on Monday; who was there?"


@pytest.fixture
def two(alpha: TenantDB) -> tuple[Visitor, Visitor]:
    """Two administrators at their browsers, and an editor who used the imports."""
    eve = colleague(alpha, "editor", "eve@staff.example")
    record(alpha, Access(clock.now(), f"staff:{eve.pk}", "imports", "change"))
    ada, bea = (Visitor(colleague(alpha, "admin", f"{name}@staff.example"), alpha) for name in ("ada", "bea"))
    return ada, bea


def ask(client: Visitor) -> str:
    """The path of a new request about the editor."""
    answer = client.send("access-log/ask", {"person": "eve@staff.example", "reason": WHY})
    return str(answer.headers["Location"]).removeprefix(client.start)


def test_a_day_is_shown_by_area_and_people_by_number(alpha: TenantDB, two: tuple[Visitor, Visitor]) -> None:
    ada, _bea = two
    page = ada.see("access-log?area=imports")
    assert "Imports" in page and "staff:" in page and "eve@staff.example" not in page
    assert alpha.objects(Entry).filter(act="access.read").count() == 1
    yesterday = (clock.now() - timedelta(days=1)).date()
    assert "On this day nobody used this area" in ada.see(f"access-log?day={yesterday}")
    assert "Imports" in ada.see("access-log?day=nonsense&area=nonsense")


def test_there_is_no_search_for_a_person_in_the_address(two: tuple[Visitor, Visitor]) -> None:
    ada, _bea = two
    asked, plain = (
        ada.see(path).count('<td class="text-break-all">staff:') for path in ("access-log?q=staff:999&who=staff:999", "access-log")
    )
    assert plain == asked + 1 > 2  # each visit is an access itself


def test_two_administrators_show_one_of_them_what_somebody_did(two: tuple[Visitor, Visitor]) -> None:
    ada, bea = two
    path = ask(ada)
    assert (
        "waits for a second person" in ada.see(path) and "Agree</button>" not in ada.see(path) and "<td>changed</td>" not in ada.see(path)
    )
    assert WHY in bea.see(path)
    bea.send(f"{path}/answer", {"agree": "1"})
    assert "<td>Imports</td><td>changed</td>" in ada.see(path)
    assert "Not open" in bea.see(path)


def test_nobody_agrees_to_their_own(two: tuple[Visitor, Visitor]) -> None:
    ada, _bea = two
    path = ask(ada)
    answer = ada.send(f"{path}/answer", {"agree": "1"}, status=403)
    assert "of their own" in answer.content.decode() and "waits for a second person" in ada.see(path)


def test_after_a_day_it_is_closed(alpha: TenantDB, two: tuple[Visitor, Visitor]) -> None:
    ada, _bea = two
    eve, one, other = (person_with(f"{name}@staff.example") for name in ("eve", "ada", "bea"))
    assert eve and one and other
    before = clock.now() - timedelta(hours=25)
    number = person_search.ask(alpha, eve.pk, WHY, asker=one.pk, now=before)
    person_search.answer(alpha, number, agreed=True, by=other.pk, now=before)
    page = ada.see(f"access-log/{number}")
    assert "Not open" in page and "<dd>over</dd>" in page


def test_a_short_reason_is_refused_with_what_was_typed(two: tuple[Visitor, Visitor]) -> None:
    ada, _bea = two
    page = ada.send("access-log/ask", {"person": "eve@staff.example", "reason": "so"}, status=422).content.decode()
    assert "needs a reason" in page and "so</textarea>" in page


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_only_administrators_see_it(alpha: TenantDB, two: tuple[Visitor, Visitor], role: str) -> None:
    path = ask(two[0])
    client = Visitor(colleague(alpha, role, f"{role}@staff.example"), alpha)
    for one in ("access-log", "access-log/ask", path):
        client.see(one, status=403)
    client.send(f"{path}/answer", {"agree": "1"}, status=403)
    assert "access-log" not in client.see("")


def test_what_is_not_there_is_not_found(two: tuple[Visitor, Visitor]) -> None:
    ada, _bea = two
    for path in ("access-log/999", "access-log/99999999999999999999"):
        assert ada.get(ada.start + path).status_code == 404


def test_what_cannot_be_opened_is_said_and_not_left_out(alpha: TenantDB, two: tuple[Visitor, Visitor]) -> None:
    ada, bea = two
    path = ask(ada)
    bea.send(f"{path}/answer", {"agree": "1"})
    assert "cannot be opened" not in ada.see("access-log") + ada.see(path)
    lose_the_keys(alpha)
    page = ada.see("access-log")
    assert "accesses of this day cannot be opened" in page and page.count('<td class="text-break-all">staff:') == 1
    page = ada.see(path)
    assert "cannot be opened, and may have been by this person" in page and "<td>Imports</td>" not in page
    assert "None that can be opened is by this person." in page and "None that can be opened" in ada.see("access-log?area=imports")
