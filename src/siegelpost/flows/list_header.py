"""The List-Id of a mailing (RFC 2919): of its list, or of the sender where it goes to several."""

import re
from typing import Final
from unicodedata import normalize

from siegelpost.audience.listing import list_names
from siegelpost.mailings.reads import SenderFacts
from siegelpost.tenancy.handle import TenantDB

_GERMAN: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def list_header(tenant: TenantDB, list_ids: tuple[int, ...], sender: SenderFacts) -> str:
    """`name <list-3.tenant.domain>`: stable for a list whatever it is called."""
    if len(list_ids) == 1:
        name = list_names(tenant).get(list_ids[0], "")
        return _header(name, f"list-{list_ids[0]}.{tenant.slug}.{sender.domain}")
    return _header(sender.name, f"{sender.code}.{tenant.slug}.{sender.domain}")


def _header(name: str, identifier: str) -> str:
    """The phrase is only for people: letters lose their marks, what still is not plain ASCII is left out of it."""
    plain = normalize("NFKD", normalize("NFC", name).translate(_GERMAN)).encode("ascii", "ignore").decode()
    phrase = " ".join(re.sub(r"[^A-Za-z0-9 _-]+", " ", plain).split())
    return f'"{phrase}" <{identifier}>' if phrase else f"<{identifier}>"
