"""Roles and what they allow: the one table that pages, commands and interfaces ask. Pure."""

from typing import Final

VIEWER: Final = "viewer"
EDITOR: Final = "editor"
ADMIN: Final = "admin"
OPERATOR: Final = "operator"
ROLES: Final = (VIEWER, EDITOR, ADMIN, OPERATOR)

READ: Final = "read"
PEOPLE: Final = "people"
WRITE: Final = "write"
SEND: Final = "send"
SETTINGS: Final = "settings"
STAFF: Final = "staff"
REMOVE: Final = "remove"
REACTIVATE: Final = "reactivate"
INPUT_LOG: Final = "input_log"
HAND_OVER: Final = "hand_over"
TENANTS: Final = "tenants"

_VIEWER = frozenset({READ})
_EDITOR = _VIEWER | {PEOPLE, WRITE, SEND}
_ADMIN = _EDITOR | {SETTINGS, STAFF, REMOVE, REACTIVATE, INPUT_LOG, HAND_OVER}
RIGHTS: Final = {VIEWER: _VIEWER, EDITOR: _EDITOR, ADMIN: _ADMIN, OPERATOR: _ADMIN | {TENANTS}}
"""Role -> rights.

read        see lists, subscribers, mailings, reports
people      change subscribers, lists, fields, forms and suppression; import
write       write mailings
send        launch, pause, resume and cancel mailings; test mails
settings    tenant, imprint, senders
staff       people who log in and their roles
remove      delete a list with all its memberships, which nobody can take back
reactivate  write again to an address that was retired after bounces, or whose answer was misread as a withdrawal
input_log   see, switch and download the log of who changed whose record
hand_over   hand data to somebody outside
tenants     the installation: tenants and their admins
"""
GIVES: Final = {ADMIN: frozenset({VIEWER, EDITOR, ADMIN}), OPERATOR: frozenset({VIEWER, EDITOR, ADMIN})}
"""Role -> roles that it may give to others in a tenant. Nobody makes operators in the browser."""


def rights_of(role: str) -> frozenset[str]:
    """What a role allows; nothing for a word that is no role."""
    return RIGHTS.get(role, frozenset())
