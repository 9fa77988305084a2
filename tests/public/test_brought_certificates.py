"""A tenant's own certificate for its own name: looked at, locked, served by that name alone, and gone with it."""

import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.evidence.reads import entries
from siegelpost.flows.brought_certificates import CertificateRefused, bring, take_away
from siegelpost.flows.certificates import worrying
from siegelpost.flows.doctor.finding import Looking
from siegelpost.flows.doctor.work import brought_certificates
from siegelpost.flows.tls_pair import Pair
from siegelpost.sign.keys import KeyRefused, unwrap
from siegelpost.tenancy.certificates import Certificate, keep
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.host_errors import HostUnknown, HostUnproved
from siegelpost.tenancy.host_keys import all_brought, brought_by, open_key
from siegelpost.tenancy.host_rules import GOOD
from siegelpost.tenancy.models import HostKey
from siegelpost.tenancy.public_hosts import add_host, holder_of, note_look, remove_host, withdraw
from tests.delivery.certificates import DAY, NOW, Authority, _name
from tests.edge.live import live, wait_until
from tests.edge.test_renewal import number_of
from tests.patience import PATIENCE

WHO = Actor.operator()
OURS, LINKS, NEWS = "pages.example.org", "links.alpha.example", "news.beta.example"


def proved(tenant: TenantDB, host: str) -> int:
    one = add_host(tenant, host, now=NOW)
    note_look(tenant, one.id, GOOD, now=NOW)
    return one.id


def read(files: tuple[Path, Path]) -> Pair:
    return Pair(*(one.read_bytes() for one in files))


def short_rsa(authority: Authority) -> Pair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    builder = x509.CertificateBuilder().subject_name(_name(LINKS)).issuer_name(_name(LINKS)).public_key(key.public_key())
    builder = builder.serial_number(1).not_valid_before(NOW - DAY).not_valid_after(NOW + DAY)
    made = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(LINKS)]), critical=False).sign(key, hashes.SHA256())
    return Pair(made.public_bytes(Encoding.PEM), key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))


def refusals(authority: Authority, good: Pair) -> dict[str, Pair]:
    other = read(authority.pair("other", LINKS))
    locked = b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
    return {
        "first file": Pair(good.key, good.key),
        "second file": Pair(good.certificate, good.certificate),
        "without a password": Pair(good.certificate, locked),
        "does not belong": Pair(good.certificate, other.key),
        "not valid today": read(authority.pair("old", LINKS, until=NOW - DAY)),
        f"not made for {LINKS}": read(authority.pair("wide", "*.example", OURS, NEWS)),
        "too weak": short_rsa(authority),
        "does not vouch": Pair(good.certificate + other.certificate, good.key),
    }


def test_a_pair_is_looked_at_locked_and_served_for_a_name_that_is_the_tenants(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    authority, number = Authority(tmp_path), proved(alpha, LINKS)
    good = read(authority.pair("good", LINKS))
    whole = Pair(good.certificate + authority.trusted.read_bytes(), good.key)
    for why, wrong in refusals(authority, good).items():
        with pytest.raises(CertificateRefused) as refused:
            bring(alpha, number, wrong, actor=WHO, now=NOW)
        assert why in refused.value.text("en")
    with pytest.raises(HostUnproved):
        bring(alpha, add_host(alpha, "not.alpha.example", now=NOW).id, good, actor=WHO, now=NOW)
    for act in (lambda: bring(beta, number, whole, actor=WHO, now=NOW), lambda: take_away(beta, number, actor=WHO, now=NOW)):
        with pytest.raises(HostUnknown):
            act()
    assert not brought_by(alpha) and not all_brought()
    kept = bring(alpha, number, whole, actor=WHO, now=NOW)
    assert brought_by(alpha) == {number: kept} and all_brought() == {LINKS: kept} and brought_by(beta) == {}
    assert open_key(alpha, number)[1] == good.key and open_key(alpha, number)[0].count(b"BEGIN") == 2
    sealed = bytes(HostKey.objects.get().sealed)
    assert good.key[40:80] not in sealed and good.key not in repr(whole).encode()
    with pytest.raises(KeyRefused):
        unwrap(beta.keys.wrapping, sealed)
    acts = [one["details"] for one in entries(alpha) if one["act"] == "tenancy.host_certificate_brought"]
    assert [(one["host"], one["fingerprint"]) for one in acts] == [(LINKS, kept.fingerprint)]
    holder = holder_of(LINKS)
    assert holder is not None
    withdraw(holder.id)
    assert all_brought() == {}, "who lost the name answers by it no longer"
    with pytest.raises(HostUnknown):
        open_key(alpha, number)
    remove_host(alpha, number)
    assert HostKey.objects.count() == 0


def test_its_end_is_told_to_the_operator_and_to_this_tenant_alone(alpha: TenantDB, beta: TenantDB, tmp_path: Path) -> None:
    number = proved(alpha, LINKS)
    bring(alpha, number, read(Authority(tmp_path).pair("good", LINKS, until=NOW + 20 * DAY)), actor=WHO, now=NOW)
    ours = replace(process_settings(), tls_certificate=tmp_path, tls_key=tmp_path)
    days = {5: [], 7: ["warning"], 21: ["fault"]}
    for later, states in days.items():
        found = list(brought_certificates(Looking(ours, NOW + later * DAY)))
        assert [one.state for one in found] == states
    assert [one.state for one in brought_certificates(Looking(process_settings(), NOW))] == ["warning"], "nobody sees it"
    for host in (LINKS, OURS):
        keep(Certificate(host, 443, NOW + 3 * DAY, "", NOW))
    assert [one.host for one in worrying(alpha, now=NOW)] == [LINKS, OURS]
    assert [one.host for one in worrying(beta, now=NOW)] == [OURS], "nobody hears of names of others"


def served(port: int, authority: Authority) -> Callable[[str | None], int]:
    """Serial number of the certificate that is shown for a name."""
    believes = ssl.create_default_context(cafile=str(authority.trusted))
    believes.check_hostname = False  # some ask for names that nobody has

    def number(name: str | None) -> int:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line,
            believes.wrap_socket(line, server_hostname=name) as tls,
        ):
            seen = tls.getpeercert(binary_form=True)
        assert seen
        return x509.load_der_x509_certificate(seen).serial_number

    return number


@pytest.mark.wire
@pytest.mark.slow
@pytest.mark.sqlite  # about the server, not about engines
@pytest.mark.touches_beta
def test_our_tls_answers_by_each_name_with_what_was_brought_for_it_without_a_restart(
    alpha: TenantDB, beta: TenantDB, tmp_path: Path
) -> None:
    authority, links, news = Authority(tmp_path), proved(alpha, LINKS), proved(beta, NEWS)
    own = authority.pair("own", OURS)
    first, others = authority.pair("first", LINKS), authority.pair("others", NEWS, LINKS)
    bring(alpha, links, read(first), actor=WHO, now=NOW)
    bring(beta, news, read(others), actor=WHO, now=NOW)
    environ = {"SIEGELPOST_STAFF_URL": "https://staff.example.org", "SIEGELPOST_PUBLIC_URL": f"https://{OURS}"}
    environ |= {"SIEGELPOST_TLS_CERTIFICATE_FILE": str(own[0]), "SIEGELPOST_TLS_KEY_FILE": str(own[1])}
    with live(tmp_path, tls=None, **environ) as running:
        shown = served(running.port, authority)
        assert [shown(name) for name in (LINKS, LINKS.upper(), NEWS)] == [number_of(one) for one in (first[0], first[0], others[0])]
        for name in (OURS, "nobodys.example", f"www.{LINKS}", "xn--nxasmq6b.example", None):
            assert shown(name) == number_of(own[0]), name
        second = authority.pair("second", LINKS, until=NOW + 9 * DAY)
        bring(alpha, links, read(second), actor=WHO, now=NOW + timedelta(seconds=1))
        assert wait_until(lambda: shown(LINKS) == number_of(second[0]))
        take_away(alpha, links, actor=WHO, now=NOW)
        assert wait_until(lambda: shown(LINKS) == number_of(own[0])) and shown(NEWS) == number_of(others[0])
        assert "PRIVATE" not in running.log.read_text() and running.process.poll() is None
    take_away(beta, news, actor=WHO, now=NOW)
    remove_host(beta, news)
