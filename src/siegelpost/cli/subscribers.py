"""`siegelpost subscriber …`"""

from pathlib import Path
from typing import Any

import typer

from siegelpost.audience.errors import SubscriberUnknown
from siegelpost.audience.fieldtypes import field_type
from siegelpost.audience.leaving import labels
from siegelpost.audience.reads import SubscriberView, fields_of, find_by_email
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import current_language
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.erasures import tell_certificate
from siegelpost.cli.held import held
from siegelpost.cli.output import as_json, facts, number, say, table
from siegelpost.cli.words import ground, left_out
from siegelpost.consent.reads import ConsentRecord, records_of
from siegelpost.consent.suppression import check
from siegelpost.consent.words import purpose_name
from siegelpost.flows.consent_file import write_consent
from siegelpost.flows.erase_person import erase_person
from siegelpost.flows.tell_person import tell_person, write_person
from siegelpost.tenancy.handle import TenantDB

app = App(t(_("Show, hand out or erase what is stored about a person.")))


@app.command(help=t(_("Show what is stored about one person: fields, lists, consents, suppression.")))
def show(slug: str, email: str, json: bool = typer.Option(False, "--json", help=t(_("Print JSON.")))) -> None:
    """Exit 4 where nobody has this address (Art. 15 GDPR)."""
    tenant = tenant_of(slug)
    person = find_by_email(tenant, email)
    if person is None:
        raise SubscriberUnknown
    told = {one.list_id for one in records_of(tenant, person.id)} | {one.list_id or 0 for one in check(tenant, person.email)}
    names = labels(tenant, (told | person.list_ids) - {0})  # 0: a purpose for the whole tenant
    if json:
        as_json(_as_data(tenant, person, names))
        return
    _tell(tenant, person, names)


@app.command(help=t(_("Hand out everything that is stored about one person, as JSON, for the person.")))
def export(
    slug: str,
    email: str,
    file: Path | None = typer.Argument(None, help=t(_("File to write; without it the JSON is printed."))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 4 where nothing is stored about anybody with this address (Art. 15 and 20 GDPR)."""
    tenant = tenant_of(slug)
    if file is None:
        print(tell_person(tenant, email, actor=Actor.operator(), now=clock.now()).decode(), end="")
        return
    size = write_person(tenant, email, file, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"file": str(file), "bytes": size})
        return
    say(_("Bytes in {file}: {n}"), n=number(size), file=file)


@app.command(help=t(_("Write the proof of one person's consents as a PDF that stands alone.")))
def consent(
    slug: str,
    email: str,
    file: Path = typer.Argument(help=t(_("File to write."))),
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 4 where nobody has this address or the file cannot be written (Art. 7(1) GDPR)."""
    zone = process_settings().time_zone
    size = write_consent(tenant_of(slug), email, file, zone=zone, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"file": str(file), "bytes": size})
        return
    say(_("Bytes in {file}: {n}"), n=number(size), file=file)


@app.command(help=t(_("Erase one person from this tenant, at once and for good, and print the certificate.")))
@held
def erase(slug: str, email: str, json: bool = typer.Option(False, "--json", help=t(_("Print JSON.")))) -> None:
    """Exit 4 where nothing is stored about anybody with this address; 5 where something is still found (Art. 17 GDPR)."""
    tenant = tenant_of(slug)
    done = erase_person(tenant, email, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({**done.certificate, "continued": done.continued, "before": done.before})
        return
    if done.continued:
        say(_("An erasure that was interrupted went on."))
    if done.before:
        say(_("This person was erased before; nothing has come back since."))
    tell_certificate(done.certificate)


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
        "lists": [names.get(one, "") for one in sorted(person.list_ids)],
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
    shown[_("Lists")] = ", ".join(sorted(names.get(one, "") for one in person.list_ids)) or "–"
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
    what = names.get(one.list_id, "") if one.list_id else purpose_name(one.purpose)
    return what, ground(one.ground), one.source, f"{one.granted_at:%Y-%m-%d %H:%M:%S}", until
