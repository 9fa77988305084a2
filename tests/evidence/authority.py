"""An authority for time stamps on this machine: real tokens by `openssl ts`, handed out over HTTP as RFC 3161, section 3.4 says."""

import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

CONFIGURATION = """
[req]
distinguished_name = name
prompt = no
[name]
CN = Made-up root
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[stamps]
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = critical, timeStamping
[tsa]
serial = serial
crypto_device = builtin
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
"""
DAYS = "3650"


@dataclass
class Authority:
    """Where it is, which certificate stands above it, and what it was asked.

    answers  "stamps", or how it misbehaves: "500", "garbage", "refuses", "replays" its first answer
    """

    folder: Path
    url: str = ""
    answers: str = "stamps"
    asked: int = 0
    first: bytes = b""
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def root(self) -> Path:
        return self.folder / "root.pem"

    def answer(self, query: bytes) -> bytes:
        with self.lock:
            self.asked += 1
            if self.answers == "garbage":
                return b"\x30\x03\x02\x01\x00"
            if self.answers == "replays" and self.first:
                return self.first
            name = "tsa" if self.answers != "refuses" else "nothing"
            (self.folder / "query").write_bytes(query if name == "tsa" else b"\x30\x00")
            openssl(self.folder, "ts", "-reply", "-queryfile", "query", "-out", "answer", "-config", "openssl.cnf", "-section", "tsa")
            self.first = self.first or (self.folder / "answer").read_bytes()
            return (self.folder / "answer").read_bytes()


def openssl(folder: Path, *words: str) -> None:
    """Run it; fails with its words where it fails."""
    done = subprocess.run(("openssl", *words), cwd=folder, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()


def make_authority(folder: Path) -> Authority:
    """A root and a certificate for time stamps under it."""
    folder.mkdir()
    (folder / "openssl.cnf").write_text(CONFIGURATION, encoding="ascii")
    (folder / "serial").write_text("01", encoding="ascii")
    new = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-config", "openssl.cnf")
    openssl(folder, "req", "-x509", *new, "-keyout", "root.key", "-out", "root.pem", "-days", DAYS, "-extensions", "root")
    openssl(folder, "req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Made-up time")
    under = ("-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", DAYS, "-extfile", "openssl.cnf", "-extensions", "stamps")
    openssl(folder, "x509", "-req", "-in", "tsa.csr", "-out", "tsa.pem", *under)
    return Authority(folder)


@contextmanager
def answering(authority: Authority) -> Iterator[Authority]:
    """It answers on 127.0.0.1 until the end."""

    class Answers(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            query = self.rfile.read(int(self.headers["Content-Length"]))
            right = self.headers["Content-Type"] == "application/timestamp-query"
            status = 500 if authority.answers == "500" or not right else 200
            content = authority.answer(query)
            self.send_response(status)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Not into the tests' output."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        authority.url = f"http://127.0.0.1:{server.server_address[1]}/tsr"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield authority
        finally:
            server.shutdown()
            thread.join(20)
