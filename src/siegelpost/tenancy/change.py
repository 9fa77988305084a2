"""What a tenant may change about itself: its words, whether its mail demands TLS, how many hard bounces it bears, who keeps checkpoints."""

from dataclasses import asdict, astuple, dataclass, replace
from typing import Final

from siegelpost.base.versions import fingerprint
from siegelpost.tenancy.errors import TenantStale
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.provision import check_words
from siegelpost.tenancy.registry import open_tenant

LANGUAGES: Final = ("de", "en")
MOST_BOUNCES: Final = 20


@dataclass(frozen=True, slots=True)
class TenantWords:
    """What recipients read about a tenant; `language` is that of its public pages where a visitor asks for none.

    demands_tls  whether its mail leaves us through verified TLS or not at all
    hard_bounces  1..20 in a row that retire an address, None for the installation's number
    data_protection  address that gets the checkpoints of its log, "" for nobody
    """

    name: str
    imprint: str
    language: str
    demands_tls: bool = False
    hard_bounces: int | None = None
    data_protection: str = ""

    @property
    def version(self) -> str:
        """Tells one state of these words from another."""
        return fingerprint(*astuple(self))


def words_of(tenant: TenantDB) -> TenantWords:
    """What it says now."""
    return TenantWords(tenant.name, tenant.imprint, tenant.language, tenant.demands_tls, tenant.hard_bounces, tenant.data_protection)


def change_words(tenant: TenantDB, words: TenantWords, *, version: str) -> TenantDB:
    """Change them, if they still are what the caller has seen; returns the handle with the new ones.

    Raises FieldRefused, TenantStale; ValueError for a number of bounces out of range.
    """
    check_words(words.name, words.imprint)
    if words.hard_bounces is not None and not 1 <= words.hard_bounces <= MOST_BOUNCES:
        raise ValueError("1..20 hard bounces in a row")
    name, imprint = words.name.strip(), words.imprint.replace("\r\n", "\n").strip()
    now = words_of(open_tenant(tenant.slug))
    language = words.language if words.language in LANGUAGES else now.language
    mine = Tenant.objects.filter(number=tenant.number, **asdict(now))
    new = replace(words, name=name, imprint=imprint, language=language)
    if now.version != version or not mine.update(**asdict(new)):
        raise TenantStale
    return open_tenant(tenant.slug)
