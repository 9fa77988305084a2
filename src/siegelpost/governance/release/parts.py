"""What a release is made of, and how versions of it are put in order. Pure."""

import re
from typing import Final, NamedTuple

from packaging.version import InvalidVersion, Version

PYPI: Final = "PyPI"
NPM: Final = "npm"
_SEMVER: Final = re.compile(r"v?(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?(?:\+.*)?")


class Part(NamedTuple):
    """One library: the ecosystem as OSV calls it, its name as that ecosystem writes it, its version."""

    ecosystem: str
    name: str
    version: str

    @property
    def purl(self) -> str:
        """Package URL (purl-spec): `pkg:pypi/django@5.2`, `pkg:npm/%40tabler/core@1.4.0`."""
        return f"pkg:{self.ecosystem.lower()}/{self.name.replace('@', '%40')}@{self.version}"


def normal(ecosystem: str, name: str) -> str:
    """The one spelling of a name: on PyPI case, `-`, `_` and `.` do not matter (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower() if ecosystem == PYPI else name


def order_of(ecosystem: str, version: str) -> tuple[object, ...]:
    """Something that sorts as the versions of the ecosystem do (PEP 440; Semantic Versioning 2.0.0 section 11). Raises ValueError."""
    if ecosystem == PYPI:
        try:
            return (Version(version),)
        except InvalidVersion as reason:
            raise ValueError(version) from reason
    found = _SEMVER.fullmatch(version)
    if found is None:
        raise ValueError(version)
    numbers = tuple(int(found[place]) for place in (1, 2, 3))
    if found[4] is None:
        return (*numbers, 1, ())
    early = tuple((0, int(one), "") if one.isdigit() else (1, 0, one) for one in found[4].split("."))
    return (*numbers, 0, early)
