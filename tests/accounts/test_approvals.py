"""What needs a second person waits for one: exactly what was approved is done, once, within seven days."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from siegelpost.accounts.approval_rules import AGREED, DONE, ENDED, EXPIRED, OPEN, REFUSED, WAITING
from siegelpost.accounts.approvals import reads, requests
from siegelpost.accounts.approvals.acts import GRANT, LOOSEN, SEND, Rule
from siegelpost.accounts.approvals.errors import (
    ApprovalDiffers,
    ApprovalNeeded,
    ApprovalOver,
    ApprovalReasonMissing,
    ApprovalWaits,
    AskerGone,
    NobodyToAsk,
    NotSecond,
    NotYours,
    SecondGone,
)
from siegelpost.accounts.approvals.models import Decision, End
from siegelpost.accounts.approvals.standing import rule_of
from siegelpost.accounts.errors import RightMissing
from siegelpost.accounts.limits import Limits
from siegelpost.accounts.models import Person
from siegelpost.accounts.reads import person_with, rights_in, roles_in
from siegelpost.accounts.roles import made_role
from siegelpost.accounts.services import give_role, set_active
from siegelpost.accounts.tokens import make_token
from siegelpost.base.actor import Actor
from siegelpost.delivery.models import Outgoing
from siegelpost.evidence.reads import entries
from siegelpost.flows import approving
from siegelpost.flows.approval_rules import change_rule, without_two
from siegelpost.flows.carry_out import carry_out
from siegelpost.flows.invite import accept
from siegelpost.flows.launch import launch
from siegelpost.flows.roles import change_role, make_role
from siegelpost.flows.schedule import schedule, start_ripe
from siegelpost.flows.staff import change_roles, let_in, mail_link
from siegelpost.flows.steer import resume
from siegelpost.mailings.change import change_mailing, version_of
from siegelpost.mailings.errors import MailingChanged
from siegelpost.mailings.models import Mailing, Variant
from siegelpost.mailings.reads import mailing as facts_of
from siegelpost.mailings.services import NewMailing
from siegelpost.tenancy.handle import TenantDB
from tests.accounts.approving import HOUR, SETTINGS, URL, WHY, Office, a_mailing, agree, ask_to_send, at_time, office, sending
from tests.delivery.support import CONTENT, NOON, WHO, a_list, people, state_of
from tests.mailings.making import some_sender
from tests.web.visiting import colleague

WEEK = timedelta(days=7)
SECOND = timedelta(seconds=1)


def go(tenant: TenantDB, mailing: int, actor: Actor = WHO, *, now: object = NOON + 2 * HOUR) -> None:
    launch(tenant, mailing, settings=SETTINGS, actor=actor, now=now)  # type: ignore[arg-type]


def state(tenant: TenantDB, number: int, now: object = NOON + 2 * HOUR) -> str:
    return reads.approval(tenant, number, now=now).state  # type: ignore[arg-type]


def acts(tenant: TenantDB) -> list[str]:
    return [one["act"] for one in reversed(entries(tenant)) if one["act"].startswith("approval.")]


def test_without_a_rule_everybody_works_and_below_the_number_too(alpha: TenantDB) -> None:
    mailing = a_mailing(alpha, 5)
    office(alpha, sending(5))
    go(alpha, mailing)
    assert state_of(alpha, mailing)[0] == "sending" and acts(alpha) == ["approval.rule_set"]


def test_a_mailing_to_more_waits_and_goes_out_once_as_it_was_approved(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    with pytest.raises(ApprovalNeeded) as needed:
        go(alpha, mailing)
    assert (needed.value.exit_code, needed.value.code) == (3, "approval.needed"), "what `siegelpost mailing send` ends with"
    number = ask_to_send(alpha, mailing, here.edda)
    with pytest.raises(ApprovalWaits):
        go(alpha, mailing)
    agree(alpha, number, here.anna)
    found = carry_out(alpha, number, by=here.edda.pk, settings=SETTINGS, now=NOON + 2 * HOUR)
    assert state_of(alpha, mailing)[0] == "sending" and state(alpha, number) == DONE
    assert acts(alpha) == ["approval.rule_set", "approval.requested", "approval.agreed", "approval.done"]
    told = [one["details"]["hash"] for one in entries(alpha) if one["act"] != "approval.rule_set" and "approval" in one["act"]]
    assert told == [found.digest] * 3 and found.intact
    with pytest.raises(ApprovalOver):
        carry_out(alpha, number, by=here.edda.pk, settings=SETTINGS, now=NOON + 2 * HOUR)


def test_what_was_changed_after_the_approval_is_not_approved(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    number = ask_to_send(alpha, mailing, here.edda)
    agree(alpha, number, here.anna)
    facts = facts_of(alpha, mailing)
    new = NewMailing(content=CONTENT, sender_id=facts.sender_id or 0, list_ids=facts.list_ids, measure="off", name="Another")
    change_mailing(alpha, mailing, new, version=version_of(facts), actor=WHO, now=NOON)
    with pytest.raises(ApprovalDiffers):
        go(alpha, mailing)
    with pytest.raises(MailingChanged):
        carry_out(alpha, number, by=here.edda.pk, settings=SETTINGS, now=NOON + 2 * HOUR)
    assert state(alpha, number) == AGREED and state_of(alpha, mailing)[0] == "draft"
    again = ask_to_send(alpha, mailing, here.edda, now=NOON + 2 * HOUR)
    assert state(alpha, number) == ENDED and state(alpha, again) == WAITING


def test_some_may_join_until_the_launch_but_not_many(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    number = ask_to_send(alpha, mailing, here.edda)
    agree(alpha, number, here.anna)
    people(alpha, [f"late{n}@example.org" for n in range(11)], a_list(alpha))
    with pytest.raises(ApprovalDiffers):
        go(alpha, mailing)
    assert reads.approval(alpha, number, now=NOON).at_most == 15 and state(alpha, number) == AGREED


def test_a_scheduled_mailing_uses_its_approval_and_is_not_started_for_many_more(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    wish = at_time(alpha, mailing, NOON + 5 * HOUR)
    number = approving.ask(alpha, wish, WHY, asker=here.edda, staff_url=URL, now=NOON)
    agree(alpha, number, here.anna)
    with pytest.raises(ApprovalNeeded):
        schedule(alpha, mailing, NOON + 6 * HOUR, settings=SETTINGS, actor=WHO, now=NOON + HOUR)
    carry_out(alpha, number, by=here.edda.pk, settings=SETTINGS, now=NOON + 2 * HOUR)
    assert state_of(alpha, mailing)[0] == "scheduled" and state(alpha, number) == DONE
    late = people(alpha, [f"late{n}@example.org" for n in range(11)], a_list(alpha))
    start_ripe(alpha, settings=SETTINGS, now=NOON + 5 * HOUR)
    assert state_of(alpha, mailing) == ("paused", "start.refused") and len(late) == 11


def test_a_scheduled_mailing_starts_with_what_was_approved(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    number = approving.ask(alpha, at_time(alpha, mailing, NOON + 5 * HOUR), WHY, asker=here.edda, staff_url=URL, now=NOON)
    agree(alpha, number, here.anna)
    carry_out(alpha, number, by=here.edda.pk, settings=SETTINGS, now=NOON + 2 * HOUR)
    start_ripe(alpha, settings=SETTINGS, now=NOON + 5 * HOUR)
    assert state_of(alpha, mailing)[0] == "sending"


def test_a_paused_mailing_with_more_people_than_approved_does_not_go_on(alpha: TenantDB) -> None:
    mailing = a_mailing(alpha)
    go(alpha, mailing, now=NOON)
    office(alpha, sending(), now=NOON)
    with alpha.atomic():  # as if somebody had changed the state past the system
        alpha.objects(Mailing).filter(pk=mailing).update(state="paused", launched_at=NOON + HOUR)
    with pytest.raises(ApprovalDiffers):
        resume(alpha, mailing, actor=WHO, now=NOON + HOUR)
    assert state_of(alpha, mailing)[0] == "paused"


def test_who_cannot_be_the_second_person(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    twin = colleague(alpha, "admin", "anna+zwei@alpha.example")
    number = ask_to_send(alpha, mailing, here.anna, now=NOON + HOUR)
    later = colleague(alpha, "viewer", "later@alpha.example")
    give_role(colleague(None, "viewer", "late@alpha.example"), alpha.number, "admin", now=NOON + 2 * HOUR)
    late = colleague(None, "viewer", "late@alpha.example")
    for person in (here.anna, twin, here.edda, later, late):
        with pytest.raises(NotSecond):
            agree(alpha, number, person, now=NOON + 3 * HOUR)
    with pytest.raises(NotSecond):  # not shown the password
        approving.decide(alpha, number, True, WHY, by=here.bert, proved_at=None, now=NOON + 3 * HOUR)
    some_sender(alpha)
    mail_link(alpha, here.bert.pk, staff_url=URL, actor=Actor.staff(here.anna.pk), now=NOON + 2 * HOUR)
    with pytest.raises(NotSecond):  # whoever asks holds a link to that account
        agree(alpha, number, here.bert, now=NOON + 3 * HOUR)
    assert state(alpha, number) == WAITING and not alpha.objects(Decision).exists()


def test_whoever_was_blocked_or_lost_the_right_decides_nothing_and_carries_out_nothing(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    number = ask_to_send(alpha, mailing, here.edda)
    set_active(here.bert.email, active=False, now=NOON)
    here.bert.refresh_from_db()
    with pytest.raises(NotSecond):
        agree(alpha, number, here.bert)
    agree(alpha, number, here.anna)
    change_roles(alpha, here.edda.pk, ["viewer"], actor=WHO, now=NOON)
    with pytest.raises(AskerGone):
        go(alpha, mailing, Actor.staff(here.edda.pk))
    with pytest.raises(RightMissing):
        ask_to_send(alpha, mailing, here.edda)
    assert state(alpha, number) == AGREED and state_of(alpha, mailing)[0] == "draft"


@pytest.mark.slow
def test_only_whoever_asked_carries_it_out_and_a_token_is_no_more_than_its_owner(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    number = ask_to_send(alpha, mailing, here.edda)
    agree(alpha, number, here.anna)
    theirs, _key = make_token(alpha, "shop", ["send"], owner=here.bert, expires_at=NOON + WEEK, now=NOON)
    for actor in (Actor.staff(here.bert.pk), Actor.token(theirs), Actor.subject()):
        with pytest.raises(ApprovalNeeded):
            go(alpha, mailing, actor)
    with pytest.raises(NotYours):
        carry_out(alpha, number, by=here.bert.pk, settings=SETTINGS, now=NOON + 2 * HOUR)
    go(alpha, mailing, WHO)  # the host's command line carries out what others asked for
    assert state(alpha, number) == DONE


def test_two_people_do_not_agree_to_each_other_in_a_circle(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    first = ask_to_send(alpha, mailing, here.anna)
    with pytest.raises(ApprovalWaits):
        ask_to_send(alpha, mailing, here.bert)
    other = approving.ask(alpha, at_time(alpha, mailing, NOON + 5 * HOUR), WHY, asker=here.bert, staff_url=URL, now=NOON)
    for number, person in ((first, here.bert), (other, here.anna)):
        with pytest.raises(NotSecond):
            agree(alpha, number, person)
    approving.take_back(alpha, other, by=here.bert, now=NOON)
    agree(alpha, first, here.bert)
    assert state(alpha, first) == AGREED and state(alpha, other) == ENDED


def test_a_request_is_over_after_seven_days_to_the_second(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    number = ask_to_send(alpha, mailing, here.edda)
    assert state(alpha, number, NOON + WEEK - SECOND) == WAITING
    with pytest.raises(ApprovalOver):
        agree(alpha, number, here.anna, now=NOON + WEEK)
    agree(alpha, number, here.anna, now=NOON + WEEK - SECOND)
    with pytest.raises(ApprovalNeeded):
        go(alpha, mailing, now=NOON + WEEK)
    assert requests.expire(alpha, actor=WHO, now=NOON + WEEK - SECOND) == 0
    assert requests.expire(alpha, actor=WHO, now=NOON + WEEK) == 1 == len(entries(alpha, act="approval.expired"))
    assert requests.expire(alpha, actor=WHO, now=NOON + WEEK) == 0 and state(alpha, number, NOON + WEEK) == ENDED


def test_a_refusal_has_a_reason_and_ends_it(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    number = ask_to_send(alpha, mailing, here.edda)
    with pytest.raises(ApprovalReasonMissing):
        agree(alpha, number, here.anna, agreed=False, reason="no")
    agree(alpha, number, here.anna, agreed=False, reason="The offer is not ours to make.")
    with pytest.raises(ApprovalOver):
        agree(alpha, number, here.bert)
    with pytest.raises(ApprovalNeeded):
        go(alpha, mailing)
    assert state(alpha, number) == REFUSED and "approval.refused" in acts(alpha)
    with pytest.raises(ApprovalReasonMissing):
        ask_to_send(alpha, mailing, here.edda, reason="short")


def test_two_who_decide_or_carry_out_at_once_are_one(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    number = ask_to_send(alpha, mailing, here.edda)
    faults = at_once(lambda: agree(alpha, number, here.anna), lambda: agree(alpha, number, here.bert, agreed=False))
    assert faults == [ApprovalOver] and alpha.objects(Decision).count() == 1
    if state(alpha, number) == REFUSED:
        number = ask_to_send(alpha, mailing, here.edda)
        agree(alpha, number, here.anna)
    found = reads.approval(alpha, number, now=NOON + 2 * HOUR)

    def use() -> None:
        with alpha.atomic():
            requests.use_up(alpha, found, actor=WHO, now=NOON + 2 * HOUR)

    assert at_once(use, use) == [ApprovalOver] and alpha.objects(End).count() == 1


def at_once(*acts_of_two: object) -> list[type[Exception]]:
    """Let several go at the same moment; returns what they raised."""
    gate, faults = threading.Barrier(len(acts_of_two)), list[type[Exception]]()

    def run(act: object) -> None:
        gate.wait()
        try:
            act()  # type: ignore[operator]
        except Exception as fault:  # noqa: BLE001 - told below
            faults.append(type(fault))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(one,)) for one in acts_of_two]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return faults


def test_a_rule_that_asks_for_more_holds_for_what_was_decided_before(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    dora = colleague(alpha, "privacy", "dora@alpha.example")  # approves, and may not send
    number = ask_to_send(alpha, mailing, here.edda)
    agree(alpha, number, dora)
    change_rule(alpha, Rule(SEND, needed=True, threshold=3, own_right=True), actor=Actor.staff(here.anna.pk), now=NOON + HOUR)
    with pytest.raises(ApprovalNeeded):
        go(alpha, mailing)
    assert state(alpha, number) == AGREED and "sending.approve" not in rights_in(dora, alpha)


def test_nobody_loosens_a_rule_alone_and_nobody_makes_one_alone_that_nobody_could_serve(alpha: TenantDB) -> None:
    anna = colleague(alpha, "admin", "anna@alpha.example")
    with pytest.raises(NobodyToAsk):
        change_rule(alpha, sending(), actor=Actor.staff(anna.pk), now=NOON)
    here = office(alpha, sending())
    mine = Actor.staff(here.anna.pk)
    change_rule(alpha, sending(2), actor=mine, now=NOON)  # tighter
    for looser in (sending(9), Rule(SEND)):
        with pytest.raises(ApprovalNeeded) as needed:
            change_rule(alpha, looser, actor=mine, now=NOON)
    number = approving.ask(alpha, needed.value.wish, WHY, asker=here.anna, staff_url=URL, now=NOON)
    agree(alpha, number, here.bert)
    carry_out(alpha, number, by=here.anna.pk, settings=SETTINGS, now=NOON + 2 * HOUR)
    assert rule_of(alpha, SEND).needed is False and reads.approval(alpha, number, now=NOON).act == LOOSEN
    with pytest.raises(RightMissing):
        change_rule(alpha, sending(), actor=Actor.staff(here.edda.pk), now=NOON)


def test_giving_rights_waits_and_whoever_gets_them_does_not_agree(alpha: TenantDB) -> None:
    here = office(alpha, Rule(GRANT, needed=True))
    mine = Actor.staff(here.anna.pk)
    change_roles(alpha, here.edda.pk, ["viewer"], actor=mine, now=NOON)  # less needs nobody
    with pytest.raises(ApprovalNeeded) as needed:
        let_in(alpha, "new@alpha.example", ["editor"], actor=mine, now=NOON)
    assert person_with("new@alpha.example") is None
    number = approving.ask(alpha, needed.value.wish, WHY, asker=here.anna, staff_url=URL, now=NOON)
    agree(alpha, number, here.bert)
    some_sender(alpha)
    carry_out(alpha, number, by=here.anna.pk, settings=SETTINGS, now=NOON + 2 * HOUR)
    assert person_with("new@alpha.example") is None and state(alpha, number) == DONE, "who is new is invited"
    (mail,) = alpha.objects(Outgoing).filter(to="new@alpha.example")
    accept(mail.text.partition("/invitation/")[2].split()[0], None, now=NOON + 3 * HOUR)
    assert person_with("new@alpha.example") is not None
    given = entries(alpha, act="staff.roles_given")[0]
    assert given["details"]["approval"] == number
    with pytest.raises(ApprovalNeeded) as more:
        change_roles(alpha, here.edda.pk, ["privacy"], actor=mine, now=NOON)
    other = approving.ask(alpha, more.value.wish, WHY, asker=here.anna, staff_url=URL, now=NOON)
    assert [one.number for one in approving.concerned_by(reads.approval(alpha, other, now=NOON))] == [here.edda.pk]


def test_whoever_has_limits_does_not_count_among_those_who_decide(alpha: TenantDB) -> None:
    """The page of approvals is closed to them: a rule that counted on them would let everything run out."""
    anna, lia = colleague(alpha, "admin", "anna@alpha.example"), colleague(alpha, "viewer", "lia@alpha.example")
    some, rights = Limits(everywhere=False, lists=frozenset({a_list(alpha)})), ["approvals.see", "approvals.approve", "sending.approve"]
    role = make_role(alpha, "Lists", rights, limits=some, actor=WHO, now=NOON)
    let_in(alpha, lia.email, [role.code], actor=WHO, now=NOON)
    mine = Actor.staff(anna.pk)
    with pytest.raises(NobodyToAsk):
        change_rule(alpha, sending(), actor=mine, now=NOON)
    change_role(alpha, role.number, "Lists", rights, actor=WHO, now=NOON)
    change_rule(alpha, sending(), actor=mine, now=NOON)
    number = ask_to_send(alpha, a_mailing(alpha), anna)
    agree(alpha, number, lia)
    assert without_two(alpha) == []
    change_role(alpha, role.number, "Lists", rights, limits=Limits(hidden=frozenset({"email"})), actor=WHO, now=NOON)
    assert without_two(alpha) == [SEND]
    with pytest.raises(SecondGone):
        carry_out(alpha, number, by=anna.pk, settings=SETTINGS, now=NOON + 2 * HOUR)
    other = ask_to_send(alpha, a_mailing(alpha), anna)
    with pytest.raises(NotSecond):
        agree(alpha, other, lia)


def a_role(tenant: TenantDB, *people: Person) -> int:
    """One that allows little, and that these people have besides what they had."""
    number = make_role(tenant, "Desk", ["lists.see"], actor=WHO, now=NOON).number
    for one in people:
        change_roles(tenant, one.pk, [*roles_in(one, tenant), f"role-{number}"], actor=WHO, now=NOON)
    return number


def test_whoever_has_a_role_does_not_agree_that_it_gets_a_right(alpha: TenantDB) -> None:
    """Two who help each other: one asks that the role of the other gets more, the other agrees."""
    here = office(alpha)
    pia = colleague(alpha, "privacy", "pia@alpha.example")
    number = a_role(alpha, pia)
    change_rule(alpha, Rule(GRANT, needed=True), actor=WHO, now=NOON)
    mine, more = Actor.staff(here.anna.pk), ["lists.see", "subscribers.delete"]
    with pytest.raises(ApprovalNeeded) as needed:
        change_role(alpha, number, "Desk", more, actor=mine, now=NOON)
    request = approving.ask(alpha, needed.value.wish, WHY, asker=here.anna, staff_url=URL, now=NOON)
    with pytest.raises(NotSecond):
        agree(alpha, request, pia)
    agree(alpha, request, here.bert)
    change_roles(alpha, here.bert.pk, ["admin", f"role-{number}"], actor=mine, now=NOON)  # gives them nothing yet, so nobody is asked
    with pytest.raises(ApprovalNeeded):
        carry_out(alpha, request, by=here.anna.pk, settings=SETTINGS, now=NOON + 2 * HOUR)
    assert made_role(alpha, number).rights == {"lists.see"} and state(alpha, request) == AGREED
    change_roles(alpha, here.bert.pk, ["admin"], actor=mine, now=NOON)
    carry_out(alpha, request, by=here.anna.pk, settings=SETTINGS, now=NOON + 2 * HOUR)
    assert "subscribers.delete" in rights_in(pia, alpha)


def test_nobody_agrees_to_rights_for_an_address_of_their_own_mailbox(alpha: TenantDB) -> None:
    here = office(alpha, Rule(GRANT, needed=True))
    with pytest.raises(ApprovalNeeded) as needed:
        let_in(alpha, "bert+two@alpha.example", ["editor"], actor=Actor.staff(here.anna.pk), now=NOON)
    number = approving.ask(alpha, needed.value.wish, WHY, asker=here.anna, staff_url=URL, now=NOON)
    with pytest.raises(NotSecond):
        agree(alpha, number, here.bert)
    assert state(alpha, number) == WAITING


def test_a_link_made_shortly_before_the_request_is_one_too(alpha: TenantDB) -> None:
    """It opens for a day: whoever makes it first and asks then holds the second person's account all the same."""
    mailing, here = a_mailing(alpha), office(alpha, sending())
    some_sender(alpha)
    mail_link(alpha, here.bert.pk, staff_url=URL, actor=Actor.staff(here.anna.pk), now=NOON - timedelta(hours=23))
    number = ask_to_send(alpha, mailing, here.anna)
    with pytest.raises(NotSecond):
        agree(alpha, number, here.bert)
    approving.take_back(alpha, number, by=here.anna, now=NOON)
    later = ask_to_send(alpha, mailing, here.anna, now=NOON + HOUR)
    agree(alpha, later, here.bert, now=NOON + 2 * HOUR)
    assert state(alpha, later) == AGREED


def test_requests_of_a_leaver_end_or_go_to_a_successor_who_is_decided_about_anew(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    number = ask_to_send(alpha, mailing, here.edda)
    agree(alpha, number, here.anna)
    assert approving.reassign(alpha, here.edda.pk, here.bert, actor=WHO, now=NOON + 2 * HOUR) == 1
    (open_one,) = reads.still_open(alpha, now=NOON + 2 * HOUR)
    assert state(alpha, number) == ENDED and (open_one.asker.number, open_one.state) == (here.bert.pk, WAITING)
    assert approving.reassign(alpha, here.bert.pk, None, actor=WHO, now=NOON + 2 * HOUR) == 1
    assert not any(one.state in OPEN for one in reads.approvals(alpha, now=NOON + 2 * HOUR)) and EXPIRED not in OPEN


def test_whoever_may_decide_gets_a_mail_that_names_nobody(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    number = ask_to_send(alpha, mailing, here.anna)
    mails = list(alpha.objects(Outgoing).values_list("to", "text"))
    assert [to for to, _text in mails] == [here.bert.email]
    assert f"/t/alpha/approvals/{number}" in mails[0][1] and "anna" not in mails[0][1] and WHY not in mails[0][1]


def test_a_mailing_that_was_changed_past_the_system_is_not_what_was_approved(alpha: TenantDB) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    number = ask_to_send(alpha, mailing, here.edda)
    agree(alpha, number, here.anna)
    with alpha.atomic():
        alpha.objects(Variant).filter(mailing_id=mailing).update(subject="Another")
    with pytest.raises(ApprovalDiffers):
        go(alpha, mailing)
    assert isinstance(here, Office)
