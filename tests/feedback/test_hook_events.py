"""What the words of each provider mean; no body of any shape makes a reader stumble."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.feedback.hooks.events import HookEvent, Kind, Unreadable
from siegelpost.feedback.hooks.gates import MAILGUN, POSTMARK, PROVIDERS, SENDGRID, SES, Posted, read
from siegelpost.feedback.hooks.sendgrid import MAX_EVENTS
from siegelpost.feedback.hooks.ses import confirmation
from siegelpost.feedback.rules import Verdict
from tests.feedback import hook_posts as posts
from tests.feedback.hook_posts import BLOCKED, FULL, GONE, About
from tests.feedback.test_hook_gates import bodies, json_values

ANN = About(envelope="b-10@bounce.example.org", message_id="0f" * 16 + "@Example.ORG", link="https://news.example.org/u/abc")


def said(provider: str, posted: Posted) -> list[tuple[Kind, Verdict, str]]:
    return [(one.kind, one.verdict, one.code) for one in read(provider, posted.body)]


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize(
    "words, verdict, code", [(GONE, Verdict.HARD, "5.1.1"), (FULL, Verdict.FULL, "5.2.2"), (BLOCKED, Verdict.POLICY, "5.7.1")]
)
def test_the_other_servers_words_mean_the_same_whoever_repeats_them(provider: str, words: str, verdict: Verdict, code: str) -> None:
    assert said(provider, posts.bounce(provider, ANN, words)) == [(Kind.BOUNCE, verdict, code)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_complaint_is_one_and_names_the_person(provider: str) -> None:
    (event,) = read(provider, posts.complaint(provider, ANN).body)
    assert (event.kind, event.email) == (Kind.COMPLAINT, "ann@example.org")


def test_each_provider_repeats_what_leads_to_the_delivery() -> None:
    def event(provider: str, about: About = ANN) -> HookEvent:
        return read(provider, posts.bounce(provider, about).body)[0]

    assert ANN.envelope in event(SES).places and event(SES).message_id == ("0f" * 16, "example.org")
    assert any(ANN.link in place for place in event(SES).places)
    assert event(SES, About(headers=False)).message_id == ("", "")
    assert event(MAILGUN).places == (ANN.envelope,) and event(MAILGUN).message_id == ("0f" * 16, "example.org")
    assert event(SENDGRID).message_id == ("0f" * 16, "example.org")
    assert any(ANN.link in place for place in event(POSTMARK).places)
    foreign = About(message_id="14c5d75ce93.dfd.64b469@ismtpd-555")
    assert event(SENDGRID, foreign).message_id == event(MAILGUN, foreign).message_id == ("", "")


def test_where_the_other_server_said_nothing_the_providers_own_class_counts() -> None:
    hard, soft = [(Kind.BOUNCE, Verdict.HARD, "")], [(Kind.BOUNCE, Verdict.SOFT, "")]
    silent: dict[str, Any] = {"notificationType": "Bounce", "bounce": {"bouncedRecipients": [{"emailAddress": "ann@example.org"}]}}
    for kind, verdicts in (("Permanent", hard), ("Transient", soft), ("Undetermined", soft)):
        silent["bounce"]["bounceType"] = kind
        assert said(SES, posts.sns(silent)) == verdicts
    assert said(POSTMARK, posts.postmark(ANN, "HardBounce", "Test bounce details")) == hard
    assert said(POSTMARK, posts.postmark(ANN, "SoftBounce")) == soft
    assert said(MAILGUN, posts.mailgun_failed(ANN, "", "bounce", **{"delivery-status": {}})) == hard
    assert said(MAILGUN, posts.mailgun_failed(ANN, "602 Too old")) == hard
    assert said(MAILGUN, posts.mailgun_failed(ANN, "602 Too old", "old")) == soft
    assert said(SENDGRID, posts.sendgrid([posts.sendgrid_event(ANN, "bounce", type="bounce")])) == hard
    assert said(SENDGRID, posts.sendgrid([posts.sendgrid_event(ANN, "bounce", type="blocked", reason="unable to get mx info")])) == soft


@pytest.mark.parametrize(
    "provider, posted",
    [
        (SES, posts.sns({"notificationType": "Delivery", "mail": {}, "delivery": {}})),
        (SES, posts.sns({"eventType": "DeliveryDelay"})),
        (SES, posts.sns({"eventType": "Open"})),
        (SES, posts.sns("Successfully validated SNS topic for Amazon SES event publishing.")),
        (SES, posts.sns(posts.ses_complaint(ANN, complaintFeedbackType="not-spam"))),
        (SES, posts.sns(posts.ses_complaint(ANN, complaintFeedbackType="virus"))),
        (SES, posts.subscription()),
        (POSTMARK, posts.postmark(ANN, "Transient", "smtp;450 4.2.1 try later")),
        (POSTMARK, posts.postmark(ANN, "AutoResponder")),
        (POSTMARK, posts.postmark(ANN, "", RecordType="Delivery")),
        (POSTMARK, posts.postmark(ANN, "", RecordType="SubscriptionChange", SuppressSending=False, Origin="Recipient")),
        (POSTMARK, posts.postmark(ANN, "", RecordType="SubscriptionChange", SuppressSending=True, SuppressionReason="HardBounce")),
        (MAILGUN, posts.mailgun(ANN, "delivered")),
        (MAILGUN, posts.mailgun(ANN, "failed", severity="temporary")),
        (MAILGUN, posts.mailgun(ANN, "opened")),
        (SENDGRID, posts.sendgrid([posts.sendgrid_event(ANN, kind) for kind in ("processed", "delivered", "deferred", "open", "click")])),
        (SENDGRID, posts.sendgrid([])),
        (SENDGRID, posts.sendgrid({"event": "bounce"})),
    ],
)  # fmt: skip
def test_deliveries_delays_and_tests_say_nothing(provider: str, posted: Posted) -> None:
    assert read(provider, posted.body) == []


@pytest.mark.parametrize(
    "provider, posted, kind",
    [
        (SES, posts.sns(posts.ses_complaint(ANN, complaintSubType="OnAccountSuppressionList")), Kind.COMPLAINED_BEFORE),
        (MAILGUN, posts.mailgun_failed(ANN, "607 Not delivering", "suppress-complaint"), Kind.COMPLAINED_BEFORE),
        (MAILGUN, posts.mailgun_failed(ANN, "606 Not delivering", "suppress-unsubscribe"), Kind.LEFT),
        (MAILGUN, posts.mailgun(ANN, "unsubscribed"), Kind.LEFT),
        (SENDGRID, posts.sendgrid([posts.sendgrid_event(ANN, "dropped", reason="Spam Reporting Address")]), Kind.COMPLAINED_BEFORE),
        (SENDGRID, posts.sendgrid([posts.sendgrid_event(ANN, "dropped", reason="Unsubscribed Address")]), Kind.LEFT),
        (SENDGRID, posts.sendgrid([posts.sendgrid_event(ANN, "group_unsubscribe")]), Kind.LEFT),
        (POSTMARK, posts.postmark(ANN, "Unsubscribe"), Kind.LEFT),
        (
            POSTMARK,
            posts.postmark(ANN, "", RecordType="SubscriptionChange", SuppressSending=True, SuppressionReason="ManualSuppression",
                           Origin="Recipient"),
            Kind.LEFT,
        ),
    ],
)  # fmt: skip
def test_what_a_person_said_to_the_provider_is_heard(provider: str, posted: Posted, kind: Kind) -> None:
    assert [one.kind for one in read(provider, posted.body)] == [kind]


def test_what_a_provider_did_not_even_try_is_a_bounce_of_its_reason() -> None:
    assert said(MAILGUN, posts.mailgun_failed(ANN, "605 Not delivering", "suppress-bounce")) == [(Kind.BOUNCE, Verdict.HARD, "")]
    assert said(MAILGUN, posts.mailgun(ANN, "rejected", reject={"reason": "Sandbox"})) == [(Kind.BOUNCE, Verdict.POLICY, "")]
    assert said(POSTMARK, posts.postmark(ANN, "SpamNotification", "smtp;550 5.1.1 spam")) == [(Kind.BOUNCE, Verdict.POLICY, "5.1.1")]
    for reason, verdict in (("Bounced Address", Verdict.HARD), ("Invalid", Verdict.HARD), ("Spam Content", Verdict.POLICY)):
        posted = posts.sendgrid([posts.sendgrid_event(ANN, "dropped", reason=reason)])
        assert said(SENDGRID, posted) == [(Kind.BOUNCE, verdict, "")]


@pytest.mark.slow
def test_a_batch_keeps_its_order_and_has_an_end() -> None:
    events = [posts.sendgrid_event(About(email=f"p{n}@example.org"), "spamreport") for n in range(3)]
    assert [one.email for one in read(SENDGRID, json.dumps([*events, None, 1]).encode())] == [f"p{n}@example.org" for n in range(3)]
    assert len(read(SENDGRID, json.dumps(events[:1] * (MAX_EVENTS + 1)).encode())) == MAX_EVENTS


def test_a_confirmation_leads_to_amazon_alone() -> None:
    assert confirmation(posts.subscription().body) == posts.CONFIRM_URL
    for address in (
        "https://evil.example/?Action=ConfirmSubscription&x", "https://sns.eu-central-1.amazonaws.com.evil.example/?Action=ConfirmSubscription&x",
        "http://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&x", "https://sns.eu-central-1.amazonaws.com/?Action=Publish&x",
        "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&x\nfoo",
    ):  # fmt: skip
        assert confirmation(json.dumps({"Type": "SubscriptionConfirmation", "SubscribeURL": address}).encode()) == ""
    assert confirmation(posts.sns({}, SubscribeURL=posts.CONFIRM_URL).body) == ""


def test_what_a_server_writes_is_kept_readable_and_short() -> None:
    (event,) = read(POSTMARK, posts.postmark(ANN, "HardBounce", "550 5.1.1 \x1b[31m\u202e\0" + "x" * 20_000).body)
    assert len(event.words) == 8_000
    assert not set(event.words) & {"\x1b", "\u202e", "\0"}


NAMES = ("Type", "Message", "eventType", "notificationType", "bounce", "complaint", "mail", "headers", "bouncedRecipients", "event-data",
         "event", "RecordType", "Details", "Content", "delivery-status", "message", "envelope", "sender", "reason", "smtp-id",
         "complainedRecipients", "emailAddress", "status", "diagnosticCode", "name", "value", "severity")  # fmt: skip
WORDS = (
    "Notification",
    "Bounce",
    "Complaint",
    "SpamComplaint",
    "HardBounce",
    "failed",
    "permanent",
    "dropped",
    "bounce",
    "\ud800",
    "5.1.1",
)
shaped: st.SearchStrategy[Any] = st.recursive(
    json_values | st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=20,
)
within = shaped.map(lambda value: json.dumps({"Type": "Notification", "Message": json.dumps(value)}).encode())


@pytest.mark.slow
@given(st.sampled_from(PROVIDERS), bodies | within | shaped.map(lambda value: json.dumps(value).encode()))
def test_every_body_is_read_or_is_unreadable(provider: str, body: bytes) -> None:
    try:
        events = read(provider, body)
    except Unreadable:
        return
    for event in events:  # what is kept of it must fit into a database
        assert len(event.code) <= 16
        for text in (event.email, event.words, event.code, *event.places):
            assert "\0" not in text and text.encode()
