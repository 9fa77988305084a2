"""What the tests of this room start from."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from siegelpost.base.actor import Actor
from siegelpost.mailings.domain_records import dkim_records, dkim_value
from siegelpost.mailings.domains import KeyPair, new_keys
from siegelpost.mailings.reads import DomainKeys, SenderFacts
from siegelpost.mailings.services import Content, NewMailing, create_mailing, create_sender
from siegelpost.tenancy.handle import TenantDB

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WHO = Actor.operator()
TEXT = Content(subject="Hello {{ first_name }}", format="md", source="Hi {{ first_name }}\n\n{{ unsubscribe_url }}")


@cache
def made_keys() -> KeyPair:
    """One pair for all tests: making RSA keys is slow."""
    return new_keys()


def published_keys(keys: DomainKeys) -> dict[str, bytes]:
    """What the DNS holds for a pair of keys once its records are published, by name with the dot at its end."""
    values = dkim_value(keys.rsa_private), dkim_value(keys.ed_private)
    records = dkim_records(keys.domain, (keys.rsa_selector, keys.ed_selector), values)
    return {f"{one.name}.": one.value.encode() for one in records}


def some_sender(tenant: TenantDB, mailbox: str = "News <news@example.org>", *, unverified_ok: bool = True) -> SenderFacts:
    return create_sender(tenant, mailbox, unverified_ok=unverified_ok, actor=WHO, now=NOON, make_keys=made_keys)


def some_mailing(tenant: TenantDB, content: Content = TEXT, **changes: Any) -> int:
    new = NewMailing(content=content, sender_id=some_sender(tenant).id, list_ids=(1,))
    return create_mailing(tenant, replace(new, **changes), actor=WHO, now=NOON)
