"""Tests that share something expensive run in one worker of xdist (`--dist loadgroup`), or each worker would make it again, or wait for it.

Expensive is what lives as long as a file (fixtures of scope "module") and the few runs of the whole product in SHARED.
"""

import pytest

SHARED = frozenset({"demo", "robbed"})
"""Fixtures of scope "session" that take a minute; the workers wait for each other at a lock."""


def shares(item: pytest.Item) -> str:
    """Name of the group of a test, "" where it stands alone."""
    known = getattr(item, "_fixtureinfo", None)
    found = known.name2fixturedefs if known else {}
    if named := SHARED & set(found):
        return min(named)
    return item.nodeid.partition("::")[0] if any(one[-1].scope == "module" for one in found.values() if one) else ""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tell xdist, which reads the marks later."""
    for item in items:
        if group := shares(item):
            item.add_marker(pytest.mark.xdist_group(group))
