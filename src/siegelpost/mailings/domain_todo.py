"""What a check of a sender domain leaves to be done, and by whom. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from siegelpost.mailings.domain_findings import ADVICE, BLOCK, OK, WARN, Finding, by_severity

_OURS: Final = ("ptr", "spf", "bounce")
"""Topics about hosts of this installation."""
_SHARED: Final = ("spf", "bounce")
"""Those of them that stand in the DNS of the envelope sender, which may belong to the owner of the sender domain."""
_COMING: Final = ("dkim.next_missing", "dkim.next_seen", "dkim.next_unchecked")


@dataclass(frozen=True, slots=True)
class Todo:
    """Findings by what they ask for; each stands in one place, the most pressing first.

    needed    the domain's owner mends it, or nothing is sent
    better    the domain's owner had better mend it
    operator  whoever runs this installation mends it
    coming    about the next keys
    good      nothing is to be done
    """

    needed: tuple[Finding, ...] = ()
    better: tuple[Finding, ...] = ()
    operator: tuple[Finding, ...] = ()
    coming: tuple[Finding, ...] = ()
    good: tuple[Finding, ...] = ()

    @property
    def waits_for_operator(self) -> bool:
        """Whether something of this installation keeps mail from being sent."""
        return any(one.severity == BLOCK for one in self.operator)


def sort_out(findings: Iterable[Finding], organisation: str, *, shared: bool) -> Todo:
    """Say of each finding whose it is; one that asks for records in two places stands in both, each with its own.

    organisation  the registered domain above the sender domain
    shared        the envelope sender belongs to the organisation of the sender domain, and so does its DNS
    """
    places: dict[str, list[Finding]] = {}
    for one in by_severity(findings):
        for place, part in _parted(one, _place(one, shared), organisation):
            places.setdefault(place, []).append(part)
    return Todo(**{name: tuple(found) for name, found in places.items()})


def _parted(one: Finding, place: str, organisation: str) -> Iterator[tuple[str, Finding]]:
    theirs = tuple(record for record in one.publish if is_below(record.name, organisation))
    ours = tuple(record for record in one.publish if record not in theirs)
    if place not in ("needed", "better") or not ours:
        yield place, one
        return
    if theirs:
        yield place, replace(one, publish=theirs)
    yield "operator", replace(one, publish=ours)


def is_below(name: str, organisation: str) -> bool:
    """Whether a record's name is the organisation's own or stands below it, so that its owner publishes it."""
    return name == organisation or name.endswith(f".{organisation}")


def _place(one: Finding, shared: bool) -> str:
    if one.code in _COMING:
        return "coming"
    if one.severity == OK:
        return "good"
    ours = one.topic in _OURS and not (shared and one.topic in _SHARED and one.code != "spf.local")
    if ours or one.code in ("dmarc.by_relay", "dmarc.by_signature"):
        return "operator"
    return {BLOCK: "needed", WARN: "better", ADVICE: "better"}[one.severity]
