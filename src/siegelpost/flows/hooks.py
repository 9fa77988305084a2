"""Set up where mail providers may post what became of our mail."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import structlog

from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.evidence.services import append
from siegelpost.feedback.hooks import services
from siegelpost.feedback.hooks.errors import ProviderUnknown, SecretWrong
from siegelpost.feedback.hooks.gates import MAILGUN, POSTMARK, PROVIDERS, SENDGRID, SES, Secret
from siegelpost.sign.hooks import BASIC_USER, certificate_key, event_key
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import all_tenants

NOT_OURS: Final = 0
MAX_CERTIFICATES: Final = 3  # the one in force, the next, and one more
_PASSWORD_BYTES: Final = 24
_TOPIC: Final = "arn:aws"

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Made:
    """A new address; `user` and `password` are set where the provider logs in. Shown once."""

    number: int
    url: str
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One address as a list shows it; `tenant` is "" where it counts for all."""

    number: int
    provider: str
    tenant: str
    certificates: int
    notice: str
    waiting: int
    counts: dict[str, int]


def add_hook(provider: str, tenant: TenantDB | None, *, key: str, topic: str, settings: Settings, actor: Actor, now: datetime) -> Made:
    """Make an address for the posts of an account with a provider.

    tenant  the only one whose mail goes out through that account; None where several use it
    key     Mailgun: signing key; SendGrid: verification key; SES: certificate of Amazon SNS, may come later
    topic   SES: ARN of the topic

    Raises ProviderUnknown, SecretWrong.
    """
    secret = _secret(provider, key.strip(), topic.strip(), now)
    number, token = services.add_hook(provider, tenant.number if tenant else None, secret, now=now)
    log.info("hooks.added", provider=provider, number=number)
    _write_down(tenant, "feedback.hook_added", number, provider, actor, now)
    url = f"{settings.public_url}/hooks/{provider}/{token}"
    return Made(number, url, BASIC_USER if secret.password else "", secret.password)


def add_certificate(number: int, pem: str, *, now: datetime) -> None:
    """Believe messages that are signed with this certificate, too; the oldest of more than three goes.

    Raises HookUnknown, and SecretWrong for what is no certificate in force, or where the provider is another one.
    """
    found = services.hook(number)
    if found.provider != SES or certificate_key(pem, now) is None:
        raise SecretWrong
    known = [one for one in found.secret.certificates if one != pem]
    services.change_secret(number, replace(found.secret, certificates=(*known, pem)[-MAX_CERTIFICATES:]))
    log.info("hooks.certificate_added", number=number)


def remove_hook(number: int, *, actor: Actor, now: datetime) -> None:
    """Take no more posts there. Raises HookUnknown."""
    found = services.hook(number)
    services.remove_hook(number)
    log.info("hooks.removed", number=number)
    tenant = next((one for one in all_tenants() if one.number == found.tenant_number), None)
    _write_down(tenant, "feedback.hook_removed", number, found.provider, actor, now)


def hook_lines() -> tuple[list[Line], int]:
    """All addresses, and how many posts came to addresses that are not ours."""
    names = {one.number: one.slug for one in all_tenants()}
    lines = [
        Line(
            number=one.number,
            provider=one.provider,
            tenant=names.get(one.tenant_number, str(one.tenant_number)) if one.tenant_number else "",
            certificates=len(one.secret.certificates),
            notice=one.notice,
            waiting=services.waiting(one.number),
            counts=services.counts(one.number),
        )
        for one in services.hooks()
    ]
    return lines, services.counts(NOT_OURS).get("refused", 0)


def _secret(provider: str, key: str, topic: str, now: datetime) -> Secret:
    if provider not in PROVIDERS:
        raise ProviderUnknown(known=", ".join(PROVIDERS))
    fits = {
        POSTMARK: not key,
        MAILGUN: bool(key) and key.isascii() and key.isprintable(),
        SENDGRID: event_key(key) is not None,
        SES: topic.startswith(_TOPIC) and (not key or certificate_key(key, now) is not None),
    }
    if not fits[provider] or (bool(topic) and provider != SES):
        raise SecretWrong
    if provider == POSTMARK:
        return Secret(password=secrets.token_urlsafe(_PASSWORD_BYTES))
    return Secret(topic=topic, certificates=(key,) if key else ()) if provider == SES else Secret(key=key)


def _write_down(tenant: TenantDB | None, act: str, number: int, provider: str, actor: Actor, now: datetime) -> None:
    if tenant is not None:
        with tenant.atomic():
            append(tenant, act, subject=f"hook:{number}", details={"provider": provider}, actor=actor, at=now)
