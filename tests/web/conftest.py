"""One Chromium for all tests of this folder that look at pages.

Imports what imports models only inside functions: Django is set up after this file is read.
"""

# ruff: noqa: PLC0415
from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from siegelpost.tenancy.handle import TenantDB
    from tests.web.browser import Browsing, Site


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browsing]:
    """The browser, in a thread of its own."""
    from tests.web.browser import AXE, CHROMIUM, Browsing

    if not CHROMIUM or not AXE.exists():
        pytest.skip("Chromium (package chromium) or the browser's assets (make assets) are missing")
    browsing = Browsing()
    yield browsing
    browsing.close()


@pytest.fixture
def site(alpha: TenantDB, tmp_path: Path) -> Iterator[Site]:
    """The staff's pages of the installation under test."""
    from tests.web.browser import serving

    with serving(tmp_path) as found:
        yield found
