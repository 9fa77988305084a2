"""How grave a hole is, and by when it must be closed. Pure."""

import math
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

CRITICAL: Final = "critical"
HIGH: Final = "high"
MEDIUM: Final = "medium"
LOW: Final = "low"
GRADES: Final = (LOW, MEDIUM, HIGH, CRITICAL)
UNKNOWN: Final = HIGH
"""Nobody said how grave it is: a week to find out."""
DEADLINES: Final[Mapping[str, timedelta]] = {
    CRITICAL: timedelta(hours=48),
    HIGH: timedelta(days=7),
    MEDIUM: timedelta(days=30),
    LOW: timedelta(days=90),
}
"""From the moment when our system first saw it (control 1.2-08); for low ones, of which the control says nothing, a quarter."""
_WORDS: Final = {"critical": CRITICAL, "high": HIGH, "moderate": MEDIUM, "medium": MEDIUM, "low": LOW}

# CVSS v3.1 specification, section 7.4 (metric values) and appendix A (rounding)
_WEIGHTS: Final[Mapping[str, Mapping[str, float]]] = {
    "AV": {"N": 0.85, "A": 0.62, "L": 0.55, "P": 0.2},
    "AC": {"L": 0.77, "H": 0.44},
    "UI": {"N": 0.85, "R": 0.62},
    "C": {"H": 0.56, "L": 0.22, "N": 0.0},
    "I": {"H": 0.56, "L": 0.22, "N": 0.0},
    "A": {"H": 0.56, "L": 0.22, "N": 0.0},
}
_PRIVILEGES: Final = {"U": {"N": 0.85, "L": 0.62, "H": 0.27}, "C": {"N": 0.85, "L": 0.68, "H": 0.5}}


def grade_of(entry: Mapping[str, Any]) -> str:
    """The gravest that an entry of OSV says of itself: in a word, or by a vector of CVSS 3; UNKNOWN where it says nothing we can read."""
    said: list[str] = []
    for holder in (entry, *_maps(entry.get("affected"))):
        own = holder.get("database_specific")
        word = own.get("severity") if isinstance(own, Mapping) else None
        if isinstance(word, str) and word.lower() in _WORDS:
            said.append(_WORDS[word.lower()])
        said += [grade for one in _maps(holder.get("severity")) if (grade := _graded(str(one.get("score", ""))))]
    return max(said, key=GRADES.index, default=UNKNOWN)


def base_score(vector: str) -> float:
    """0.0…10.0 of a vector `CVSS:3.x/AV:…`. Raises ValueError, LookupError for anything else."""
    if not vector.startswith("CVSS:3."):
        raise ValueError(vector)
    metric = dict(part.split(":", 1) for part in vector.split("/")[1:])
    weight = {name: values[metric[name]] for name, values in _WEIGHTS.items()}
    changed = metric["S"] == "C"
    loss = 1 - (1 - weight["C"]) * (1 - weight["I"]) * (1 - weight["A"])
    impact = 7.52 * (loss - 0.029) - 3.25 * (loss - 0.02) ** 15 if changed else 6.42 * loss
    reach = 8.22 * weight["AV"] * weight["AC"] * _PRIVILEGES[metric["S"]][metric["PR"]] * weight["UI"]
    if impact <= 0:
        return 0.0
    return _rounded_up(min((impact + reach) * (1.08 if changed else 1.0), 10.0))


def _rounded_up(score: float) -> float:
    whole = round(score * 100_000)
    return whole / 100_000 if whole % 10_000 == 0 else (math.floor(whole / 10_000) + 1) / 10


def _graded(vector: str) -> str:
    """By the scale of CVSS v3.1 section 5; "" for vectors of other versions."""
    try:
        score = base_score(vector)
    except (ValueError, LookupError):
        return ""
    return CRITICAL if score >= 9 else HIGH if score >= 7 else MEDIUM if score >= 4 else LOW


def _maps(found: object) -> list[Mapping[str, Any]]:
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
