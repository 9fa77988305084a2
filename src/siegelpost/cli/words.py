"""Codes that programs read in `--json`, as words for people."""

from collections.abc import Mapping
from typing import Final

from siegelpost.base.brakes import Level
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent.customers import EXISTING
from siegelpost.consent.rules import REASONS as REASON_OF_KIND
from siegelpost.delivery.errors import ConservationBroken
from siegelpost.delivery.relay import FAULTS
from siegelpost.feedback.errors import Braked
from siegelpost.flows.schedule import MISSED, REFUSED
from siegelpost.intake.reasons import REASONS as ROW_REASONS
from siegelpost.tenancy.errors import TenantEnded

_LEFT_OUT: Final[Mapping[str, str]] = {
    "complained": _("complained"),
    "recent_consent": _("consent is recent, not asked"),
    "opted_out": _("unsubscribed"),
    "blacklisted": _("on the blacklist"),
    "parents_list": _("on the blacklist of the account above"),
    "operators_list": _("on the operator's blacklist"),
    "listed": _("on a list of people who want no advertising"),
    "retained": _("retained"),
    "excluded": _("on an exclusion list"),
    "no_consent": _("without consent"),
}

_PAUSED: Final[Mapping[str, str]] = {
    "staff": _("by command"),
    MISSED: _("it was to start by itself, but nothing ran then; resume sends it, cancel makes it a draft"),
    REFUSED: _("the checks at its start refused it; cancel makes it a draft, `siegelpost mailing check` says what to mend"),
    "home.copied": _("this data folder or its database is a copy"),
    ConservationBroken.code: _("its numbers do not add up"),
    TenantEnded.code: _("the time of this account is over"),
    Braked.code: _("too many complaints or hard bounces; `siegelpost brake list` says where, an operator lets it go on"),
    **{code: fault.message for code, fault in FAULTS.items()},
}

_REFUSED: Final[Mapping[str, str]] = {
    **ROW_REASONS,
    "pattern_outside_blacklist": _("Only a blacklist may hold patterns."),
    "pattern_wrong": _("The pattern cannot be used."),
    "hash_unknown": _("The keyed hash is not one of these lists."),
}

BRAKE_LEVELS: Final[Mapping[Level, str]] = {
    Level.NONE: _("over"), Level.WARN: _("warning"), Level.SLOW: _("slowed down"), Level.STOP: _("halted"),
}  # fmt: skip
BRAKE_CAUSES: Final[Mapping[str, str]] = {"complaint": _("complaints"), "hard": _("hard bounces")}

GROUNDS: Final[Mapping[str, str]] = {
    "double_opt_in": _("double opt-in"),
    "preferences": _("chosen on the page of preferences"),
    EXISTING: _("existing customer, § 7(3) UWG"),
}
"""Grounds that we write ourselves; others are in the words of whoever imported."""


def left_out(code: str) -> str:
    """Why somebody is not written to; takes the kind of a suppression, too."""
    return _said(_LEFT_OUT, REASON_OF_KIND.get(code, code))


def paused(code: str) -> str:
    """Why a mailing was paused, without a full stop."""
    return _said(_PAUSED, code).rstrip(".")


def waits(found: Mapping[str, str]) -> str:
    """What is wrong with the relay, without a full stop, with its own reply code where it gave one."""
    why = paused(found["code"])
    return f"{why} ({found['said']})" if found["said"] else why


def refused(code: str) -> str:
    """Why a line of a file is not used."""
    return _said(_REFUSED, code)


def ground(code: str) -> str:
    """Why somebody may be written to."""
    return _said(GROUNDS, code)


def _said(words: Mapping[str, str], code: str) -> str:
    return translate(words[code]) if code in words else code
