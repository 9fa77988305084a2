"""What a provider posts has the consequences of a mail about it, once, and only for the mail that it is about."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from siegelpost.audience.models import Subscriber
from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.consent.reads import records_of, running_lists
from siegelpost.consent.suppression import check, reason_for
from siegelpost.evidence.models import Entry
from siegelpost.feedback import reads
from siegelpost.feedback.hooks import services
from siegelpost.feedback.hooks.gates import KEPT_FOR, MAILGUN, POSTMARK, PROVIDERS, SENDGRID, SES
from siegelpost.feedback.hooks.models import Hook, Post
from siegelpost.feedback.models import BounceCount, Event
from siegelpost.feedback.texts import text_of
from siegelpost.flows.receive_hook import BROKEN, REFUSED, REPEATED, TAKEN, knock, take, work_off
from siegelpost.flows.receive_mail import Outcome
from siegelpost.flows.worker import Worker
from siegelpost.tenancy.handle import TenantDB, control_store
from siegelpost.tenancy.registry import close_control
from tests.feedback import hook_posts as posts
from tests.feedback.hook_posts import NOON, About
from tests.inbound.delivered import deliver, outgoing
from tests.inbound.hooked import by_all, message_id, opened, posted, sends_from
from tests.inbound.test_receive import ANN
from tests.inbound.test_receive import take as take_mail
from tests.patience import PATIENCE


def events(tenant: TenantDB) -> list[tuple[str, str, int | None]]:
    return list(tenant.objects(Event).order_by("id").values_list("kind", "code", "delivery_id"))


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("bound", [True, False])
def test_a_bounce_is_recorded_for_its_delivery_as_a_report_by_mail_would_be(alpha: TenantDB, provider: str, bound: bool) -> None:
    sends_from(alpha)
    deliver(alpha)
    sent = deliver(alpha, number=2)
    deliver(alpha, number=3)
    counts = posted(opened(provider, alpha if bound else None), posts.bounce(provider, by_all(sent)))
    assert counts == {"bounce": 1, "taken": 1}
    assert events(alpha) == [("hard", "5.1.1", sent.delivery_id)]
    assert "does not exist" in text_of(alpha, alpha.objects(Event).get().pk)
    assert take_mail(sent.verp, sent.sample("postfix_unknown")) is Outcome.BOUNCE
    assert alpha.objects(BounceCount).get().hard_in_a_row == 1  # the mail about it says nothing new


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_complaint_takes_the_person_off_all_lists_and_out_of_every_mailing(alpha: TenantDB, provider: str) -> None:
    sends_from(alpha)
    sent = deliver(alpha)
    hook = opened(provider)
    for _twice in range(2):
        posted(hook, posts.complaint(provider, by_all(sent)))
    assert reads.complaints(alpha, sent.mailing_id) == 1
    assert running_lists(alpha, sent.subscriber_id) == frozenset()
    assert reason_for(alpha, ANN, None) == "complained"
    assert alpha.objects(Entry).filter(act="feedback.complaint").count() == 1


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.slow
def test_the_third_mailing_that_bounces_in_a_row_retires_the_address(alpha: TenantDB, provider: str) -> None:
    sends_from(alpha)
    hook = opened(provider)
    for number in (1, 2, 3):
        assert reason_for(alpha, ANN, None) == ""
        about = by_all(deliver(alpha, number=number))
        posted(hook, *(posts.bounce(provider, about) for _twice in range(2)))
    assert reason_for(alpha, ANN, None) == "retained"


def test_a_mailing_that_arrived_in_between_begins_the_row_anew(alpha: TenantDB) -> None:
    hook = opened(SES)
    for number in range(1, 6):
        about = by_all(deliver(alpha, number=number))
        if number != 3:
            posted(hook, posts.bounce(SES, about))
    assert reason_for(alpha, ANN, None) == ""


@pytest.mark.parametrize("provider", [SES, MAILGUN])
def test_our_envelope_sender_alone_leads_to_the_delivery(alpha: TenantDB, provider: str) -> None:
    sent = deliver(alpha)
    about = About(envelope=sent.verp.upper(), headers=False)
    assert posted(opened(provider), posts.bounce(provider, about))["bounce"] == 1
    assert events(alpha) == [("hard", "5.1.1", sent.delivery_id)]


@pytest.mark.parametrize("provider", [SES, MAILGUN, SENDGRID])
def test_our_message_id_alone_leads_to_the_delivery_and_one_of_anybody_else_to_none(alpha: TenantDB, provider: str) -> None:
    sends_from(alpha)
    first, _second = deliver(alpha), deliver(alpha, number=2)
    about = About(message_id=message_id(first))
    forged = ("0" if about.message_id.startswith("f") else "f") + about.message_id[1:]
    hook = opened(provider)
    assert posted(hook, posts.bounce(provider, replace(about, email="bob@example.org")))["unmatched"] == 1  # not his
    assert posted(hook, posts.bounce(provider, replace(about, message_id=forged)))["unmatched"] == 2
    assert events(alpha) == []
    posted(hook, posts.bounce(provider, about))
    assert events(alpha) == [("hard", "5.1.1", first.delivery_id)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_address_alone_counts_for_nobody_where_several_tenants_send(alpha: TenantDB, beta: TenantDB, provider: str) -> None:
    """Ann is known to both tenants, and beta must be unchanged."""
    sends_from(alpha)
    deliver(alpha)
    assert posted(opened(provider), posts.bounce(provider, About()), posts.complaint(provider, About()))["unmatched"] == 2
    assert events(alpha) == [] and reason_for(alpha, ANN, None) == ""


@pytest.mark.parametrize("provider", PROVIDERS)
def test_where_one_tenant_sends_an_address_stands_for_its_mail_of_the_last_days(alpha: TenantDB, provider: str) -> None:
    sent = deliver(alpha)
    hook = opened(provider, alpha)
    late = NOON + timedelta(days=5, minutes=1)
    assert posted(hook, posts.bounce(provider, About(email="bob@example.org")))["unmatched"] == 1
    posted(hook, posts.bounce(provider, About()))
    assert events(alpha) == [("hard", "5.1.1", sent.delivery_id)]
    services.keep_post(hook, b"late", posts.complaint(provider, About()).body, now=late)
    work_off(limit=3, seconds=60, now=late)
    assert services.counts(hook.number)["unmatched"] == 2
    assert reason_for(alpha, ANN, None) == ""


@pytest.mark.parametrize("provider", PROVIDERS)
def test_mail_of_another_tenant_is_not_touched_by_whoever_posts_for_one(alpha: TenantDB, beta: TenantDB, provider: str) -> None:
    """What proves a delivery of alpha counts for nothing at an address of beta, whose Ann must be unchanged."""
    sends_from(alpha)
    about = by_all(deliver(alpha))
    counts = posted(opened(provider, beta), posts.bounce(provider, about), posts.complaint(provider, about))
    assert counts == {"taken": 2, "unmatched": 2}
    assert events(alpha) == [] and check(alpha, ANN) == []


def test_an_address_of_a_tenant_that_is_gone_counts_for_nobody(alpha: TenantDB) -> None:
    sends_from(alpha)
    about = by_all(deliver(alpha))
    gone = replace(alpha, number=alpha.number + 100)
    assert posted(opened(SES, gone), posts.bounce(SES, about), posts.complaint(SES, about)) == {"taken": 2}
    assert events(alpha) == [] and check(alpha, ANN) == []


def test_a_system_mail_that_comes_back_and_a_person_who_was_erased_change_nothing(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    hook = opened(SES)
    posted(hook, posts.bounce(SES, About(envelope=outgoing(alpha, 1))), posts.complaint(SES, About(envelope=outgoing(alpha, 1))))
    with alpha.atomic():
        alpha.objects(Subscriber).all().delete()
    assert posted(hook, posts.bounce(SES, by_all(sent)))["unmatched"] == 3
    assert events(alpha) == []


def test_who_complained_before_is_blocked_and_this_mailing_is_not_blamed(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    posted(opened(MAILGUN), posts.mailgun_failed(by_all(sent), "607 Not delivering", "suppress-complaint"))
    assert reason_for(alpha, ANN, None) == "complained"
    assert running_lists(alpha, sent.subscriber_id) == frozenset()
    assert reads.complaints(alpha, sent.mailing_id) == 0


def test_leaving_at_the_provider_is_leaving_the_lists_of_the_mailing(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    posted(opened(MAILGUN), posts.mailgun(by_all(sent), "unsubscribed"))
    assert reason_for(alpha, ANN, sent.list_id) == "opted_out"
    assert len(running_lists(alpha, sent.subscriber_id)) == 1
    assert {one.withdrawn_how for one in records_of(alpha, sent.subscriber_id)} == {"provider", ""}
    assert reads.unsubscribes(alpha, sent.mailing_id) == 1


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_same_post_counts_once_however_often_it_comes(alpha: TenantDB, provider: str) -> None:
    hook, post = opened(provider), posts.bounce(provider, by_all(deliver(alpha)))
    assert [take(hook, post, now=NOON + timedelta(minutes=n)) for n in range(3)] == [TAKEN, REPEATED, REPEATED]
    assert control_store.objects(Post).count() == 1
    assert work_off(limit=3, seconds=60, now=NOON) == 1
    assert take(hook, post, now=NOON + timedelta(hours=2)) == REPEATED
    assert take(opened(provider), post, now=NOON) == TAKEN  # another account may tell the same


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_is_not_genuine_is_counted_and_never_kept(alpha: TenantDB, provider: str) -> None:
    hook, post = opened(provider), posts.bounce(provider, by_all(deliver(alpha)))
    forged = replace(post, body=post.body.replace(b"signature", b"signaturf").replace(b"ann@", b"bob@"), authorization="")
    assert take(hook, forged, now=NOON) == REFUSED
    assert knock(provider, "guessed") is None
    assert knock({SES: MAILGUN}.get(provider, SES), "x") is None
    assert services.counts(hook.number) == {"refused": 1}
    assert services.counts(0) == {"refused": 2}
    assert control_store.objects(Post).count() == 0


def test_a_post_that_is_no_json_is_refused_as_broken_and_not_kept(no_tenants: None) -> None:
    postmark, sendgrid = opened(POSTMARK), opened(SENDGRID)
    for body in (b"", b"{", b"[" * 100_000, b"\xff"):
        assert take(postmark, posts.basic(body), now=NOON) == BROKEN
        assert take(sendgrid, posts.signed_by_sendgrid(body), now=NOON) == BROKEN
    assert posted(opened(SES), posts.sns("{not json")) == {"broken": 1, "taken": 1}
    assert control_store.objects(Post).filter(due_at__isnull=False).count() == 0


def test_what_was_worked_off_is_emptied_and_forgotten_when_nobody_would_believe_it_again(alpha: TenantDB) -> None:
    hook, post = opened(MAILGUN), posts.bounce(MAILGUN, by_all(deliver(alpha)))
    take(hook, post, now=NOON)
    kept = control_store.objects(Post).get()
    assert b"ann@example.org" not in bytes(kept.sealed) and len(bytes(kept.sealed)) > len(post.body)
    posted(hook)
    assert bytes(control_store.objects(Post).get().sealed) == b""
    assert services.forget_posts(now=NOON + KEPT_FOR) == 0
    assert services.forget_posts(now=NOON + KEPT_FOR + timedelta(seconds=1)) == 1
    assert take(hook, post, now=NOON + KEPT_FOR + timedelta(seconds=1)) == REFUSED


def test_secrets_lie_sealed_and_the_address_as_a_hash(no_tenants: None) -> None:
    _number, token = services.add_hook(MAILGUN, None, posts.SECRETS[MAILGUN], now=NOON)
    row = control_store.objects(Hook).get()
    assert b"key-0123456789" not in bytes(row.sealed)
    assert token.encode() not in bytes(row.digest) + bytes(row.sealed)
    assert "key-0123456789" not in repr(services.hook(row.number))


@pytest.mark.slow
def test_a_large_batch_is_worked_off_in_parts_and_counts_exactly_once(alpha: TenantDB) -> None:
    sends_from(alpha)
    sent = deliver(alpha)
    mine = posts.sendgrid_event(by_all(sent), "spamreport")
    batch = [posts.sendgrid_event(About(email=f"p{n}@example.org"), "delivered") for n in range(9_000)]
    batch += [posts.sendgrid_event(About(email=f"p{n}@example.org"), "bounce", type="bounce") for n in range(999)]
    hook = opened(SENDGRID)
    assert take(hook, posts.sendgrid([*batch, mine]), now=NOON) == TAKEN
    rounds = 0
    while services.waiting(hook.number):
        work_off(limit=3, seconds=0.2, now=NOON)
        rounds += 1
    assert rounds > 1
    assert services.counts(hook.number) == {"complaint": 1, "taken": 1, "unmatched": 999}
    assert reads.complaints(alpha, sent.mailing_id) == 1


@pytest.mark.sqlite
@pytest.mark.slow
def test_an_event_that_fails_waits_and_is_given_up_in_the_end_and_the_next_one_counts(alpha: TenantDB) -> None:
    sends_from(alpha)
    first, second = deliver(alpha), deliver(alpha, number=2)
    with alpha.atomic():
        refuse = f"BEFORE INSERT ON feedback_event WHEN NEW.mailing_id = {first.mailing_id} BEGIN SELECT RAISE(ABORT, 'broken'); END"
        alpha.cursor().execute(f"CREATE TRIGGER broken {refuse}")
    hook = opened(SENDGRID)
    take(hook, posts.sendgrid([posts.sendgrid_event(by_all(one), "spamreport") for one in (first, second)]), now=NOON)
    now, tried = NOON, 0
    while services.waiting(hook.number) and tried < 100:
        work_off(limit=3, seconds=60, now=now)
        now, tried = now + services.MOST, tried + 1
    assert tried == services.TRIES
    assert services.counts(hook.number) == {"complaint": 1, "failed": 1, "taken": 1}
    assert reads.complaints(alpha, first.mailing_id) == 0
    assert reads.complaints(alpha, second.mailing_id) == 1


def test_a_post_that_does_not_open_is_counted_and_holds_nothing_up(alpha: TenantDB) -> None:
    hook = opened(SES)
    for number in (1, 2):
        take(hook, posts.complaint(SES, by_all(deliver(alpha, number=number))), now=NOON)
    with control_store.atomic():
        first = control_store.objects(Post).order_by("pk").first()
        assert first
        control_store.objects(Post).filter(pk=first.pk).update(sealed=bytes(first.sealed)[:-1] + b"x")
    assert posted(hook) == {"complaint": 1, "failed": 1, "taken": 2}
    assert services.waiting(hook.number) == 0


def test_two_workers_never_hold_the_same_post(alpha: TenantDB) -> None:
    hook = opened(SENDGRID)
    take(hook, posts.sendgrid([posts.sendgrid_event(About(), "bounce")]), now=NOON)
    first = services.take_post(now=NOON)
    assert first is not None
    assert services.take_post(now=NOON) is None
    later = NOON + services.LEASE  # the first one died
    second = services.take_post(now=later)
    assert second is not None
    services.finish(first)
    assert services.waiting(hook.number) == 1
    services.finish(second)
    assert services.waiting(hook.number) == 0


@pytest.mark.slow
def test_workers_that_ask_at_the_same_moment_get_different_posts(alpha: TenantDB) -> None:
    hook = opened(POSTMARK)
    for number in range(30):
        take(hook, posts.basic(b"%d" % number), now=NOON)
    found: list[int] = []

    def ask() -> None:
        for _turn in range(45):  # whoever comes second gets none, and asks again
            if one := services.take_post(now=NOON):
                found.append(one.number)
        close_control()

    workers = [threading.Thread(target=ask) for _worker in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(PATIENCE)
    assert len(found) == len(set(found)) == 30


def test_amazon_is_never_called_and_the_operator_is_told_what_to_open(no_tenants: None) -> None:
    hook = opened(SES)
    services.change_secret(hook.number, replace(hook.secret, certificates=()))
    hook = services.hook(hook.number)
    assert take(hook, posts.subscription(), now=NOON) == REFUSED
    assert services.hook(hook.number).notice == posts.CERTIFICATE_URL
    services.change_secret(hook.number, posts.SECRETS[SES])
    hook = services.hook(hook.number)
    assert hook.notice == ""
    posted(hook, posts.subscription())
    assert services.hook(hook.number).notice == posts.CONFIRM_URL
    posted(hook, posts.sns("Successfully validated SNS topic"))
    assert services.hook(hook.number).notice == ""


@pytest.mark.wire
@pytest.mark.slow
@pytest.mark.sqlite  # the worker leaves its threads' connections to the end of its process
def test_the_worker_acts_on_what_was_posted(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    hook = opened(POSTMARK)
    assert take(hook, posts.complaint(POSTMARK, by_all(sent)), now=clock.now()) == TAKEN
    end = time.monotonic() + PATIENCE
    Worker(process_settings()).run(until=lambda: not services.waiting(hook.number) or time.monotonic() > end)
    assert reason_for(alpha, ANN, None) == "complained"
