"""What an identity provider says about somebody, and whether it is said by it, to us, now. Pure.

OpenID Connect Core 1.0, Back-Channel Logout 1.0.
"""

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import jwt

from siegelpost.base.oidc import Provider

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "EdDSA")
"""Signed by a key that only the provider has: no `none`, and nothing with a secret that both know."""
LEEWAY: Final = 60
"""Seconds by which the clocks of two houses may differ."""
LOGOUT_LASTS: Final = 300
"""Seconds after which a logout token is too old, whatever it says itself."""
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"


class TokenWrong(Exception):
    """Not to be believed; the text is one word for the log and never a value."""


@dataclass(frozen=True, slots=True)
class Claims:
    """What an ID token says.

    subject  who it is there: never given to anybody else (Core section 8)
    email    "" where the provider has not verified it
    proven   a second factor was shown there, by one of the provider's `proofs`
    """

    subject: str
    email: str
    proven: bool


def read_id_token(token: str, keys: Mapping[str, Any], provider: Provider, *, nonce: str, now: datetime) -> Claims:
    """Check as Core section 3.1.3.7 says, and return what it says. Raises TokenWrong.

    keys   the provider's JWK set
    nonce  the one that this browser was sent away with
    """
    said = _signed(token, keys)
    _meant_for_us(said, provider, now)
    if not hmac.compare_digest(str(said.get("nonce", "")).encode(), nonce.encode()):
        raise TokenWrong("nonce")
    if "azp" in said and said["azp"] != provider.client_id:
        raise TokenWrong("azp")
    email = str(said.get("email", "")).strip().lower() if said.get("email_verified") is True else ""
    return Claims(str(said["sub"]), email, bool(_proofs(said) & provider.proofs))


def read_logout_token(token: str, keys: Mapping[str, Any], provider: Provider, *, now: datetime) -> tuple[str, str]:
    """Check as Back-Channel Logout section 2.6 says; returns subject and the token's own name. Raises TokenWrong."""
    said = _signed(token, keys)
    _meant_for_us(said, provider, now)
    if str(_header(token).get("typ", "")).lower() != "logout+jwt":
        raise TokenWrong("typ")
    events = said.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(LOGOUT_EVENT), dict) or "nonce" in said:
        raise TokenWrong("events")
    if now.timestamp() - said["iat"] > LOGOUT_LASTS or not said.get("jti"):
        raise TokenWrong("old")
    return str(said["sub"]), str(said["jti"])


def _proofs(said: Mapping[str, Any]) -> set[str]:
    methods = said.get("amr")
    return {f"amr:{one}" for one in (methods if isinstance(methods, list) else [])} | {f"acr:{said.get('acr', '')}"}


def _signed(token: str, keys: Mapping[str, Any]) -> dict[str, Any]:
    """What a key of the provider has signed."""
    header = _header(token)
    if header.get("alg") not in ALGORITHMS:
        raise TokenWrong("alg")
    for key in _fitting(keys, header.get("kid")):
        try:
            unchecked = {"verify_aud": False, "verify_iss": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
            found: dict[str, Any] = jwt.decode(token, key, algorithms=list(ALGORITHMS), options=unchecked)  # type: ignore[arg-type]
            return found
        except (jwt.PyJWTError, TypeError, ValueError):
            continue
    raise TokenWrong("signature")


def _header(token: str) -> dict[str, Any]:
    try:
        return dict(jwt.get_unverified_header(token))
    except jwt.PyJWTError:
        raise TokenWrong("form") from None


def _fitting(keys: Mapping[str, Any], kid: object) -> Iterator[jwt.PyJWK]:
    """Keys of the set that may have signed; one that we cannot read may be for others."""
    for row in keys.get("keys") or ():
        if isinstance(row, dict) and row.get("use", "sig") == "sig" and (kid is None or row.get("kid") == kid):
            try:
                yield jwt.PyJWK(row)
            except jwt.PyJWTError:
                continue


def _meant_for_us(said: Mapping[str, Any], provider: Provider, now: datetime) -> None:
    heard = said.get("aud")
    moment = now.timestamp()
    numbers = [said.get(name) for name in ("iat", "exp")]
    if said.get("iss") != provider.issuer:
        raise TokenWrong("iss")
    if heard != provider.client_id and heard != [provider.client_id]:
        raise TokenWrong("aud")
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in numbers) or not said.get("sub"):
        raise TokenWrong("form")
    if not said["iat"] - LEEWAY <= moment < said["exp"] + LEEWAY:
        raise TokenWrong("time")
