"""What a tenant may change about itself: name, imprint, language."""

from dataclasses import dataclass
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
    """What recipients read about a tenant; `language` is that of its public pages where a visitor asks for none."""

    name: str
    imprint: str
    language: str

    @property
    def version(self) -> str:
        """Tells one state of these words from another."""
        return fingerprint(self.name, self.imprint, self.language)


def words_of(tenant: TenantDB) -> TenantWords:
    """What it says now."""
    return TenantWords(tenant.name, tenant.imprint, tenant.language)


def change_words(tenant: TenantDB, words: TenantWords, *, version: str) -> TenantDB:
    """Change them, if they still are what the caller has seen; returns the handle with the new ones.

    Raises FieldRefused, TenantStale.
    """
    check_words(words.name, words.imprint)
    name, imprint = words.name.strip(), words.imprint.replace("\r\n", "\n").strip()
    now = words_of(open_tenant(tenant.slug))
    language = words.language if words.language in LANGUAGES else now.language
    mine = Tenant.objects.filter(number=tenant.number, name=now.name, imprint=now.imprint, language=now.language)
    if now.version != version or not mine.update(name=name, imprint=imprint, language=language):
        raise TenantStale
    return open_tenant(tenant.slug)
