"""Only what the provider itself posted, and lately, is believed; nothing that anybody sends makes the gates stumble."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.feedback.hooks.gates import AHEAD, MAILGUN, OLDEST, POSTMARK, PROVIDERS, SENDGRID, SES, Posted, Secret, name_of
from siegelpost.feedback.hooks.gates import wanted_certificate as wanted
from siegelpost.feedback.hooks.ses import MAX_MESSAGE
from siegelpost.sign.hooks import certificate_key, event_key
from tests.feedback import hook_posts as posts
from tests.feedback.hook_posts import NOON, SECRETS, About

ANN = About()
DATED = (SES, MAILGUN, SENDGRID)


def known(provider: str, posted: Posted, secret: Secret | None = None) -> bool:
    return bool(name_of(provider, secret or SECRETS[provider], posted, NOON))


def changed(posted: Posted, old: bytes, new: bytes) -> Posted:
    assert old in posted.body
    return replace(posted, body=posted.body.replace(old, new))


def at(provider: str, moment: object) -> Posted:
    assert isinstance(moment, type(NOON))
    event = posts.sendgrid_event(ANN, "bounce")
    return {
        SES: lambda: posts.sns({}, at=moment),
        MAILGUN: lambda: posts.mailgun(ANN, "complained", at=moment),
        SENDGRID: lambda: posts.sendgrid([event], at=moment),
    }[provider]()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_a_provider_posts_is_believed_and_nothing_without_its_secret(provider: str) -> None:
    posted = posts.bounce(provider, ANN)
    assert known(provider, posted)
    assert not known(provider, posted, Secret())
    assert not known(provider, Posted(body=posted.body)) or provider in (SES, MAILGUN)  # theirs stands in the body


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_provider_is_believed_with_the_secret_of_another(provider: str) -> None:
    for other in set(PROVIDERS) - {provider}:
        assert not known(provider, posts.bounce(provider, ANN), SECRETS[other])
        assert not known(provider, posts.bounce(other, ANN))


@pytest.mark.parametrize("provider", DATED)
def test_what_is_old_or_from_the_future_is_not_believed(provider: str) -> None:
    second = timedelta(seconds=1)
    assert known(provider, at(provider, NOON - OLDEST)) and known(provider, at(provider, NOON + AHEAD))
    assert not known(provider, at(provider, NOON - OLDEST - second))
    assert not known(provider, at(provider, NOON + AHEAD + second))


@pytest.mark.parametrize("version", ["1", "2"])
def test_both_versions_of_the_signature_of_sns_hold_for_what_was_signed_alone(version: str) -> None:
    posted = posts.sns(posts.ses_bounce(ANN), version=version, Subject="Returns")
    assert known(SES, posted)
    assert not known(SES, changed(posted, b"ann@example.org", b"bob@example.org"))
    assert not known(SES, changed(posted, b'"Subject": "Returns", ', b""))
    assert not known(SES, changed(posted, b'"SignatureVersion": "%s"' % version.encode(), b'"SignatureVersion": "3"'))
    assert known(SES, posts.subscription(SignatureVersion="2"))
    assert not known(SES, changed(posts.subscription(), b"Token=2336412f37", b"Token=0"))


def test_only_the_topic_that_was_named_counts_although_amazon_signs_for_everybody() -> None:
    assert not known(SES, posts.sns({}, TopicArn=posts.TOPIC + "2"))
    assert not known(SES, posts.subscription(TopicArn="arn:aws:sns:eu-central-1:999999999999:returns"))


@pytest.mark.parametrize(
    "address",
    [
        "https://sns.eu-central-1.amazonaws.com.evil.example/SimpleNotificationService-" + "0a" * 16 + ".pem",
        "https://evil.example/?https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-" + "0a" * 16 + ".pem",
        "https://sns.eu-central-1.amazonaws.com@evil.example/SimpleNotificationService-" + "0a" * 16 + ".pem",
        "http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-" + "0a" * 16 + ".pem",
        "https://bucket.s3.amazonaws.com/SimpleNotificationService-" + "0a" * 16 + ".pem",
        "https://sns.bucket.s3.amazonaws.com/SimpleNotificationService-" + "0a" * 16 + ".pem",  # anybody may have such a bucket
        posts.CERTIFICATE_URL + "/../../other.pem",
        "https://sns.eu-central-1.amazonaws.com/other.pem",
        "",
    ],
)  # fmt: skip
def test_a_certificate_that_lies_elsewhere_is_never_believed_nor_shown(address: str) -> None:
    posted = posts.sns(posts.ses_bounce(ANN), SigningCertURL=address)
    assert not known(SES, posted)
    assert wanted(SECRETS[SES], posted) == ""


def test_another_key_or_a_certificate_that_ran_out_proves_nothing_and_says_which_one_is_wanted() -> None:
    other = rsa.generate_private_key(65537, 2048)
    for posted, secret in (
        (posts.sns({}, key=other), SECRETS[SES]),
        (posts.sns({}), replace(SECRETS[SES], certificates=(posts.certificate(days=20),))),
        (posts.sns({}), replace(SECRETS[SES], certificates=(posts.certificate(begin=NOON + timedelta(days=1)),))),
        (posts.sns({}), replace(SECRETS[SES], certificates=())),
    ):
        assert not known(SES, posted, secret)
        assert wanted(secret, posted) == posts.CERTIFICATE_URL
    assert wanted(SECRETS[SES], posts.sns({}, TopicArn="arn:aws:sns:x:1:other")) == ""
    assert known(SES, posts.sns({}), replace(SECRETS[SES], certificates=(posts.certificate(days=20), posts.certificate())))


def test_where_nothing_was_agreed_nothing_is_believed_that_is_signed_with_nothing() -> None:
    assert not known(POSTMARK, posts.basic(b"{}", password=""), Secret())
    assert not known(MAILGUN, posts.mailgun(ANN, "complained", key=""), Secret())
    assert not known(SES, posts.sns({}, TopicArn=""), replace(SECRETS[SES], topic=""))


def test_a_message_of_sns_is_as_long_as_amazon_makes_it_and_says_when_it_was_made() -> None:
    assert known(SES, posts.sns("x" * (MAX_MESSAGE - 2048)))
    assert not known(SES, posts.sns("x" * MAX_MESSAGE))
    for moment in ("2026-03-03T12:00:00.000", "yesterday", ""):  # noon where?
        assert not known(SES, posts.sns({}, Timestamp=moment))


def test_the_number_of_a_message_of_sns_has_one_form_as_nothing_else_parts_what_is_signed() -> None:
    assert not known(SES, posts.sns({}, MessageId="00000000-0000-0000-0000-000000000000\nSubject\nx"))


def test_mailgun_signs_no_body_so_its_token_counts_once_whatever_is_beside_it() -> None:
    first = posts.mailgun(ANN, "complained", token="f" * 50)
    second = posts.mailgun(About(email="bob@example.org"), "failed", token="f" * 50)
    assert name_of(MAILGUN, SECRETS[MAILGUN], first, NOON) == name_of(MAILGUN, SECRETS[MAILGUN], second, NOON) != b""
    assert not known(MAILGUN, posts.mailgun(ANN, "complained", key="key-of-another"))
    assert not known(MAILGUN, changed(first, b"f" * 50, b"e" * 50))
    assert not known(MAILGUN, Posted(body=b'{"signature": {"timestamp": 1, "token": "", "signature": ""}}'))


def test_sendgrid_signs_every_byte_and_the_time() -> None:
    posted = posts.sendgrid([posts.sendgrid_event(ANN, "bounce")])
    assert known(SENDGRID, posted)
    assert not known(SENDGRID, replace(posted, body=posted.body + b" "))
    assert not known(SENDGRID, replace(posted, timestamp=str(int(posted.timestamp) + 1)))
    assert not known(SENDGRID, posts.sendgrid([], key=ec.generate_private_key(ec.SECP256R1())))
    again = posts.sendgrid([posts.sendgrid_event(ANN, "bounce")], at=NOON - timedelta(hours=1))
    assert name_of(SENDGRID, SECRETS[SENDGRID], posted, NOON) == name_of(SENDGRID, SECRETS[SENDGRID], again, NOON)


@pytest.mark.parametrize(
    "header",
    ["", "Basic", "Basic !", "Bearer c2llZ2VscG9zdDpjb3JyZWN0IGhvcnNl", posts.basic(b"", "wrong").authorization,
     posts.basic(b"", user="root").authorization, posts.basic(b"", "").authorization],
)  # fmt: skip
def test_postmark_needs_user_and_password(header: str) -> None:
    assert known(POSTMARK, posts.basic(b"{}"))
    assert not known(POSTMARK, Posted(body=b"{}", authorization=header))


def test_keys_of_another_kind_are_no_keys() -> None:
    assert event_key(posts.event_key_text()) is not None
    for other in (ec.generate_private_key(ec.SECP384R1()), rsa.generate_private_key(65537, 2048)):
        assert event_key(other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()) is None
    assert event_key("") is event_key("AAAA") is event_key("-----BEGIN PUBLIC KEY-----") is None
    assert certificate_key(posts.certificate(), NOON) is not None
    assert certificate_key("", NOON) is certificate_key("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", NOON) is None


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)
names = ("Type", "MessageId", "TopicArn", "Message", "Timestamp", "SignatureVersion", "Signature", "SigningCertURL", "signature",
         "timestamp", "token", "event-data")  # fmt: skip
shaped = st.dictionaries(st.sampled_from(names), json_values | st.sampled_from([posts.TOPIC, "Notification", "1", posts.CERTIFICATE_URL]))
bodies = st.binary(max_size=200) | (shaped | json_values).map(lambda value: json.dumps(value).encode())
headers = st.text(max_size=60)


@pytest.mark.slow
@given(st.sampled_from(PROVIDERS), bodies, headers, headers, headers)
def test_nothing_that_anybody_posts_is_believed_or_raises(provider: str, body: bytes, one: str, two: str, three: str) -> None:
    posted = Posted(body=body, authorization=one, timestamp=two, signature=three)
    assert name_of(provider, SECRETS[provider], posted, NOON) == b""
    assert wanted(SECRETS[SES], posted) in ("", posts.CERTIFICATE_URL)


@pytest.mark.parametrize("provider", PROVIDERS)
@pytest.mark.parametrize("body", [b"[" * 100_000, b'{"a":' * 100_000, b'{"signature":' * 50_000, b"1" * 100_000, b"\xff\xfe", b""])
def test_nesting_without_end_and_numbers_without_end_are_refused(provider: str, body: bytes) -> None:
    assert name_of(provider, SECRETS[provider], Posted(body=body), NOON) == b""
