"""What is collected lives as long as the run: the garbage collector does not look through it again and again.

Eight thousand tests and all of the product are some two million objects, and reading them in makes next to no garbage: a third of
the time of reading went into looking for some. Afterwards it works as ever, but leaves alone what was there before the first test.
"""

import gc

import pytest

MANY = 5_000
"""New objects until it looks for garbage among them; Python's 700 are for programs that have little memory."""


def pytest_configure() -> None:
    """Do not look while tests are read in."""
    gc.disable()


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Look from now on, at what is made from now on."""
    gc.freeze()
    gc.set_threshold(MANY, 10, 10)
    gc.enable()
