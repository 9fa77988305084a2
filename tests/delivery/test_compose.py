"""A whole message: the headers that every mailing has, signatures that others verify, and no value that gets out of its place."""

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from functools import cache
from typing import Any

import dkim
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from siegelpost.delivery.compose import TWICE, Composer, Recipient, mailbox
from siegelpost.delivery.plan import FrozenVariant, LaunchPlan
from siegelpost.mailings.reads import DomainKeys
from siegelpost.sign.dkim import DkimKey
from siegelpost.sign.keys import TenantKeys
from siegelpost.sign.tokens import read_token
from siegelpost.sign.verp import read_verp
from tests.mailings.making import made_keys, published_keys

EVERY = (
    "From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Id", "Feedback-ID",
    "X-CSA-Complaints", "Precedence",
)  # fmt: skip
SECOND = 1_772_452_800  # 2 March 2026, 12:00 UTC
KEYS = TenantKeys(bytes(range(32)))
MD = """Hallo {{ first_name }},

.ein Punkt am Anfang {{ last_name }}. Text   mit   Lücken\tund Tab

{{ note }}

[Abmelden]({{ unsubscribe_url }}) {{ imprint }}
"""
TXT = "{{ first_name }}\n.{{ last_name }}\n{{ note }}.\n{{ note }}{{ nothing }}\n.\n..\nLeave: {{ unsubscribe_url }}\n{{ imprint }}\n"
TRICKY = st.text(st.sampled_from(" \t.=\r\nä€🎉a-_?\"'<>&\x00\x0b\u2028\u00a0"), max_size=150)
VALUES = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=200), TRICKY, st.sampled_from(["." * 300, " " * 200, "ü" * 500])
)
ATTACK = "Ann\r\nBcc: evil@example.net\r\n\r\n.\r\nMAIL FROM:<evil@example.net>"


@cache
def keys() -> DomainKeys:
    pair = made_keys()
    return DomainKeys(domain="example.org", rsa_selector="r1", rsa_private=pair.rsa, ed_selector="e1", ed_private=pair.ed)


@cache
def records() -> dict[str, bytes]:
    return published_keys(keys())


def txt(name: bytes | str, timeout: int = 5) -> bytes:
    return records()[name.decode() if isinstance(name, bytes) else name]


def composer(
    subject: str = "Hallo {{ first_name }}", format: str = "md", source: str = MD, *, signed: bool = True, **changes: Any
) -> Composer:
    variant = FrozenVariant(id=1, subject=subject, preheader="", format=format, source=source, text="")
    facts: dict[str, Any] = {
        "sender_name": "Größe & Söhne",
        "reply_to": "answer@example.org",
        "list_header": '"Letter" <list-1.own.example.org>',
        **changes,
    }
    plan = LaunchPlan(
        mailing_id=7, kind="standard", list_ids=(1,), sender_email="news@example.org", sender_code="abcde12345", domain_id=1,
        domain="example.org", imprint="Own GmbH\nWeg 1", public_url="https://m.example.org", bounce_domain="b.example.org",
        complaint_address="abuse@example.org", tenant_slug="own", variants=(variant,), **facts,
    )  # fmt: skip
    both = (DkimKey.load("example.org", "r1", keys().rsa_private), DkimKey.load("example.org", "e1", keys().ed_private))
    return Composer(plan, 3, KEYS, both if signed else ())


def person(email: str = "ann@example.org", number: int = 17, **fields: Any) -> Recipient:
    return Recipient(1000 + number, number, 1, 0, email, fields)


def read(message: bytes) -> EmailMessage:
    return message_from_bytes(message, policy=default)


def verified(message: bytes) -> list[bool]:
    found = []
    for number in range(2):
        try:
            found.append(bool(dkim.DKIM(message).verify(idx=number, dnsfunc=txt)))
        except dkim.ValidationError:
            found.append(False)
    return found


def fit_for_the_wire(message: bytes) -> None:
    assert message.endswith(b"\r\n")
    rest = message.replace(b"\r\n", b"")
    assert b"\r" not in rest and b"\n" not in rest
    assert all(len(line) <= 998 and not line.startswith(b".") for line in message.split(b"\r\n"))
    body = message.partition(b"\r\n\r\n")[2]
    relaxed = b"\r\n".join(re.sub(rb"[ \t]+", b" ", line).rstrip(b" \t") for line in body.split(b"\r\n"))
    assert relaxed.rstrip(b"\r\n") + b"\r\n" == body, "the body is not its own relaxed form"


def test_without_keys_the_message_is_the_same_but_for_its_signatures() -> None:
    to = person(first_name="Ann", last_name="Größe")
    signed, unsigned = (composer(signed=kind).compose(to, SECOND) for kind in (True, False))
    assert b"DKIM-Signature" not in unsigned
    assert signed.endswith(unsigned) and signed.count(b"DKIM-Signature:") == 2


def test_every_header_of_the_contract_is_there_once_and_exact() -> None:
    raw = composer().compose(person(first_name="Ann"), SECOND)
    message = read(raw)
    for name in (*EVERY, "Reply-To", "MIME-Version", "Content-Type"):
        assert len(message.get_all(name, [])) == 1, name
    assert message["From"] == "Größe & Söhne <news@example.org>"
    assert message["To"] == "ann@example.org"
    assert message["Subject"] == "Hallo Ann"
    assert message["Date"] == "Mon, 02 Mar 2026 12:00:00 +0000"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == '"Letter" <list-1.own.example.org>'
    assert message["Feedback-ID"] == "7:standard:own:abcde12345"
    assert message["X-CSA-Complaints"] == "abuse@example.org"
    assert message["Precedence"] == "bulk"
    assert message["Reply-To"] == "answer@example.org"
    assert re.fullmatch(r"<[0-9a-f]{32}@example\.org>", message["Message-ID"])
    assert len(message.get_all("DKIM-Signature", [])) == 2


def test_the_way_out_is_https_first_and_mail_second_and_both_are_genuine() -> None:
    header = read(composer().compose(person(), SECOND))["List-Unsubscribe"]
    found = re.fullmatch(r"<https://m\.example\.org/u/([^>]+)>,\s*<mailto:([^@>]+)@b\.example\.org\?subject=unsubscribe>", header)
    assert found
    token = read_token("u", found[1], lambda _tenant, _key: KEYS.tokens)
    assert (token.tenant_number, token.numbers) == (3, (17, 7))
    assert read_verp(found[2], lambda _tenant, _key: KEYS.tokens).token.numbers == (17, 7)


def test_all_of_these_headers_are_signed_by_both_keys() -> None:
    message = read(composer().compose(person(), SECOND))
    for signature in message.get_all("DKIM-Signature", []):
        (listed,) = re.findall(r"\bh=([^;]+)", str(signature))
        named = re.sub(r"\s", "", listed).split(":")
        assert {name.lower() for name in (*EVERY, "Reply-To", "MIME-Version", "Content-Type")} <= set(named)
        for name in TWICE:
            assert named.count(name.lower()) == 2


def test_reply_to_is_left_out_where_there_is_none_and_nobody_can_add_it() -> None:
    raw = composer(reply_to="").compose(person(), SECOND)
    assert "Reply-To" not in read(raw)
    assert verified(raw) == [True, True]
    assert verified(raw.replace(b"\r\nPrecedence", b"\r\nReply-To: evil@example.net\r\nPrecedence", 1)) == [False, False]


def test_a_person_keeps_the_message_id_over_retries_and_no_two_share_one() -> None:
    one, again = composer(), composer()
    ids = [
        read(made.compose(person(number=n), second))["Message-ID"] for made, second in ((one, 1), (again, 10**9)) for n in (17, 18, 1, 7)
    ]
    assert ids[:4] == ids[4:] and len(set(ids)) == 4


def test_what_is_the_same_for_all_says_nothing_about_one() -> None:
    made = composer()
    one, other = (read(made.compose(person(f"p{n}@example.org", n, first_name=f"N{n}"), SECOND)) for n in (1, 2))
    for name in ("Feedback-ID", "List-Id", "X-CSA-Complaints", "From", "Content-Type", "Precedence"):
        assert one[name] == other[name]


@pytest.mark.parametrize(
    ("subject", "fields"),
    [
        ("Grüße {{ first_name }}", {"first_name": "Jürgen"}),
        ("{{ first_name }} " + "sehr lang " * 38, {"first_name": "Ann"}),
        ("ü" * 390, {}),
        ("{{ first_name }}", {}),
        ("{{ first_name }}", {"first_name": "x" * 3000}),
        ("a =?utf-8?q?b?= c", {}),
        ("Hi", {"note": "a\r\n.\r\nb \t c  \r\n\r\n\r\n"}),
    ],
)
@pytest.mark.parametrize(("format", "source"), [("md", MD), ("txt", TXT)])
def test_both_signatures_hold_and_one_flipped_byte_breaks_them(subject: str, fields: dict[str, str], format: str, source: str) -> None:
    raw = composer(subject, format, source).compose(person("x" * 64 + "@" + "y" * 60 + ".example.org", 17, **fields), SECOND)
    fit_for_the_wire(raw)
    assert verified(raw) == [True, True]
    start = raw.index(b"\r\n\r\n") + 4
    for at in range(start, len(raw), max(1, (len(raw) - start) // 6)):
        assert verified(raw[:at] + bytes((raw[at] ^ 1,)) + raw[at + 1 :]) == [False, False]


@pytest.mark.slow
@settings(max_examples=60)
@given(VALUES, VALUES, VALUES)
@example(ATTACK, ATTACK, ATTACK)
@example("", "", "")
@example("x" * 3000, ".", "\n")
def test_no_value_gets_out_of_its_place(first: str, last: str, note: str) -> None:
    raw = made_txt().compose(person(first_name=first, last_name=last, note=note), SECOND)
    fit_for_the_wire(raw)
    message = read(raw)
    assert sorted(message.keys()) == sorted(read(made_txt().compose(person(), SECOND)).keys())
    assert message["To"] == "ann@example.org" and not message.defects
    text = message.get_body(("plain",))
    assert text is not None
    got = bytes(text.get_payload(decode=True)).decode().replace("\r\n", "\n")
    head, _, tail = got.partition("\nLeave: ")
    assert letters(head) == letters(f"{first}\n.{last}\n{note}.\n{note}\n.\n..")
    assert not re.search(r"(?m)^(Bcc|MAIL)", head), "a value made a line of its own"
    assert tail.startswith("https://m.example.org/u/") and "Own GmbH" in tail
    assert verified(raw) == [True, True]


def letters(text: str) -> str:
    """What is left without control characters and white space: a value stands on one line, however it was typed."""
    return re.sub(r"[\x00-\x20\x7f-\xa0\u2028\u2029]+", "", text)


@cache
def made_txt() -> Composer:
    return composer("S {{ first_name }}", "txt", TXT)


@settings(max_examples=100)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=120))
@example('Ann "the\\ boss" <evil@example.net>')
@example("a" * 200)
@example("Ann\r\nBcc: evil@example.net")
@example("word " * 30)
@example('"' * 60)
@pytest.mark.slow
def test_a_senders_name_is_a_name_whatever_stands_in_it(name: str) -> None:
    raw = mailbox(name, "news@example.org")
    assert b"\n" not in raw.replace(b"\r\n ", b"") and max(map(len, raw.split(b"\r\n"))) < 990
    found = read(b"From: " + raw + b"\r\nTo: ann@example.org\r\n\r\n")
    assert found.keys() == ["From", "To"]
    assert [one.addr_spec for one in found["From"].addresses] == ["news@example.org"]
