"""The people whom the catcher plays, against a real web server and a real inbound SMTP server."""

import json
import threading
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.tools.catcher import Running, deliver, running, tell

pytestmark = pytest.mark.wire

Seen = list[tuple[str, str, bytes, str]]


class Web(BaseHTTPRequestHandler):
    """The measured addresses: pixel, redirect to a host outside, unsubscribe."""

    seen: Seen = []

    def do_GET(self) -> None:
        self._answer(302 if self.path.startswith("/c/") else 200)

    def do_POST(self) -> None:
        self._answer(200)

    def _answer(self, status: int) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.seen.append((self.command, self.path, body, self.client_address[0]))
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://outside.example/")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def web() -> Iterator[str]:
    """Address of a web server whose requests are noted in `Web.seen`."""
    Web.seen.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Web) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.fixture
def inbound(tmp_path: Path) -> Iterator[Running]:
    """Where bounces, complaints and requests arrive."""
    with running(tmp_path / "inbound") as catcher:
        yield catcher


def script(tmp_path: Path, **people: list[str]) -> str:
    path = tmp_path / "script.json"
    addresses = {f"{name}@example.org": acts for name, acts in people.items()}
    path.write_text(
        json.dumps(
            {
                "shares": {"open": 0, "click": 0, "one_click": 0, "hard_bounce": 0},
                "at_most": {"complaint": 0, "mailto": 0},
                "addresses": addresses,
            }
        )
    )
    return str(path)


def played(folder: Path, inbound: Running, script: str, code: int = 0) -> dict[str, object]:
    return tell("play", "--folder", str(folder), "--inbound-port", str(inbound.port), "--script", script, "--json", code=code)


def arrived(inbound: Running) -> tuple[dict[str, object], Message]:
    (envelope,), (content,) = inbound.envelopes(), inbound.contents()
    return envelope, message_from_bytes(content)


def test_who_opens_loads_the_pixel_and_who_clicks_follows_no_redirect(tmp_path: Path, web: str, inbound: Running) -> None:
    with running(tmp_path / "caught") as catcher:
        deliver(catcher, ["ann@example.org", "ben@example.org"], web=web)
    counts = played(tmp_path / "caught", inbound, script(tmp_path, ann=["open", "click"]))
    assert [(verb, path) for verb, path, _, _ in Web.seen] == [("GET", "/o/abc.gif"), ("GET", "/c/abc")]
    assert (counts["opens"], counts["clicks"], counts["failed_acts"]) == (1, 1, 0)


def test_one_click_posts_what_rfc_8058_says_and_nothing_else(tmp_path: Path, web: str, inbound: Running) -> None:
    with running(tmp_path / "caught") as catcher:
        deliver(catcher, ["ann@example.org"], web=web)
    counts = played(tmp_path / "caught", inbound, script(tmp_path, ann=["one_click"]))
    ((verb, path, body, _),) = Web.seen
    assert (verb, path, body) == ("POST", "/u/ann@example.org", b"List-Unsubscribe=One-Click")
    assert counts["one_click"] == 1


@pytest.mark.parametrize("lacking", ["signed", "one_click"])
def test_one_click_is_not_pressed_where_the_message_does_not_offer_it(tmp_path: Path, web: str, inbound: Running, lacking: str) -> None:
    with running(tmp_path / "caught") as catcher:
        deliver(catcher, ["ann@example.org"], web=web, **{lacking: False})
    counts = played(tmp_path / "caught", inbound, script(tmp_path, ann=["one_click"]), code=5)
    assert (counts["one_click"], counts["failed_acts"]) == (0, 1)
    assert Web.seen == []


def test_a_hard_bounce_goes_to_the_envelope_sender_as_rfc_3464_says(tmp_path: Path, inbound: Running) -> None:
    with running(tmp_path / "caught") as catcher:
        deliver(catcher, ["gone@example.org"])
    counts = played(tmp_path / "caught", inbound, script(tmp_path, gone=["hard_bounce"]))
    envelope, report = arrived(inbound)
    assert (envelope["sender"], envelope["recipients"]) == ("", ["b+0@bounce.example"])
    assert (report.get_content_type(), report.get_param("report-type")) == ("multipart/report", "delivery-status")
    status = report.get_payload(1)
    assert isinstance(status, Message)
    fields = [part for part in status.walk() if part["Status"]]
    assert [(part["Final-Recipient"], part["Action"], part["Status"]) for part in fields] == [
        ("rfc822; gone@example.org", "failed", "5.1.1")
    ]
    assert counts["hard_bounces"] == 1


def test_a_complaint_goes_to_the_address_that_the_message_names_as_rfc_5965_says(tmp_path: Path, inbound: Running) -> None:
    with running(tmp_path / "caught") as catcher:
        deliver(catcher, ["ann@example.org"])
    counts = played(tmp_path / "caught", inbound, script(tmp_path, ann=["complaint"]))
    envelope, report = arrived(inbound)
    assert envelope["recipients"] == ["complaints@in.example"]
    assert report.get_param("report-type") == "feedback-report"
    text = report.as_string()
    assert "Feedback-Type: abuse" in text
    assert "Message-ID: <ann.example.org@sender.example>" in text
    assert counts["complaints"] == 1


def test_a_request_by_mail_goes_where_the_mailto_points_with_its_subject(tmp_path: Path, inbound: Running) -> None:
    with running(tmp_path / "caught") as catcher:
        deliver(catcher, ["ann@example.org"])
    counts = played(tmp_path / "caught", inbound, script(tmp_path, ann=["mailto"]))
    envelope, request = arrived(inbound)
    assert (envelope["sender"], envelope["recipients"]) == ("ann@example.org", ["leave+ann@in.example"])
    assert request["Subject"] == "out"
    assert counts["mailto"] == 1


def test_what_was_done_once_is_not_done_again_and_what_failed_is_tried_again(tmp_path: Path, web: str, inbound: Running) -> None:
    with running(tmp_path / "caught") as catcher:
        deliver(catcher, ["ann@example.org"], web=web)
    plan = script(tmp_path, ann=["open", "mailto"])
    dead = Running(inbound.folder, 9)
    assert played(tmp_path / "caught", dead, plan, code=5)["failed_acts"] == 1
    counts = played(tmp_path / "caught", inbound, plan)
    assert (counts["opens"], counts["mailto"], counts["failed_acts"]) == (1, 1, 0)
    assert len(Web.seen) == 1


def test_nobody_asks_another_machine(tmp_path: Path, inbound: Running) -> None:
    with running(tmp_path / "caught") as catcher:
        deliver(catcher, ["ann@example.org"], web="http://outside.example")
    counts = played(tmp_path / "caught", inbound, script(tmp_path, ann=["open", "click", "one_click"]), code=5)
    assert counts["failed_acts"] == 3
    outcomes = [json.loads(path.read_text())["outcome"] for path in (tmp_path / "caught" / "acts").glob("*.json")]
    assert all("not this machine" in outcome for outcome in outcomes)


def test_a_letter_to_one_person_is_not_played_with(tmp_path: Path, inbound: Running) -> None:
    with running(tmp_path / "caught") as catcher, catcher.client() as smtp:
        smtp.sendmail("a@sender.example", ["ann@example.org"], b"Subject: your link\r\n\r\nx\r\n")
    counts = played(tmp_path / "caught", inbound, script(tmp_path, ann=["open", "hard_bounce"]))
    assert (counts["messages"], counts["failed_acts"], counts["hard_bounces"]) == (1, 0, 0)


def test_the_usual_shares_bring_somebody_for_everything_and_one_complaint(tmp_path: Path, web: str, inbound: Running) -> None:
    with running(tmp_path / "caught") as catcher:
        deliver(catcher, [f"person{number}@example.org" for number in range(400)], web=web)
    arguments = ["play", "--folder", str(tmp_path / "caught"), "--inbound-port", str(inbound.port), "--json"]
    counts = tell(*arguments)
    assert 100 <= counts["opens"] <= 180
    assert 25 <= counts["clicks"] <= 75
    assert counts["hard_bounces"] > 0
    assert counts["one_click"] > 0
    assert (counts["complaints"], counts["mailto"], counts["failed_acts"]) == (1, 1, 0)
    assert tell(*arguments) == counts
    assert inbound.counts()["messages"] + inbound.counts()["automatic"] == counts["hard_bounces"] + counts["complaints"] + counts["mailto"]
    sources = {source for verb, path, _, source in Web.seen if path.startswith("/o/")}
    assert len(sources) > counts["opens"] * 0.9  # each person has an address of their own


def test_people_act_while_mail_still_comes_in(tmp_path: Path, web: str, inbound: Running) -> None:
    plan = script(tmp_path, ann=["open"])
    options = ("--inbound-port", str(inbound.port), "--script", plan, "--play-every", "0.05")
    with running(tmp_path / "caught", *options) as catcher:
        deliver(catcher, ["ann@example.org"], web=web)
        for _ in range(200):
            if list((tmp_path / "caught" / "acts").glob("*.json")):
                break
            threading.Event().wait(0.05)
        assert catcher.counts()["opens"] == 1
