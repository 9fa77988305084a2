"""What a mail to one of our addresses changes, and what it cannot."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siegelpost.audience.models import Subscriber
from siegelpost.base.actor import Actor
from siegelpost.consent.reads import running_lists
from siegelpost.consent.suppression import reason_for
from siegelpost.delivery.rules import Outcome as Refused
from siegelpost.delivery.settle import Result
from siegelpost.feedback import reads
from siegelpost.feedback.models import BounceCount, Event
from siegelpost.flows.change_tenant import change_tenant
from siegelpost.flows.receive_mail import Outcome, Receiving, accepts, receive
from siegelpost.flows.sending_events import listener
from siegelpost.sign.verp import BOUNCE, VerpMint
from siegelpost.tenancy.change import words_of
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import open_tenant
from tests.inbound.delivered import DOMAIN, NOON, Sent, deliver, outgoing

COMPLAINTS = "complaints@alpha.example"
RULES = Receiving(complaint_address=COMPLAINTS)
ANN = "ann@example.org"


def take(address: str, content: bytes, rules: Receiving = RULES) -> Outcome:
    return receive(address, content, rules, actor=Actor.system("inbound"), now=NOON)


def events(tenant: TenantDB) -> list[tuple[str, str]]:
    return list(tenant.objects(Event).order_by("id").values_list("kind", "code"))


def test_a_bounce_is_recorded_for_its_delivery(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    assert take(sent.verp, sent.sample("postfix_unknown")) is Outcome.BOUNCE
    event = alpha.objects(Event).get()
    assert (event.kind, event.code, event.delivery_id) == ("hard", "5.1.1", sent.delivery_id)
    assert (event.mailing_id, event.subscriber_id) == (sent.mailing_id, sent.subscriber_id)


def test_the_third_mailing_that_bounces_in_a_row_retires_the_address(alpha: TenantDB) -> None:
    for number in (1, 2, 3):
        assert reason_for(alpha, ANN, None) == ""
        sent = deliver(alpha, number=number)
        for _twice in range(2):
            take(sent.verp.upper(), sent.sample("gmail_unknown"))
    assert reason_for(alpha, ANN, None) == "retained"


def test_a_mailing_that_arrives_in_between_begins_the_row_anew(alpha: TenantDB) -> None:
    for number in range(1, 7):
        sent = deliver(alpha, number=number)
        if number != 3:
            take(sent.verp, sent.sample("postfix_unknown"))
        assert reason_for(alpha, ANN, None) == ("retained" if number == 6 else "")


def test_a_report_that_came_late_does_not_begin_the_row_anew(alpha: TenantDB) -> None:
    first, second, third = (deliver(alpha, number=number) for number in (1, 2, 3))
    for sent in (first, second, third):
        take(sent.verp, sent.sample("postfix_unknown"))
    assert reason_for(alpha, ANN, None) == "retained"


def test_a_report_about_a_person_who_was_erased_leaves_no_trace(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    with alpha.atomic():
        alpha.objects(Subscriber).all().delete()
    assert take(sent.verp, sent.sample("postfix_unknown")) is Outcome.DROPPED
    assert take(sent.verp, sent.sample("arf_abuse")) is Outcome.DROPPED
    assert events(alpha) == []
    assert alpha.objects(BounceCount).count() == 0


def test_the_limit_is_the_operators(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    take(sent.verp, sent.sample("postfix_unknown"), Receiving(limit=1))
    assert reason_for(alpha, ANN, None) == "retained"


def test_the_limit_of_the_tenant_counts_before_the_operators(alpha: TenantDB) -> None:
    before = words_of(alpha)
    change_tenant(alpha, replace(before, hard_bounces=2), version=before.version, actor=Actor.staff(1), now=NOON)
    for number, reason in ((1, ""), (2, "retained")):
        sent = deliver(alpha, number=number)
        take(sent.verp, sent.sample("postfix_unknown"), Receiving(limit=9))
        assert reason_for(alpha, ANN, None) == reason


def test_a_refusal_while_the_message_is_handed_over_counts_with_the_limit_of_the_tenant(alpha: TenantDB) -> None:
    before = words_of(alpha)
    tenant = change_tenant(alpha, replace(before, hard_bounces=1), version=before.version, actor=Actor.staff(1), now=NOON)
    sent = deliver(alpha)
    refused = Result(sent.delivery_id, sent.subscriber_id, 1, Refused.BOUNCED, "550 5.1.1", int(NOON.timestamp()))
    with tenant.atomic():
        listener(9)(tenant, sent.mailing_id, [refused])
    assert reason_for(alpha, ANN, None) == "retained"


@pytest.mark.parametrize("hard_bounces", [0, 21])
def test_a_limit_out_of_range_is_refused(alpha: TenantDB, hard_bounces: int) -> None:
    before = words_of(alpha)
    with pytest.raises(ValueError, match="hard bounces"):
        change_tenant(alpha, replace(before, hard_bounces=hard_bounces), version=before.version, actor=Actor.staff(1), now=NOON)
    assert open_tenant("alpha").hard_bounces is None


@pytest.mark.parametrize("name", ["postfix_full", "postfix_blocklist", "exchange_expired"])
def test_other_bounces_are_recorded_and_retire_nobody(alpha: TenantDB, name: str) -> None:
    sent = deliver(alpha)
    assert take(sent.verp, sent.sample(name), Receiving(limit=1)) is Outcome.BOUNCE
    assert reads.bounces(alpha, sent.mailing_id) == {"hard": 0, "soft": 1}
    assert reason_for(alpha, ANN, None) == ""


@pytest.mark.parametrize("name", ["absence_note", "read_receipt", "human_answer", "postfix_delayed", "collective_address", "arf_not_spam"])
def test_what_is_no_bounce_is_dropped(alpha: TenantDB, name: str) -> None:
    sent = deliver(alpha)
    assert take(sent.verp, sent.sample(name)) is Outcome.DROPPED
    assert events(alpha) == []


@pytest.mark.parametrize("name", ["arf_abuse", "arf_redacted"])
@pytest.mark.parametrize("at_verp", [False, True], ids=["complaint address", "envelope sender"])
def test_a_complaint_ends_everything(alpha: TenantDB, name: str, at_verp: bool) -> None:
    sent = deliver(alpha)
    for _twice in range(2):
        assert take(sent.verp if at_verp else COMPLAINTS.title(), sent.sample(name)) is Outcome.COMPLAINT
    assert reads.complaints(alpha, sent.mailing_id) == 1
    assert running_lists(alpha, sent.subscriber_id) == frozenset()
    assert reason_for(alpha, ANN, None) == "complained"


def test_mail_to_the_complaint_address_that_reports_nothing_is_refused(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    assert take(COMPLAINTS, sent.sample("human_answer")) is Outcome.REFUSED


def test_a_complaint_without_anything_of_ours_changes_nothing(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    forged = sent.sample("arf_abuse").replace(sent.verp.encode()[:20], b"b-aaaaaaaaaaaaaaaaaa").replace(b"/u/E", b"/u/F")
    forged = forged.replace(sent.mailto.encode()[:20], b"u-aaaaaaaaaaaaaaaaaa")
    assert take(COMPLAINTS, forged) is Outcome.DROPPED
    assert running_lists(alpha, sent.subscriber_id) != frozenset()
    assert events(alpha) == []


@pytest.mark.parametrize("content", [b"", b"Subject: unsubscribe\r\n\r\n", b"\xff\x00 junk"])
def test_any_mail_to_the_unsubscribe_address_unsubscribes(alpha: TenantDB, content: bytes) -> None:
    sent = deliver(alpha)
    assert take(sent.mailto, content) is Outcome.UNSUBSCRIBED
    assert sent.list_id not in running_lists(alpha, sent.subscriber_id)
    assert reads.unsubscribes(alpha, sent.mailing_id) == 1
    assert reason_for(alpha, ANN, sent.list_id) == "opted_out"


def test_a_report_about_somebody_who_is_gone_is_dropped(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    gone = Sent(alpha, sent.mailing_id, sent.delivery_id + 1, sent.subscriber_id + 1, sent.list_id)
    assert take(gone.verp, gone.sample("postfix_unknown")) is Outcome.DROPPED
    assert take(gone.mailto, b"") is Outcome.UNSUBSCRIBED
    assert take(COMPLAINTS, gone.sample("arf_redacted")) is Outcome.DROPPED
    assert events(alpha) == []


def test_a_system_mail_that_comes_back_is_taken_and_forgotten(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    assert accepts(outgoing(alpha, 5), RULES)
    assert take(outgoing(alpha, 5), sent.sample("postfix_unknown")) is Outcome.DROPPED
    assert events(alpha) == []


def forgeries(sent: Sent, other: TenantDB) -> list[str]:
    local, _at, domain = sent.verp.partition("@")
    stolen = VerpMint(BOUNCE, other.number, sent.tenant.keys.tokens, DOMAIN).make(sent.delivery_id)
    nobody = VerpMint(BOUNCE, 4_000_000, sent.tenant.keys.tokens, DOMAIN).make(sent.delivery_id)
    second_key = VerpMint(BOUNCE, sent.tenant.number, sent.tenant.keys.tokens, DOMAIN, key_number=1).make(sent.delivery_id)
    other_kind = "u" + sent.verp[1:]
    return [
        f"{local[:-1]}@{domain}",
        f"{local[:-1]}{'a' if local[-1] != 'a' else 'b'}@{domain}",
        f"{local}a@{domain}",
        f"b-{sent.link}@{domain}",
        stolen,
        nobody,
        second_key,
        other_kind,
        "postmaster@" + domain,
        "ann@example.org",
        "b-@" + domain,
        "@",
        "",
        "b-" + "a" * 5_000 + "@" + domain,
        f"{local}\x00@{domain}",
        f"../{local}@{domain}",
    ]


def test_forged_addresses_are_refused_and_change_nothing(alpha: TenantDB, beta: TenantDB) -> None:
    sent = deliver(alpha)
    for address in forgeries(sent, beta):
        assert not accepts(address, RULES)
        assert take(address, sent.sample("postfix_unknown")) is Outcome.REFUSED
    assert events(alpha) == []
    assert accepts(sent.verp, RULES)
    assert accepts(sent.mailto, RULES)
    assert accepts(COMPLAINTS, RULES)


def test_without_a_complaint_address_there_is_none(no_tenants: None) -> None:
    assert not accepts("", Receiving())
    assert not accepts(COMPLAINTS, Receiving())


@pytest.fixture
def sent(alpha: TenantDB) -> Sent:
    return deliver(alpha)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)
@given(content=st.binary(max_size=300))
@pytest.mark.slow
def test_junk_is_taken_without_a_fault_and_stores_nothing(sent: Sent, content: bytes) -> None:
    assert take(sent.verp, content) is Outcome.DROPPED
    assert take(COMPLAINTS, content) is Outcome.REFUSED
    assert events(sent.tenant) == []
