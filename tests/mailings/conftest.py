"""A name server for the tests of sender domains, and settings that ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.dns_server import DnsServer, dns_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from siegelpost.base.settings import Settings


@pytest.fixture
def server() -> Iterator[DnsServer]:
    """It holds nothing yet."""
    with dns_server() as running:
        yield running


@pytest.fixture
def settings(server: DnsServer) -> Settings:
    """Of an installation that asks the name server of the test."""
    from tests.mailings.published import asking  # noqa: PLC0415 (Django is set up after this file is read)

    return asking(server)
