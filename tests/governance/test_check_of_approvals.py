"""The check of approvals compares what happened with what was approved: whatever goes past the system turns it red."""

from datetime import datetime, timedelta

import pytest

from siegelpost.accounts.approvals.acts import EXPORT, GRANT, Rule
from siegelpost.accounts.approvals.models import Decision, End, Request
from siegelpost.accounts.approvals.models import Rule as RuleRow
from siegelpost.accounts.models import Seat
from siegelpost.base.actor import Actor
from siegelpost.evidence.services import append
from siegelpost.flows.approved_export import reading_wish, refused_wish
from siegelpost.flows.approving import ask, cover
from siegelpost.flows.carry_out import carry_out
from siegelpost.tenancy.handle import TenantDB
from tests.accounts.approving import HOUR, SETTINGS, URL, WHY, a_mailing, agree, ask_to_send, office, sending
from tests.delivery.support import NOON
from tests.governance.watching import seen

pytestmark = pytest.mark.slow

LATER = NOON + 3 * HOUR
BY_SQL = {
    "launched": "UPDATE mailings_mailing SET state = 'sending', launched_at = '2026-03-02 14:00:00+00:00'",
    "launched without a trace": "UPDATE mailings_mailing SET state = 'sending', launched_at = NULL",
    "rewritten": "UPDATE mailings_variant SET subject = 'Another'",
}


def approved(tenant: TenantDB, *rules: Rule) -> int:
    """A mailing that went out with its approval; returns the number of that."""
    mailing, here = a_mailing(tenant), office(tenant, sending(), *rules)
    number = ask_to_send(tenant, mailing, here.edda)
    agree(tenant, number, here.anna)
    carry_out(tenant, number, by=here.edda.pk, settings=SETTINGS, now=NOON + 2 * HOUR)
    return number


def test_what_was_approved_is_green_and_one_that_nobody_answered_is_noticed(alpha: TenantDB) -> None:
    approved(alpha)
    found = seen("1.3-06", alpha, now=LATER)
    assert found.state == "green" and found.evidence["requests"] == 1, found.evidence
    here = office(alpha)
    ask_to_send(alpha, a_mailing(alpha), here.edda, now=NOON)
    found = seen("1.3-06", alpha, now=NOON + timedelta(days=8))
    assert (found.state, found.evidence["expired_unanswered"]) == ("amber", 1)
    assert seen("1.3-06", alpha, now=NOON + timedelta(days=40)).state == "green"


@pytest.mark.parametrize("how", ["launched", "launched without a trace"])
def test_a_mailing_that_was_launched_past_the_system_is_red(alpha: TenantDB, how: str) -> None:
    approved(alpha)
    other = a_mailing(alpha, 6)
    with alpha.atomic(), alpha.cursor() as cursor:
        cursor.execute(f"{BY_SQL[how]} WHERE id = %s", [other])
        columns = ", ".join(_columns(alpha))
        cursor.execute(f"INSERT INTO delivery_delivery (mailing_id, {columns}) SELECT %s, {columns} FROM delivery_delivery", [other])
    found = seen("1.3-06", alpha, now=LATER)
    assert (found.state, found.evidence["mailings_unapproved"]) == ("red", 1), found.evidence


def _columns(tenant: TenantDB) -> list[str]:
    with tenant.cursor() as cursor:
        described = cursor.db.introspection.get_table_description(cursor, "delivery_delivery")
    return [one.name for one in described if one.name not in ("id", "mailing_id")]


def test_a_mailing_that_was_rewritten_after_the_approval_is_red(alpha: TenantDB) -> None:
    approved(alpha)
    with alpha.atomic(), alpha.cursor() as cursor:
        cursor.execute(BY_SQL["rewritten"])
    for now in (LATER, NOON + timedelta(days=40)):  # by the rows, and by the counters
        assert seen("1.3-06", alpha, now=now).evidence["mailings_unapproved"] == 1


def test_an_export_and_new_rights_without_an_approval_are_red(alpha: TenantDB) -> None:
    number = approved(alpha, Rule(EXPORT, needed=True, threshold=3), Rule(GRANT, needed=True))
    person = Seat.objects.filter(tenant_number=alpha.number, role="editor").get().person_id
    with alpha.atomic():
        append(alpha, "audience.exported", subject="list:1", details={"rows": 3}, actor=Actor.operator(), at=LATER)
    assert seen("1.3-06", alpha, now=LATER).state == "green"
    for details in ({"rows": 4}, {"rows": 4, "approval": number}):  # an approval of something else is none
        with alpha.atomic():
            append(alpha, "audience.exported", subject="list:1", details=details, actor=Actor.operator(), at=LATER)
    with alpha.atomic():
        append(alpha, "staff.roles_given", subject=f"staff:{person}", details={"roles": ["admin"]}, actor=Actor.staff(99), at=LATER)
    found = seen("1.3-06", alpha, now=LATER).evidence
    assert (found["exports_unapproved"], found["grants_unapproved"]) == (2, 1)


def test_refused_rows_and_what_a_program_reads_on_a_day_count_as_exports(alpha: TenantDB) -> None:
    here = office(alpha, Rule(EXPORT, needed=True, threshold=3))

    def left(act: str, subject: str, details: dict[str, object], actor: Actor, at: datetime = LATER) -> int:
        with alpha.atomic():
            append(alpha, act, subject=subject, details=details, actor=actor, at=at)
        return int(seen("1.3-06", alpha, now=LATER).evidence["left_unapproved"])

    program, other, host = Actor.token(5), Actor.token(6), Actor.operator()
    assert left("intake.refused_exported", "import:1", {"rows": 3}, host) == 0
    assert left("intake.refused_exported", "import:1", {"rows": 9, "at_import": True}, host) == 0, "beside the file that it came from"
    assert left("audience.read_by_api", "subscribers", {"people": 2}, program) == 0
    assert left("audience.read_by_api", "subscribers", {"people": 3}, program, LATER - timedelta(days=1)) == 0, "each day for itself"
    assert left("audience.read_by_api", "subscribers", {"people": 3}, other) == 0, "each program for itself"
    assert left("audience.read_by_api", "subscribers", {"people": 2}, program) == 1
    assert left("intake.refused_exported", "import:1", {"rows": 4}, host) == 2
    used = [refused_wish(1, 4), reading_wish(5, "shop", 4, now=LATER)]
    for wish in used:
        number = ask(alpha, wish, WHY, asker=here.anna, staff_url=URL, now=NOON)
        agree(alpha, number, here.bert)
        with alpha.atomic():
            cover(alpha, wish, actor=Actor.staff(here.anna.pk) if wish is used[0] else host, now=LATER)
    assert seen("1.3-06", alpha, now=LATER).state == "green"
    assert left("intake.refused_exported", "import:1", {"rows": 4}, host) == 1, "an approval is for one file"
    assert left("audience.read_by_api", "subscribers", {"people": 99}, program) == 2, "and for no more people than it names"


def test_an_approval_or_a_rule_that_somebody_made_up_is_red(alpha: TenantDB) -> None:
    number = approved(alpha)
    row = alpha.objects(Request).get(pk=number)
    with alpha.atomic():
        made_up = alpha.objects(Request).create(
            act=row.act, matter=row.matter, what=row.what, digest=row.digest, reason=row.reason, asked_by=1, mailbox="", asked_at=NOON
        )
        alpha.objects(Decision).create(request=made_up, agreed=True, own_right=True, by=1, at=NOON)
        alpha.objects(End).create(request=made_up, how="done", actor="operator", at=NOON)
    found = seen("1.3-06", alpha, now=LATER).evidence
    assert (found["approvals_unsound"], found["steps_not_in_log"]) == (1, 3)
    with alpha.atomic():
        alpha.objects(RuleRow).create(act="mailing.send", needed=False, threshold=0, own_right=False, actor="operator", at=LATER)
    assert seen("1.3-06", alpha, now=LATER).evidence["steps_not_in_log"] == 5
