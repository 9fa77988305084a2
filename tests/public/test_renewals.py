"""Old consents are asked about, once, by a mailing that measures nothing: “keep” renews, “end” ends, and so does silence."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from siegelpost.audience.services import add_member, put_subscriber
from siegelpost.base.settings import process_settings
from siegelpost.consent.grants import Proof, grant
from siegelpost.consent.models import Consent
from siegelpost.consent.reads import records_of, running_lists
from siegelpost.consent.suppression import check
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.reads import plan_of
from siegelpost.delivery.tally import counts, holds
from siegelpost.flows.check_mailing import CheckFailed
from siegelpost.flows.launch import launch
from siegelpost.flows.renew_consents import (
    NobodyOld,
    Order,
    OtherList,
    TermWrong,
    expected,
    heed_silence,
    leave_recent_out,
    prepare,
    preview,
)
from siegelpost.mailings.models import Mailing, Variant
from siegelpost.mailings.reads import mailing as facts_of
from siegelpost.mailings.services import create_sender
from siegelpost.measure.modes import OFF
from siegelpost.tenancy.handle import TenantDB
from tests.public.world import NOW, OPERATOR, World, browser, make_world, text

DAY = timedelta(days=1)
YEARS = 3 * 365 * DAY


@pytest.fixture
def world(alpha: TenantDB, beta: TenantDB) -> World:
    """Old: Ann and Bob. New: Zoe. Old, and has left: Lea."""
    world = make_world(alpha)
    create_sender(alpha, "Alpha <news@alpha.example>", unverified_ok=True, actor=OPERATOR, now=NOW)
    for email, ago in (("ann@example.org", YEARS), ("bob@example.org", YEARS), ("zoe@example.org", DAY), ("lea@example.org", YEARS)):
        agreed(world, email, ago)
    browser().post(world.link("u", number(world, "lea@example.org")))
    return world


def agreed(world: World, email: str, ago: timedelta) -> int:
    with world.tenant.atomic():
        person = put_subscriber(world.tenant, email, {}, NOW - ago, OPERATOR)
        add_member(world.tenant, person, world.news, NOW - ago)
        proof = Proof(ground="import", source="test")
        grant(world.tenant, subscriber_id=person, list_id=world.news, proof=proof, at=NOW - ago, actor=OPERATOR)
    return person


def number(world: World, email: str) -> int:
    from siegelpost.audience.reads import find_by_email  # noqa: PLC0415

    found = find_by_email(world.tenant, email)
    assert found
    return found.id


def prepared(world: World) -> int:
    order = Order(list_id=world.news, months=24, days=30, sender_id=1)
    return prepare(world.tenant, order, actor=OPERATOR, now=NOW)


def launched(world: World) -> int:
    mailing = prepared(world)
    launch(world.tenant, mailing, settings=process_settings(), actor=OPERATOR, now=NOW)
    return mailing


def arrived(world: World, mailing: int, *, without: tuple[int, ...] = ()) -> None:
    """As if the sending process had done its work; `without` bounced."""
    rows = world.tenant.objects(Delivery).filter(mailing_id=mailing)
    with world.tenant.atomic():
        rows.exclude(subscriber_id__in=without).update(state="sent")
        rows.filter(subscriber_id__in=without).update(state="bounced")
        world.tenant.objects(Mailing).filter(pk=mailing).update(state="finished", finished_at=NOW)


def silence(world: World, after: timedelta) -> int:
    return heed_silence(world.tenant, actor=OPERATOR, now=NOW + after)


def test_it_is_counted_first(world: World) -> None:
    assert (preview(world.tenant, world.news, 24, now=NOW).consents, preview(world.tenant, world.news, 24, now=NOW).writable) == (2, 2)
    assert preview(world.tenant, world.news, 120, now=NOW).consents == 0
    with pytest.raises(NobodyOld):
        prepare(world.tenant, Order(list_id=world.news, months=120, days=30, sender_id=1), actor=OPERATOR, now=NOW)
    with pytest.raises(TermWrong):
        prepare(world.tenant, Order(list_id=world.news, months=24, days=3, sender_id=1), actor=OPERATOR, now=NOW)
    assert world.tenant.objects(Mailing).count() == 1


def test_only_old_consents_are_asked_and_the_sum_is_the_audience(world: World) -> None:
    mailing = launched(world)
    asked = world.tenant.objects(Delivery).filter(mailing_id=mailing).values_list("subscriber_id", flat=True)
    assert set(asked) == {number(world, "ann@example.org"), number(world, "bob@example.org")}
    found = counts(world.tenant, mailing)
    assert (found["audience"], found["due"], found["excluded:recent_consent"]) == (3, 2, 1) and holds(found)
    leave_recent_out(world.tenant, mailing, now=NOW + DAY)  # as after a crash
    assert counts(world.tenant, mailing) == found


def test_what_the_staff_see_before_sending_is_what_happens(world: World) -> None:
    mailing = prepared(world)
    found = expected(world.tenant, facts_of(world.tenant, mailing), now=NOW)
    assert (found.receive, found.excluded) == (2, {"recent_consent": 1})
    assert expected(world.tenant, facts_of(world.tenant, world.mailing), now=NOW).receive == 3


def test_nothing_of_it_is_measured_whatever_somebody_chose(world: World) -> None:
    mailing = prepared(world)
    with world.tenant.atomic():
        world.tenant.objects(Mailing).filter(pk=mailing).update(measure="anonymous")
    launch(world.tenant, mailing, settings=process_settings(), actor=OPERATOR, now=NOW)
    plan = plan_of(world.tenant, mailing)
    assert plan.measure["mode"] == OFF and [(one.pixel, one.links) for one in plan.variants] == [("", {})]


def test_nobody_is_asked_twice_while_an_answer_is_open(world: World) -> None:
    launched(world)
    second = launched(world)
    assert not world.tenant.objects(Delivery).filter(mailing_id=second).exists()


def test_it_must_have_a_way_to_say_yes_and_go_to_its_list(world: World) -> None:
    mailing = prepared(world)
    with world.tenant.atomic():
        world.tenant.objects(Mailing).filter(pk=mailing).update(list_ids=[world.offers])
    with pytest.raises(OtherList):
        launch(world.tenant, mailing, settings=process_settings(), actor=OPERATOR, now=NOW)
    with world.tenant.atomic():
        world.tenant.objects(Mailing).filter(pk=mailing).update(list_ids=[world.news])
        world.tenant.objects(Variant).filter(mailing_id=mailing).update(source="[Leave]({{ unsubscribe_url }})\n\n{{ imprint }}")
    with pytest.raises(CheckFailed, match=r"renewal\.no_keep"):
        launch(world.tenant, mailing, settings=process_settings(), actor=OPERATOR, now=NOW)


def test_keep_opens_a_page_with_a_button_and_the_button_renews_with_a_record_of_its_own(world: World) -> None:
    mailing, ann = launched(world), number(world, "ann@example.org")
    link = world.link("p", ann, mailing)
    with time_machine.travel(NOW + DAY, tick=False):
        page = browser().get(link)
        assert page.content.count(b"<button") == 1 and "goes on sending me the e-mails of “News”" in text(page)
        assert len(records_of(world.tenant, ann)) == 1
        for _twice in range(2):
            assert "Your consent for “News” is renewed." in text(browser().post(link, {"renew": "keep"}))
    old, new = records_of(world.tenant, ann)
    assert (old.withdrawn_how, old.withdrawn_at, old.granted_at) == ("renewed", NOW + DAY, NOW - YEARS)
    assert (new.ground, new.source, new.granted_at, new.requested_at) == ("renewed", f"renewal:{mailing}", NOW + DAY, NOW)
    assert "goes on sending me" in new.text and new.withdrawn_at is None and new.snapshot["text_sha256"] == new.digest
    arrived(world, mailing)
    silence(world, 31 * DAY)
    assert running_lists(world.tenant, ann) == {world.news}


def test_silence_ends_after_the_days_and_not_before(world: World) -> None:
    mailing, bob = launched(world), number(world, "bob@example.org")
    arrived(world, mailing)
    assert silence(world, 29 * DAY) == 0 and running_lists(world.tenant, bob) == {world.news}
    assert (silence(world, 30 * DAY), silence(world, 31 * DAY)) == (2, 0)
    assert running_lists(world.tenant, bob) == frozenset() and records_of(world.tenant, bob)[0].withdrawn_how == "silence"
    assert [(one.kind, one.list_id) for one in check(world.tenant, "bob@example.org")] == [("optout", world.news)]
    assert running_lists(world.tenant, number(world, "zoe@example.org")) == {world.news}
    late = browser().post(world.link("p", bob, mailing), {"renew": "keep"})
    assert late.status_code == 404 and running_lists(world.tenant, bob) == frozenset()


def test_whom_the_mail_did_not_reach_has_not_kept_silent(world: World) -> None:
    mailing, ann = launched(world), number(world, "ann@example.org")
    arrived(world, mailing, without=(ann,))
    assert silence(world, 31 * DAY) == 1
    assert running_lists(world.tenant, ann) == {world.news}


@pytest.mark.parametrize("state", ["sending", "paused", "cancelled"])
def test_silence_is_no_answer_to_a_mailing_that_did_not_end(world: World, state: str) -> None:
    mailing = launched(world)
    arrived(world, mailing)
    with world.tenant.atomic():
        world.tenant.objects(Mailing).filter(pk=mailing).update(state=state)
    assert silence(world, 365 * DAY) == 0


def test_end_acts_as_a_withdrawal_and_whoever_came_back_is_not_ended_by_silence(world: World) -> None:
    mailing, ann = launched(world), number(world, "ann@example.org")
    assert browser().post(world.link("u", ann, mailing)).status_code == 200
    assert running_lists(world.tenant, ann) == frozenset()
    assert browser().post(world.link("p", ann, mailing), {"renew": "keep"}).status_code == 404
    with time_machine.travel(NOW + DAY, tick=False):
        browser().post(world.link("p", ann, mailing) + "?choose", {"list": str(world.news)})
    arrived(world, mailing)
    silence(world, 31 * DAY)
    assert running_lists(world.tenant, ann) == {world.news}


def test_scanners_renew_and_end_nothing(world: World, rows: Callable[[], str]) -> None:
    mailing, ann = launched(world), number(world, "ann@example.org")
    before = rows()
    for link in (world.link("p", ann, mailing), world.link("u", ann, mailing), world.link("p", ann, mailing) + "?choose"):
        assert {browser().get(link).status_code, browser().head(link).status_code} == {200}
    assert rows() == before and world.tenant.objects(Consent).filter(withdrawn_how="renewed").count() == 0
