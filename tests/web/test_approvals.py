"""The pages of approvals: an act that needs a second person leads to where one asks, waits there, and is carried out there."""

import csv
import io
import re
from datetime import timedelta

import pytest

from siegelpost.accounts.approvals.acts import ERASE, EXPORT, SEND, Rule
from siegelpost.accounts.approvals.reads import approvals
from siegelpost.accounts.approvals.standing import reading_limit, rule_of
from siegelpost.accounts.models import Session
from siegelpost.accounts.reads import person_with
from siegelpost.accounts.sessions import end_sessions
from siegelpost.accounts.stay_rules import FRESH
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.evidence.reads import entries
from siegelpost.evidence.services import append
from siegelpost.flows.approval_rules import change_reading_limit, change_rule
from siegelpost.flows.launch import launch
from siegelpost.flows.off_board import Parting, leave_tenant
from siegelpost.flows.staff import let_in
from siegelpost.mailings.browse import standing
from siegelpost.mailings.change import version_of
from siegelpost.mailings.reads import mailing
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.outflows import LeftMeanwhile
from tests.accounts.approving import WHY, a_mailing
from tests.governance.watching import seen
from tests.web.visiting import Visitor, colleague

pytestmark = pytest.mark.slow

HANDED = {
    "receiver": "Office", "email": "office@example.com", "phone": "", "purpose": "For the yearly report", "categories": "Mail",
    "format": "zip", "records": "", "instruction": "",
}  # fmt: skip


def visit(tenant: TenantDB, role: str, name: str, language: str = "en") -> Visitor:
    return Visitor(colleague(tenant, role, f"{name}@alpha.example", language=language), tenant)


def press_send(visitor: Visitor, tenant: TenantDB, number: int) -> str:
    values = {"confirm": "yes", "when": "now", "version": version_of(mailing(tenant, number))}
    return str(visitor.send(f"mailings/{number}/send", values).headers["Location"])


def test_a_mailing_is_asked_for_approved_and_carried_out(alpha: TenantDB) -> None:
    number = a_mailing(alpha)
    anna, bert, edda = visit(alpha, "admin", "anna"), visit(alpha, "admin", "bert"), visit(alpha, "editor", "edda")
    anna.send("approvals/rules", {"act": SEND, "mailing-needed": "on", "mailing-threshold": "3"})
    assert rule_of(alpha, SEND) == Rule(SEND, True, 3, False, 1)
    assert "To more than 3 people this needs the approval" in edda.see(f"mailings/{number}/send?counted=1")
    assert press_send(edda, alpha, number) == "/t/alpha/approvals/ask"
    page = edda.see("approvals/ask")
    assert "Hello {{ first_name }}" in page and "15 people" in page and standing(alpha, number).state == "draft"
    edda.send("approvals/ask", {"reason": "no"}, status=422)
    assert edda.send("approvals/ask", {"reason": WHY}).headers["Location"] == "/t/alpha/approvals/1"
    assert press_send(edda, alpha, number) == "/t/alpha/approvals/1", "it waits: nobody asks twice"
    assert "Carry out now" not in edda.see("approvals/1") and "Waiting for you" not in edda.see("approvals")
    edda.see("approvals/1/decide", status=403)
    assert "Waiting for you" in bert.see("approvals")
    bert.send("approvals/1/decide", {"agree": "0"}, status=422)
    bert.send("approvals/1/decide", {"agree": "1", "reason": ""})
    anna.send("approvals/1/do", status=403)
    assert "Carry out now" in edda.see("approvals/1")
    assert edda.send("approvals/1/do").headers["Location"] == f"/t/alpha/mailings/{number}/progress"
    assert standing(alpha, number).state == "sending" and "carried out" in edda.see("approvals/1")
    assert edda.post(edda.start + "approvals/1/do").status_code == 409


def test_nobody_decides_about_their_own_request_and_the_page_says_why(alpha: TenantDB) -> None:
    number, anna, bert = a_mailing(alpha), visit(alpha, "admin", "anna"), visit(alpha, "admin", "bert")
    anna.send("approvals/rules", {"act": SEND, "mailing-needed": "on", "mailing-threshold": "3"})
    press_send(anna, alpha, number)
    anna.send("approvals/ask", {"reason": WHY})
    assert "Decide…" not in anna.see("approvals/1")
    assert "you made it yourself" in anna.send("approvals/1/decide", {"agree": "1"}, status=422).content.decode()
    assert "Decide…" in bert.see("approvals/1")
    anna.send("approvals/1/take-back")
    assert "There is nothing to decide here" in bert.see("approvals/1/decide")
    assert [one.state for one in approvals(alpha, now=clock.now())] == ["ended"]


def test_whoever_has_not_just_shown_the_password_is_asked_for_it(alpha: TenantDB) -> None:
    number, anna, bert = a_mailing(alpha), visit(alpha, "admin", "anna"), visit(alpha, "admin", "bert")
    anna.send("approvals/rules", {"act": SEND, "mailing-needed": "on", "mailing-threshold": "3"})
    press_send(anna, alpha, number)
    anna.send("approvals/ask", {"reason": WHY})
    bert.see("approvals/1")
    Session.objects.update(began_at=clock.now() - FRESH)
    answer = bert.post(bert.start + "approvals/1/decide", {"agree": "1"})
    assert answer.status_code == 303 and answer.headers["Location"].startswith("/account/again")
    assert [one.state for one in approvals(alpha, now=clock.now())] == ["waiting"]


def test_a_rule_is_loosened_with_a_second_person_and_needs_one_to_exist(alpha: TenantDB) -> None:
    anna = visit(alpha, "admin", "anna")
    on = {"act": SEND, "mailing-needed": "on", "mailing-threshold": "3"}
    assert "nobody here could decide" in anna.send("approvals/rules", on, status=422).content.decode()
    visit(alpha, "admin", "bert")
    anna.send("approvals/rules", on)
    assert anna.send("approvals/rules", on | {"mailing-threshold": "9"}).headers["Location"] == "/t/alpha/approvals/ask"
    assert "For more people than" in anna.see("approvals/ask") and rule_of(alpha, SEND).threshold == 3
    assert anna.send("approvals/rules", {"act": "limit", "people": "20000"}).headers["Location"] == "/t/alpha/approvals/ask"
    anna.send("approvals/rules", {"act": "limit", "people": "2"})
    assert reading_limit(alpha) == 2


def test_a_list_is_exported_with_a_purpose_where_there_are_many_and_only_by_whoever_may(alpha: TenantDB) -> None:
    a_mailing(alpha, 5)
    anna, bert, edda = visit(alpha, "admin", "anna"), visit(alpha, "admin", "bert"), visit(alpha, "editor", "edda")
    number = re.search(r"lists/(\d+)", anna.see("lists"))
    assert number
    path = f"lists/{number[1]}/export"
    rows = list(csv.reader(io.StringIO(b"".join(edda.send(path, {}, status=200)).decode("utf-8-sig")), delimiter=";"))
    assert len(rows) == 6 and rows[1][0] == "p00000@example.org"
    change_reading_limit(alpha, 4, actor=Actor.operator(), now=clock.now())
    assert "Many people at once” only" in edda.send(path, {"purpose": WHY}, status=403).content.decode()
    assert "with a reason only" in anna.send(path, {}, status=422).content.decode()
    anna.send(path, {"purpose": WHY}, status=200)
    assert [one["details"]["rows"] for one in entries(alpha, act="audience.exported")] == [5, 5]
    change_rule(alpha, Rule(EXPORT, needed=True, threshold=4), actor=Actor.operator(), now=clock.now())
    assert anna.send(path, {"purpose": WHY}).headers["Location"] == "/t/alpha/approvals/ask"
    anna.send("approvals/ask", {"reason": WHY})
    bert.send("approvals/1/decide", {"agree": "1"})
    assert f"{path}" in anna.see("approvals/1")
    anna.send(path, {"purpose": WHY}, status=200)
    assert entries(alpha, act="audience.exported")[0]["details"]["approval"] == 1
    assert anna.send(path, {"purpose": WHY}).headers["Location"] == "/t/alpha/approvals/ask", "an approval is used once"


@pytest.mark.parametrize("how", ["off-boarded", "without the right", "session ended"])
def test_whoever_leaves_in_the_middle_of_a_file_does_not_get_the_rest(alpha: TenantDB, how: str) -> None:
    """The file is made, hashed and in the register; what was not handed over yet stays here."""
    a_mailing(alpha, 5)
    anna, edda = visit(alpha, "admin", "anna"), visit(alpha, "editor", "edda")
    number = re.search(r"lists/(\d+)", anna.see("lists"))
    assert number
    answer = edda.send(f"lists/{number[1]}/export", {}, status=200)
    person = person_with("edda@alpha.example")
    assert person is not None
    if how == "off-boarded":
        leave_tenant(alpha, person.pk, Parting(), actor=Actor.operator(), now=clock.now())
    elif how == "without the right":
        let_in(alpha, person.email, ["viewer"], actor=Actor.operator(), now=clock.now())
    else:
        end_sessions(person.pk)
    with pytest.raises(LeftMeanwhile):
        b"".join(answer)


def test_recipients_and_hand_overs_are_exports_too(alpha: TenantDB) -> None:
    number = a_mailing(alpha, 5)
    launch(alpha, number, settings=process_settings(), actor=Actor.operator(), now=clock.now())
    anna, bert = visit(alpha, "admin", "anna"), visit(alpha, "admin", "bert")
    change_reading_limit(alpha, 4, actor=Actor.operator(), now=clock.now())
    path, hand_over = f"mailings/{number}/recipients.csv", {**HANDED, "source": f"mailing:{number}"}
    assert "with a reason only" in anna.see(path, status=422)
    assert anna.get(f"{anna.start}{path}?purpose=For the yearly report").status_code == 200
    change_rule(alpha, Rule(EXPORT, needed=True, threshold=4), actor=Actor.operator(), now=clock.now())

    def download() -> str:
        return str(anna.get(f"{anna.start}{path}?purpose={WHY}").headers.get("Location", ""))

    def hand_out() -> str:
        return str(anna.post(f"{anna.start}hand-over/new", hand_over).headers.get("Location", ""))

    for asked, do in enumerate((download, hand_out), 1):
        assert do() == "/t/alpha/approvals/ask"
        anna.send("approvals/ask", {"reason": WHY})
        assert "Decide…" in bert.see(f"approvals/{asked}")
        bert.send(f"approvals/{asked}/decide", {"agree": "1"})
        assert "Carry out…" in anna.see(f"approvals/{asked}")
        assert "approvals" not in do(), "it is approved"
        assert do() == "/t/alpha/approvals/ask", "once only"
    found = seen("1.3-06", alpha, now=clock.now() + timedelta(seconds=1)).evidence
    assert (found["exports_unapproved"], found["requests"]) == (0, 2)
    with alpha.atomic():
        details = {"source": f"mailing:{number}", "records": 5}
        append(alpha, "handover.prepared", subject="handover:9", details=details, actor=Actor.operator(), at=clock.now())
    assert seen("1.3-06", alpha, now=clock.now() + timedelta(seconds=1)).evidence["exports_unapproved"] == 1


def test_a_person_is_erased_once_somebody_agreed(alpha: TenantDB) -> None:
    a_mailing(alpha, 2)
    anna, bert = visit(alpha, "admin", "anna"), visit(alpha, "admin", "bert")
    anna.send("approvals/rules", {"act": ERASE, "person-needed": "on"})
    person = re.search(r"subscribers/(\d+)", anna.see("subscribers"))
    assert person
    path, typed = f"subscribers/{person[1]}/erase", {"confirm": _address(anna, person[1])}
    assert anna.send(path, typed).headers["Location"] == "/t/alpha/approvals/ask"
    anna.send("approvals/ask", {"reason": WHY})
    assert typed["confirm"] not in bert.see("approvals/1")
    bert.send("approvals/1/decide", {"agree": "1"})
    assert "/erasures/" in anna.send(path, typed).headers["Location"]
    assert "number" in bert.see("approvals/1")


def _address(visitor: Visitor, number: str) -> str:
    found = re.search(r"p\d{5}@example\.org", visitor.see(f"subscribers/{number}"))
    assert found
    return found[0]
