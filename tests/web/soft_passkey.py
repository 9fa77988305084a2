"""An authenticator of the tests: it signs what it is asked to, for whichever page, with whichever count (WebAuthn section 6)."""

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2.cose import ES256
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

ORIGIN, SITE = "http://localhost:8000", "localhost"
PRESENT_AND_PROVEN = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


@dataclass
class SoftPasskey:
    """One passkey. `counter` is what it says next; a copy of it is one that was cloned."""

    counter: int = 1
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    name: bytes = field(default_factory=lambda: os.urandom(16))
    handle: str = ""

    def make(self, options: dict[str, Any]) -> str:
        """What the browser brings when a passkey is made."""
        asked = options.get("publicKey", options)
        self.handle = asked["user"]["id"]
        held = AttestedCredentialData.create(Aaguid.NONE, self.name, _public(self.key))
        flags = PRESENT_AND_PROVEN | AuthenticatorData.FLAG.AT
        data = AuthenticatorData.create(hashlib.sha256(SITE.encode()).digest(), flags, self.counter, held)
        said = CollectedClientData.create("webauthn.create", websafe_decode(asked["challenge"]), ORIGIN)
        response = {"clientDataJSON": websafe_encode(said), "attestationObject": websafe_encode(AttestationObject.create("none", data, {}))}
        return self._as_json(response, clientExtensionResults={"credProps": {"rk": True}})

    def answer(self, options: dict[str, Any], *, origin: str = ORIGIN, site: str = SITE) -> str:
        """What the browser brings when it is asked to prove its person."""
        asked = options.get("publicKey", options)
        self.counter += bool(self.counter)
        data = AuthenticatorData.create(hashlib.sha256(site.encode()).digest(), PRESENT_AND_PROVEN, self.counter)
        said = CollectedClientData.create("webauthn.get", websafe_decode(asked["challenge"]), origin)
        signed = self.key.sign(bytes(data) + said.hash, ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": said, "authenticatorData": data, "signature": signed}
        return self._as_json({**{name: websafe_encode(value) for name, value in response.items()}, "userHandle": self.handle})

    def _as_json(self, response: dict[str, str], **more: Any) -> str:
        mine = websafe_encode(self.name)
        return json.dumps({"id": mine, "rawId": mine, "type": "public-key", "response": response, "clientExtensionResults": {}, **more})


def _public(key: ec.EllipticCurvePrivateKey) -> Any:
    return ES256.from_cryptography_key(key.public_key())  # type: ignore[no-untyped-call]
