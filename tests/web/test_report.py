"""The report of a mailing: the figures of `siegelpost report --json`, those that are withheld, and the file."""

import csv
import io
import re
from typing import Any

import pytest
import time_machine

from siegelpost.base.settings import process_settings
from siegelpost.delivery.models import Delivery, Tally
from siegelpost.feedback.models import Event
from siegelpost.mailings.models import Mailing
from siegelpost.measure.models import ClassCounter
from siegelpost.tenancy.handle import TenantDB
from tests.measure.reported import LINKS, NOW, Sent, sent
from tests.web.visiting import Visitor, colleague, visitor

pytestmark = pytest.mark.slow

HOSTILE = '=HYPERLINK("http://evil.example") <script>alert(1)</script> 🦊'


@pytest.fixture(autouse=True)
def _at_noon() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def figures(page: str) -> list[str]:
    """The eight numbers at the top as they stand there."""
    cards = re.findall(r'<div class="figure-value">(.*?)</div>', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", card).strip() for card in cards]


def rows(client: Visitor, one: Sent, delimiter: str = ",") -> list[list[str]]:
    content = client.get(f"{client.start}mailings/{one.mailing}/report.csv").content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content), delimiter=delimiter))


def came_back(one: Sent, kind: str, code: str, people: range) -> None:
    with one.tenant.atomic():
        for person in people:
            one.tenant.objects(Event).create(kind=kind, mailing_id=one.mailing, subscriber_id=person, code=code, at=NOW)


def a_busy_mailing(tenant: TenantDB) -> Sent:
    one = sent(tenant, 1500, name="Spring")
    one.asked(0, 400, people=300)
    one.asked(1, 120, people=100)
    came_back(one, "hard", "5.1.1", range(4))
    came_back(one, "full", "5.2.2", range(10, 13))
    came_back(one, "complaint", "", range(20, 22))
    came_back(one, "unsubscribe", "", range(30, 35))
    with tenant.atomic():
        for state, n in (("audience", 1510), ("excluded:no_consent", 7), ("excluded:opted_out", 3)):
            tenant.objects(Tally).create(mailing_id=one.mailing, state=state, n=n)
    return one


def test_the_numbers_are_those_of_the_command(alpha: TenantDB) -> None:
    one = a_busy_mailing(alpha)
    found = one.report(process_settings().environment, NOW)
    wanted = [1510, found["delivered"], found["opens"], found["clicks"], found["unsubscribes"], found["complaints"]]
    shown = figures(visitor(alpha, "viewer").see(f"mailings/{one.mailing}/report"))
    assert shown == [f"{n:,}" for n in (*wanted, found["bounces"]["hard"], found["bounces"]["soft"])]
    assert shown == ["1,510", "1,500", "400", "120", "5", "2", "4", "3"]


def test_people_and_shares_stand_below_the_numbers(alpha: TenantDB) -> None:
    seen = visitor(alpha).see(f"mailings/{a_busy_mailing(alpha).mailing}/report")
    assert "about 300 people, 20.0\N{NO-BREAK SPACE}% of those reached" in seen
    assert "100.0\N{NO-BREAK SPACE}% of all; accepted by the mail server" in seen
    assert "0.33\N{NO-BREAK SPACE}% of those sent" in seen


def test_german_numbers_are_written_as_germans_do(alpha: TenantDB) -> None:
    shown = figures(visitor(alpha, language="de").see(f"mailings/{a_busy_mailing(alpha).mailing}/report"))
    assert shown[:2] == ["1.510", "1.500"]


def test_links_codes_and_reasons_are_listed(alpha: TenantDB) -> None:
    seen = visitor(alpha).see(f"mailings/{a_busy_mailing(alpha).mailing}/report")
    assert seen.index(LINKS[0]) < seen.index(LINKS[1])
    assert "100.0\N{NO-BREAK SPACE}%" in seen.partition(LINKS[0])[2].partition("</tr>")[0]
    assert "5.1.1" in seen and "Mailbox full" in seen
    assert "Without consent" in seen and ">7<" in seen


def test_what_was_refused_because_of_us_is_listed_by_code(alpha: TenantDB) -> None:
    one = sent(alpha, 50)
    with alpha.atomic():
        alpha.objects(Delivery).filter(subscriber_id__lt=3).update(state="blocked", code="554 5.7.1")
        alpha.objects(Tally).create(mailing_id=one.mailing, state="blocked", n=3)
    assert "554 5.7.1" in visitor(alpha).see(f"mailings/{one.mailing}/report")


def test_a_chart_without_a_bar_is_a_sentence(alpha: TenantDB) -> None:
    one = sent(alpha, 100, hours_ago=3)
    where = f"mailings/{one.mailing}/report"
    seen = visitor(alpha, "viewer").see(where)
    assert "Nobody has opened it or clicked yet" in seen and "<canvas" not in seen
    one.asked(0, 30, hours_ago=3, people=25)
    assert "<canvas" in visitor(alpha, "viewer").see(where)


def test_hours_stand_in_a_table_that_the_chart_reads(alpha: TenantDB) -> None:
    one = sent(alpha, 100, hours_ago=3)
    one.asked(0, 30, hours_ago=3, people=25)
    one.asked(0, 5, hours_ago=1, people=28)
    seen = visitor(alpha).see(f"mailings/{one.mailing}/report")
    table = seen.partition('id="hours"')[2].partition("</table>")[0]
    assert 'data-source="#hours"' in seen and "charts." in seen
    assert re.findall(r'data-value="(\d*)">', table) == [
        "30",
        "0",
        "0",
        "0",
        "5",
        "0",
        "0",
        "0",
    ]  # environment "test": the hour that runs, too


def test_withheld_figures_are_said_to_be_and_why(alpha: TenantDB) -> None:
    one = sent(alpha, 19)
    one.asked(0, 3, people=3)
    one.asked(1, 2, people=2)
    seen = visitor(alpha).see(f"mailings/{one.mailing}/report")
    assert figures(seen)[2:4] == ["withheld", "withheld"]
    assert "Fewer than 20 people got it." in seen
    assert "data-chart" not in seen
    assert not re.search(r'class="number">[23]<', seen)


def test_nearly_everybody_clicked_is_withheld_with_its_own_reason(alpha: TenantDB) -> None:
    one = sent(alpha, 100)
    one.asked(1, 95)
    seen = visitor(alpha).see(f"mailings/{one.mailing}/report")
    assert figures(seen)[2:4] == ["0", "withheld"]
    assert "Nearly everybody who got it did the same." in seen
    assert ">95<" not in seen


def test_a_restarted_edge_is_explained(alpha: TenantDB) -> None:
    one = sent(alpha, 100)
    one.asked(0, 10, people=10)
    one.asked(0, 10, people=10, epoch="e2")
    seen = visitor(alpha).see(f"mailings/{one.mailing}/report")
    assert figures(seen)[2] == "20" and "people: withheld" in seen
    assert "was restarted meanwhile" in seen


def test_without_measuring_nothing_is_called_withheld(alpha: TenantDB) -> None:
    seen = visitor(alpha).see(f"mailings/{sent(alpha, 100, measure='off').mailing}/report")
    assert figures(seen)[2:4] == ["not measured", "not measured"]
    assert "Measuring was off" in seen and "ithheld" not in seen


def test_devices_are_shown_with_opens_only(alpha: TenantDB) -> None:
    large, small = sent(alpha, 100), sent(alpha, 19)
    large.asked(0, 40, people=30)
    with alpha.atomic():
        for one in (large, small):
            alpha.objects(ClassCounter).create(variant_id=one.variants[0], what="device", name="phone", n=30)
            alpha.objects(ClassCounter).create(variant_id=one.variants[0], what="device", name="unknown", n=10)
    client = visitor(alpha)
    assert "75.0\N{NO-BREAK SPACE}%" in client.see(f"mailings/{large.mailing}/report")
    assert "Opens by device" not in client.see(f"mailings/{small.mailing}/report")


def test_the_file_holds_the_same_numbers(alpha: TenantDB) -> None:
    one = a_busy_mailing(alpha)
    found = {(row[0], row[1]): row[2:4] for row in rows(visitor(alpha, "viewer"), one)}
    assert not [what for _section, what in found if "elivered" in what]
    assert (found["Mailing", "Audience"], found["Figures", "Sent, accepted by the mail server"]) == (["1510", ""], ["1500", "1.0000"])
    assert found["Figures", "People who opened, about"] == ["300", "0.2000"]
    assert found["Figures", "Unsubscribed"] == ["5", "0.0033"]
    assert (found["Left out", "Unsubscribed"], found["Links", LINKS[0]]) == (["3", ""], ["120", ""])
    german = rows(visitor(alpha, "editor", language="de"), one, ";")
    assert [row[3] for row in german if row[2] == "300"] == ["0,2000"]


def test_the_file_leaves_withheld_numbers_out_and_says_why(alpha: TenantDB) -> None:
    one = sent(alpha, 19)
    one.asked(0, 3, people=3)
    found = {row[1]: row for row in rows(visitor(alpha), one)}
    assert found["Opens"][2] == "" and found["Opens"][4].startswith("withheld: Fewer than 20")


def test_a_hostile_name_is_harmless_on_the_page_and_in_the_file(alpha: TenantDB) -> None:
    one = sent(alpha, 30, name=HOSTILE)
    client = visitor(alpha)
    assert "<script>alert" not in client.see(f"mailings/{one.mailing}/report")
    assert rows(client, one)[1][1].startswith("'=HYPERLINK")


def test_the_file_is_called_by_its_mailing(alpha: TenantDB) -> None:
    one = sent(alpha, 30)
    answer = visitor(alpha).get(f"/t/alpha/mailings/{one.mailing}/report.csv")
    assert answer.headers["content-disposition"] == f'attachment; filename="report-{one.mailing}.csv"'
    assert answer.headers["content-type"].startswith("text/csv")


def test_a_draft_has_no_report(alpha: TenantDB) -> None:
    one = sent(alpha, 30)
    with alpha.atomic():
        alpha.objects(Mailing).update(state="draft", launched_at=None)
    client = visitor(alpha)
    for path in ("report", "report.csv"):
        assert client.get(f"/t/alpha/mailings/{one.mailing}/{path}").headers["location"] == f"/t/alpha/mailings/{one.mailing}/"


def test_mailings_of_others_and_none_at_all_are_not_found(alpha: TenantDB, beta: TenantDB) -> None:
    theirs = [4711, 2**70, *beta.objects(Mailing).values_list("pk", flat=True)]
    client = visitor(alpha, "admin")
    for path in ("report", "report.csv"):
        assert {client.get(f"/t/alpha/mailings/{number}/{path}").status_code for number in theirs} == {404}
        assert client.get(f"/t/beta/mailings/1/{path}").status_code == 404


def test_everybody_with_a_role_may_read_and_strangers_may_not(alpha: TenantDB, beta: TenantDB) -> None:
    one = sent(alpha, 30)
    for role in ("viewer", "editor", "admin", "operator"):
        assert visitor(alpha, role).see(f"mailings/{one.mailing}/report")
    assert Visitor(None, alpha).get(f"/t/alpha/mailings/{one.mailing}/report").status_code == 302
    outsider = Visitor(colleague(beta, "admin", "other@staff.example"), alpha)
    assert outsider.get(f"/t/alpha/mailings/{one.mailing}/report").status_code == 404
