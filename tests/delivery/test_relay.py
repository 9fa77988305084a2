"""Relays that are down, refuse our login or have no TLS: mailings wait with a reason, nobody is lost, and no attempt is used up."""

import datetime as dt
import ipaddress
import ssl
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from siegelpost.delivery import breaker
from siegelpost.delivery.models import Delivery
from siegelpost.delivery.relay import Relay, RelayFault
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.relays import broken_relays
from tests.delivery.smtp_server import PIPELINING, Say, serving
from tests.delivery.support import counts, launched, send_all, sending, state_of, until

pytestmark = pytest.mark.wire
LOGIN = (*PIPELINING, "AUTH PLAIN LOGIN")
WITH_TLS = (*PIPELINING, "STARTTLS")


@pytest.fixture(scope="module")
def self_signed(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A certificate that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sink.example")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file: Path = tmp_path_factory.mktemp("tls") / "both.pem"
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM) + private)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


def relay(port: int, query: str = "", user: str = "", scheme: str = "smtp") -> Relay:
    return Relay.parse(f"{scheme}://{user}127.0.0.1:{port}{query}")


def waits(tenant: TenantDB, mailing: int, where: Relay, seconds: float = 10) -> str:
    """Send until the relay counts as broken; returns why. Everybody still waits, and the mailing runs."""
    with sending(tenant, port=0, relay=where):
        until(broken_relays, seconds, "the relay counts as broken")
        until(lambda: "claimed" not in counts(tenant, mailing), 5, "what was claimed is given back")
    assert counts(tenant, mailing) == {"audience": 20, "due": 20}
    assert not tenant.objects(Delivery).exclude(attempt=0).exists()
    assert state_of(tenant, mailing) == ("sending", "")
    return broken_relays()[0].code


def test_tls_that_is_demanded_and_absent_makes_the_mailing_wait(alpha: TenantDB) -> None:
    mailing = launched(alpha, 20)
    with serving() as server:
        assert waits(alpha, mailing, relay(server.port, "?tls=required")) == "relay.tls_missing"
        assert server.accepted == []
        assert not any(line.upper().startswith(b"MAIL") for talk in server.talks for line in talk.lines)


def test_tls_that_is_demanded_and_refused_makes_the_mailing_wait(alpha: TenantDB) -> None:
    mailing = launched(alpha, 20)
    script = lambda stage, _talk: b"454 4.7.0 not now\r\n" if stage == "starttls" else None  # noqa: E731
    with serving(script, features=WITH_TLS) as server:
        assert waits(alpha, mailing, relay(server.port, "?tls=required")) == "relay.tls_missing"
        assert server.accepted == []


def test_a_certificate_that_nobody_vouches_for_is_not_taken_where_tls_is_demanded(alpha: TenantDB, self_signed: ssl.SSLContext) -> None:
    mailing = launched(alpha, 20)
    with serving(features=WITH_TLS, tls=self_signed) as server:
        assert waits(alpha, mailing, relay(server.port, "?tls=required")) == "relay.tls_missing"
        assert server.accepted == []


def test_opportunistic_tls_takes_any_certificate_and_speaks_in_secret(alpha: TenantDB, self_signed: ssl.SSLContext) -> None:
    mailing = launched(alpha, 20)
    with serving(features=WITH_TLS, tls=self_signed) as server:
        assert send_all(alpha, mailing, 0, relay=relay(server.port)) == {"audience": 20, "sent": 20}
        assert all(talk.secure for talk in server.talks if talk.texts)


def test_opportunistic_tls_goes_on_without_where_there_is_none(alpha: TenantDB) -> None:
    mailing = launched(alpha, 20)
    with serving() as server:
        assert send_all(alpha, mailing, 0, relay=relay(server.port)) == {"audience": 20, "sent": 20}


def test_answers_that_were_slipped_in_before_tls_are_not_believed(alpha: TenantDB) -> None:
    mailing = launched(alpha, 20)
    script = lambda stage, _talk: b"220 go\r\n250 injected\r\n" if stage == "starttls" else None  # noqa: E731
    with serving(script, features=WITH_TLS, tls=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)) as server:
        assert waits(alpha, mailing, relay(server.port, "?tls=required")) == "relay.tls_missing"
        assert server.accepted == []


@pytest.mark.parametrize("features", [LOGIN, (*PIPELINING, "AUTH LOGIN")], ids=["PLAIN", "LOGIN"])
def test_a_login_is_given_as_the_relay_wants_it(alpha: TenantDB, features: tuple[str, ...]) -> None:
    mailing = launched(alpha, 20)
    with serving(features=features) as server:
        found = send_all(alpha, mailing, 0, relay=relay(server.port, "?tls=off", "us%C3%A9r:p%40ss@"))
        said = b"".join(server.talks[0].lines)
    assert found == {"audience": 20, "sent": 20}
    whole = b64encode("\0usér\0p@ss".encode())
    assert whole in said or (b64encode("usér".encode()) in said and b64encode(b"p@ss") in said)


@pytest.mark.parametrize("features", [LOGIN, PIPELINING, (*PIPELINING, "AUTH GSSAPI")], ids=["refused", "not offered", "not ours"])
def test_a_login_that_is_refused_makes_the_mailing_wait(alpha: TenantDB, features: tuple[str, ...]) -> None:
    mailing = launched(alpha, 20)
    script = lambda stage, _talk: b"535 5.7.8 no\r\n" if stage == "auth" else None  # noqa: E731
    with serving(script, features=features) as server:
        assert waits(alpha, mailing, relay(server.port, "?tls=off", "user:wrong@")) == "relay.login_refused"
        assert len(server.talks) < 12, "a wrong password is tried again and again"


def test_a_relay_that_is_down_is_called_again_until_it_works(alpha: TenantDB, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "GIVE_UP_SECONDS", 1.0)
    monkeypatch.setattr(RelayFault, "first_pause", 1)
    mailing = launched(alpha, 20)
    with serving() as server:
        port = server.port
    assert waits(alpha, mailing, relay(port, "?tls=off")) == "relay.unreachable"
    with serving(port=port) as server:
        assert send_all(alpha, mailing, port) == {"audience": 20, "sent": 20}
    assert set(server.recipients().values()) == {1}
    assert broken_relays() == []


def test_a_relay_that_is_away_for_a_moment_breaks_nothing(alpha: TenantDB) -> None:
    mailing = launched(alpha, 20)
    with serving() as server:
        port = server.port
    with sending(alpha, port=port):
        until(lambda: counts(alpha, mailing).get("claimed", 0) > 0, 5, "it tries")
        with serving(port=port) as server:
            until(lambda: state_of(alpha, mailing)[0] == "finished", 15, "the mailing is finished")
    assert counts(alpha, mailing) == {"audience": 20, "sent": 20}
    assert set(server.recipients().values()) == {1}


def test_a_relay_that_goes_away_in_the_middle_loses_nobody(alpha: TenantDB) -> None:
    mailing = launched(alpha, 300)
    slow = lambda stage, _talk: Say(b"250 2.0.0 Ok\r\n", after=0.02) if stage == "dot" else None  # noqa: E731
    with serving(slow) as first, sending(alpha, port=first.port):
        first.stands_at = 41
        until(lambda: len(first.accepted) > 40, 15, "some are sent")
        first.end()
        with serving(slow, port=first.port) as second:
            until(lambda: state_of(alpha, mailing)[0] == "finished", 20, "the mailing is finished")
    got = first.recipients() + second.recipients()
    found = counts(alpha, mailing)
    assert found["sent"] + found.get("unsure", 0) == 300
    assert found.get("unsure", 0) <= 4 and set(got.values()) == {1}


def test_a_misspelt_wish_for_tls_does_not_fail_open() -> None:
    assert Relay.parse("smtp://127.0.0.1:25?tls=requird").tls == "required"
    assert "secret" not in repr(Relay.parse("smtp://u:secret@127.0.0.1"))
