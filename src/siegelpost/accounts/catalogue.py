"""What can be allowed at all: a right is an action in an area, as a word `area.action`. Pure.

The areas are those of the access log, so that whoever reads that somebody changed something there finds the right for it by
the same word. Which page asks for which right stands in the table of the pages' routes.
"""

from collections.abc import Iterable
from typing import Final

SEE: Final = "see"
CREATE: Final = "create"
EDIT: Final = "edit"
DELETE: Final = "delete"
APPROVE: Final = "approve"
EXPORT: Final = "export"
ACTIONS: Final = (SEE, CREATE, EDIT, DELETE, APPROVE, EXPORT)

CATALOGUE: Final[dict[str, tuple[str, ...]]] = {
    "overview": (SEE,),
    "lists": (SEE, CREATE, EDIT, DELETE),
    "subscribers": (SEE, CREATE, EDIT, DELETE, EXPORT),
    "bulk": (EXPORT,),
    "fields": (SEE, CREATE, EDIT),
    "imports": (SEE, CREATE, EXPORT),
    "forms": (SEE, CREATE, EDIT),
    "suppression": (SEE, CREATE, EDIT, DELETE, EXPORT),
    "returned_mail": (SEE, EDIT),
    "replies": (SEE, EDIT),
    "mailings": (SEE, CREATE, EDIT),
    "sending": (SEE, EDIT, APPROVE),
    "reports": (SEE, EXPORT),
    "senders": (SEE, CREATE, EDIT, APPROVE),
    "settings": (EDIT,),
    "staff": (SEE, CREATE, EDIT, DELETE),
    "roles": (SEE, CREATE, EDIT, DELETE, APPROVE, EXPORT),
    "tokens": (SEE, CREATE, DELETE),
    "approvals": (SEE, CREATE, EDIT, APPROVE),
    "evidence": (SEE, EXPORT),
    "input_log": (SEE, EDIT, EXPORT),
    "access_log": (SEE, CREATE, APPROVE),
    "disclosures": (SEE, CREATE, EXPORT),
    "hand_overs": (SEE, CREATE, APPROVE, EXPORT),
    "erasures": (SEE,),
    "instructions": (SEE, CREATE, EDIT),
    "operator_access": (SEE, APPROVE),
    "sub_accounts": (SEE, CREATE, EDIT, DELETE),
    "sharing": (SEE, CREATE, EDIT),
}
"""Area -> actions that exist there; an action that no page and no command has is none."""
RIGHTS: Final = tuple(f"{area}.{action}" for area, actions in CATALOGUE.items() for action in actions)
"""All of them, in the order of the catalogue."""


def whole(rights: Iterable[str]) -> frozenset[str]:
    """These rights, and with each of them that to see its area; words that are no rights are left out."""
    known = frozenset(rights) & frozenset(RIGHTS)
    seen = {f"{right.partition('.')[0]}.{SEE}" for right in known}
    return known | (seen & frozenset(RIGHTS))
