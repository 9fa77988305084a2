"""A relay that changes headers, or accepts one signature only, does not break ours; what has to be signed stays signed."""

import json
import re
from email import message_from_bytes
from typing import Any

import dkim
import pytest

from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import process_settings
from siegelpost.delivery.compose import NAMES
from siegelpost.delivery.outgoing import NAMES as SYSTEM_NAMES
from siegelpost.delivery.signing import ALL, MAY_BE_UNSIGNED, PROFILES, Signing
from siegelpost.flows import routing as flow
from siegelpost.mailings.reads import dkim_keys
from siegelpost.tenancy.handle import TenantDB
from tests.delivery.smtp_server import serving
from tests.delivery.support import NOON, launched, sending, state_of, system_mail, until
from tests.delivery.test_routing import known, rules_to, shell, use
from tests.mailings.making import some_sender
from tests.mailings.test_domains import as_dns, records_of

SETTINGS = process_settings()
SES = PROFILES["ses"]


def signed_by(message: bytes) -> list[list[str]]:
    """The h= tag of each signature."""
    tags = [re.sub(r"\s", "", value) for value in message_from_bytes(message).get_all("DKIM-Signature", [])]
    return [re.search(r";h=([^;]+);", one)[1].split(":") for one in tags]  # type: ignore[index]


def verified(tenant: TenantDB, message: bytes) -> list[bool]:
    """Whether each signature of it holds, against the keys that we publish."""
    keys = dkim_keys(tenant, some_sender(tenant).domain_id)
    return [dkim.DKIM(message).verify(idx=at, dnsfunc=as_dns(records_of(keys))) for at in range(len(signed_by(message)))]


def as_ses_does(message: bytes) -> bytes:
    """Date and Message-ID replaced, as the documentation of that relay says."""
    head, _blank, body = message.partition(b"\r\n\r\n")
    head = re.sub(rb"(?m)^Date: .*\r$", b"Date: Tue, 03 Mar 2026 09:00:00 +0000\r", head)
    return re.sub(rb"(?m)^Message-ID: .*\r$", b"Message-ID: <0100@ses.example>\r", head) + b"\r\n\r\n" + body


@pytest.mark.wire
@pytest.mark.sqlite  # about servers of others, not about engines
@pytest.mark.parametrize("what", ["mailing", "system mail"])
def test_a_signature_outlives_what_the_relay_rewrites(alpha: TenantDB, what: str) -> None:
    with serving() as ses, serving() as other:
        url = f"smtp://127.0.0.1:{ses.port}?tls=off"
        flow.set_relay("ses", url, settings=SETTINGS, now=NOON, signing=flow.signing_of("ses", (), None))
        for relay in (ses, other):
            use(alpha, *(("ses",) if relay is ses else ()))
            if what == "mailing":
                launched(alpha, 3)
            else:
                system_mail(alpha)
            with sending(alpha, port=other.port, routing=lambda: rules_to(other), signatures="both"):
                until(lambda: len(relay.accepted) == (3 if what == "mailing" else 1), 20, "all is sent")  # noqa: B023 - waited for here
    for one in ses.accepted:
        assert verified(alpha, one.message) == verified(alpha, as_ses_does(one.message)) == [True]
        assert not {"date", "message-id"} & set(signed_by(one.message)[0])
        assert {b"Date: ", b"Message-ID: "} <= {line[: line.find(b" ") + 1] for line in one.message.split(b"\r\n")}, "they are sent"
    for one in other.accepted:
        assert verified(alpha, one.message) == [True, True] and verified(alpha, as_ses_does(one.message)) == [False, False]


@pytest.mark.wire
@pytest.mark.sqlite  # about servers of others, not about engines
@pytest.mark.parametrize("name", MAY_BE_UNSIGNED)
def test_each_header_that_may_go_unsigned_can_change(alpha: TenantDB, name: str) -> None:
    with serving() as server:
        signing = flow.signing_of("", [name.upper()], None)
        assert signing == Signing((name,))
        flow.set_relay("mine", f"smtp://127.0.0.1:{server.port}?tls=off", settings=SETTINGS, now=NOON, signing=signing)
        use(alpha, "mine")
        mailing = launched(alpha, 1, reply_to="answer@example.org")
        system_mail(alpha)
        with sending(alpha, port=server.port, routing=lambda: rules_to(server), signatures="both"):
            until(lambda: state_of(alpha, mailing)[0] == "finished" and len(server.accepted) == 2, 20, "both are sent")
    changed = 0
    for one in server.accepted:
        other = re.sub(rb"(?mi)^%s: .*\r\n" % name.encode(), name.encode() + b": other\r\n", one.message, count=1)
        changed += other != one.message
        assert verified(alpha, one.message) == verified(alpha, other) == [True, True]
    assert changed


@pytest.mark.wire
@pytest.mark.sqlite  # about servers of others, not about engines
@pytest.mark.parametrize(("ours", "theirs", "wanted"), [("both", 0, 0), ("both", 1, 1), ("both", 2, 2), ("rsa", 2, 1), ("none", 2, 0)])
def test_a_message_carries_as_many_signatures_as_both_sides_want(alpha: TenantDB, ours: str, theirs: int, wanted: int) -> None:
    with serving() as server:
        signing = flow.signing_of("", (), theirs)
        flow.set_relay("mine", f"smtp://127.0.0.1:{server.port}?tls=off", settings=SETTINGS, now=NOON, signing=signing)
        use(alpha, "mine")
        mailing = launched(alpha, 2)
        with sending(alpha, port=server.port, routing=lambda: rules_to(server), signatures=ours):
            until(lambda: state_of(alpha, mailing)[0] == "finished", 20, "it is sent")
    assert [verified(alpha, one.message) for one in server.accepted] == [[True] * wanted] * 2
    assert all(b"a=rsa-sha256" in one.message for one in server.accepted) == bool(wanted)


def test_what_has_to_be_signed_cannot_be_left_out() -> None:
    must = {"From", "To", "Subject", "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type"}
    assert must == {*NAMES, *SYSTEM_NAMES} - set(MAY_BE_UNSIGNED)
    for name in (*must, "from", "Received", ""):
        with pytest.raises(SiegelpostError) as refused:
            flow.signing_of("", [name], None)
        assert refused.value.code == "relay.header_signed"


def test_a_profile_is_kept_where_only_the_address_changes(alpha: TenantDB) -> None:
    flow.set_relay("one", "smtp://127.0.0.1:25", settings=SETTINGS, now=NOON, signing=SES)
    known("one", 2525)
    assert (flow.routing(SETTINGS).others["one"].port, flow.routing(SETTINGS).others["one"].signing) == (2525, SES)
    flow.set_relay("one", "smtp://127.0.0.1:25", settings=SETTINGS, now=NOON, signing=flow.signing_of("none", (), None))
    assert flow.routing(SETTINGS).others["one"].signing == ALL


def test_the_command_sets_and_shows_what_is_signed(alpha: TenantDB, capsys: pytest.CaptureFixture[str]) -> None:
    address = "smtp://127.0.0.1:2525?tls=off"
    more = ("--profile", "ses", "--unsigned-header", "feedback-id")
    _code, out = shell(capsys, "add", "eu", address, *more)
    found: dict[str, Any] = json.loads(out)[1]
    assert (found["unsigned"], found["signatures"]) == (["Date", "Message-ID", "Feedback-ID"], 1)
    for words, code in ((("--profile", "sea"), "relay.profile_unknown"), (("--unsigned-header", "From"), "relay.header_signed")):
        ended, err = shell(capsys, "add", "eu", address, *words)
        assert (ended, json.loads(err)["error"]["code"]) == (4, code)
    assert shell(capsys, "add", "eu", address, "--signatures", "3")[0] == 2
