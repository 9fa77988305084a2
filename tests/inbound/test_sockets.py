"""The listener, spoken to over real sockets: by mail servers, and by those who mean it no good."""

import os
import re
import signal
import smtplib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from smtplib import LMTP, SMTP

import pytest

from siegelpost.consent.reads import running_lists
from siegelpost.feedback import reads
from siegelpost.feedback.models import Event
from siegelpost.flows.receive_mail import Outcome, Receiving
from siegelpost.inbound.server import InboundPortTaken, desk, serve_inbound
from siegelpost.inbound.session import MAX_BYTES, MAX_MESSAGE, MAX_PER_HOST, MAX_REFUSALS, Desk
from siegelpost.tenancy.handle import TenantDB
from tests.inbound.delivered import Sent, deliver
from tests.inbound.listening import HOST, listening
from tests.patience import PATIENCE

pytestmark = pytest.mark.wire

COMPLAINTS = "complaints@alpha.example"


@pytest.fixture
def port(alpha: TenantDB) -> Iterator[int]:
    with listening(desk(Receiving(complaint_address=COMPLAINTS), "inbound.example.org")) as found:
        yield found


@pytest.fixture
def sent(alpha: TenantDB) -> Sent:
    return deliver(alpha)


def hand_over(port: int, rcpt: str, content: bytes) -> tuple[int, bytes]:
    """One message as another server would bring it; the last answer."""
    with SMTP(HOST, port, timeout=PATIENCE) as peer:
        peer.ehlo("mx.example.net")
        peer.mail("")
        code, text = peer.rcpt(rcpt)
        return peer.data(content) if code == 250 else (code, text)


def test_a_bounce_over_smtp_is_recorded(port: int, sent: Sent) -> None:
    assert hand_over(port, sent.verp, sent.sample("postfix_unknown"))[0] == 250
    assert reads.bounces(sent.tenant, sent.mailing_id) == {"hard": 1, "soft": 0}


def test_a_bounce_over_lmtp_is_recorded(port: int, sent: Sent) -> None:
    with LMTP(HOST, port, timeout=PATIENCE) as peer:
        assert peer.sendmail("", [sent.verp], sent.sample("exim_unrouteable")) == {}
    assert reads.bounces(sent.tenant, sent.mailing_id) == {"hard": 1, "soft": 0}


def test_a_complaint_and_an_unsubscribe_come_in(port: int, sent: Sent) -> None:
    assert hand_over(port, sent.mailto, b"Subject: unsubscribe\r\n\r\n")[0] == 250
    assert sent.list_id not in running_lists(sent.tenant, sent.subscriber_id)
    assert hand_over(port, COMPLAINTS, sent.sample("arf_abuse"))[0] == 250
    assert running_lists(sent.tenant, sent.subscriber_id) == frozenset()
    assert hand_over(port, COMPLAINTS, sent.sample("human_answer"))[0] == 550


def test_many_messages_come_over_one_connection(port: int, sent: Sent) -> None:
    with SMTP(HOST, port, timeout=PATIENCE) as peer:
        for _each in range(30):
            assert peer.sendmail("", [sent.verp], sent.sample("postfix_full")) == {}
    assert sent.tenant.objects(Event).count() == 1


def test_nothing_is_relayed_and_forged_addresses_are_unknown(port: int, sent: Sent) -> None:
    local, _at, domain = sent.verp.partition("@")
    for address in ("ann@example.net", f"{local[:-1]}@{domain}", f"{local}x@{domain}", "b-@" + domain, "postmaster@" + domain):
        assert hand_over(port, address, b"x") == (550, b"5.1.1 No such recipient here")
    assert sent.tenant.objects(Event).count() == 0


def test_whoever_guesses_addresses_is_hung_up_on(port: int) -> None:
    with SMTP(HOST, port, timeout=PATIENCE) as peer:
        peer.ehlo("guess.example.net")
        peer.mail("")
        codes = [peer.rcpt(f"b-{number}@example.org")[0] for number in range(MAX_REFUSALS)]
        assert codes == [550] * (MAX_REFUSALS - 1) + [421]
        with pytest.raises(smtplib.SMTPServerDisconnected):
            peer.noop()


def test_a_message_has_one_recipient(port: int, sent: Sent) -> None:
    with SMTP(HOST, port, timeout=PATIENCE) as peer:
        refused = peer.sendmail("", [sent.verp, sent.mailto], sent.sample("postfix_unknown"))
    assert [code for code, _text in refused.values()] == [452]
    assert reads.unsubscribes(sent.tenant, sent.mailing_id) == 0


def test_a_message_that_is_too_big_is_refused_and_the_next_one_taken(port: int, sent: Sent) -> None:
    with SMTP(HOST, port, timeout=PATIENCE) as peer:
        peer.ehlo("mx.example.net")
        assert peer.docmd("MAIL FROM:<> SIZE=99999999")[0] == 552
        peer.mail("")
        peer.rcpt(sent.verp)
        assert peer.data(b"Subject: big\r\n\r\n" + b"x" * 70 + b"\r\n" * (MAX_MESSAGE // 2 + 1))[0] == 552
        assert peer.sendmail("", [sent.verp], sent.sample("postfix_unknown")) == {}
    assert sent.tenant.objects(Event).count() == 1


@pytest.mark.parametrize("piece", [b"x" * 65536, b"x\r\n" * 20000], ids=["one line", "many lines"])
def test_a_message_without_end_is_cut_off(port: int, sent: Sent, piece: bytes) -> None:
    with SMTP(HOST, port, timeout=PATIENCE) as peer:
        peer.ehlo("mx.example.net")
        peer.mail("")
        peer.rcpt(sent.verp)
        peer.docmd("DATA")
        assert peer.sock is not None
        with pytest.raises(OSError):  # noqa: PT012 - which of the pieces breaks is the system's
            for _each in range(20 * MAX_BYTES // len(piece)):
                peer.sock.sendall(piece)
        peer.close()
    assert hand_over(port, sent.verp, sent.sample("postfix_unknown"))[0] == 250


def answer_of(peer: socket.socket) -> bytes:
    """One answer to its end, however many packets bring it."""
    said = b""
    while not re.search(rb"(?m)^\d{3}(?: .*)?\r\n\Z", said):
        piece = peer.recv(1000)
        if not piece:
            break
        said += piece
    return said


def test_one_host_gets_only_so_many_connections(port: int) -> None:
    peers = [socket.create_connection((HOST, port), timeout=PATIENCE) for _each in range(MAX_PER_HOST)]
    try:
        assert all(answer_of(peer).startswith(b"220") for peer in peers)
        with socket.create_connection((HOST, port), timeout=PATIENCE) as another:
            assert answer_of(another).startswith(b"421")
    finally:
        for peer in peers:
            peer.close()
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with socket.create_connection((HOST, port), timeout=PATIENCE) as again:
            if answer_of(again).startswith(b"220"):
                return
    pytest.fail("closed connections still count")


JUNK = [
    b"\x80\x81\x82\r\n",
    b"\x00\r\n",
    b"MAIL FROM:<\xff@\xfe>\r\n",
    b"RCPT TO:<" + b"(" * 400 + b">\r\n",
    b"RCPT TO:<b-\xc3\xa4@example.org>\r\n",
    b'RCPT TO:<"b-\\"@example.org>\r\n',
    b"X" * 200_000 + b"\r\n",
    b"DATA\r\n",
    b"EHLO \r\n",
    b"VRFY ann@example.org\r\n",
    b"AUTH PLAIN AGFubgBzZWNyZXQ=\r\n",
    b"\r\n",
]


def test_junk_commands_get_a_refusal_and_the_listener_lives(port: int, sent: Sent) -> None:
    for greeted in (False, True):
        for junk in JUNK:
            with socket.create_connection((HOST, port), timeout=PATIENCE) as peer:
                answer_of(peer)
                if greeted:
                    peer.sendall(b"HELO mx.example.net\r\n")
                    answer_of(peer)
                    peer.sendall(b"MAIL FROM:<>\r\n")
                    answer_of(peer)
                peer.sendall(junk)
                answer = answer_of(peer)
                assert answer[:1] in (b"4", b"5"), (junk[:40], answer)
    assert hand_over(port, sent.verp, sent.sample("postfix_unknown"))[0] == 250


@pytest.mark.parametrize(
    "content",
    [
        b"",
        bytes(range(128, 256)) * 100,
        b"Content-Type: multipart/report; boundary=x\r\n\r\n" + b"--x\r\n\r\ny\r\n" * 50_000,
        b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(5_000)),
        b"A" * 60_000,
    ],
    ids=["empty", "8-bit", "parts", "nested", "long line"],
)
def test_junk_messages_are_taken_and_store_nothing(port: int, sent: Sent, content: bytes) -> None:
    assert hand_over(port, sent.verp, content)[0] == 250
    assert sent.tenant.objects(Event).count() == 0


def test_an_internal_fault_leaves_the_message_with_its_sender(alpha: TenantDB) -> None:
    def break_down(address: str, content: bytes) -> Outcome:
        raise RuntimeError(address)

    with listening(Desk(lambda address: True, break_down, "inbound.example.org")) as port:
        code, text = hand_over(port, "b-ann@example.org", b"x")
    assert code == 451
    assert b"ann" not in text


def test_a_fault_while_asking_for_an_address_is_no_refusal(alpha: TenantDB) -> None:
    def break_down(address: str) -> bool:
        raise RuntimeError(address)

    with listening(Desk(break_down, lambda address, content: Outcome.DROPPED, "inbound.example.org")) as port:
        assert hand_over(port, "b-ann@example.org", b"x")[0] == 451


def test_the_answer_comes_after_the_message_is_stored_even_when_the_listener_stops(alpha: TenantDB) -> None:
    begun, go_on = threading.Event(), threading.Event()
    answers: list[int] = []

    def slow(address: str, content: bytes) -> Outcome:
        begun.set()
        go_on.wait(PATIENCE)
        return Outcome.BOUNCE

    with listening(Desk(lambda address: True, slow, "inbound.example.org")) as port:
        peer = threading.Thread(target=lambda: answers.append(hand_over(port, "b-x@example.org", b"x")[0]))
        peer.start()
        assert begun.wait(PATIENCE)
        assert answers == []
        threading.Timer(0.3, go_on.set).start()
    peer.join(PATIENCE)
    assert answers == [250]


def test_the_process_ends_on_sigterm_and_logs_no_address(alpha: TenantDB) -> None:
    sent = deliver(alpha)
    code = (
        "import django, sys; django.setup()\n"
        "from siegelpost.base.logs import configure_logs\n"
        "from siegelpost.inbound.server import serve_inbound\n"
        "configure_logs()\n"
        "serve_inbound('127.0.0.1', 0, lambda port: (sys.stdout.write(f'{port}\\n'), sys.stdout.flush()))\n"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdout=pipe, stderr=pipe, text=True, env=os.environ) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        assert hand_over(port, sent.verp, sent.sample("postfix_unknown"))[0] == 250
        assert hand_over(port, "ann@example.net", b"x")[0] == 550
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0, errors
    assert '"outcome": "bounce"' in errors
    assert "@" not in out + errors
    assert sent.verp.partition("@")[0] not in out + errors
    assert reads.bounces(sent.tenant, sent.mailing_id)["hard"] == 1


def test_a_port_in_use_is_named(alpha: TenantDB) -> None:
    with socket.create_server((HOST, 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InboundPortTaken) as caught:
            serve_inbound(HOST, port)
    assert caught.value.facts["port"] == port
