"""An authority of the tests, and certificates that are good, too old, for somebody else, or vouched for by nobody."""

import datetime as dt
import ipaddress
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from siegelpost.delivery.relay import tls_context

NOW = dt.datetime.now(dt.UTC)
DAY = dt.timedelta(days=1)


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    """Signs certificates; those who trust the file `trusted` believe them."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.trusted = folder, folder / "authority.pem"
        self._key = ec.generate_private_key(ec.SECP256R1())
        made = self._builder("authority.test", self._key, "authority.test", NOW + DAY)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        self.trusted.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def good(self) -> ssl.SSLContext:
        """For 127.0.0.1, valid today."""
        return self.lasting(NOW + DAY)

    def lasting(self, until: dt.datetime) -> ssl.SSLContext:
        """For 127.0.0.1, valid until then."""
        return self._context("good", "127.0.0.1", until)

    def expired(self) -> ssl.SSLContext:
        """Valid until yesterday."""
        return self._context("expired", "127.0.0.1", NOW - DAY)

    def of_another(self) -> ssl.SSLContext:
        """For another host."""
        return self._context("another", "192.0.2.1", NOW + DAY)

    def self_signed(self) -> ssl.SSLContext:
        """Vouched for by nobody."""
        return self._context("self", "127.0.0.1", NOW + DAY, by_itself=True)

    def pair(self, name: str, *hosts: str, since: dt.datetime = NOW - 9 * DAY, until: dt.datetime = NOW + DAY) -> tuple[Path, Path]:
        """Files of a certificate for these names and of its key, as an operator would name them."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._builder(hosts[0], key, "authority.test", until, since)
        made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(one) for one in hosts]), critical=False)
        certificate, private = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        certificate.write_bytes(made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        private.write_bytes(key.private_bytes(*form))
        return certificate, private

    def _context(self, name: str, host: str, until: dt.datetime, *, by_itself: bool = False) -> ssl.SSLContext:
        key = ec.generate_private_key(ec.SECP256R1())
        made = self._builder("sink.example", key, "sink.example" if by_itself else "authority.test", until)
        made = made.add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(host))]), critical=False)
        signed = made.sign(key if by_itself else self._key, hashes.SHA256())
        private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        file = self.folder / f"{name}.pem"
        file.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    @staticmethod
    def _builder(
        subject: str, key: ec.EllipticCurvePrivateKey, issuer: str, until: dt.datetime, since: dt.datetime = NOW - 9 * DAY
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(_name(subject))
            .issuer_name(_name(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(since)
            .not_valid_after(until)
        )

    @contextmanager
    def believed(self, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        """As if the machine trusted this authority: OpenSSL's own variable names its file."""
        monkeypatch.setenv("SSL_CERT_FILE", str(self.trusted))
        tls_context.cache_clear()
        yield
        tls_context.cache_clear()
