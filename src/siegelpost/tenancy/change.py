"""What a tenant may change about itself: name, imprint, language, and whether its mail demands TLS."""

from dataclasses import asdict, astuple, dataclass
from typing import Final

from siegelpost.base.versions import fingerprint
from siegelpost.tenancy.errors import TenantStale
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.models import Tenant
from siegelpost.tenancy.provision import check_words
from siegelpost.tenancy.registry import open_tenant

LANGUAGES: Final = ("de", "en")


@dataclass(frozen=True, slots=True)
class TenantWords:
    """What recipients read about a tenant; `language` is that of its public pages where a visitor asks for none.

    demands_tls  whether its mail leaves us through verified TLS or not at all
    """

    name: str
    imprint: str
    language: str
    demands_tls: bool = False

    @property
    def version(self) -> str:
        """Tells one state of these words from another."""
        return fingerprint(*astuple(self))


def words_of(tenant: TenantDB) -> TenantWords:
    """What it says now."""
    return TenantWords(tenant.name, tenant.imprint, tenant.language, tenant.demands_tls)


def change_words(tenant: TenantDB, words: TenantWords, *, version: str) -> TenantDB:
    """Change them, if they still are what the caller has seen; returns the handle with the new ones.

    Raises FieldRefused, TenantStale.
    """
    check_words(words.name, words.imprint)
    name, imprint = words.name.strip(), words.imprint.replace("\r\n", "\n").strip()
    now = words_of(open_tenant(tenant.slug))
    language = words.language if words.language in LANGUAGES else now.language
    mine = Tenant.objects.filter(number=tenant.number, **asdict(now))
    if now.version != version or not mine.update(name=name, imprint=imprint, language=language, demands_tls=words.demands_tls):
        raise TenantStale
    return open_tenant(tenant.slug)
