"""The report shows what may be shown, with the keys that scripts rely on."""

import os
from datetime import timedelta

import pytest

from siegelpost.delivery.models import Delivery
from siegelpost.feedback.models import Event
from siegelpost.flows.report import report
from siegelpost.mailings.errors import MailingUnknown
from siegelpost.tenancy.handle import TenantDB
from tests.cli.shell import ROOT, Said, run
from tests.measure.reported import LINKS, NOW, sent

KEYS = {
    "measure", "delivered", "opens", "unique_opens", "clicks", "unique_clicks", "links", "unsubscribes", "complaints", "bounces",
    "withheld", "refreshed", "as_of", "mailing", "measured", "machine_opens", "machine_clicks",
}  # fmt: skip


def test_a_report_has_the_keys_of_the_contract(alpha: TenantDB) -> None:
    one = sent(alpha, 100)
    one.asked(0, 40, people=30)
    one.asked(2, 12, people=10)
    found = one.report()
    assert set(found) == KEYS
    assert (found["measure"], found["delivered"]) == ("anonymous", 100)
    assert (found["opens"], found["unique_opens"], found["clicks"], found["unique_clicks"]) == (40, 30, 12, 10)
    assert found["links"] == [{"url": LINKS[0], "clicks": 0}, {"url": LINKS[1], "clicks": 12}]
    assert found["withheld"] == {}
    assert found["bounces"] == {"hard": 0, "soft": 0}


def test_production_shows_closed_hours_and_a_test_system_shows_all(alpha: TenantDB) -> None:
    one = sent(alpha, 100)
    one.asked(0, 40, hours_ago=0, people=30)
    production, test = one.report(), one.report("test")
    assert (production["opens"], production["refreshed"], production["as_of"]) == (0, "hourly", NOW.replace(minute=0))
    assert (test["opens"], test["refreshed"], test["as_of"]) == (40, "at once (test)", NOW)
    assert one.report(now=NOW + timedelta(minutes=40))["opens"] == 40


def test_a_small_mailing_has_no_figures(alpha: TenantDB) -> None:
    one = sent(alpha, 19)
    one.asked(0, 3, people=3)
    found = one.report()
    assert found["opens"] is found["unique_opens"] is found["clicks"] is found["unique_clicks"] is None
    assert [link["clicks"] for link in found["links"]] == [None, None]
    assert set(found["withheld"].values()) == {"too_few_recipients"}
    assert set(found["withheld"]) == {
        *("opens", "unique_opens", "machine_opens", "clicks", "unique_clicks", "machine_clicks", "links[0].clicks", "links[1].clicks")
    }


def test_who_bounced_did_not_get_it(alpha: TenantDB) -> None:
    one = sent(alpha, 20)
    assert one.report()["opens"] == 0
    with alpha.atomic():
        alpha.objects(Event).create(kind="hard", mailing_id=one.mailing, subscriber_id=1, at=NOW)
    found = one.report()
    assert (found["opens"], found["delivered"], found["bounces"]["hard"]) == (None, 20, 1)


def test_nearly_all_opened_is_not_told(alpha: TenantDB) -> None:
    one = sent(alpha, 100)
    one.asked(0, 81, people=81)
    found = one.report()
    assert found["opens"] is found["unique_opens"] is None
    assert found["withheld"] == {"opens": "too_few_left_alone", "unique_opens": "too_few_left_alone"}


def test_a_sum_does_not_tell_the_link_that_is_withheld(alpha: TenantDB) -> None:
    one = sent(alpha, 100)
    one.asked(1, 95)
    one.asked(2, 10)
    found = one.report()
    assert [link["clicks"] for link in found["links"]] == [None, 10]
    assert found["clicks"] is None


def test_a_restarted_edge_knows_no_people(alpha: TenantDB) -> None:
    one = sent(alpha, 100)
    one.asked(0, 10, people=10)
    one.asked(0, 10, people=10, epoch="e2")
    found = one.report()
    assert (found["opens"], found["unique_opens"]) == (20, None)
    assert found["withheld"] == {"unique_opens": "edge_restarted"}


def test_variants_add_up_unless_one_is_small(alpha: TenantDB) -> None:
    large, small = sent(alpha, 100, 100), sent(alpha, 100, 10)
    for one in (large, small):
        one.asked(0, 10, people=10)
        one.asked(0, 5, people=5, variant=1)
    assert (large.report()["opens"], large.report()["unique_opens"]) == (15, 15)
    assert small.report()["opens"] is None


def test_without_measuring_there_are_no_figures(alpha: TenantDB) -> None:
    found = sent(alpha, 100, measure="off").report()
    assert (found["measure"], found["opens"], found["links"]) == ("off", None, [])
    assert set(found["withheld"].values()) == {"measuring_off"}


def test_people_are_not_estimated_unless_the_tenant_wants_it(alpha: TenantDB) -> None:
    one = sent(alpha, 100, estimated=False)
    one.asked(0, 40)
    found = one.report()
    assert (found["opens"], found["unique_opens"], found["withheld"]["unique_opens"]) == (40, None, "people_not_estimated")


@pytest.mark.parametrize("mode, opens, clicks", [("opens", 5, None), ("clicks", None, 7)])
def test_opens_and_clicks_are_measured_each_for_itself(alpha: TenantDB, mode: str, opens: int | None, clicks: int | None) -> None:
    one = sent(alpha, 100, measure=mode)
    one.asked(0, 5, people=5)
    one.asked(1, 7, people=7)
    found = one.report()
    assert (found["measure"], found["opens"], found["clicks"], len(found["links"])) == (mode, opens, clicks, 2 if clicks else 0)
    assert found["withheld"]["clicks" if opens else "opens"] == "measuring_off"


def test_who_got_it_plain_is_no_part_of_the_group(alpha: TenantDB) -> None:
    one = sent(alpha, 21)
    assert one.report()["opens"] == 0
    with alpha.atomic():
        alpha.objects(Delivery).filter(mailing_id=one.mailing, subscriber_id__in=(1, 2)).update(plain=True)
    found = one.report()
    assert (found["opens"], found["measured"], found["delivered"]) == (None, 19, 21)


@pytest.mark.parametrize("more, shown", [(0, True), (1, False), (19, False), (20, True)])
def test_audiences_that_differ_by_one_to_nineteen_are_withheld_together(alpha: TenantDB, more: int, *, shown: bool) -> None:
    one, other = sent(alpha, 100), sent(alpha, 100 + more, hours_ago=9)
    for each in (one, other):
        each.asked(0, 5, people=5)
        each.asked(1, 5, people=5)
    for found in (one.report(), other.report()):
        said = (found["opens"], found["unique_opens"], found["clicks"], found["links"][0]["clicks"])
        assert said == ((5, 5, 5, 5) if shown else (None,) * 4), found["withheld"]
        assert shown or set(found["withheld"].values()) == {"nearly_the_same_audience"}
        assert found["bounces"] == {"hard": 0, "soft": 0}


def test_a_daily_mailing_keeps_its_figures_and_a_copy_of_any_age_does_not(alpha: TenantDB) -> None:
    today, yesterday = sent(alpha, 100), sent(alpha, 101, hours_ago=25)
    assert (today.report()["opens"], yesterday.report()["opens"]) == (0, 0)
    copy = sent(alpha, 102, hours_ago=60, copied_from=today.mailing)
    assert (today.report()["opens"], copy.report()["opens"], yesterday.report()["opens"]) == (None, None, 0)


def test_what_machines_did_stands_apart(alpha: TenantDB) -> None:
    one = sent(alpha, 100)
    one.asked(0, 5, people=5)
    one.classed("machine", privacy=30, scanner=10)
    one.classed("followed", scanner=25)
    found = one.report()
    assert (found["opens"], found["machine_opens"], found["clicks"], found["machine_clicks"]) == (5, 40, 0, 25)


def test_an_unknown_mailing_is_said(alpha: TenantDB) -> None:
    with pytest.raises(MailingUnknown):
        report(alpha, 4711, now=NOW, environment="test")


def command(*words: str, language: str = "en") -> Said:
    return run(words, {**os.environ, "LANGUAGE": language}, ROOT)


@pytest.mark.slow
def test_the_command_prints_json_and_words_in_both_languages(alpha: TenantDB) -> None:
    one = sent(alpha, 100)
    one.asked(0, 40, people=30)
    one.asked(1, 95)
    alpha.close()
    done = command("report", "alpha", str(one.mailing), "--json")
    assert done.data["opens"] == 40
    english = command("report", "alpha", str(one.mailing)).out
    assert "withheld: fewer than 20 people left it alone" in english
    assert "40" in english
    german = command("report", "alpha", str(one.mailing), language="de").out
    assert "Öffnungen" in german


def test_the_command_refuses_an_unknown_mailing(alpha: TenantDB) -> None:
    alpha.close()
    done = command("report", "alpha", "4711", "--json")
    assert done.code == 4
    assert done.error["code"] == "mailing.unknown"
