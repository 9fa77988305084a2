"""Launching and steering in the browser: whatever is pressed twice, nothing is sent twice."""

import re
import threading

import pytest
from django.db import connections

from siegelpost.delivery.models import Delivery
from siegelpost.delivery.relay import RelayUnreachable
from siegelpost.delivery.upkeep import pause
from siegelpost.evidence.reads import entries
from siegelpost.flows import steer
from siegelpost.mailings.reads import mailing
from siegelpost.mailings.state import PREPARING, move
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.support import NOON, WHO, a_list, counts, launched, people, state_of
from tests.patience import PATIENCE
from tests.web.mailing_pages import a_draft, counted, sent_off, subject_of, typed, version_in
from tests.web.visiting import visitor

pytestmark = pytest.mark.slow


def launches(tenant: TenantDB) -> int:
    return len(entries(tenant, act="mailing.sending"))


def test_the_summary_counts_people_and_says_who_is_left_out(alpha: TenantDB) -> None:
    number = a_draft(alpha)
    people(alpha, ["cem@example.org"], a_list(alpha), consent=False)
    client = visitor(alpha)
    page = client.see(f"mailings/{number}/send")
    assert f"/mailings/{number}/count" in page and "Hello {{ first_name }}" in page and "news@example.org" in page
    for part in (counted(client, number), client.see(f"mailings/{number}/send?counted=1")):
        assert "Send to 2 people" in part and "Without consent" in part


def test_sending_needs_a_confirmation(alpha: TenantDB) -> None:
    number = a_draft(alpha)
    client = visitor(alpha)
    version = version_in(counted(client, number))
    client.send(f"mailings/{number}/send", {"version": version})
    assert mailing(alpha, number).state == "draft"


def test_sending_launches_and_shows_the_progress(alpha: TenantDB) -> None:
    number = a_draft(alpha)
    answer = sent_off(visitor(alpha), number)
    assert answer.headers["location"].endswith(f"/mailings/{number}/progress")
    assert counts(alpha, number) == {"audience": 2, "due": 2}


def test_the_button_pressed_twice_and_back_after_sending_launch_once(alpha: TenantDB) -> None:
    number = a_draft(alpha)
    client = visitor(alpha)
    form = {"version": version_in(counted(client, number)), "confirm": "yes"}
    for _press in range(3):
        client.send(f"mailings/{number}/send", form)
    assert launches(alpha) == 1 and alpha.objects(Delivery).count() == 2
    assert "already on its way" in client.see(f"mailings/{number}/progress")
    assert client.get(f"/t/alpha/mailings/{number}/send").headers["location"].endswith("/progress")


def test_two_presses_in_the_same_moment_launch_once(alpha: TenantDB) -> None:
    number = a_draft(alpha)
    clients = [visitor(alpha) for _n in range(2)]
    form = {"version": version_in(counted(clients[0], number)), "confirm": "yes"}
    answers: list[int] = []

    def press(client: object) -> None:
        answers.append(client.post(f"/t/alpha/mailings/{number}/send", form).status_code)  # type: ignore[attr-defined]
        connections.close_all()

    threads = [threading.Thread(target=press, args=(one,)) for one in clients]
    for one in threads:
        one.start()
    for one in threads:
        one.join(PATIENCE)
    assert answers == [303, 303]
    assert launches(alpha) == 1 and alpha.objects(Delivery).count() == 2


def test_what_somebody_changed_after_the_summary_is_not_sent(alpha: TenantDB) -> None:
    number = a_draft(alpha)
    client = visitor(alpha)
    version = version_in(counted(client, number))
    client.send(f"mailings/{number}/edit", typed(alpha, subject="Other", version=version))
    client.send(f"mailings/{number}/send", {"version": version, "confirm": "yes"})
    assert mailing(alpha, number).state == "draft"
    assert "was changed after you looked at it" in client.see(f"mailings/{number}/send")


def test_the_count_that_comes_after_a_change_sends_no_other_text_than_the_one_beside_it(alpha: TenantDB) -> None:
    number = a_draft(alpha)
    client, editor = visitor(alpha), visitor(alpha)
    asks = re.search(r'hx-get="/t/alpha/([^"]+)"', client.see(f"mailings/{number}/send"))
    assert asks is not None
    editor.send(f"mailings/{number}/edit", typed(alpha, subject="Other", version=version_in(editor.see(f"mailings/{number}/edit"))))
    assert subject_of(alpha, number) == "Other"
    client.send(f"mailings/{number}/send", {"version": version_in(client.see(asks[1])), "confirm": "yes"})
    assert mailing(alpha, number).state == "draft"
    assert "was changed after you looked at it" in client.see(f"mailings/{number}/send")


def test_a_count_without_the_page_around_it_sends_nothing(alpha: TenantDB) -> None:
    number = a_draft(alpha)
    client = visitor(alpha)
    assert 'name="version" value=""' in client.see(f"mailings/{number}/count")
    client.send(f"mailings/{number}/send", {"version": "", "confirm": "yes"})
    assert mailing(alpha, number).state == "draft"


def test_a_mailing_that_fails_its_checks_has_no_button_and_is_not_launched(alpha: TenantDB) -> None:
    number = a_draft(alpha, source="no link, no imprint")
    client = visitor(alpha)
    part = counted(client, number)
    assert "Send now" not in part and "then the mailing can be sent" in part
    version = version_in(client.see(f"mailings/{number}/edit"))
    client.send(f"mailings/{number}/send", {"version": version, "confirm": "yes"})
    assert mailing(alpha, number).state == "draft"


def test_a_mailing_to_nobody_has_no_button(alpha: TenantDB) -> None:
    number = a_draft(alpha, emails=())
    assert "nothing to send" in counted(visitor(alpha), number)


def test_pausing_resuming_and_cancelling(alpha: TenantDB) -> None:
    number = launched(alpha, 2)
    client = visitor(alpha)
    client.send(f"mailings/{number}/pause")
    assert state_of(alpha, number) == ("paused", "staff")
    assert "Somebody on your team paused it." in client.see(f"mailings/{number}/progress")
    client.send(f"mailings/{number}/pause")  # pressed twice
    client.send(f"mailings/{number}/resume")
    assert state_of(alpha, number)[0] == "sending"
    client.send(f"mailings/{number}/cancel", {"confirm": "no"})
    assert state_of(alpha, number)[0] == "sending"
    client.send(f"mailings/{number}/cancel", {"confirm": "cancel"})
    client.send(f"mailings/{number}/cancel", {"confirm": "cancel"})
    assert state_of(alpha, number)[0] == "cancelled"
    assert counts(alpha, number) == {"audience": 2, "cancelled": 2}


def test_the_word_to_type_is_in_the_reader_s_language(alpha: TenantDB) -> None:
    number = launched(alpha, 1)
    client = visitor(alpha, "admin", language="de")
    found = re.search(r'data-confirm-typed="(\w+)"', client.see(f"mailings/{number}/progress"))
    assert found
    client.send(f"mailings/{number}/cancel", {"confirm": found[1]})
    assert state_of(alpha, number)[0] == "cancelled"


def test_a_launch_that_was_interrupted_goes_on(alpha: TenantDB) -> None:
    number = launched(alpha, 2)
    client = visitor(alpha)
    client.send(f"mailings/{number}/go-on")  # nothing to do
    assert launches(alpha) == 1
    with alpha.atomic():
        move(alpha, number, PREPARING, frm=("sending",), actor=WHO, now=NOON)
    assert "Go on with the launch" in client.see(f"mailings/{number}/progress")
    client.send(f"mailings/{number}/go-on")
    assert state_of(alpha, number)[0] == "sending" and counts(alpha, number) == {"audience": 2, "due": 2}


@pytest.mark.parametrize("act", ["pause", "resume", "go-on"])
def test_acts_on_a_draft_say_that_they_do_not_fit(alpha: TenantDB, act: str) -> None:
    number = a_draft(alpha)
    visitor(alpha).send(f"mailings/{number}/{act}")
    assert mailing(alpha, number).state == "draft"


def test_numbers_that_do_not_add_up_are_not_resumed(alpha: TenantDB) -> None:
    number = launched(alpha, 2)
    steer.pause(alpha, number, actor=WHO, now=NOON)
    with alpha.atomic():
        alpha.objects(Delivery).filter(mailing_id=number)[0].delete()
    client = visitor(alpha)
    client.send(f"mailings/{number}/resume")
    assert state_of(alpha, number)[0] == "paused"
    assert "do not add up" in client.see(f"mailings/{number}/progress")


def test_a_fault_of_the_relay_is_explained_with_what_to_do(alpha: TenantDB) -> None:
    number = launched(alpha, 1)
    pause(alpha, number, RelayUnreachable.code)
    page = visitor(alpha).see(f"mailings/{number}/progress")
    assert "This mailing is paused" in page and "resume the mailing" in page and "`siegelpost" not in page
