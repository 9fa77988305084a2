"""Roles and rights as words for people."""

from collections.abc import Collection, Iterable
from typing import Final

from django.utils.translation import gettext_lazy as _

from siegelpost.accounts.catalogue import APPROVE, CATALOGUE, CREATE, DELETE, EDIT, EXPORT, SEE
from siegelpost.accounts.roles import MadeRole, made_roles
from siegelpost.accounts.rules import ADMIN, AUDITOR, BUILT_IN, EDITOR, OPERATOR, PRIVACY, SECURITY, VIEWER, VISITING
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.pages.access_words import AREAS

ACTIONS: Final = {
    SEE: _("see"),
    CREATE: _("create"),
    EDIT: _("change"),
    DELETE: _("delete"),
    APPROVE: _("approve"),
    EXPORT: _("export"),
}
NAMES: Final = {
    VIEWER: _("Viewer"),
    EDITOR: _("Editor"),
    ADMIN: _("Administrator"),
    PRIVACY: _("Data protection officer"),
    SECURITY: _("Security officer"),
    AUDITOR: _("Auditor"),
    OPERATOR: _("Operator"),
    VISITING: _("Operator, visiting"),
}
ABOUT: Final = {
    VIEWER: _("sees lists, mailings and reports"),
    EDITOR: _("also imports people, writes and sends mailings"),
    ADMIN: _("everything of this tenant, also settings, senders, staff and roles"),
    PRIVACY: _("sees everything and reads the logs; records instructions and objections"),
    SECURITY: _("sees staff, access log and evidence, no people"),
    AUDITOR: _("reads logs and proofs, no people"),
}


def names(tenant: TenantDB, codes: Collection[str]) -> list[str]:
    """What these roles are called; a word that is no role stays as it is."""
    return named(codes, made_roles(tenant) if any(code not in BUILT_IN for code in codes) else {})


def named(codes: Iterable[str], made: dict[str, MadeRole]) -> list[str]:
    """The same, for whoever has read the tenant's own roles already."""
    return [str(NAMES.get(code) or (made[code].name if code in made else code)) for code in codes]


def in_words(rights: Collection[str]) -> list[tuple[str, str]]:
    """Area and what may be done there, of areas in which anything may be done."""
    found = []
    for area, actions in CATALOGUE.items():
        done = [str(ACTIONS[action]) for action in actions if f"{area}.{action}" in rights]
        if done:
            found.append((str(AREAS[area]), ", ".join(done)))
    return found
