"""The values with which staff look at a mailing: those of a sample person, or of a subscriber, never with links that work."""

from datetime import date

from siegelpost.audience.addresses import read_address
from siegelpost.audience.errors import SubscriberUnknown
from siegelpost.audience.reads import FieldView, fields_of, find_by_email
from siegelpost.tenancy.handle import TenantDB


def values_for(tenant: TenantDB, *, like: str, email: str, public_url: str, today: date) -> tuple[str, dict[str, object]]:
    """Return whose values these are, "subscriber:ID" or "" for samples, and the values.

    like   address of a subscriber whose fields are filled in, "" takes samples
    email  stands as the address where nobody is named

    "test" is no token: the pages behind these links only say that the link is not valid. Raises SubscriberUnknown.
    """
    about, fields = _person(tenant, like) if like else ("", samples(fields_of(tenant), today))
    standard = {
        "email": read_address(like).address or email,
        "unsubscribe_url": f"{public_url}/u/test",
        "preferences_url": f"{public_url}/p/test",
        "web_version_url": f"{public_url}/w/test",
        "imprint": tenant.imprint,
    }
    return about, {**fields, **standard}


def _person(tenant: TenantDB, like: str) -> tuple[str, dict[str, object]]:
    found = find_by_email(tenant, like)
    if found is None:
        raise SubscriberUnknown
    dates = {field.alias for field in fields_of(tenant) if field.kind == "date"}
    values = {
        alias: date.fromisoformat(value) if alias in dates and isinstance(value, str) else value for alias, value in found.fields.items()
    }
    return f"subscriber:{found.id}", values


def samples(fields: list[FieldView], today: date) -> dict[str, object]:
    """For each field something that shows where it stands: its name in brackets where it is a text."""
    by_kind: dict[str, object] = {"number": 1, "date": today, "boolean": True}
    return {field.alias: field.options[0] if field.options else by_kind.get(field.kind, f"[{field.name}]") for field in fields}
