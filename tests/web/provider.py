"""A small identity provider of the tests, over real HTTP: it signs what it is told to, and lies where a test says so."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from siegelpost.base import clock

CLIENT, SECRET = "siegelpost", "s3cret"


@dataclass
class IdentityProvider:
    """What it knows, and how it lies.

    says    claims that stand in its tokens beside or instead of the true ones; None takes one out
    refuses word with which it answers questions about refresh tokens, "" for none; "500" is a fault of its own
    """

    issuer: str = ""
    calls_itself: str = ""
    says: dict[str, Any] = field(default_factory=dict)
    refuses: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    signs_with: Any = None
    algorithm: str = "ES256"
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def authorize(self, url: str) -> dict[str, str]:
        """What somebody's browser brings back who has logged in there."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["client_id"] == CLIENT and asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"], "iss": self.issuer}

    def token(self, typ: str = "JWT", **more: Any) -> str:
        """Signed now."""
        now = int(clock.now().timestamp())
        claims = {"iss": self.issuer, "aud": CLIENT, "sub": "u-17", "iat": now, "exp": now + 300, **more, **self.says}
        kept = {name: value for name, value in claims.items() if value is not None}
        key: Any = None if self.algorithm == "none" else self.signs_with or self.key
        return jwt.encode(kept, key, algorithm=self.algorithm, headers={"kid": "one", "typ": typ})

    def answer(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """At the token endpoint."""
        self.asked.append(form)
        if form["grant_type"] == "refresh_token":
            if self.refuses:
                return (500, {}) if self.refuses == "500" else (400, {"error": self.refuses})
            return 200, {"access_token": "a", "refresh_token": form["refresh_token"] + "+"}
        known = self.codes.pop(form["code"], None)
        hashed = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).rstrip(b"=").decode()
        if known is None or hashed != known["code_challenge"] or form["redirect_uri"] != known["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        id_token = self.token(nonce=known["nonce"], email="admin@staff.example", email_verified=True)
        return 200, {"access_token": "a", "id_token": id_token, "refresh_token": "r"}


@contextmanager
def answering(provider: IdentityProvider) -> Iterator[IdentityProvider]:
    """It answers on this machine."""

    class Desk(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            jwk = {**json.loads(ECAlgorithm.to_jwk(provider.key.public_key())), "kid": "one", "use": "sig", "alg": "ES256"}
            places = {name: f"{provider.issuer}/{name}" for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
            self._say(200, {"keys": [jwk]} if self.path == "/jwks_uri" else {"issuer": provider.calls_itself or provider.issuer, **places})

        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            known = self.headers.get("Authorization") == "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            answer = provider.answer({name: values[0] for name, values in form.items()}) if known else (401, {"error": "invalid_client"})
            self._say(*answer)

        def _say(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_parts: Any) -> None:
            """Quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        provider.issuer = f"http://127.0.0.1:{server.server_port}"
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join()
