"""Circles, and rights that are lost between: what was asked for, agreed to and done must hold at the moment of the act."""

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from siegelpost.accounts.approvals import reads
from siegelpost.accounts.approvals.acts import EXPORT, GRANT, Rule
from siegelpost.accounts.approvals.errors import ApprovalDiffers, ApprovalNeeded, ApprovalOver, AskerGone, NotSecond, SecondGone
from siegelpost.accounts.reads import Person, person_by_id
from siegelpost.audience.reads import lists_of
from siegelpost.base.actor import Actor
from siegelpost.evidence.reads import entries
from siegelpost.flows import approving
from siegelpost.flows.approved_export import list_wish
from siegelpost.flows.carry_out import carry_out
from siegelpost.flows.export_list import list_file
from siegelpost.flows.launch import launch
from siegelpost.flows.off_board import Parting, leave_tenant
from siegelpost.flows.staff import change_roles, let_in, set_active
from siegelpost.mailings.browse import standing
from siegelpost.tenancy.handle import TenantDB
from tests.accounts.approving import HOUR, SETTINGS, URL, WHY, a_mailing, agree, ask_to_send, office, sending
from tests.delivery.support import NOON
from tests.web.visiting import colleague

pytestmark = pytest.mark.slow

HOST = Actor.operator()
LATER = NOON + 2 * HOUR
End = Callable[[TenantDB, Person], object]


def block(_tenant: TenantDB, one: Person) -> None:
    set_active(one.email, active=False, now=LATER)


def lower(tenant: TenantDB, one: Person) -> None:
    change_roles(tenant, one.pk, ["viewer"], actor=HOST, now=LATER)


def leave(tenant: TenantDB, one: Person) -> None:
    leave_tenant(tenant, one.pk, Parting(), actor=HOST, now=LATER)


def test_two_who_agree_to_each_other_in_a_circle_do_not_get_through(alpha: TenantDB) -> None:
    """A asks and B agrees; B asks for the same and A agrees: one of both is refused. With a third, too."""
    mailing, here = a_mailing(alpha), office(alpha, sending())
    cleo = colleague(alpha, "admin", "cleo@alpha.example")
    first = ask_to_send(alpha, mailing, here.anna)
    approving.take_back(alpha, first, by=here.anna, now=NOON)
    rivals = [
        approving.ask(alpha, list_wish(lists_of(alpha)[0], n), WHY, asker=one, staff_url=URL, now=NOON)
        for n, one in ((5, here.anna), (50, here.bert), (500, cleo))
    ]
    for number, by in zip(rivals, (here.bert, cleo, here.anna), strict=True):
        with pytest.raises(NotSecond):
            agree(alpha, number, by)
    assert all(one.decided_by is None for one in reads.approvals(alpha, now=LATER))
    outside = colleague(alpha, "privacy", "dora@alpha.example")
    agree(alpha, rivals[0], outside)
    with pytest.raises(NotSecond):  # she agreed to another's; she asks for nothing, so she may; who asked may not
        agree(alpha, rivals[1], here.anna)


def test_whoever_gives_rights_to_each_other_in_turn_is_stopped(alpha: TenantDB) -> None:
    here = office(alpha, Rule(GRANT, needed=True))
    wishes = []
    for asker, gets in ((here.anna, here.bert), (here.bert, here.anna)):
        with pytest.raises(ApprovalNeeded) as needed:
            let_in(alpha, f"new{gets.pk}@alpha.example", ["admin"], actor=Actor.staff(asker.pk), now=NOON)
        wishes.append((asker, needed.value.wish))
    numbers = [approving.ask(alpha, wish, WHY, asker=asker, staff_url=URL, now=NOON) for asker, wish in wishes]
    for number, by in zip(numbers, (here.bert, here.anna), strict=True):
        with pytest.raises(NotSecond):
            agree(alpha, number, by)


@pytest.mark.parametrize("end", [block, lower, leave])
def test_a_requester_who_loses_the_right_between_gets_nothing_done_by_anybody(alpha: TenantDB, end: End) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    number = ask_to_send(alpha, mailing, here.edda)
    agree(alpha, number, here.anna)
    end(alpha, here.edda)
    for actor in (HOST, Actor.staff(here.edda.pk)):
        with pytest.raises((AskerGone, ApprovalNeeded)), approving.by_approval(None):
            launch(alpha, mailing, settings=SETTINGS, actor=actor, now=LATER)
    with pytest.raises((AskerGone, ApprovalOver)):
        carry_out(alpha, number, by=here.edda.pk, settings=SETTINGS, now=LATER)
    assert standing(alpha, mailing).state == "draft"


@pytest.mark.parametrize("end", [block, lower, leave])
def test_an_approval_of_somebody_who_may_not_approve_any_more_counts_for_nothing(alpha: TenantDB, end: End) -> None:
    mailing, here = a_mailing(alpha), office(alpha, sending())
    colleague(alpha, "admin", "cleo@alpha.example")
    waits, given = ask_to_send(alpha, a_mailing(alpha, 6), here.edda), ask_to_send(alpha, mailing, here.edda)
    agree(alpha, given, here.bert)
    end(alpha, here.bert)
    gone = person_by_id(here.bert.pk)
    assert gone is not None
    with pytest.raises(NotSecond):
        agree(alpha, waits, gone, now=LATER)
    for actor in (HOST, Actor.staff(here.edda.pk)):
        with pytest.raises(SecondGone):
            launch(alpha, mailing, settings=SETTINGS, actor=actor, now=LATER)
    assert standing(alpha, mailing).state == "draft" and reads.approval(alpha, given, now=LATER).state == "agreed"
    again = _asked_anew(alpha, mailing, here.edda, given)
    agree(alpha, again, here.anna, now=LATER)
    carry_out(alpha, again, by=here.edda.pk, settings=SETTINGS, now=LATER)
    assert standing(alpha, mailing).state == "sending"


def _asked_anew(tenant: TenantDB, mailing: int, asker: Person, before: int) -> int:
    """As the error says: take back, ask anew."""
    approving.take_back(tenant, before, by=asker, now=LATER)
    return ask_to_send(tenant, mailing, asker, now=LATER)


def test_a_list_that_grew_after_the_request_is_another_one(alpha: TenantDB) -> None:
    a_mailing(alpha, 5)
    here = office(alpha, Rule(EXPORT, needed=True, threshold=3))
    wanted = lists_of(alpha)[0]
    number = approving.ask(alpha, list_wish(wanted, 1), WHY, asker=here.anna, staff_url=URL, now=NOON)  # to 11 people at most
    agree(alpha, number, here.bert)
    a_mailing(alpha, 12)
    with pytest.raises(ApprovalDiffers):
        list_file(alpha, lists_of(alpha)[0], actor=Actor.staff(here.anna.pk), now=LATER)
    assert entries(alpha, act="audience.exported") == [] and reads.approval(alpha, number, now=LATER).state == "agreed"


def test_one_approval_of_an_export_gives_out_one_file_of_several_at_once(alpha: TenantDB) -> None:
    """The host's command line and the page of whoever asked, at the same moment."""
    a_mailing(alpha, 5)
    here = office(alpha, Rule(EXPORT, needed=True, threshold=3))
    wanted = lists_of(alpha)[0]
    number = approving.ask(alpha, list_wish(wanted, 5), WHY, asker=here.anna, staff_url=URL, now=NOON)
    agree(alpha, number, here.bert)
    gate, done, faults = threading.Barrier(3), list[int](), list[type[Exception]]()

    def take(actor: Actor) -> None:
        gate.wait()
        try:
            with approving.by_approval(number):
                for _piece in list_file(alpha, wanted, actor=actor, now=LATER):
                    pass
            done.append(1)
        except (ApprovalOver, ApprovalNeeded) as fault:
            faults.append(type(fault))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=take, args=(actor,)) for actor in (HOST, Actor.staff(here.anna.pk), HOST)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (len(done), len(faults)) == (1, 2) and set(faults) == {ApprovalOver}
    assert len(entries(alpha, act="audience.exported")) == 1
