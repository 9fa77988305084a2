"""Which tests run on which database.

The first run (`--database=sqlite`) takes all tests; the second (`--database=postgresql`) those that ask for a database
(they use the fixture `engine`, mostly by way of `alpha`). A test that asks for `engine` and is marked `postgresql` is
about PostgreSQL alone and belongs to the second run only. What is left out is deselected, not skipped.
"""

import pytest


def belongs(item: pytest.Item, database: str) -> bool:
    """Say whether `item` is part of the run on `database`."""
    asks = "engine" in getattr(item, "fixturenames", ())
    if database == "postgresql":
        return asks and item.get_closest_marker("sqlite") is None
    return not (asks and item.get_closest_marker("postgresql"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep what belongs to this run."""
    database = str(config.getoption("--database", default="sqlite"))
    rest = [item for item in items if not belongs(item, database)]
    if rest:
        config.hook.pytest_deselected(items=rest)
        items[:] = [item for item in items if belongs(item, database)]
