"""Every operation, as the description that we serve names it: what is not in it does not exist, and what is in it is tried."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.test import Client

NEW = {"email": "eve@example.org", "ground": "order 7", "source": "shop"}


@dataclass(frozen=True)
class Operation:
    """A method and a path with its parts in braces; `body` is one that would be taken."""

    name: str
    method: str
    path: str

    def url(self, slug: str, number: int = 1) -> str:
        """The address, with one number wherever one belongs."""
        words = self.path.replace("{slug}", slug)
        for part in ("list_id", "person_id", "mailing_id"):
            words = words.replace(f"{{{part}}}", str(number))
        assert "{" not in words, words
        return words

    def body(self, number: int = 1) -> Any:
        """None where there is none."""
        return {
            "subscriber_find": {"email": "ann@example.org"},
            "subscriber_add": {**NEW, "list": number},
            "subscribers_ask": {"people": 5, "reason": "For the yearly report."},
            "subscriber_change": {"fields": {"first_name": "Mallory"}},
            "mailing_launch": {"version": "0" * 32},
        }.get(self.name)

    @property
    def changes(self) -> bool:
        """Whether it asks for the right to change something."""
        return self.name not in ("subscriber_find", "subscribers_ask") and self.method != "GET"


def described() -> Any:
    """The description, asked for by somebody without a token."""
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return json.loads(answer.content)


def operations() -> Iterator[Operation]:
    """All of them."""
    for path, methods in described()["paths"].items():
        for method, about in methods.items():
            yield Operation(about["operationId"], method.upper(), path)
