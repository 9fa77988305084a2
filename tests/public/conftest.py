"""Worlds for the tests of the public pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from siegelpost.tenancy.handle import TenantDB
    from tests.public.world import World
    from tests.templates import Template


@pytest.fixture(autouse=True)
def _public_site(public_site: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """All tests here ask for public pages; one of them looks at the clock, the others need not wait for it."""
    monkeypatch.setattr("siegelpost.public.forms.EVEN_SECONDS", 0.0)


@pytest.fixture
def world(alpha: TenantDB, beta: TenantDB) -> World:
    """Alpha with a form and a mailing; beta must stay as it is."""
    from tests.public.world import make_world  # noqa: PLC0415 (Django is set up after this file is read)

    return make_world(alpha)


@pytest.fixture
def rows(_two_tenants: Template) -> Callable[[], str]:
    """Asks for a digest of every row of alpha."""
    return lambda: _two_tenants.fingerprint("alpha")
