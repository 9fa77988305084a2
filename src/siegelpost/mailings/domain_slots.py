"""Keys in a zone of the operator's: the owner of a sender domain points four names there once, and keys change without them. Pure.

Each key has two names, of which one signs and the other waits for the next key; a change takes the other one. A name is free
again when the mail that was signed with its former key is through.
"""

from typing import Final

from siegelpost.base.i18n import marked as _
from siegelpost.mailings.domain_records import Record

_SECOND: Final = "-b"
CNAME_NOTE: Final = _("DKIM: leads to the key, which whoever runs the mailing system publishes and changes.")
KEY_NOTE: Final = _("DKIM: the key itself, in the zone of whoever runs the mailing system.")


def other_name(selector: str) -> str:
    """The other one of the two names of a key."""
    return selector.removesuffix(_SECOND) if selector.endswith(_SECOND) else selector + _SECOND


def target_of(selector: str, domain: str, zone: str) -> str:
    """Where the key behind a selector stands; "" without a zone."""
    return f"{selector}.{domain}.{zone}" if zone else ""


def pointer(name: str, target: str) -> Record:
    """What the owner publishes under the name of a key."""
    return Record(name, "CNAME", f"{target}.", CNAME_NOTE)


def key_at(target: str, value: str) -> Record:
    """What the operator publishes."""
    return Record(target, "TXT", value, KEY_NOTE)
