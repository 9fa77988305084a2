"""Addresses for posts in the databases of the tests, and what is posted there."""

from datetime import datetime

from siegelpost.feedback.hooks import services
from siegelpost.feedback.hooks.gates import POSTMARK, Posted
from siegelpost.feedback.hooks.services import HookView
from siegelpost.flows.receive_hook import knock, take, work_off
from siegelpost.mailings.models import SenderDomain
from siegelpost.sign.message_ids import id_for, id_of_mailing
from siegelpost.tenancy.handle import TenantDB
from tests.feedback.hook_posts import NOON, SECRETS, About
from tests.inbound.delivered import Sent

DOMAIN = "example.org"


def sends_from(tenant: TenantDB, domain: str = DOMAIN) -> None:
    """Give a tenant a sender domain: in it its Message-IDs are made."""
    with tenant.atomic():
        tenant.objects(SenderDomain).create(domain=domain, rsa_selector="r", rsa_key=b"", ed_selector="e", ed_key=b"", created_at=NOON)


def opened(provider: str = POSTMARK, tenant: TenantDB | None = None) -> HookView:
    """An address; of a tenant, or of all."""
    _number, token = services.add_hook(provider, tenant.number if tenant else None, SECRETS[provider], now=NOON)
    found = knock(provider, token)
    assert found
    return found


def message_id(sent: Sent) -> str:
    """Message-ID of a delivery, without its brackets."""
    return f"{id_for(id_of_mailing(sent.mailing_id, sent.tenant.keys.message_ids), sent.subscriber_id)}@{DOMAIN}"


def by_all(sent: Sent) -> About:
    """Everything of ours that a provider may repeat."""
    return About(envelope=sent.verp, message_id=message_id(sent), link=f"https://news.example.org/u/{sent.link}")


def posted(hook: HookView, *posts: Posted, now: datetime = NOON, limit: int = 3) -> dict[str, int]:
    """Take posts, work them off, and return what was counted."""
    for one in posts:
        take(hook, one, now=now)
    while work_off(limit=limit, seconds=60, now=now):
        pass
    return services.counts(hook.number)
