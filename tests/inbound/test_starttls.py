"""Other mail servers bring their mail encrypted where they can; the scan of our own addresses looks at that door, too."""

import smtplib
import socket
import ssl
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from siegelpost.base.settings import Settings, process_settings
from siegelpost.feedback import reads
from siegelpost.flows.certificates import watch, what_is_wrong
from siegelpost.flows.own_tls import own_pair
from siegelpost.flows.receive_mail import Receiving
from siegelpost.flows.tls_pair import server_context
from siegelpost.inbound.server import desk
from siegelpost.tenancy import certificates
from siegelpost.tenancy.certificates import IN_CLEAR, known, look
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.tls_scan import scan
from tests.delivery.certificates import NOW, Authority
from tests.inbound.delivered import deliver
from tests.inbound.listening import HOST, listening
from tests.patience import PATIENCE

pytestmark = pytest.mark.wire
MX = "mx.example.org"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


@pytest.fixture
def tls(authority: Authority) -> ssl.SSLContext:
    """As the server makes it of the operator's files."""
    certificate, key = authority.pair("mx", MX)
    pair = own_pair(_settings(tls_certificate=certificate, tls_key=key), (), now=NOW)
    assert pair is not None
    return server_context(pair)


def _settings(**changes: Any) -> Settings:
    return replace(process_settings(), **changes)


def test_a_bounce_comes_in_over_tls_and_what_was_said_before_is_forgotten(
    alpha: TenantDB, authority: Authority, tls: ssl.SSLContext
) -> None:
    sent = deliver(alpha)
    believes = ssl.create_default_context(cafile=str(authority.trusted))
    believes.check_hostname = False
    with (
        listening(desk(Receiving(complaint_address="x@alpha.example"), MX), tls) as port,
        smtplib.SMTP(HOST, port, timeout=PATIENCE) as peer,
    ):
        peer.ehlo("mx.example.net")
        assert peer.has_extn("starttls")
        peer.mail("")
        assert peer.starttls(context=believes)[0] == 220
        assert isinstance(peer.sock, ssl.SSLSocket) and peer.sock.version() == "TLSv1.3"
        assert peer.docmd("RCPT", f"TO:<{sent.verp}>")[0] == 503, "RFC 3207 section 4.2: the greeting before counts no more"
        peer.ehlo("mx.example.net")
        assert not peer.has_extn("starttls") and not peer.has_extn("auth")
        assert peer.sendmail("", [sent.verp], sent.sample("postfix_unknown")) == {}
    assert reads.bounces(sent.tenant, sent.mailing_id) == {"hard": 1, "soft": 0}


def test_commands_that_somebody_slipped_in_before_tls_are_not_obeyed(alpha: TenantDB, tls: ssl.SSLContext) -> None:
    with listening(desk(Receiving(complaint_address="x@alpha.example"), MX), tls) as port:
        with socket.create_connection((HOST, port), timeout=PATIENCE) as line:
            line.recv(1000)
            line.sendall(b"EHLO a\r\n")
            while b"250 " not in line.recv(1000):
                pass
            line.sendall(b"STARTTLS\r\nVRFY injected\r\n")
            assert line.recv(1000).startswith(b"220")
            anybody = ssl.create_default_context()
            anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
            with anybody.wrap_socket(line, server_hostname=MX) as secured:
                secured.sendall(b"NOOP\r\n")
                assert secured.recv(1000).startswith(b"250"), "the answer to what was said inside is the first one"
        for _each in range(25):  # each connection is counted once: otherwise this host would be shut out by now
            with smtplib.SMTP(HOST, port, timeout=PATIENCE) as peer:
                peer.starttls(context=anybody)
                assert peer.ehlo("a")[0] == 250


def test_the_scan_sees_how_the_door_for_mail_speaks(
    alpha: TenantDB, authority: Authority, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(desk(Receiving(complaint_address="x@alpha.example"), MX), tls) as port:
        found = scan(HOST, port, seconds=PATIENCE, smtp=True)
        assert (found.protocol, found.older, found.weak) == ("TLSv1.3", [], [])
        monkeypatch.setattr(certificates, "SECONDS", PATIENCE)
        with authority.believed(monkeypatch):
            watch(_settings(inbound_host=f"localhost:{port}"), [], now=NOW)
        (row,) = [one for one in known() if one.port == port]
        assert row.transport is not None and row.days_left(NOW) is not None and row.fault == "wrong_name"
    with listening(desk(Receiving(complaint_address="x@alpha.example"), MX)) as port:
        clear = look(HOST, port, smtp=True, now=NOW)
    assert (clear.fault, clear.stage(NOW)) == (IN_CLEAR, 0) and "STARTTLS" in what_is_wrong(clear, "de", now=NOW + timedelta(hours=1))
