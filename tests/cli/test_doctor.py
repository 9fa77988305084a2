"""`siegelpost doctor` looks at everything, says what is wrong and what to do, and changes nothing."""

import json
import shutil
import socket
import sqlite3
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.cli.shell import Said, Shell
from tests.delivery.certificates import Authority
from tests.patience import PATIENCE

pytestmark = [pytest.mark.wire, pytest.mark.slow]


BELIEVED = "X_Forwarded_For"
"""What a proxy lets through, and takes its visitors' word for."""


def states(said: Said) -> dict[str, str]:
    """Code -> the worst state that was found for it."""
    order = ("fault", "warning", "unknown", "fine")
    found: dict[str, str] = {}
    for one in said.document:
        assert set(one) == {"code", "state", "what", "do"} and one["what"] and (one["do"] or one["state"] in ("fine", "unknown")), one
        found[one["code"]] = min(found.get(one["code"], "fine"), one["state"], key=order.index)
    return found


def contents(home: Path) -> dict[str, tuple[int, bytes]]:
    """What must not change; SQLite's shared memory and an emptied log beside a database come and go with each reader."""
    files = (one for one in home.rglob("*") if one.is_file() and not one.name.endswith(("-shm", "-wal")))
    return {str(one): (one.stat().st_mode, one.read_bytes()) for one in files}


@contextmanager
def site(answers: dict[str, tuple[int, str]], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Stands where our sites would be; gives its port."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = answers.get(self.path, (404, ""))
            body = self.headers.get(BELIEVED, "203.0.113.9") if body == BELIEVED else body
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join(PATIENCE)


@contextmanager
def mail_server(offers: bytes = b"") -> Iterator[int]:
    """Greets, and says what it can do."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    line, _address = server.accept()
                except OSError:
                    continue
                with line:
                    line.settimeout(PATIENCE)
                    line.sendall(b"220 mx.example.org\r\n")
                    if line.recv(1000):
                        line.sendall(b"250-mx.example.org\r\n250 " + (offers or b"HELP") + b"\r\n")
                        line.recv(1000)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield int(server.getsockname()[1])
        finally:
            ended.set()
            thread.join(PATIENCE)


def test_a_fresh_home_is_told_what_is_left_to_do_and_nothing_is_changed(standing: Shell) -> None:
    before = contents(standing.home)
    said = standing("doctor", "--inbound-port", "9", "--json", SIEGELPOST_STAFF_URL="http://localhost:9")  # others use the usual port
    assert said.code == 5 and said.err == ""
    found = states(said)
    assert {code for code, state in found.items() if state == "fault"} >= {
        "doctor.worker",
        "doctor.staff_url",
        "doctor.inbound",
        "doctor.relay",
    }
    assert {found[code] for code in ("doctor.home", "doctor.database", "doctor.disk", "doctor.queue")} == {"fine"}
    assert (found["doctor.sender_domain"], found["doctor.scanner"]) == ("warning", "warning")
    german = standing("doctor", "--inbound-port", "9", LANGUAGE="de")
    assert german.code == 5 and "Fehler: Die Arbeit wird nicht getan" in german.out and "[doctor.worker]" in german.out
    assert "@" not in said.out and "news@" not in german.out, "nobody's address"
    assert contents(standing.home) == before


def test_where_all_answers_it_is_well_and_each_thing_that_goes_wrong_is_found(standing: Shell, tmp_path: Path) -> None:
    ways = {"/healthz?client": (200, "203.0.113.9\n"), "/u/doctor": (404, "")}
    authority = Authority(tmp_path)
    with site(ways, authority.good()) as port, mail_server() as inbound, mail_server() as relay:
        url = f"https://127.0.0.1:{port}"
        here = {
            "SIEGELPOST_STAFF_URL": url, "SIEGELPOST_PUBLIC_URL": url, "SIEGELPOST_RELAY_URL": f"smtp://127.0.0.1:{relay}?tls=off",
            "SSL_CERT_FILE": str(authority.trusted),
        }  # fmt: skip

        def look(*words: str, **more: str) -> dict[str, str]:
            return states(standing("doctor", "--inbound-port", str(inbound), *words, "--json", **{**here, **more}))

        found = look()
        good = ("doctor.client_address", "doctor.inbound", "doctor.relay", "doctor.home")
        assert {code: found[code] for code in good} == dict.fromkeys(good, "fine")
        assert (found["doctor.staff_url"], found["doctor.inbound_host"], found["doctor.proxy_unseen"]) == ("warning",) * 3
        assert "doctor.client_forged" not in found
        ways["/healthz?client"] = (200, BELIEVED)
        assert look()["doctor.client_forged"] == "fault", "visitors choose the address that we count them by"
        ways["/healthz?client"] = (200, "127.0.0.1\n")
        assert look()["doctor.client_address"] == "unknown", "from this machine to this machine nothing is proven"
        ways["/u/doctor"] = (421, "")
        found = look(SSL_CERT_FILE="", SIEGELPOST_INBOUND_HOST=f"127.0.0.1:{inbound}")
        assert {found[code] for code in ("doctor.public_url", "doctor.staff_url", "doctor.inbound")} == {"fault"}
        assert look()["doctor.public_url"] == "fault", "somebody else answers there"
        (tmp_path / "Caddyfile").write_text("127.0.0.1 {\n log\n reverse_proxy 127.0.0.1:8001\n}\n")
        (tmp_path / "nginx.conf").write_text(
            "server { server_name 127.0.0.1; access_log off; location / { proxy_pass http://127.0.0.1:8001; } }\n"
        )
        found = look("--proxy-config", str(tmp_path / "Caddyfile"), "--proxy-config", str(tmp_path / "nginx.conf"))
        assert (found["doctor.proxy_log"], found["doctor.proxy_headers"]) == ("fault", "fault") and "doctor.proxy_unseen" not in found
        assert look("--proxy-config", str(tmp_path / "none"))["doctor.proxy_unread"] == "unknown"


def test_what_is_wrong_with_the_data_is_found_before_anything_else(shell: Shell, tmp_path: Path) -> None:
    (shell.home / "control.sqlite3").chmod(0o640)
    assert states(shell("doctor", "--json"))["doctor.home_open"] == "fault"
    tenant = shell.home / "tenants" / "other" / "tenant.sqlite3"
    kept = tenant.read_bytes()
    tenant.write_bytes(b"no database " * 1000)
    found = shell("doctor", "--json")
    assert states(found)["doctor.database"] == "fault" and "doctor.worker" not in states(found)
    assert any("other" in one["what"] for one in found.document)
    tenant.write_bytes(kept)
    key = shell.home / "keys" / "master"
    key.rename(tmp_path / "master")
    found = shell("doctor", "--json")
    assert found.code == 5 and states(found)["doctor.home"] == "fault" and "doctor.database" not in states(found)
    shutil.rmtree(shell.home)
    found = shell("doctor", "--json")
    assert (found.code, states(found)["doctor.home"], shell.home.exists()) == (5, "fault", False)


def test_a_database_of_an_older_release_is_named(shell: Shell) -> None:
    for path, where in (("control.sqlite3", "control"), ("tenants/other/tenant.sqlite3", "other")):
        with closing(sqlite3.connect(shell.home / path)) as database:
            newest = database.execute("SELECT max(name) FROM django_migrations WHERE app = 'mailings'").fetchone()
            database.execute("DELETE FROM django_migrations WHERE app = 'mailings' AND name = ?", newest)
            database.commit()
        said = shell("doctor", "--json")
        assert states(said)["doctor.not_migrated"] == "fault"
        assert [where in one["what"] for one in said.document if one["code"] == "doctor.not_migrated"] == [True]
        with closing(sqlite3.connect(shell.home / path)) as database:
            database.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('mailings', ?, '2026-01-01')", newest)
            database.commit()
    assert json.loads(shell("doctor", "--json").out)
