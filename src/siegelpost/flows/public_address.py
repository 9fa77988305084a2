"""With which address links of a tenant begin: a name of its own that it has proved, else that of the installation."""

from urllib.parse import urlsplit

from siegelpost.base.settings import Settings
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.public_hosts import host_in_links


def public_url_of(tenant: TenantDB, settings: Settings) -> str:
    """Without a slash at its end; scheme and port are those of the installation, which answers by both names."""
    host = host_in_links(tenant.number)
    if not host:
        return settings.public_url
    parts = urlsplit(settings.public_url)
    return f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else "")
