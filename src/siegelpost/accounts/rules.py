"""Roles that exist in every tenant, and what they allow: the one table that pages, commands and interfaces ask. Pure."""

from collections.abc import Iterable
from typing import Final

from siegelpost.accounts.catalogue import CATALOGUE, EXPORT, RIGHTS, SEE

VIEWER: Final = "viewer"
EDITOR: Final = "editor"
ADMIN: Final = "admin"
PRIVACY: Final = "privacy"
SECURITY: Final = "security"
AUDITOR: Final = "auditor"
OPERATOR: Final = "operator"
VISITING: Final = "visiting_operator"
"""Somebody of the operator in the tenant of another controller, while that lets them in: nobody is given it."""
GIVEN: Final = (VIEWER, EDITOR, ADMIN, PRIVACY, SECURITY, AUDITOR)
"""Roles that people get in a tenant. Nobody makes operators in the browser."""
ROLES: Final = (*GIVEN, OPERATOR)


def _see(*areas: str) -> frozenset[str]:
    return frozenset(f"{area}.{SEE}" for area in areas)


def _all(*areas: str) -> frozenset[str]:
    return frozenset(f"{area}.{action}" for area in areas for action in CATALOGUE[area])


_VIEWER = {
    *_see("overview", "lists", "subscribers", "fields", "forms", "suppression", "returned_mail", "replies"),
    *_see("mailings", "sending", "senders"),
    *_all("reports"),
}
_EDITOR = {
    *_VIEWER,
    *(_all("lists") - {"lists.delete"}),  # with a list go all its memberships, and nobody can take that back
    *(_all("subscribers") - {"subscribers.delete"}),  # an erasure takes everything of a person, for good
    *_all("fields", "imports", "forms", "suppression", "mailings", "sending", "sharing"),
    *("approvals.see", "approvals.create"),
}
_ADMIN = {*RIGHTS} - {"senders.approve"}  # who sends without the check of the DNS is answerable for the installation's repute
_PRIVACY = {
    *_see("overview", "lists", "subscribers", "fields", "imports", "forms", "suppression", "returned_mail", "replies"),
    *_see("mailings", "sending", "reports", "staff", "roles", "tokens", "hand_overs", "erasures"),
    *_all("evidence", "access_log", "disclosures", "instructions", "operator_access"),
    *("input_log.see", "input_log.export", "subscribers.export", "bulk.export", "suppression.create", "roles.export"),
    *("approvals.see", "approvals.create", "approvals.approve"),
}
_SECURITY = {
    *_see("overview", "senders", "staff", "roles", "tokens", "approvals", "operator_access"),
    *_all("evidence", "access_log"),
    "roles.export",
}
_AUDITOR = {
    *_see("overview", "staff", "roles", "tokens", "access_log", "instructions", "input_log", "erasures", "approvals", "operator_access"),
    *_all("evidence"),
    "disclosures.see",
    "disclosures.export",
    "input_log.export",
    "roles.export",
}
_VISITING = {  # named one by one: what a later release brings is not open to whoever is here for a while
    *_all("overview", "lists", "subscribers", "fields", "imports", "forms", "suppression", "returned_mail", "replies"),
    *_all("mailings", "sending", "reports", "senders", "settings", "hand_overs"),
    *_see("staff", "roles", "tokens", "evidence", "input_log", "access_log", "disclosures", "erasures", "instructions", "operator_access"),
}
BUILT_IN: Final[dict[str, frozenset[str]]] = {
    VIEWER: frozenset(_VIEWER),
    EDITOR: frozenset(_EDITOR),
    ADMIN: frozenset(_ADMIN),
    PRIVACY: frozenset(_PRIVACY),
    SECURITY: frozenset(_SECURITY),
    AUDITOR: frozenset(_AUDITOR),
    OPERATOR: frozenset(RIGHTS),
    VISITING: frozenset(_VISITING),
}
"""Role -> rights.

viewer    sees lists, subscribers, mailings and reports
editor    also changes and imports people, writes and sends mailings
admin     everything of the tenant
privacy   data protection officer (Art. 39 GDPR): sees everything, answers requests, records instructions, can be the second person
          who approves; writes and sends nothing
security  security officer: access log, evidence, staff; no people
auditor   reads logs and proofs, and no recipients (control 1.3-04)
operator  also what the whole installation answers for

The visiting operator works with people and mailings, and makes nothing that would outlive the visit: no colleague, no role, no
token, no instruction, and no longer visit.
"""


_KEPT: Final = frozenset({
    *(f"{area}.{action}" for area, actions in CATALOGUE.items() for action in actions if action in (SEE, EXPORT)),
    *_all("approvals", "hand_overs"),  # without these much of an export would wait for somebody for ever
})  # fmt: skip


def after_the_end(roles: Iterable[str], rights: frozenset[str]) -> frozenset[str]:
    """What is left of rights in a tenant whose time is over: administrators read and export, everybody else has none."""
    return rights & _KEPT if {ADMIN, OPERATOR} & {*roles} else frozenset()


def rights_of(role: str) -> frozenset[str]:
    """What a role allows; nothing for a word that is no role."""
    return BUILT_IN.get(role, frozenset())
