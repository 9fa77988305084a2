"""Without TLS of its own a site behind a declared proxy takes nothing that comes past it."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from siegelpost.base.proxies import read_networks
from siegelpost.base.settings import process_settings
from siegelpost.flows.http_gate import Gate

BEHIND = replace(process_settings(), environment="production", proxies=read_networks("192.0.2.0/28"))


def site(_environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    start("200 OK", [("Strict-Transport-Security", "max-age=1")])
    return [b"inside"]


def ask(gate: Gate, peer: str, host: str = "staff.example.org", path: str = "/") -> tuple[str, list[tuple[str, str]], bytes]:
    said: list[Any] = []
    environ = {"REMOTE_ADDR": peer, "HTTP_HOST": host, "PATH_INFO": path, "REQUEST_METHOD": "GET", "HTTP_X_FORWARDED_FOR": "192.0.2.3"}
    body = b"".join(gate(environ, lambda status, headers, *_more: said.extend([status, headers])))  # type: ignore[arg-type]
    return said[0], said[1], body


@pytest.mark.parametrize(
    ("peer", "status"), [("192.0.2.3", "200 OK"), ("127.0.0.1", "200 OK"), ("192.0.2.16", "403 Forbidden"), ("", "403 Forbidden")]
)
def test_only_proxies_come_in_where_there_is_no_tls_of_ours(peer: str, status: str) -> None:
    gate = Gate(site, "https://staff.example.org", BEHIND)
    found, headers, body = ask(gate, peer)
    assert found == status and (body == b"inside") == (status == "200 OK")
    assert [value for name, value in headers if name == "Strict-Transport-Security"] == ["max-age=31536000"]
    assert ask(gate, peer, path="/healthz")[0] == status, "the names are open there, the way is not"


def test_with_tls_of_ours_everybody_comes_in_and_at_home_by_any_name() -> None:
    own = replace(BEHIND, tls_certificate=BEHIND.home, tls_key=BEHIND.home)
    assert ask(Gate(site, "https://staff.example.org", own), "198.51.100.4")[2] == b"inside"
    assert ask(Gate(site, "https://staff.example.org", own), "198.51.100.4", host="[broken")[0] == "421 Misdirected Request"
    at_home = Gate(site, "http://localhost:8000", replace(BEHIND, proxies=()))
    assert ask(at_home, "127.0.0.1", host="anything.example")[1] == [("Strict-Transport-Security", "max-age=1")]
