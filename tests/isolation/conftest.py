"""What the tests of isolation share."""

from collections.abc import Callable

import pytest

from tests.templates import Template


@pytest.fixture
def rows(_two_tenants: Template) -> Callable[[], str]:
    """A digest of every row of beta's own databases but for its access log."""
    return lambda: _two_tenants.fingerprint("beta")
