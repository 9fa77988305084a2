"""A program launches a prepared mailing: what it looked at, by the tenant's rules, and once, however often it calls."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from siegelpost.accounts.approvals.acts import SEND, Rule
from siegelpost.accounts.models import Token
from siegelpost.accounts.reads import person_with
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.evidence.reads import entries
from siegelpost.flows.approval_rules import change_rule
from siegelpost.flows.approving import decide
from siegelpost.flows.carry_out import carry_out
from siegelpost.flows.schedule import unschedule
from siegelpost.flows.steer import cancel
from siegelpost.mailings.browse import standing
from siegelpost.tenancy.handle import TenantDB
from tests.accounts.approving import WHY, a_mailing
from tests.api.calling import Program, program
from tests.web.visiting import colleague

pytestmark = pytest.mark.slow

HOST = Actor.operator()


def launched(caller: Program, mailing: int, key: str = "first launch", **body: object) -> tuple[int, dict[str, object]]:
    """Status and answer of one call about what stands there now."""
    said = {"version": caller.see(f"mailings/{mailing}/launch")["version"], **body}
    answer = caller.ask("POST", f"mailings/{mailing}/launch", said, **{"Idempotency-Key": key})
    return answer.status_code, answer.json()


def code(answer: tuple[int, dict[str, object]]) -> tuple[int, str]:
    """Status and code of a refusal."""
    error = answer[1]["error"]
    assert isinstance(error, dict)
    return answer[0], str(error["code"])


def test_a_mailing_is_looked_at_launched_and_not_launched_again(alpha: TenantDB) -> None:
    mailing, caller = a_mailing(alpha, 3), program(alpha)
    ready = caller.see(f"mailings/{mailing}/launch")
    assert (ready["state"], ready["sendable"], ready["receive"], ready["approval"]) == ("draft", True, 3, "no")
    status, said = launched(caller, mailing)
    assert (status, said["first"]) == (200, True) and said["status"]["audience"] == 3  # type: ignore[index]
    for _again in range(2):
        assert launched(caller, mailing)[1]["first"] is False
    assert code(launched(caller, mailing, per_hour=5)) == (422, "launch.key_reused")
    assert code(launched(caller, mailing, "another key")) == (403, "mailing.state_refused")
    assert len(entries(alpha, act="mailing.preparing")) == len(entries(alpha, act="mailing.launch_called")) == 1
    assert "first launch" not in str(entries(alpha)), "the key stands there as a hash"


def test_what_was_taken_back_is_not_launched_by_a_call_that_is_repeated(alpha: TenantDB) -> None:
    mailing, caller = a_mailing(alpha, 3), program(alpha)
    at = f"{clock.now() + timedelta(days=2):%Y-%m-%dT%H:%M}"
    assert launched(caller, mailing, start_at=at)[1]["status"]["state"] == "scheduled"  # type: ignore[index]
    unschedule(alpha, mailing, actor=HOST, now=clock.now())
    assert launched(caller, mailing, start_at=at)[1] == {"first": False, "status": caller.see(f"mailings/{mailing}/status")}
    assert standing(alpha, mailing).state == "draft"


def test_another_text_and_one_that_cannot_be_sent_stay_where_they_are(alpha: TenantDB) -> None:
    mailing, caller = a_mailing(alpha, 3), program(alpha)
    body = {"version": "0" * 32}
    assert caller.refused("POST", f"mailings/{mailing}/launch", body) == (409, "mailing.changed_meanwhile")
    assert caller.refused("POST", f"mailings/{mailing}/launch", {}) == (422, "api.request_wrong")
    assert caller.ask("POST", f"mailings/{mailing}/launch", body, **{"Idempotency-Key": ""}).status_code == 422
    assert code(launched(caller, mailing, start_at="yesterday")) == (422, "mailing.start_wrong")
    assert standing(alpha, mailing).state == "draft"


def test_it_is_paused_goes_on_and_is_cancelled(alpha: TenantDB) -> None:
    mailing, caller = a_mailing(alpha, 3), program(alpha)
    launched(caller, mailing)
    states = [caller.told("POST", f"mailings/{mailing}/{verb}")["state"] for verb in ("pause", "resume", "cancel")]
    assert states == ["paused", "sending", "cancelled"]
    assert caller.refused("POST", f"mailings/{mailing}/resume") == (403, "mailing.state_refused")


def test_where_a_rule_asks_a_program_asks_for_its_owner_and_another_person_decides(alpha: TenantDB) -> None:
    mailing, caller = a_mailing(alpha, 3), program(alpha, email="edda@alpha.example")
    anna, bert = (colleague(alpha, "admin", f"{name}@alpha.example") for name in ("anna", "bert"))
    change_rule(alpha, Rule(SEND, needed=True), actor=Actor.staff(anna.pk), now=clock.now() - timedelta(days=1))
    assert caller.see(f"mailings/{mailing}/launch")["approval"] == "needed"
    assert code(launched(caller, mailing)) == (403, "approval.needed")
    assert launched(caller, mailing, ask_approval=WHY) == (202, {"approval": 1, "state": "waiting"})
    assert code(launched(caller, mailing, ask_approval=WHY)) == (403, "approval.waits")
    assert code(launched(caller, mailing, approval=1)) == (403, "approval.waits")
    decide(alpha, 1, True, WHY, by=bert, proved_at=clock.now(), now=clock.now())
    assert caller.see(f"mailings/{mailing}/launch")["approval"] == "given"
    assert code(launched(caller, mailing, approval=7)) == (404, "approval.unknown")
    assert launched(caller, mailing, approval=1)[1]["first"] is True
    assert launched(caller, mailing, approval=1)[1]["first"] is False, "the answer was lost: the same again"
    other = program(alpha, email="anna@alpha.example", role="admin")
    assert code(launched(other, a_mailing(alpha, 1), approval=1)) == (409, "approval.over")


def test_a_token_of_nobody_asks_for_nobody(alpha: TenantDB) -> None:
    mailing, caller = a_mailing(alpha, 3), program(alpha)
    for name in ("anna", "bert"):
        admin = colleague(alpha, "admin", f"{name}@alpha.example")
    change_rule(alpha, Rule(SEND, needed=True), actor=Actor.staff(admin.pk), now=clock.now() - timedelta(days=1))
    Token.objects.filter(pk=caller.number).update(owner=None)
    assert code(launched(caller, mailing, ask_approval=WHY)) == (403, "staff.right_missing")


def test_one_approval_used_by_page_command_and_program_at_once_sends_once(alpha: TenantDB) -> None:
    """Three doors, one mailing: whoever comes second is told that it is over, or on its way."""
    mailing, caller = a_mailing(alpha, 3), program(alpha, email="edda@alpha.example")
    anna, bert = (colleague(alpha, "admin", f"{name}@alpha.example") for name in ("anna", "bert"))
    change_rule(alpha, Rule(SEND, needed=True), actor=Actor.staff(anna.pk), now=clock.now() - timedelta(days=1))
    launched(caller, mailing, ask_approval=WHY)
    decide(alpha, 1, True, WHY, by=bert, proved_at=clock.now(), now=clock.now())
    edda = person_with("edda@alpha.example")
    assert edda is not None
    gate, done, version = threading.Barrier(3), list[str](), caller.see(f"mailings/{mailing}/launch")["version"]

    def page() -> bool:
        carry_out(alpha, 1, by=edda.pk, settings=process_settings(), now=clock.now())
        return True

    def interface() -> bool:
        answer = caller.ask("POST", f"mailings/{mailing}/launch", {"version": version, "approval": 1})
        return bool(answer.status_code == 200 and answer.json()["first"])

    def run(name: str, act: object) -> None:
        gate.wait()
        try:
            if act():  # type: ignore[operator]
                done.append(name)
        except Exception:  # noqa: BLE001 - whoever is not first is refused, in one way or another
            pass
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=one) for one in (("page", page), ("program", interface), ("program", interface))]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(done) == 1, done
    assert len(entries(alpha, act="mailing.preparing")) == len(entries(alpha, act="approval.done")) == 1
    cancel(alpha, mailing, actor=HOST, now=clock.now())


@pytest.mark.parametrize(("rights", "verb"), [("read", "launch"), ("read", "cancel")])
def test_reading_is_not_sending(alpha: TenantDB, rights: str, verb: str) -> None:
    mailing = a_mailing(alpha, 1)
    assert program(alpha, rights).refused("POST", f"mailings/{mailing}/{verb}", {"version": "x"}) == (403, "api.right_missing")
