"""Programs of a tenant are told, signed and sealed, until they take it; and never anybody in a network that is not theirs."""

import base64
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, HTTPServer
from ipaddress import ip_network
from typing import Any

import pytest
import time_machine

from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings, process_settings
from siegelpost.consent.models import OptOutNotice
from siegelpost.consent.opt_out_set_ups import SetUpDraft, create_set_up, secret_of
from siegelpost.evidence.reads import entries
from siegelpost.flows.notice_http import AddressRefused, ensure_allowed
from siegelpost.flows.notice_rounds import tell
from siegelpost.flows.unsubscribe import unsubscribe
from siegelpost.tenancy.handle import TenantDB
from tests.public.world import NOW, OPERATOR, World, make_world


class Program(HTTPServer):
    """Keeps what is posted to it and answers as it is told."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers = [200]
        super().__init__(("127.0.0.1", 0), _Taking)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/left"


class _Taking(BaseHTTPRequestHandler):
    server: Program

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
        code = self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        self.send_response(code)
        if 300 <= code < 400:
            self.send_header("Location", self.server.url)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


@pytest.fixture
def program() -> Iterator[Program]:
    server = Program()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def world(alpha: TenantDB, beta: TenantDB) -> World:
    return make_world(alpha)


def opened(*networks: str) -> Settings:
    return replace(process_settings(), environment="production", notice_networks=tuple(ip_network(one) for one in networks))


HERE = ("127.0.0.0/8",)


def left(world: World, program: Program) -> int:
    """Somebody leaves where a program is to be told; returns the number of the set-up."""
    made = create_set_up(world.tenant, SetUpDraft(name="Leaving", hook_url=program.url), actor=OPERATOR, now=NOW)
    unsubscribe(world.tenant, world.person(), world.mailing, how="one-click", actor=Actor.subject(), now=NOW)
    return made.id


def test_a_program_is_told_once_signed_and_no_more_than_it_needs(world: World, program: Program) -> None:
    number = left(world, program)
    row = world.tenant.objects(OptOutNotice).get()
    assert b"ann@example.org" not in bytes(row.sealed)
    with time_machine.travel(NOW, tick=False):
        assert (tell(world.tenant, opened(*HERE)), tell(world.tenant, opened(*HERE))) == (1, 0)
    ((heads, body),) = program.got
    assert json.loads(body) == {
        "type": "opt_out",
        "timestamp": "2026-05-04T12:00:07+00:00",
        "data": {"email": "ann@example.org", "lists": ["News"], "way": "one-click"},
    }
    signed = f"{heads['webhook-id']}.{heads['webhook-timestamp']}.".encode() + body
    mac = base64.b64encode(hmac.digest(secret_of(world.tenant, number), signed, sha256)).decode()
    assert heads["webhook-signature"] == f"v1,{mac}" and heads["webhook-timestamp"] == str(int(NOW.timestamp()))
    row = world.tenant.objects(OptOutNotice).get()
    assert (row.state, bytes(row.sealed), bytes(row.key)) == ("told", b"", b"")
    (act,) = entries(world.tenant, act="opt_outs.told_a_program")
    assert act["details"]["disclosure"]


def test_what_is_not_taken_is_told_again_with_the_same_name_later_and_later(world: World, program: Program) -> None:
    left(world, program)
    program.answers = [500, 302, 200]
    for minutes, told in ((0, 0), (0.5, 0), (1, 0), (5, 0), (6.1, 1)):
        with time_machine.travel(NOW + timedelta(minutes=minutes), tick=False):
            assert tell(world.tenant, opened(*HERE)) == told
    assert len(program.got) == 3 and len({heads["webhook-id"] for heads, _body in program.got}) == 1
    assert len(entries(world.tenant, act="opt_outs.told_a_program")) == 1


@pytest.mark.parametrize("answer, tries", [(410, 1), (503, 8)])
def test_it_ends_when_the_program_is_gone_or_after_a_day(world: World, program: Program, answer: int, tries: int) -> None:
    left(world, program)
    program.answers = [answer]
    for hours in range(60):
        with time_machine.travel(NOW + timedelta(hours=hours / 2), tick=False):
            tell(world.tenant, opened(*HERE))
    row = world.tenant.objects(OptOutNotice).get()
    assert (len(program.got) <= tries, row.state, row.code, bytes(row.sealed)) == (True, "given_up", answer, b"")


def test_a_network_that_is_closed_meanwhile_gets_nothing(world: World, program: Program) -> None:
    left(world, program)
    with time_machine.travel(NOW, tick=False):
        assert tell(world.tenant, opened()) == 0
    assert program.got == [] and world.tenant.objects(OptOutNotice).get().state == "waiting"


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/left", "https://127.0.0.1/", "https://[::1]/", "http://127.0.0.1/", "https://10.0.0.8/", "https://169.254.169.254/",
        "https://192.168.1.1/", "https://[fe80::1]/", "https://[::ffff:10.0.0.1]/", "https://user:secret@192.0.2.1/", "ftp://192.0.2.1/",
        "https://0.0.0.0/", "https://2130706433/", "https://224.0.0.1/", "https://", "nonsense", "https://1.1.1.1:99999/",
    ],
)  # fmt: skip
def test_networks_of_this_house_and_whatever_is_no_https_are_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        ensure_allowed(url, opened())


def test_an_operator_opens_a_network_and_https_to_the_public_is_open() -> None:
    ensure_allowed("http://127.0.0.1:8080/left", opened(*HERE))
    ensure_allowed("https://10.1.2.3/left", opened("10.1.2.0/28"))
    ensure_allowed("https://1.1.1.1/left", opened())  # judged, not called
    with pytest.raises(AddressRefused):
        ensure_allowed("https://10.1.2.99/left", opened("10.1.2.0/28"))
    with pytest.raises(AddressRefused):
        ensure_allowed("http://10.1.2.3/left", opened("10.1.2.0/28"))
