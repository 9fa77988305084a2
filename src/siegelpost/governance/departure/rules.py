"""When a tenant may go, what is found of it, what stays, and where its erasure does not reach. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from siegelpost.base.i18n import marked as _
from siegelpost.governance.departure.errors import WaiverUnusable

WAIVER: Final = (10, 300)
"""Characters of a reason why nothing is taken along."""
SAMPLE: Final = 20
"""So many addresses of people are looked for afterwards, beside those of staff and senders: a file that was forgotten holds many."""
RELAY: Final = timedelta(days=5)
"""RFC 5321 section 4.5.4.1: relays give up after four to five days."""

SENDING, STAFF, OUTSIDE, COUNTED, DATABASE, FILES, SEARCHED, KEYS = (
    "sending", "staff", "outside", "counted", "database", "files", "searched", "keys",
)  # fmt: skip
STORES: Final[Mapping[str, str]] = {
    SENDING: _("Mail that waited to be sent"),
    STAFF: _("Accounts, roles, tokens and sessions of its staff"),
    OUTSIDE: _("Routes, limits, webhooks and visits in the operator's database"),
    DATABASE: _("Database and its roles"),
    FILES: _("Files"),
    KEYS: _("Keys"),
}
"""Step that removes something -> what people call it."""
KEPT: Final[Mapping[str, str]] = {
    "certificate": _(
        "This certificate, with number, short name and name of the tenant, and who asked and who agreed: proof that the data were returned "
        "or erased (Art. 28(3)(g), Art. 5(2) GDPR)."
    ),
    "operator_log": _(
        "Entries of the operator's own log, which name the tenant by its number and staff by theirs: a log that can only grow."
    ),
}
"""What stays -> why."""
NOT_REACHED: Final[Mapping[str, tuple[str, timedelta | None]]] = {
    "relay_queue": (_("The queue of the relay: what it took before may still be delivered."), RELAY),
    "relay_log": (_("The log of the relay: whoever runs it says for how long it is kept."), None),
    "recipients": (_("Whoever received data of the tenant before: its disclosure register, which is in the export, names them."), None),
    "exports": (_("Exports of the tenant: whoever has one answers for it."), None),
}
BACKUPS: Final = _("Copies of the home folder and of the database server that were made before.")
DISK: Final = _("Blocks of the disk that the removed files leave free: they rely on the disk's encryption.")
SERVER: Final = _("The database server's own archives of what it wrote.")


def tidy_waiver(text: str) -> str:
    """A reason in one line, "" for none. Raises WaiverUnusable for one that is too short or too long, or names an address."""
    tidy = " ".join(text.split())
    if tidy and (not WAIVER[0] <= len(tidy) <= WAIVER[1] or not tidy.isprintable() or "@" in tidy):
        raise WaiverUnusable(least=WAIVER[0], most=WAIVER[1])
    return tidy


def not_reached(now: datetime, vendor: str, backup_days: int) -> list[dict[str, Any]]:
    """Where an erasure does not reach, and when that ends by itself; None where nobody has said.

    backup_days  for how long the operator keeps copies, 0 where that is not declared
    """
    places = [(what, why, after) for what, (why, after) in NOT_REACHED.items()]
    places.append(("backups", BACKUPS, timedelta(days=backup_days) if backup_days else None))
    places.append(("server", SERVER, None) if vendor == "postgresql" else ("disk", DISK, None))
    return [{"what": what, "why": why, "until": (now + after).isoformat() if after else None} for what, why, after in places]


def certificate(about: Mapping[str, Any], steps: Mapping[str, Mapping[str, Any]], *, backup_days: int, now: datetime) -> dict[str, Any]:
    """The certificate of a tenant that is gone; it names nobody but by number.

    about  number, tenant (short name), name, own, database, by, begun_at, approval, export, checkpoint
    steps  code -> what was found; all of STORES but KEYS, and COUNTED and SEARCHED
    """
    removed = {code: int(steps.get(code, {}).get("removed", 0)) for code in STORES}
    return {
        "format": 1,
        **about,
        "done_at": now.isoformat(),
        "stores": [
            {"store": code, "name": name, "found": removed[code], "removed": removed[code]} for code, name in STORES.items() if code != KEYS
        ],
        "tables": steps[COUNTED]["tables"],
        "keys": "destroyed",
        "search": {key: steps[SEARCHED][key] for key in ("files", "bytes", "looked_for")},
        "kept": [{"what": what, "why": why} for what, why in KEPT.items()],
        "not_reached": not_reached(now, str(about["database"]), backup_days),
    }
