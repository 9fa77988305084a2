"""Forged, doubled and smuggled: what a proxy and we might read differently, sent byte by byte to the real server."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from siegelpost.base.http_head import MOST_BYTES, MOST_FIELDS, joined, known
from siegelpost.flows import http_line
from siegelpost.tenancy.handle import TenantDB
from tests.edge.live import Live, live, wait_until
from tests.edge.raw import CLOSE, HOST, chunked, get, line_to, read_all, request, say
from tests.patience import PATIENCE

VISITOR, INVENTED = "198.51.100.7", "203.0.113.9"
WHO = "/healthz?client"
REAL, FORGED = f"X-Forwarded-For: {VISITOR}", f"X_Forwarded_For: {INVENTED}"
SMUGGLED = request(f"GET {WHO} HTTP/1.1", HOST, f"X-Forwarded-For: {INVENTED}", CLOSE)
TE, CL = "Transfer-Encoding: chunked", "Content-Length: 4"
END = chunked("0", "")
POST = "POST /login HTTP/1.1"


@pytest.fixture
def staff(alpha: TenantDB, tmp_path: Path) -> Iterator[Live]:
    with live(tmp_path, module="siegelpost.web.server") as running:
        yield running


BELIEVED = {
    "the real one": ((REAL,), VISITOR),
    "forged before": ((FORGED, REAL), VISITOR),
    "forged behind": ((REAL, FORGED), VISITOR),
    "half forged": ((REAL, f"X-Forwarded_For: {INVENTED}", f"X_FORWARDED-FOR: {INVENTED}"), VISITOR),
    "forged alone": ((FORGED,), "127.0.0.1"),
    "two lines": ((f"X-Forwarded-For: {INVENTED}", REAL), VISITOR),
    "two lines, the last by us": ((f"X-Forwarded-For: {INVENTED}", REAL, "X-Forwarded-For: 127.0.0.1"), VISITOR),
    "two lines in one": ((f"x-forwarded-for: {INVENTED}, {VISITOR}", "X-FORWARDED-FOR: 127.0.0.1"), VISITOR),
    "a length by another name": ((REAL, "Content_Length: 5", "Transfer_Encoding: chunked"), VISITOR),
    "another protocol": ((REAL, "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings", "HTTP2-Settings: AA"), VISITOR),
}
REFUSED = {
    "two hosts": request("GET / HTTP/1.1", HOST, "Host: staff.example.org"),
    "the same host twice": request("GET / HTTP/1.1", HOST, HOST),
    "no host": request("GET / HTTP/1.1"),
    "a list of hosts": request("GET / HTTP/1.1", "Host: localhost, evil.example"),
    "somebody at a host": request("GET / HTTP/1.1", "Host: localhost@evil.example"),
    "a path in the host": request("GET / HTTP/1.1", "Host: localhost/evil"),
    "another host in the first line": request("GET http://evil.example/ HTTP/1.1", HOST),
    "another scheme": request("GET gopher://localhost/ HTTP/1.1", HOST),
    "a tunnel": request("CONNECT localhost:443 HTTP/1.1", "Host: localhost:443"),
    "a length and chunks": request(POST, HOST, CL, TE, body=END),
    "chunks and a length": request(POST, HOST, TE, CL, body=END),
    "two lengths": request(POST, HOST, CL, "Content-Length: 5", body="a=bc"),
    "one length twice": request(POST, HOST, CL, CL, body="a=bc"),
    "a list of lengths": request(POST, HOST, "Content-Length: 4, 4", body="a=bc"),
    "a length with a sign": request(POST, HOST, "Content-Length: +4", body="a=bc"),
    "a length below nothing": request(POST, HOST, "Content-Length: -4", body="a=bc"),
    "a length in another base": request(POST, HOST, "Content-Length: 0x4", body="a=bc"),
    "an empty length": request(POST, HOST, "Content-Length:", body="a=bc"),
    "a coding beside chunks": request(POST, HOST, "Transfer-Encoding: chunked, identity", body=END),
    "a coding by another name": request(POST, HOST, "Transfer-Encoding: xchunked", body=END),
    "two codings": request(POST, HOST, TE, "Transfer-Encoding: identity", body=END),
    "chunks twice": request(POST, HOST, TE, TE, body=END),
    "chunks in HTTP/1.0": request("POST /login HTTP/1.0", HOST, TE, body=END),
    "a space before the colon": request(POST, HOST, "Transfer-Encoding : chunked", CL, body="a=bc"),
    "a folded line": request("GET / HTTP/1.1", HOST, "X-Forwarded-For: 192.0.2.1", f" {INVENTED}"),
    "a folded first line": request("GET / HTTP/1.1", " Host: evil.example", HOST),
    "line feeds alone": request("GET / HTTP/1.1", HOST).replace(b"\r\n", b"\n"),
    "a line feed between": request("GET / HTTP/1.1", HOST, f"X-A: b\nX-Forwarded-For: {INVENTED}"),
    "a carriage return between": request("GET / HTTP/1.1", HOST, f"X-A: b\rX-Forwarded-For: {INVENTED}"),
    "a nought": request("GET / HTTP/1.1", HOST, "X-A: b\0c"),
    "no colon": request("GET / HTTP/1.1", HOST, "X-Forwarded-For"),
    "no name": request("GET / HTTP/1.1", HOST, ": evil"),
    "a chunk in another base": request(POST, HOST, TE, body=chunked("0x3", "abc", "0", "")),
    "a chunk with a sign": request(POST, HOST, TE, body=chunked("+3", "abc", "0", "")),
    "a chunk that is longer": request(POST, HOST, TE, body=chunked("3", "abcdef", "0", "")),
    "a chunk without end": request(POST, HOST, TE, body="3\nabc\n0\n\n"),
    "a chunk beyond all numbers": request(POST, HOST, TE, body=chunked("1" + "0" * 16, "abc", "0", "")),
    "two kinds of content": request(POST, HOST, CL, "Content-Type: text/plain", "Content-Type: application/json", body="a=bc"),
    "two who log in": request("GET /api/v1/lists HTTP/1.1", HOST, "Authorization: Bearer a", "Authorization: Bearer b"),
    "more fields than anybody has": request("GET / HTTP/1.1", HOST, *(f"X-{n}: a" for n in range(MOST_FIELDS))),
    "one endless field": request("GET / HTTP/1.1", HOST, "X-A: " + "a" * MOST_BYTES),
    "an endless address": request("GET /" + "a" * MOST_BYTES + " HTTP/1.1", HOST),
    "a version to come": request("GET / HTTP/3.0", HOST),
    "no version": b"GET /\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}

BEGUN = [
    "a coding by another name", "a chunk in another base", "a chunk with a sign", "a chunk that is longer", "a chunk without end",
    "a chunk beyond all numbers",
]  # fmt: skip
"""The head was good, and the site may have refused already; then the connection ends without a word."""


@pytest.mark.wire
def test_only_the_real_header_says_who_asks_and_what_can_be_read_in_two_ways_is_not_read(staff: Live) -> None:
    for name, (heads, seen) in BELIEVED.items():
        said = say(staff.port, get(WHO, heads))
        assert (said.statuses, said.body) == ([200], seen), (name, said.statuses, said.text[:300])
    assert say(staff.port, request(f"GET http://LOCALHOST{WHO} HTTP/1.1", HOST, REAL, CLOSE)).body == VISITOR
    for name, sent in REFUSED.items():
        said = say(staff.port, sent + SMUGGLED)
        assert 200 not in said.statuses and INVENTED not in said.text, (name, said.statuses, said.text[:300])
        assert said.statuses == [400] or (name in BEGUN and said.statuses in ([], [403], [413])), (name, said.statuses, said.text[:300])
    assert "http.head_refused" in say(staff.port, REFUSED["two hosts"]).text
    assert len(say(staff.port, get(WHO, ()).replace(CLOSE.encode(), b"X-A: b") + get(WHO, (REAL,))).statuses) == 2
    said_in_log = staff.log.read_text()
    assert INVENTED not in said_in_log and VISITOR not in said_in_log and "Traceback" not in said_in_log


@pytest.fixture
def echo(tmp_path: Path) -> Iterator[Live]:
    with live(tmp_path, module="tests.edge.echo") as running:
        yield running


@pytest.mark.wire
def test_what_reaches_a_site_is_whole_and_in_its_order(echo: Live) -> None:
    trailer = chunked("3", "abc", "0", f"X-Forwarded-For: {INVENTED}", "")
    assert say(echo.port, request("POST / HTTP/1.1", HOST, REAL, TE, CLOSE, body=trailer)).body == f"{VISITOR}||3", "a trailer is no header"
    assert say(echo.port, get("/", ("Cookie: a=b", REAL, "Cookie: c=d", REAL))).body == f"{VISITOR}, {VISITOR}|a=b; c=d|0"
    large = request("POST / HTTP/1.1", HOST, "Content-Length: 3000000", CLOSE)
    assert say(echo.port, large + b"x" * 3_000_000).body == "||3000000"
    with line_to(echo.port) as line:
        line.sendall(large + b"x" * 1_000_000)
    assert wait_until(lambda: "broken" in echo.log.read_text()), "what breaks off is no whole"
    with line_to(echo.port) as line:
        line.sendall(get("/endless", ()))
        line.recv(1_000)
    assert wait_until(lambda: "nobody reads" in echo.log.read_text())
    echo.process.terminate()
    assert echo.process.wait(PATIENCE) == 0
    assert echo.log.read_text().split() == ["whole", "3", "whole", "0", "whole", "3000000", "broken", "nobody", "reads", "closed"]


@pytest.mark.wire
@pytest.mark.slow
def test_who_is_slow_holds_no_thread_and_not_for_long(echo: Live) -> None:
    half = request("POST / HTTP/1.1", HOST, "Content-Length: 40000", body="a=b")
    begun = (b"", b"\r\n\r\n", request("GET / HTTP/1.1", HOST)[:-2], half)
    with ExitStack() as stack:
        slow = [stack.enter_context(line_to(echo.port)) for _each in range(4 * len(begun))]
        began = time.monotonic()
        for number, line in enumerate(slow):
            line.sendall(begun[number % len(begun)])
        assert say(echo.port, get("/", (REAL,))).body == f"{VISITOR}||0"
        assert time.monotonic() - began < http_line.SECONDS - 2, "the slow ones hold the threads"
        assert [read_all(line)[9:12] for line in slow] == [b"", b"", b"", b"408"] * 4
        assert http_line.SECONDS - 1 < time.monotonic() - began < http_line.SECONDS + PATIENCE / 2


NAME = st.sampled_from((b"x-forwarded-for", b"x_forwarded_for", b"cookie", b"host", b"x-a"))


@given(st.lists(st.tuples(NAME, st.binary(max_size=5))))
def test_no_underscore_passes_and_nothing_else_is_lost_or_changes_its_place(fields: list[tuple[bytes, bytes]]) -> None:
    kept = known(fields)
    assert kept == [one for one in fields if one[0] != b"x_forwarded_for"]
    for name, value in joined(kept).items():
        assert value == (b"; " if name == b"cookie" else b", ").join(each for other, each in kept if other == name)
