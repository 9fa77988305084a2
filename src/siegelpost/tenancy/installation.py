"""The one row about this installation in the control database."""

import secrets
from datetime import datetime

from django.db import connections

from siegelpost.sign.keys import KEY_BYTES, OperatorKeys, unwrap, wrap
from siegelpost.tenancy.errors import HomeMissing
from siegelpost.tenancy.handle import OperatorDB, Store
from siegelpost.tenancy.home import master_key
from siegelpost.tenancy.models import Installation

OPERATOR = "operator"
"""What commands call the operator's log; no tenant has this short name."""


def record_installation(installation_id: str, operator_email: str, *, now: datetime) -> None:
    """Write the row, or the operator's address into it."""
    row = Installation.objects.first() or Installation(installation_id=installation_id, created_at=now)
    row.operator_email = operator_email or row.operator_email
    row.save()


def operator_email() -> str:
    """Where notices and complaints go, "" if `init` was not told."""
    row = Installation.objects.first()
    return row.operator_email if row else ""


def operator_store() -> Store:
    """Where the operator's log lies, to write into it."""
    return Store("default", connections["default"].vendor)


def operator_db() -> OperatorDB:
    """The operator's log and its key, made at the first time. Raises HomeMissing before `init`, KeyRefused."""
    row = Installation.objects.first()
    if row is None:
        raise HomeMissing
    if not row.wrapped_key:
        new = wrap(master_key(), secrets.token_bytes(KEY_BYTES), random=secrets.token_bytes)
        Installation.objects.filter(pk=row.pk, wrapped_key=b"").update(wrapped_key=new)  # of two processes one is first
        row.refresh_from_db()
    keys = OperatorKeys(unwrap(master_key(), bytes(row.wrapped_key)))
    store = operator_store()
    return OperatorDB(alias=store.alias, vendor=store.vendor, slug=OPERATOR, keys=keys)
