"""What the tests of this room start from."""

from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from siegelpost.base.actor import Actor
from siegelpost.mailings.domains import KeyPair, new_keys
from siegelpost.mailings.reads import SenderFacts
from siegelpost.mailings.services import Content, NewMailing, create_mailing, create_sender
from siegelpost.tenancy.handle import TenantDB

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WHO = Actor.operator()
TEXT = Content(subject="Hello {{ first_name }}", format="md", source="Hi {{ first_name }}\n\n{{ unsubscribe_url }}")


@cache
def made_keys() -> KeyPair:
    """One pair for all tests: making RSA keys is slow."""
    return new_keys()


def some_sender(tenant: TenantDB, mailbox: str = "News <news@example.org>", *, unverified_ok: bool = True) -> SenderFacts:
    return create_sender(tenant, mailbox, unverified_ok=unverified_ok, actor=WHO, now=NOON, make_keys=made_keys)


def some_mailing(tenant: TenantDB, content: Content = TEXT, **changes: Any) -> int:
    new = NewMailing(content=content, sender_id=some_sender(tenant).id, list_ids=(1,))
    return create_mailing(tenant, replace(new, **changes), actor=WHO, now=NOON)
