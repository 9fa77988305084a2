"""How figures of a report stand on a page: the number, its share, or that it is withheld and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from siegelpost.base.i18n import marked as _
from siegelpost.measure.rules import (
    EDGE_RESTARTED,
    MEASURING_OFF,
    NEARLY_THE_SAME,
    NOT_ESTIMATED,
    TOO_FEW_LEFT_ALONE,
    TOO_FEW_RECIPIENTS,
    K,
)

REASONS: Final[Mapping[str, str]] = {
    TOO_FEW_RECIPIENTS: _("Fewer than 20 people got it. A number about so few would say something about each of them."),
    TOO_FEW_LEFT_ALONE: _(
        "Nearly everybody who got it did the same. The number would tell of each of them what they did, so there is none while "
        "fewer than 20 people are left over."
    ),
    NEARLY_THE_SAME: _(
        "Another mailing went to nearly the same people. Side by side the two figures would tell of the fewer than 20 people who got "
        "only one of them, so both are withheld."
    ),
    NOT_ESTIMATED: _("How many different people it was is not estimated: this is switched off in the settings for measuring."),
    EDGE_RESTARTED: _(
        "The program that counts people was restarted meanwhile. It forgets on purpose who was there, so people who came twice "
        "would count twice. Opens and clicks themselves are complete."
    ),
    MEASURING_OFF: _("Measuring is off for this mailing."),
}
"""Why a figure is withheld, in full (measure/rules.py)."""
assert K == 20, "the sentences say so"  # noqa: S101 - read once, at the start
MEASURED: Final = ("opens", "unique_opens", "machine_opens", "clicks", "unique_clicks", "machine_clicks")


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure: `value` None where it is withheld, with the `reason` in words; `share` of 1 where there is a whole."""

    value: int | None
    reason: str = ""
    share: float | None = None

    @property
    def off(self) -> bool:
        """Whether nothing was measured, which is no secret."""
        return self.reason == REASONS[MEASURING_OFF]


def figure(found: Mapping[str, Any], name: str, whole: int = 0) -> Shown:
    """A figure of a report.

    whole  what a share is taken of; 0 for none
    """
    value = found[name]
    if value is None:
        return Shown(None, REASONS[found["withheld"][name]])
    return Shown(value, share=value / whole if whole else None)


def seen(found: Mapping[str, Any]) -> dict[str, Any]:
    """The measured figures of a report by their names, with their shares of what was delivered, and `delivered`."""
    whole = found["delivered"]
    shares = {"unique_opens", "unique_clicks"}
    return {"delivered": whole, **{name: figure(found, name, whole if name in shares else 0) for name in MEASURED}}


def reasons(codes: Iterable[str]) -> list[str]:
    """Each reason once, in the order of REASONS."""
    found = set(codes)
    return [words for code, words in REASONS.items() if code in found]
