"""Write down an act."""

import json
from datetime import datetime
from typing import Any

from siegelpost.base.actor import Actor
from siegelpost.base.sqlfile import sql
from siegelpost.evidence.inputs import name
from siegelpost.tenancy.handle import Store


def append(store: Store, act: str, *, subject: str = "", details: dict[str, Any] | None = None, actor: Actor, at: datetime) -> None:
    """Add one act to the log of a tenant, or of the operator, inside the transaction of the act itself.

    act      "room.what"
    subject  what it was done to, by id and never by address
    details  small JSON without personal data
    """
    name(store, str(actor), act)
    with store.unlimited.cursor() as cursor:
        written = {"at": cursor.db.ops.adapt_datetimefield_value(at), "actor": str(actor), "act": act, "subject": subject}
        cursor.execute(sql("evidence", "append", store.vendor), written | {"details": json.dumps(details or {})})
