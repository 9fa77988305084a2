"""A program with a token: calls the interface as `curl` does, in this process."""

import json
from collections.abc import Mapping
from typing import Any

from django.test import Client

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.flows.tokens import NewToken, create_token
from siegelpost.tenancy.handle import TenantDB
from tests.web.visiting import colleague

ALL = ("read", "export", "people", "write", "send")
KEY = "one launch of a test"
PARTS = {"code", "message", "hint", "nothing"}


class Program:
    """Calls one tenant's addresses with one token; `number` is that of the token."""

    def __init__(self, slug: str, key: str | None, number: int = 0) -> None:
        self.slug, self.key, self.number = slug, key, number
        self._client = Client(raise_request_exception=True)

    @property
    def actor(self) -> str:
        """As the logs name it."""
        return f"token:{self.number}"

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """The answer to one call below the tenant, whatever it is; `path` from the root where it begins with a stroke."""
        url = path if path.startswith("/") else f"/api/v1/t/{self.slug}/{path}"
        sent = {"Idempotency-Key": KEY} | ({"Authorization": f"Bearer {self.key}"} if self.key is not None else {})
        data = "" if body is None else body if isinstance(body, str | bytes) else json.dumps(body)
        kind = "application/json" if body is not None else "text/plain"
        return self._client.generic(method, url, data, content_type=kind, headers={**sent, **headers})

    def told(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """What the answer says; fails for another status."""
        answer = self.ask(method, path, body)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.content.decode()[:2000]}"
        return answer.json()

    def see(self, path: str, status: int = 200) -> Any:
        """What a GET is told."""
        return self.told("GET", path, status=status)

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and code of a refusal, which has four parts."""
        return refusal(self.ask(method, path, body))


def refusal(answer: Any) -> tuple[int, str]:
    """Status and code; fails for what is no refusal of ours."""
    error: Mapping[str, str] = answer.json()["error"]
    assert set(error) == PARTS and all(error.values()), error
    assert answer.status_code >= 400 and not answer.cookies
    return answer.status_code, error["code"]


def program(tenant: TenantDB, *rights: str, role: str = "editor", email: str = "") -> Program:
    """A program of somebody with a role; with all rights where none is named."""
    owner = colleague(tenant, role, email)
    new = NewToken(name="Shop", rights=rights or ALL, owner=owner.email)
    number, key = create_token(tenant, new, actor=Actor.staff(owner.pk), now=clock.now())
    return Program(tenant.slug, key, number)
