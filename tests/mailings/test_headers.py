"""Nothing that reaches a header can break out of it."""

import unicodedata
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from siegelpost.base.errors import BadInput
from siegelpost.mailings import rules
from siegelpost.mailings.errors import AddressRefused, HeaderRefused
from siegelpost.mailings.models import Mailing, Sender, Variant
from siegelpost.mailings.services import Content, copy_mailing, set_variant
from siegelpost.tenancy.handle import TenantDB
from tests.mailings.making import NOON, TEXT, WHO, some_mailing, some_sender

BREAKS = ["\r\n", "\n", "\r", "\x00", "\x0b", "\x0c", "\x1b", "\x7f", "\x85", "\u2028", "\u2029", "\u202e", "\ud800"]
NASTY = st.text(st.one_of(st.sampled_from('\r\n\t\0 <>@":;,=?BQ.ax'), st.characters()), max_size=60)


def harmless(text: str) -> bool:
    return not any(unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") for one in text)


@given(NASTY)
def test_text_for_a_header_is_one_harmless_line_or_refused(text: str) -> None:
    try:
        kept = rules.header_text(text, "subject", 400)
    except HeaderRefused:
        return
    assert kept
    assert harmless(kept)
    assert len(kept.splitlines()) == 1


@given(st.one_of(NASTY, st.tuples(NASTY, NASTY).map(lambda two: f"{two[0]} <{two[1]}@example.org>")))
def test_a_mailbox_is_a_harmless_name_and_address_or_refused(text: str) -> None:
    try:
        name, email = rules.mailbox(text)
    except BadInput:
        return
    assert harmless(name)
    assert name
    assert email.isascii()
    assert email.isprintable()
    assert not set(' <>,;:"') & set(email)
    assert email.count("@") == 1


@pytest.mark.slow
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(field=st.sampled_from(["name", "subject", "preheader", "reply_to", "variant", "sender"]), text=NASTY)
def test_no_line_break_survives_into_a_stored_field(alpha: TenantDB, field: str, text: str) -> None:
    with suppress(BadInput):
        _write(alpha, field, text)
    rows = [*alpha.objects(Mailing).values_list("name", "reply_to"), *alpha.objects(Sender).values_list("name", "email", "code")]
    rows += alpha.objects(Variant).values_list("name", "subject", "preheader")
    assert all(harmless(value) for row in rows for value in row)


def _write(alpha: TenantDB, field: str, text: str) -> None:
    if field == "sender":
        some_sender(alpha, f"{text} <{text}@example.org>")
    elif field == "variant":
        set_variant(alpha, some_mailing(alpha), TEXT, name=text, actor=WHO, now=NOON)
    elif field in ("subject", "preheader"):
        some_mailing(alpha, replace(TEXT, **{field: text}))
    elif field == "name":
        some_mailing(alpha, name=text)
    else:
        some_mailing(alpha, reply_to=text)


@pytest.mark.parametrize(
    "write",
    [
        lambda alpha, bad: some_mailing(alpha, Content(subject=f"Hi{bad}Bcc: x@example.org", format="txt", source="Hi")),
        lambda alpha, bad: some_mailing(alpha, Content(subject="Hi", preheader=f"a{bad}b", format="txt", source="Hi")),
        lambda alpha, bad: some_mailing(alpha, name=f"a{bad}b"),
        lambda alpha, bad: some_mailing(alpha, reply_to=f"a@example.org{bad}Bcc: x@example.org"),
        lambda alpha, bad: some_sender(alpha, f"News{bad}Bcc: x <news@example.org>"),
        lambda alpha, bad: some_sender(alpha, f"News <news{bad}@example.org>"),
        lambda alpha, bad: copy_mailing(alpha, some_mailing(alpha), name=f"a{bad}b", actor=WHO, now=NOON),
    ],
    ids=["subject", "preheader", "name", "reply-to", "sender name", "sender address", "name of a copy"],
)
def test_a_line_break_in_any_field_is_refused(alpha: TenantDB, write: Callable[[TenantDB, str], object]) -> None:
    for bad in BREAKS:
        with pytest.raises(HeaderRefused) as refused:
            write(alpha, bad)

        assert refused.value.exit_code == 4
        assert "Bcc" not in refused.value.text()


def test_a_sender_with_an_umlaut_domain_is_kept_as_a_label(alpha: TenantDB) -> None:
    found = some_sender(alpha, '"Bücher, neu" <Neues@Bücher.example>')

    assert (found.name, found.email, found.domain) == ("Bücher, neu", "Neues@xn--bcher-kva.example", "xn--bcher-kva.example")


@pytest.mark.parametrize(
    "text", ["", "news@example.org", "News", "News <>", "News <a@b@c>", "A <a@example.org> B", "A <a@[127.0.0.1]>", "Ä <ä@example.org>"]
)
def test_what_is_no_mailbox_is_refused(text: str) -> None:
    with pytest.raises((AddressRefused, HeaderRefused)):
        rules.mailbox(text)


@pytest.mark.parametrize("name", ["=?utf-8?B?QmNjOg==?=", "", "x" * 121, '""'])
def test_names_that_are_empty_too_long_or_encoded_are_refused(name: str) -> None:
    with pytest.raises(HeaderRefused):
        rules.mailbox(f"{name} <a@example.org>")


def test_emoji_and_other_scripts_may_stand_in_a_subject() -> None:
    for text in ("Grüße 👩‍👩‍👧", "שלום", "你好", "{{ first_name | default: 'Hallo' }} = ?"):
        assert rules.header_text(text, "subject", 400) == text


@pytest.mark.slow
@given(st.integers(1, 10**6), st.text(max_size=30), st.from_regex(r"[a-z]{1,9}@[a-z0-9][a-z0-9-]{0,40}\.example", fullmatch=True))
def test_the_code_of_a_sender_fits_feedback_id_and_never_changes(number: int, name: str, email: str) -> None:
    name = name.encode("utf-8", "replace").decode()
    code = rules.sender_code(number, name, email)

    assert 5 <= len(code) <= 15
    assert code.isascii()
    assert code.isalnum()
    assert code == code.lower() == rules.sender_code(number, name, email)
