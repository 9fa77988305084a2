"""The page of the controls shows all of them with what was seen, and nothing of other tenants."""

import re
from datetime import timedelta

import pytest

from siegelpost.base import clock
from siegelpost.base.controls import finding
from siegelpost.governance.catalogue import catalogue
from siegelpost.governance.results import keep, keep_of_installation
from siegelpost.tenancy.handle import TenantDB
from tests.governance.watching import WHO
from tests.web.visiting import visitor


def listed(page: str) -> list[str]:
    """Ids of the controls on a page."""
    return re.findall(r'<li id="c([\d.]+-\d+)">', page)


def item(page: str, control: str) -> str:
    """The part of one control, without tags."""
    return re.sub(r"<[^>]+>", " ", page.partition(f'id="c{control}"')[2].partition('<li id="c')[0])


def test_all_134_stand_there_by_section_and_nothing_is_claimed_before_the_first_check(alpha: TenantDB) -> None:
    page = visitor(alpha, "admin").see("controls")
    assert listed(page) == list(catalogue())
    assert "Nothing was checked yet" in page and "1.2 Entry to systems" in page
    assert page.count("bg-secondary-lt") == 134 and "bg-green-lt" not in page


def test_a_result_stands_there_with_its_basis_its_time_and_what_was_found(alpha: TenantDB) -> None:
    now = clock.now()
    keep(alpha, "3-11", finding(mailings=1234, broken_mailings=[], late_leases=0), actor=WHO, now=now)
    keep_of_installation("2.1-02", finding(red=True, in_clear=["staff"]), actor=WHO, now=now)
    page = visitor(alpha, "admin").see("controls")
    kept, broken, unwatched = item(page, "3-11"), item(page, "2.1-02"), item(page, "1.1-09")
    assert "kept" in kept and "watched in part" in kept and "tested by the system" in kept and "1,234" in kept
    assert "not kept" in broken and "Addresses without encryption" in broken and "staff" in broken
    assert "not set up" in unwatched and "checked" not in unwatched and "looked at" not in unwatched
    german = item(visitor(alpha, "admin", "de").see("controls"), "3-11")
    assert "eingehalten" in german and "teilweise überwacht" in german and "1.234" in german and "Nach einem Ausfall fehlt nichts" in german


def test_an_old_result_is_shown_as_such(alpha: TenantDB) -> None:
    keep(alpha, "3-11", finding(mailings=1), actor=WHO, now=clock.now() - timedelta(hours=3))
    assert "result too old" in item(visitor(alpha, "admin").see("controls"), "3-11")


@pytest.mark.touches_beta
def test_nothing_of_another_tenant_is_shown(alpha: TenantDB, beta: TenantDB) -> None:
    keep(alpha, "3-11", finding(mailings=1), actor=WHO, now=clock.now())
    keep(beta, "3-11", finding(red=True, mailings=98765), actor=WHO, now=clock.now())
    for role in ("admin", "operator"):
        page = visitor(alpha, role).see("controls")
        assert "98,765" not in page and "not kept" not in item(page, "3-11") and "beta" not in item(page, "3-11")


@pytest.mark.slow
def test_they_can_be_filtered_by_state_and_where_none_is_in_it_the_page_says_so(alpha: TenantDB) -> None:
    keep(alpha, "3-11", finding(mailings=1), actor=WHO, now=clock.now())
    client = visitor(alpha, "admin")
    assert listed(client.see("controls?state=green")) == ["3-11"]
    assert len(listed(client.see("controls?state=not_set_up"))) == 133
    assert "No control is in this state" in client.see("controls?state=red")
    assert len(listed(client.see("controls?state=nonsense"))) == 134


@pytest.mark.parametrize(("role", "status"), [("viewer", 403), ("editor", 403), ("admin", 200), ("operator", 200)])
def test_administrators_and_operators_see_it(alpha: TenantDB, role: str, status: int) -> None:
    client = visitor(alpha, role)
    assert client.get(client.start + "controls").status_code == status
    assert ('href="/t/alpha/controls"' in client.see("")) == (status == 200)
