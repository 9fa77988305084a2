"""A small authoritative name server on 127.0.0.1, over UDP and TCP on one port; it misbehaves where it is told to.

dnspython reads and writes the messages; what is answered, and how wrongly, is decided here.
"""

import socket
import socketserver
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.resolver
import dns.rrset

from siegelpost.mailings.domain_records import Record
from tests.patience import PATIENCE

SILENT: Final = "silent"
SERVFAIL: Final = "servfail"
REFUSED: Final = "refused"
GARBAGE: Final = "garbage"
WRONG_TYPE: Final = "wrong type"
SHORT: Final = "short"
"""Answers with the flag TC whatever the size, so that TCP is needed."""
NO_TCP: Final = "no tcp"
"""The same, and the connection is closed without an answer."""
STRANGER: Final = "stranger"
"""Answers another question than the one that was asked."""
UDP_SIZE: Final = 512  # RFC 1035 section 4.2.1


@dataclass
class DnsServer:
    """Zones and misbehaviour by name (lower case, without the dot at the end); both may be changed while it runs."""

    zone: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    tricks: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, type and udp or tcp of each question."""
    port: int = 0

    @property
    def place(self) -> str:
        """As SIEGELPOST_DNS_SERVERS wants it."""
        return f"127.0.0.1:{self.port}"

    def hold(self, name: str, kind: str, *values: str) -> None:
        """Publish these values and no others under a name; TXT in quotes, each pair one string. None: take them away."""
        kinds = self.zone.setdefault(name.lower(), {})
        kinds[kind] = list(values)
        if not values:
            del kinds[kind]
            if not kinds:
                del self.zone[name.lower()]

    def publish(self, records: Iterable[Record]) -> None:
        """Do what the product says is to be done."""
        for one in records:
            self.hold(one.name, one.type, " ".join(f'"{part}"' for part in one.strings) if one.type == "TXT" else one.value)

    def answer(self, wire: bytes, transport: str) -> bytes | None:
        """The answer to one message, None for silence."""
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind, transport))
        trick = self.tricks.get(name, "")
        if trick == SILENT or (trick == NO_TCP and transport == "tcp"):
            return None
        if trick == GARBAGE:
            return wire[:2] + b"\x81\x80" + b"\xff" * 40
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA | dns.flags.RA
        if trick in (SERVFAIL, REFUSED):
            response.set_rcode(dns.rcode.from_text(trick.upper()))
        elif trick == WRONG_TYPE:
            response.answer.append(dns.rrset.from_text(question.name, 60, "IN", "HINFO", '"wrong" "type"'))
        elif trick == STRANGER:
            response.question = [dns.rrset.from_text("stranger.example.", 60, "IN", "A")]
            response.answer.append(dns.rrset.from_text("stranger.example.", 60, "IN", "TXT", '"v=spf1 +all"'))
        else:
            self._fill(response, question.name, kind)
        return self._fitting(response, transport, cut=trick in (SHORT, NO_TCP))

    def _fill(self, response: dns.message.Message, name: dns.name.Name, kind: str) -> None:
        """Follow aliases as a recursive server would, once around where they run in a circle."""
        seen: set[dns.name.Name] = set()
        while True:
            kinds = self.zone.get(name.to_text(omit_final_dot=True).lower())
            if kinds is None:
                below = "." + name.to_text(omit_final_dot=True).lower()
                if not any(one.endswith(below) for one in self.zone):
                    response.set_rcode(dns.rcode.NXDOMAIN)
                return
            if kind in kinds:
                response.answer.append(dns.rrset.from_text_list(name, 60, "IN", kind, kinds[kind]))
                return
            if "CNAME" not in kinds or name in seen:
                return
            seen.add(name)
            response.answer.append(dns.rrset.from_text_list(name, 60, "IN", "CNAME", kinds["CNAME"]))
            name = dns.name.from_text(kinds["CNAME"][0])

    @staticmethod
    def _fitting(response: dns.message.Message, transport: str, *, cut: bool) -> bytes:
        size = 65_535 if transport == "tcp" else UDP_SIZE
        try:
            if cut and transport == "udp":
                raise dns.exception.TooBig
            return response.to_wire(max_size=size)
        except dns.exception.TooBig:
            response.answer.clear()
            response.flags |= dns.flags.TC
            return response.to_wire(max_size=size)


@contextmanager
def dns_server() -> Iterator[DnsServer]:
    """Run one on a free port until the block ends."""
    server = DnsServer()

    class Udp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, sock = self.request
            if answer := server.answer(wire, "udp"):
                with suppress(OSError):  # an answer may come after the end
                    sock.sendto(answer, self.client_address)

    class Tcp(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            size = int.from_bytes(self.request.recv(2, socket.MSG_WAITALL), "big")
            if answer := server.answer(self.request.recv(size, socket.MSG_WAITALL), "tcp"):
                self.request.sendall(len(answer).to_bytes(2, "big") + answer)

    udp, tcp = _bound(Udp, Tcp)
    server.port = udp.server_address[1]
    threads = [threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True) for one in (udp, tcp)]
    for thread in threads:
        thread.start()
    try:
        yield server
    finally:
        for one in (udp, tcp):
            one.shutdown()
            one.server_close()
        for thread in threads:
            thread.join(PATIENCE)


class _Udp(socketserver.ThreadingUDPServer):
    daemon_threads = True


class _Tcp(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


def _bound(udp: Any, tcp: Any) -> tuple[_Udp, _Tcp]:
    """Both on one port, which must be free for both."""
    for _attempt in range(20):
        first = _Udp(("127.0.0.1", 0), udp)
        try:
            return first, _Tcp(("127.0.0.1", first.server_address[1]), tcp)
        except OSError:
            first.server_close()
    raise AssertionError("no port is free for UDP and TCP")


@contextmanager
def asked_by_everybody(server: DnsServer) -> Iterator[None]:
    """Let whoever uses dnspython's own resolver, such as dkimpy, ask this server."""
    before = dns.resolver.default_resolver
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers, resolver.port = ["127.0.0.1"], server.port
    resolver.cache = dns.resolver.LRUCache()
    dns.resolver.default_resolver = resolver
    try:
        yield
    finally:
        dns.resolver.default_resolver = before
