"""`siegelpost subscriber …`"""

from typing import Any

import typer

from siegelpost.audience.errors import SubscriberUnknown
from siegelpost.audience.fieldtypes import field_type
from siegelpost.audience.leaving import labels
from siegelpost.audience.reads import SubscriberView, fields_of, find_by_email
from siegelpost.base.i18n import current_language
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import own_tenant
from siegelpost.cli.output import as_json, facts, table
from siegelpost.cli.words import ground, left_out
from siegelpost.consent.reads import ConsentRecord, records_of
from siegelpost.consent.suppression import check
from siegelpost.tenancy.handle import TenantDB

app = App(t(_("Show what is stored about a person.")))


@app.callback()
def _subscribers() -> None:
    """Keeps `show` a word of its own while it is the only command."""


@app.command(help=t(_("Show what is stored about one person: fields, lists, consents, suppression.")))
def show(slug: str, email: str, json: bool = typer.Option(False, "--json", help=t(_("Print JSON.")))) -> None:
    """Exit 4 where nobody has this address (Art. 15 GDPR)."""
    tenant = own_tenant(slug)
    person = find_by_email(tenant, email)
    if person is None:
        raise SubscriberUnknown
    told = {one.list_id for one in records_of(tenant, person.id)} | {one.list_id or 0 for one in check(tenant, person.email)}
    names = labels(tenant, (told | person.list_ids) - {0})
    if json:
        as_json(_as_data(tenant, person, names))
        return
    _tell(tenant, person, names)


def _as_data(tenant: TenantDB, person: SubscriberView, names: dict[int, str]) -> dict[str, Any]:
    entries = [
        {"reason": one.reason, "list": names.get(one.list_id or 0), "source": one.source, "at": one.at}
        for one in check(tenant, person.email)
    ]
    return {
        "id": person.id,
        "email": person.email,
        "fields": dict(person.fields),
        "language": person.language or None,
        "lists": [names.get(number, "") for number in sorted(person.list_ids)],
        "consents": [{"list": names.get(one.list_id), **one.as_dict()} for one in records_of(tenant, person.id)],
        "suppressions": entries,
        "created_at": person.created_at,
        "updated_at": person.updated_at,
    }


def _tell(tenant: TenantDB, person: SubscriberView, names: dict[int, str]) -> None:
    shown: dict[str, object] = {_("E-mail"): person.email}
    for field in fields_of(tenant):
        if field.alias in person.fields:
            shown[field.name] = field_type(field.kind).show(person.fields[field.alias], current_language())
    shown[_("Lists")] = ", ".join(sorted(names.get(number, "") for number in person.list_ids)) or "–"
    shown[_("Stored since")] = f"{person.created_at:%Y-%m-%d %H:%M:%S} UTC"
    facts(shown)
    if consents := records_of(tenant, person.id):
        print()
        table([_("Consent"), _("Ground"), _("Source"), _("From"), _("Until")], [_consent_row(one, names) for one in consents])
    if entries := check(tenant, person.email):
        print()
        rows = [
            (left_out(one.reason), names.get(one.list_id or 0, t(_("everything"))), one.source, f"{one.at:%Y-%m-%d %H:%M:%S}")
            for one in entries
        ]
        table([_("Reason"), _("List"), _("Source"), _("Since")], rows)


def _consent_row(one: ConsentRecord, names: dict[int, str]) -> tuple[str, ...]:
    until = f"{one.withdrawn_at:%Y-%m-%d %H:%M:%S} ({one.withdrawn_how})" if one.withdrawn_at else ""
    return names.get(one.list_id, ""), ground(one.ground), one.source, f"{one.granted_at:%Y-%m-%d %H:%M:%S}", until
