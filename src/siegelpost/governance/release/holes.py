"""Does an entry of OSV speak of a part that we have? Pure.

Source: OSV schema 1.6 (`affected[].ranges`, `versions`), with its algorithm for evaluating a version.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from siegelpost.governance.release.parts import Part, normal, order_of
from siegelpost.governance.release.severity import GRADES, grade_of

_KINDS = frozenset(("ECOSYSTEM", "SEMVER"))


class Hole(NamedTuple):
    """A known hole in one of our parts: its number, its other numbers, how grave it is, and the version that mends it ("" if none)."""

    id: str
    also: tuple[str, ...]
    grade: str
    part: Part
    mended: str

    @property
    def key(self) -> str:
        """Names it in the log: the hole and the part, whatever the version."""
        return self.key_as(self.id)

    def key_as(self, number: str) -> str:
        """The same under another of its numbers."""
        return f"{number}:{self.part.ecosystem}:{self.part.name}"


def holes_in(entry: Mapping[str, Any], parts: Mapping[tuple[str, str], Collection[Part]]) -> list[Hole]:
    """What an entry says of our parts; nothing where it was withdrawn.

    parts  (ecosystem, normal name) -> the versions that we have
    """
    if entry.get("withdrawn"):
        return []
    found = []
    for one in entry.get("affected") or ():
        package = one.get("package") or {}
        ecosystem = str(package.get("ecosystem", ""))
        ours = parts.get((ecosystem, normal(ecosystem, str(package.get("name", "")))), ())
        also = tuple(sorted(map(str, entry.get("aliases") or ())))
        found += [Hole(str(entry["id"]), also, grade_of(entry), part, _mended(one, part)) for part in ours if is_affected(one, part)]
    return list(dict.fromkeys(found))


def is_affected(one: Mapping[str, Any], part: Part) -> bool:
    """Whether `affected[]` holds for a part. What cannot be put in order counts as affected: somebody has to look."""
    if part.version in (one.get("versions") or ()):
        return True
    ranges = [each for each in one.get("ranges") or () if each.get("type") in _KINDS]
    try:
        return any(_inside(each.get("events") or (), part) for each in ranges)
    except ValueError:
        return True


def _inside(events: Iterable[Mapping[str, Any]], part: Part) -> bool:
    version = order_of(part.ecosystem, part.version)
    inside = False
    for kind, at in sorted(_steps(events, part.ecosystem), key=lambda step: step[1]):
        if kind == "introduced" and version >= at:
            inside = True
        elif (kind == "fixed" and version >= at) or (kind == "last_affected" and version > at):
            inside = False
    return inside


def _steps(events: Iterable[Mapping[str, Any]], ecosystem: str) -> list[tuple[str, tuple[object, ...]]]:
    lowest = "0.0.0-0" if ecosystem == "npm" else "0.dev0"
    return [
        (kind, order_of(ecosystem, lowest if (kind, at) == ("introduced", "0") else str(at)))
        for event in events
        for kind, at in event.items()
        if kind in ("introduced", "fixed", "last_affected")
    ]


def _mended(one: Mapping[str, Any], part: Part) -> str:
    events = [event for each in one.get("ranges") or () if each.get("type") in _KINDS for event in each.get("events") or ()]
    fixed = [str(event["fixed"]) for event in events if "fixed" in event]
    try:
        later = [version for version in fixed if order_of(part.ecosystem, version) > order_of(part.ecosystem, part.version)]
        return min(later, key=lambda version: order_of(part.ecosystem, version), default="")
    except ValueError:
        return ""


def once_each(holes: Iterable[Hole]) -> list[Hole]:
    """The same hole is in several lists under several numbers (GHSA, PYSEC, CVE): keep one of each part, the gravest first."""
    kept: list[Hole] = []
    for hole in sorted(holes, key=lambda one: (-GRADES.index(one.grade), one.id)):
        numbers = {hole.id, *hole.also}
        if not any(one.part == hole.part and numbers & {one.id, *one.also} for one in kept):
            kept.append(hole)
    return kept
