"""Staff who log in with an identity provider: sent there, back with a code, out when the provider says so.

OpenID Connect Core (code flow), RFC 7636 (PKCE), RFC 9207 (who answers), Back-Channel Logout 1.0.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlencode

import structlog

from siegelpost.accounts.dormant import is_last
from siegelpost.accounts.errors import IdentityRefused, IdentityUnreachable
from siegelpost.accounts.id_tokens import Claims, TokenWrong, read_id_token, read_logout_token
from siegelpost.accounts.identities import forget_token, person_behind, person_of_subject, remember, to_ask
from siegelpost.accounts.reads import Person
from siegelpost.accounts.services import set_active
from siegelpost.accounts.sessions import end_sessions
from siegelpost.base.actor import Actor
from siegelpost.base.oidc import Provider
from siegelpost.evidence.services import append
from siegelpost.flows.identity_http import Refusal, ask_for_tokens, configuration, forget, keys_of
from siegelpost.tenancy.installation import operator_store

SCOPE: Final = "openid email offline_access"
"""Who it is, a verified address, and something to ask later whether they may still come in."""
WORKER: Final = Actor.system("worker")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Away:
    """What a browser that was sent away must bring back; kept in its session, for one answer."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Back:
    """Somebody whom the provider vouches for."""

    person: Person
    proven: bool


def send_away(provider: Provider, back_to: str) -> tuple[str, Away]:
    """Where to send the browser, and what to keep meanwhile. Raises IdentityUnreachable."""
    away = Away(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))
    challenge = base64.urlsafe_b64encode(hashlib.sha256(away.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back_to,
        "scope": SCOPE,
        "state": away.state,
        "nonce": away.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    return f"{configuration(provider)['authorization_endpoint']}?{urlencode(asked)}", away


def take_back(provider: Provider, away: Away, said: Mapping[str, str], back_to: str, *, now: datetime) -> Back:
    """Who has come back. Raises IdentityRefused, IdentityUnreachable.

    said  what the browser brought: state, code, iss or error
    """
    try:
        if not hmac.compare_digest(said.get("state", "").encode(), away.state.encode()):
            raise TokenWrong("state")
        if said.get("iss", provider.issuer) != provider.issuer or not said.get("code"):
            raise TokenWrong("answer")
        form = {"grant_type": "authorization_code", "code": said["code"], "redirect_uri": back_to, "code_verifier": away.verifier}
        tokens = ask_for_tokens(provider, form)
        claims = _claims(provider, str(tokens.get("id_token", "")), away.nonce, now)
        person = person_behind(provider.issuer, claims, now=now)
    except (TokenWrong, Refusal) as reason:
        log.warning("identity.refused", provider=provider.name, reason=str(reason)[:40])
        raise IdentityRefused from None
    remember(person, provider.issuer, str(tokens.get("refresh_token", "")), now=now)
    return Back(person, claims.proven)


def who_is_out(provider: Provider, token: str, *, now: datetime) -> tuple[str, str]:
    """Whom a logout token names, and the token's own name. Raises TokenWrong, IdentityUnreachable."""
    return read_logout_token(token, keys_of(provider), provider, now=now)


def end_by_provider(provider: Provider, subject: str, *, now: datetime) -> None:
    """End all sessions of somebody, by their name at the provider; nobody we know is nothing to do."""
    person = person_of_subject(provider.issuer, subject)
    if person is not None:
        with operator_store().atomic():
            end_sessions(person.pk)
            _note("staff.ended_by_provider", person, provider, now)


def heed_providers(providers: tuple[Provider, ...], *, now: datetime) -> None:
    """Ask about everybody who came in by a provider, once an hour: whom it refuses is blocked here at once.

    A provider that does not answer says nothing about anybody, and is asked again in an hour. The last who could let others in stays.
    """
    for provider in providers:
        for person, token in to_ask(provider.issuer, now=now):
            try:
                tokens = ask_for_tokens(provider, {"grant_type": "refresh_token", "refresh_token": token})
            except Refusal as reason:
                if str(reason) == "invalid_grant":
                    _shut_out(person, provider, now)
                else:
                    log.warning("identity.not_asked", provider=provider.name, reason=str(reason)[:40])
                    break
            except IdentityUnreachable:
                log.warning("identity.not_asked", provider=provider.name, reason="unreachable")
                break
            else:
                remember(person, provider.issuer, str(tokens.get("refresh_token") or token), now=now)


def _shut_out(person: Person, provider: Provider, now: datetime) -> None:
    with operator_store().atomic():
        forget_token(person, provider.issuer)
        end_sessions(person.pk)
        if not is_last(person):
            set_active(person.email, active=False, now=now)
        _note("staff.refused_by_provider", person, provider, now)


def _claims(provider: Provider, token: str, nonce: str, now: datetime) -> Claims:
    """With keys that were just fetched where those we have did not sign it: providers change them."""
    try:
        return read_id_token(token, keys_of(provider), provider, nonce=nonce, now=now)
    except TokenWrong as reason:
        if str(reason) != "signature":
            raise
        forget()
        return read_id_token(token, keys_of(provider), provider, nonce=nonce, now=now)


def _note(act: str, person: Person, provider: Provider, now: datetime) -> None:
    details = {"provider": provider.name}
    append(operator_store(), act, subject=f"staff:{person.pk}", details=details, actor=WORKER, at=now)
