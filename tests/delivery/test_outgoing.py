"""System and dialog mails take the same lanes: once, or unsure by name; and they carry nothing that belongs to mailings."""

import time
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest

from siegelpost.base import clock
from siegelpost.delivery.models import Outgoing, Slice
from siegelpost.delivery.outgoing import SystemMail, enqueue, forget_sent, hold_all
from siegelpost.delivery.recover import recover
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import home
from tests.delivery.smtp_server import ACCEPT_AND_HANG_UP, Say, Talk, serving
from tests.delivery.support import WHO, claimed, sending, until
from tests.mailings.making import some_sender


def queued(tenant: TenantDB, n: int = 3) -> None:
    some_sender(tenant)
    for number in range(n):
        mail = SystemMail(kind="notice", to=f"n{number}@example.org", subject="Größe", text=f"Text {number}\n.")
        enqueue(tenant, mail, actor=WHO, now=clock.now())


def states(tenant: TenantDB) -> list[str]:
    return sorted(tenant.objects(Outgoing).values_list("state", flat=True))


@pytest.mark.wire
def test_a_system_mail_goes_out_once_without_the_headers_of_mailings(alpha: TenantDB) -> None:
    queued(alpha)
    with serving() as server, sending(alpha, port=server.port):
        until(lambda: states(alpha) == ["sent"] * 3, 10, "three mails are sent")
    assert sorted(server.recipients().elements()) == [f"n{number}@example.org" for number in range(3)]
    message = message_from_bytes(server.accepted[0].message, policy=default)
    assert message["Auto-Submitted"] == "auto-generated" and message["Subject"] == "Größe" and message["DKIM-Signature"]
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Feedback-ID", "Precedence"} & set(message.keys())


@pytest.mark.wire
def test_a_system_mail_that_was_taken_without_an_answer_is_unsure(alpha: TenantDB) -> None:
    queued(alpha)

    def script(stage: str, talk: Talk) -> Say | None:
        return ACCEPT_AND_HANG_UP if stage == "dot" and talk.recipient.startswith("n1") else None

    with serving(script) as server, sending(alpha, port=server.port):
        until(lambda: states(alpha) == ["sent", "sent", "unsure"], 10, "two are sent, one is unsure")
    assert set(server.recipients().values()) == {1}


def test_the_slice_of_a_dead_process_gives_back_what_was_not_begun(alpha: TenantDB) -> None:
    queued(alpha)
    taken = claimed(alpha, 0, table="outgoing")
    taken.journal.note(dots=[taken.rows[0].delivery_id])
    taken.journal.leave()
    recover([alpha], home(), now=int(time.time()))
    assert states(alpha) == ["due", "due", "unsure"]
    assert alpha.objects(Slice).get().state == "settled"


def test_in_a_copied_home_waiting_mails_are_held(alpha: TenantDB) -> None:
    queued(alpha)
    assert hold_all(alpha, now=clock.now()) == 3
    assert states(alpha) == ["unsure"] * 3


def test_address_and_text_go_when_it_is_done(alpha: TenantDB) -> None:
    queued(alpha, 2)
    with alpha.atomic():
        alpha.objects(Outgoing).filter(to="n0@example.org").update(state="sent")
    assert forget_sent(alpha, now=clock.now() + timedelta(days=2)) == 1
    assert sorted(alpha.objects(Outgoing).values_list("to", flat=True)) == ["", "n1@example.org"]
