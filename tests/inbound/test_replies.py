"""An answer that reads like a withdrawal unsubscribes at once, and staff can give back what it took."""

from datetime import timedelta

import pytest

from siegelpost.audience.models import Subscriber
from siegelpost.audience.reads import find_subscriber
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.consent.reads import running_lists
from siegelpost.consent.suppression import reason_for
from siegelpost.evidence.reads import entries
from siegelpost.feedback import reads
from siegelpost.feedback.replies import (
    ReasonMissing,
    ReplyCorrected,
    ReplyUnknown,
    forget_replies,
    page_of_replies,
    reply_of,
    words_of_reply,
)
from siegelpost.feedback.texts import KEPT_FOR
from siegelpost.flows.correct_reply import correct_reply
from siegelpost.flows.receive_mail import Outcome, accepts
from siegelpost.flows.receive_reply import reply_address
from siegelpost.sign.message_ids import id_for, id_of_mailing
from siegelpost.tenancy.handle import TenantDB
from tests.inbound.delivered import NOON, Sent, deliver
from tests.inbound.test_receive import ANN, RULES, take

STAFF = Actor.staff(1)


def where(tenant: TenantDB) -> str:
    return reply_address(tenant, process_settings())


def letter(text: str = "Bitte abmelden", sender: str = f"Ann Muster <{ANN}>", head: str = "") -> bytes:
    return f"From: {sender}\r\nSubject: Re: News\r\nMessage-ID: <{text[:20].split()[0]}@example.org>\r\n{head}\r\n{text}\r\n".encode()


def answering(sent: Sent) -> str:
    made = id_for(id_of_mailing(sent.mailing_id, sent.tenant.keys.message_ids), sent.subscriber_id)
    return f"In-Reply-To: <{made}@example.org>\r\n"


def standing(sent: Sent) -> tuple[frozenset[int], frozenset[int], int]:
    person = find_subscriber(sent.tenant, sent.subscriber_id)
    assert person is not None
    return running_lists(sent.tenant, sent.subscriber_id), person.list_ids, reads.unsubscribes(sent.tenant, sent.mailing_id)


def only(tenant: TenantDB) -> int:
    (line,), total = page_of_replies(tenant, offset=0, limit=10)
    assert total == 1
    return line.id


def test_an_answer_ends_the_lists_of_the_mailing_it_answers(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    before = standing(sent)
    assert accepts(where(alpha), RULES)
    assert take(where(alpha).upper(), letter(head=answering(sent))) is Outcome.UNSUBSCRIBED
    consents, members, counted = standing(sent)
    assert before[0] - consents == before[1] - members == {sent.list_id}
    assert counted == 1
    assert reason_for(alpha, ANN, sent.list_id) == "opted_out" and reason_for(alpha, ANN, None) == ""
    assert [one["details"] for one in entries(alpha, act="feedback.withdrawn_by_reply")] == [{"mailing": sent.mailing_id}]
    assert words_of_reply(alpha, only(alpha)) == "Re: News\n\nBitte abmelden"


def test_a_quoted_link_says_which_mailing_and_who(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    text = f"stop\r\n\r\n> https://mail.example/u/{sent.link}"
    assert take(where(alpha), letter(text, sender="other@example.net")) is Outcome.UNSUBSCRIBED
    assert reason_for(alpha, ANN, sent.list_id) == "opted_out"
    assert reason_for(alpha, "other@example.net", None) == ""
    assert reply_of(alpha, only(alpha)).mailing_id == sent.mailing_id


def test_an_answer_to_the_envelope_sender_is_about_its_delivery(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    assert take(sent.verp, letter(sender="other@example.net")) is Outcome.UNSUBSCRIBED
    assert reason_for(alpha, ANN, sent.list_id) == "opted_out"
    assert reason_for(alpha, "other@example.net", None) == ""


@pytest.mark.parametrize("head", ["", "In-Reply-To: <0123456789abcdef0123456789abcdef@example.org>\r\n"])
def test_an_answer_that_names_no_mailing_of_theirs_ends_everything(alpha: TenantDB, head: str) -> None:
    sent = deliver(alpha)
    assert take(where(alpha), letter(head=head)) is Outcome.UNSUBSCRIBED
    assert standing(sent)[:2] == (frozenset(), frozenset())
    assert reason_for(alpha, ANN, None) == "opted_out"


def test_an_address_that_nobody_has_here_is_never_written_to(alpha: TenantDB) -> None:
    assert take(where(alpha), letter(sender="bob@example.org")) is Outcome.UNSUBSCRIBED
    assert reason_for(alpha, "bob@example.org", None) == "opted_out"
    correct_reply(alpha, only(alpha), "a mistake", actor=STAFF, now=NOON)
    assert reason_for(alpha, "bob@example.org", None) == ""


@pytest.mark.parametrize("text", ["Nicht abmelden!", "Thank you", "abmelden?"])
def test_letters_for_people_are_taken_and_forgotten(alpha: TenantDB, text: str) -> None:
    sent = deliver(alpha)
    before = standing(sent)
    for address in (where(alpha), sent.verp):
        assert take(address, letter(text, head=answering(sent))) is Outcome.DROPPED
    assert standing(sent) == before
    assert page_of_replies(alpha, offset=0, limit=10) == ([], 0)


def test_the_address_of_another_tenant_reaches_nobody_here(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    local, _at, domain = where(alpha).partition("@")
    forged = f"{local[:-1]}{'0' if local[-1] != '0' else '1'}@{domain}"
    assert not accepts(forged, RULES)
    assert take("b" + where(alpha)[1:], letter()) is Outcome.REFUSED
    assert reason_for(alpha, ANN, sent.list_id) == ""


def test_a_link_of_another_tenant_proves_nothing_here(alpha: TenantDB, beta: TenantDB) -> None:
    sent = deliver(alpha)
    text = f"stop\r\n\r\n> https://mail.example/u/{sent.link}"
    other = Sent(beta, sent.mailing_id, sent.delivery_id, sent.subscriber_id, sent.list_id)
    assert take(where(alpha), letter(text.replace(sent.link, other.link), sender="nobody@")) is Outcome.UNSUBSCRIBED
    assert page_of_replies(alpha, offset=0, limit=10) == ([], 0)


def test_a_correction_gives_back_what_the_answer_took(alpha: TenantDB) -> None:
    for head in ("", "x"):
        sent = deliver(alpha, number=len(head) + 1)
        before = standing(sent)
        take(where(alpha), letter(f"Stop{'!' * len(head)}", head=answering(sent) if head else ""))
        assert standing(sent) != before
        number = page_of_replies(alpha, offset=0, limit=1)[0][0].id
        correct_reply(alpha, number, " meant the appointment ", actor=STAFF, now=NOON + timedelta(hours=1))
        assert standing(sent) == before
        assert reason_for(alpha, ANN, sent.list_id) == "" and reason_for(alpha, ANN, None) == ""
        assert reply_of(alpha, number).reason == "meant the appointment"
    acts = entries(alpha, act="feedback.reply_corrected")
    assert [(one["actor"], one["subject"]) for one in acts] == [("staff:1", f"subscriber:{sent.subscriber_id}")] * 2
    assert len(entries(alpha, act="consent.reopened")) == len(entries(alpha, act="suppression.lifted")) == 2


def test_the_same_letter_counts_once_even_after_a_correction(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    for _twice in range(2):
        assert take(where(alpha), letter()) is Outcome.UNSUBSCRIBED
    correct_reply(alpha, only(alpha), "a mistake", actor=STAFF, now=NOON)
    assert take(where(alpha), letter()) is Outcome.UNSUBSCRIBED
    assert reason_for(alpha, ANN, sent.list_id) == ""
    assert take(where(alpha), letter("Abmelden")) is Outcome.UNSUBSCRIBED
    assert reason_for(alpha, ANN, sent.list_id) == "opted_out"


def test_what_the_person_said_clearly_since_then_stays(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    take(where(alpha), letter(head=answering(sent)))
    take(sent.mailto, b"")
    correct_reply(alpha, only(alpha), "a mistake", actor=STAFF, now=NOON)
    assert reason_for(alpha, ANN, sent.list_id) == "opted_out"
    assert sent.list_id not in standing(sent)[0] | standing(sent)[1]
    assert standing(sent)[2] == 1


def test_a_complaint_since_then_stays(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    take(where(alpha), letter(head=answering(sent)))
    take(sent.verp, sent.sample("arf_abuse"))
    correct_reply(alpha, only(alpha), "a mistake", actor=STAFF, now=NOON)
    assert reason_for(alpha, ANN, None) == "complained"
    assert standing(sent)[:2] == (frozenset(), frozenset())


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501])
def test_a_correction_without_a_reason_changes_nothing(alpha: TenantDB, reason: str) -> None:
    sent = deliver(alpha)
    take(where(alpha), letter())
    with pytest.raises(ReasonMissing):
        correct_reply(alpha, only(alpha), reason, actor=STAFF, now=NOON)
    assert reason_for(alpha, ANN, sent.list_id) == "opted_out"


def test_a_correction_is_made_once_and_of_something(alpha: TenantDB) -> None:
    deliver(alpha)
    take(where(alpha), letter())
    correct_reply(alpha, only(alpha), "a mistake", actor=STAFF, now=NOON)
    with pytest.raises(ReplyCorrected):
        correct_reply(alpha, only(alpha), "again", actor=STAFF, now=NOON)
    with pytest.raises(ReplyUnknown):
        correct_reply(alpha, only(alpha) + 1, "nothing", actor=STAFF, now=NOON)
    assert len(entries(alpha, act="feedback.reply_corrected")) == 1


def test_a_person_who_was_erased_is_not_brought_back(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    take(where(alpha), letter())
    with alpha.atomic():
        alpha.objects(Subscriber).all().delete()
    correct_reply(alpha, only(alpha), "a mistake", actor=STAFF, now=NOON)
    assert find_subscriber(alpha, sent.subscriber_id) is None
    assert running_lists(alpha, sent.subscriber_id) == frozenset()


def test_what_was_written_is_gone_after_ninety_days(alpha: TenantDB) -> None:
    deliver(alpha)
    take(where(alpha), letter())
    assert forget_replies(alpha, now=NOON + KEPT_FOR) == 0
    assert forget_replies(alpha, now=NOON + KEPT_FOR + timedelta(seconds=1)) == 1
    assert words_of_reply(alpha, only(alpha)) == ""
    assert forget_replies(alpha, now=NOON + KEPT_FOR * 2) == 0
