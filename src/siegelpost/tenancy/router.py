"""The router that never guesses. A tenant's model without a named tenant is a bug, and bugs are loud."""

from typing import Any

from django.db.models import Model

from siegelpost.tenancy.errors import TenantNotNamed

CONTROL = "default"
CONTROL_APPS = frozenset({"tenancy", "pace", "hooks", "installation", "accounts", "account", "mfa", "auth", "contenttypes", "django_cache"})
"""Ours and those that the login of the staff brings along."""
LOG_APP = "evidence"
"""Tenants and the operator have a log each."""
SIGN_UP_APP = "signups"
"""Aliases: t_ and s_ are a tenant's data and its sign-ups, o_ and p_ the same as their owner, for migrations, r_ and v_ as they were at
one moment, to be read."""


def fits(alias: str, app_label: str) -> bool:
    """Say whether tables of this app live in the database of this alias."""
    if app_label in CONTROL_APPS:
        return alias == CONTROL
    if app_label == SIGN_UP_APP:
        return alias.startswith(("s_", "p_", "v_"))
    if app_label == LOG_APP and alias == CONTROL:
        return True
    return alias.startswith(("t_", "o_", "r_"))


class RefusingRouter:
    """Takes the database of an instance where it fits the model; otherwise only the control database is known."""

    def db_for_read(self, model: type[Model], **hints: Any) -> str:
        """Return the alias for `model`; raises TenantNotNamed where that would be a guess."""
        if model._meta.app_label in CONTROL_APPS:
            return CONTROL
        instance = hints.get("instance")
        alias = instance._state.db if isinstance(instance, Model) else None
        if alias and fits(alias, model._meta.app_label):
            return alias
        raise TenantNotNamed(model.__name__)

    db_for_write = db_for_read

    def allow_relation(self, one: Model, other: Model, **hints: Any) -> bool:
        """Rows are related only inside one database."""
        return one._state.db is not None and one._state.db == other._state.db

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Tables are made only where they live."""
        return fits(db, app_label)
