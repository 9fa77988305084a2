"""What a host of ours admits when somebody greets it with TLS: version and cipher that a browser gets, and what should be refused.

The greetings with old versions and weak ciphers are written by hand: the OpenSSL of this machine may refuse to say them, and
then a host that takes them would look good.
"""

import os
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from siegelpost.tenancy.starttls import connect

OLD: Final = {0x0300: "SSLv3", 0x0301: "TLSv1.0", 0x0302: "TLSv1.1"}
"""RFC 8996 and BSI TR-02102-2 section 3.2: none of them may be used."""
WEAK: Final = {
    0x0002: "RSA_NULL_SHA",
    0x003B: "RSA_NULL_SHA256",
    0x0004: "RSA_RC4_128_MD5",
    0x0005: "RSA_RC4_128_SHA",
    0x0003: "RSA_EXPORT_RC4_40_MD5",
    0x0008: "RSA_EXPORT_DES40_CBC_SHA",
    0x0009: "RSA_DES_CBC_SHA",
    0x000A: "RSA_3DES_EDE_CBC_SHA",
    0x002F: "RSA_AES_128_CBC_SHA",
    0x0035: "RSA_AES_256_CBC_SHA",
    0x003C: "RSA_AES_128_CBC_SHA256",
    0x003D: "RSA_AES_256_CBC_SHA256",
    0x009C: "RSA_AES_128_GCM_SHA256",
    0x009D: "RSA_AES_256_GCM_SHA384",
    0x0016: "DHE_RSA_3DES_EDE_CBC_SHA",
    0x0034: "DH_anon_AES_128_CBC_SHA",
    0x003A: "DH_anon_AES_256_CBC_SHA",
    0x00A6: "DH_anon_AES_128_GCM_SHA256",
    0xC007: "ECDHE_ECDSA_RC4_128_SHA",
    0xC008: "ECDHE_ECDSA_3DES_EDE_CBC_SHA",
    0xC011: "ECDHE_RSA_RC4_128_SHA",
    0xC012: "ECDHE_RSA_3DES_EDE_CBC_SHA",
    0xC018: "ECDH_anon_AES_128_CBC_SHA",
    0xC019: "ECDH_anon_AES_256_CBC_SHA",
}
"""Without forward secrecy, without a proof of who answers, or broken: none stands in BSI TR-02102-2 section 3.3.1."""
USUAL: Final = (0xC009, 0xC00A, 0xC013, 0xC014, 0x0033, 0x0039, 0x002F, 0x0035, 0x000A)
"""What clients of the old versions offer."""
_TLS_12: Final = 0x0303
_HANDSHAKE, _SERVER_HELLO = 22, 2


@dataclass(frozen=True, slots=True)
class Transport:
    """How a host speaks.

    protocol, cipher  what a browser of today gets, as OpenSSL names them
    older             versions before TLS 1.2 that it admits
    weak              a weak cipher that it takes where nothing else is offered
    """

    protocol: str
    cipher: str
    older: list[str] = field(default_factory=list)
    weak: list[str] = field(default_factory=list)


def scan(host: str, port: int, *, seconds: float, smtp: bool = False) -> Transport:
    """Greet a host in five ways, each step within `seconds`; with `smtp` after STARTTLS.

    Raises OSError where it is not reached or leaves a greeting without answer.
    """
    anybody = ssl.create_default_context()
    anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE  # nothing is said or believed; the certificate is judged elsewhere
    there = partial(connect, host, port, seconds=seconds, smtp=smtp)
    with there() as line, anybody.wrap_socket(line, server_hostname=host) as secured:
        cipher = secured.cipher()
        protocol, cipher_name = secured.version() or "", cipher[0] if cipher else ""
    taken = {version: _greet(there, host, version, USUAL) for version in OLD}
    weak = _greet(there, host, _TLS_12, tuple(WEAK))
    older = sorted({OLD[answered[0]] for answered in taken.values() if answered and answered[0] in OLD})
    return Transport(protocol, cipher_name, older, [WEAK[weak[1]]] if weak and weak[1] in WEAK else [])


def _greet(there: Callable[[], socket.socket], host: str, version: int, ciphers: tuple[int, ...]) -> tuple[int, int] | None:
    """Version and cipher that the host chooses, None where it refuses: by an alert, or by hanging up."""
    with there() as line:
        try:
            line.sendall(hello(host, version, ciphers))
            kind = _read(line, 5)
            body = _read(line, int.from_bytes(kind[3:5], "big")) if kind[:1] == bytes([_HANDSHAKE]) else b""
        except (ConnectionError, EOFError):
            return None
    if body[:1] != bytes([_SERVER_HELLO]) or len(body) < 41:
        return None
    after = 39 + body[38]  # type, length (3), version (2), random (32), session id with its length: RFC 5246 section 7.4.1.3
    return int.from_bytes(body[4:6], "big"), int.from_bytes(body[after : after + 2], "big")


def _read(line: socket.socket, wanted: int) -> bytes:
    found = b""
    while len(found) < wanted:
        more = line.recv(wanted - len(found))
        if not more:
            raise EOFError
        found += more
    return found


def hello(host: str, version: int, ciphers: tuple[int, ...]) -> bytes:
    """A ClientHello (RFC 5246 section 7.4.1.2) that offers this version and these ciphers and nothing else."""
    name = host.encode("idna") if not host.replace(".", "").isdigit() and ":" not in host else b""
    parts = [
        _extension(0, _sized(b"\x00" + _sized(name))) if name else b"",  # server_name, RFC 6066 section 3
        _extension(10, _sized(b"\x00\x1d\x00\x17\x00\x18")),  # groups: x25519, secp256r1, secp384r1
        _extension(11, b"\x01\x00"),  # points, uncompressed
        _extension(13, _sized(bytes.fromhex("04030503060308040805080604010501060102030201"))),  # signatures, the old ones too
    ]
    offered = b"".join(one.to_bytes(2, "big") for one in (*ciphers, 0x00FF))  # 0x00FF: RFC 5746, or careful servers refuse for that alone
    body = version.to_bytes(2, "big") + os.urandom(32) + b"\x00" + _sized(offered) + b"\x01\x00" + _sized(b"".join(parts))
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return bytes([_HANDSHAKE]) + min(version, 0x0301).to_bytes(2, "big") + _sized(message)


def _extension(number: int, content: bytes) -> bytes:
    return number.to_bytes(2, "big") + _sized(content)


def _sized(content: bytes) -> bytes:
    return len(content).to_bytes(2, "big") + content
