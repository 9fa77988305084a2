"""`siegelpost tenant …`"""

from dataclasses import replace

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import installation, ready, tenant_of
from siegelpost.cli.output import as_json, say
from siegelpost.flows.change_tenant import change_tenant
from siegelpost.flows.make_tenant import make_tenant
from siegelpost.flows.sub_accounts import make_below
from siegelpost.governance.instructions.entitled import entitle, entitled
from siegelpost.tenancy.change import words_of
from siegelpost.tenancy.errors import MigrationsFailed
from siegelpost.tenancy.migrate import Migrated, migrate_all, migrate_control
from siegelpost.tenancy.provision import NewTenant

app = App(t(_("Create, list, end, migrate, export and erase tenants.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))


@app.command(help=t(_("Create a tenant with its own database and keys.")))
def create(
    slug: str,
    name: str = typer.Option(..., help=t(_("The controller's name, as recipients know it."))),
    imprint: str = typer.Option("", help=t(_("The legal notice that every mailing carries."))),
    own: bool = typer.Option(False, "--own", help=t(_("The operator itself is the controller."))),
    language: str = typer.Option("de", help=t(_("Language of its public pages, de or en."))),
    parent: str = typer.Option("", help=t(_("The account that it lies below; cannot be changed later."))),
    test: bool = typer.Option(False, "--test", help=t(_("It does everything but sending, with made-up people alone."))),
    json: bool = JSON,
) -> None:
    """Exit 4 for a slug that is taken or malformed, and for a parent that is unknown or a sub-account itself."""
    new = NewTenant(slug=slug, name=name, imprint=imprint, own=own, language="en" if language == "en" else "de", test=test)
    if parent:
        above = tenant_of(parent)
        tenant = make_below(above, new, process_settings(), ends_at=None, actor=Actor.operator(), now=clock.now())
    else:
        installation()
        tenant = make_tenant(new, process_settings(), now=clock.now())
    if json:
        as_json({"id": tenant.number, "slug": tenant.slug})
    else:
        say(_("Tenant {slug} is ready."), slug=tenant.slug)


@app.command(help=t(_("Demand verified TLS for all mail of a tenant, or take that back; running mailings heed it within a second.")))
def tls(slug: str, demand: bool = typer.Argument(help=t(_("on or off"))), json: bool = JSON) -> None:
    """Exit 4 for an unknown tenant."""
    tenant = tenant_of(slug)
    words = words_of(tenant)
    changed = change_tenant(tenant, replace(words, demands_tls=demand), version=words.version, actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"slug": slug, "demands_tls": changed.demands_tls})
    elif changed.demands_tls:
        say(_("Mail of {slug} goes out through verified TLS or bounces."), slug=slug)
    else:
        say(_("Mail of {slug} goes out as its relay lets it."), slug=slug)


@app.command("entitle", help=t(_("Name somebody whose instructions bind us for a tenant, or take that back.")))
def entitle_person(
    slug: str,
    name: str = typer.Option(help=t(_("The person's name, as it stands under instructions."))),
    end: bool = typer.Option(False, "--end", help=t(_("From now on no longer."))),
    json: bool = JSON,
) -> None:
    """Exit 4 for an unknown tenant or an unusable name."""
    tenant = tenant_of(slug)
    entitle(tenant, name, may=not end, actor=Actor.operator(), now=clock.now())
    names = [one.name for one in entitled(tenant)]
    if json:
        as_json({"slug": slug, "entitled": names})
    else:
        say(_("May give instructions for {slug}: {names}"), slug=slug, names=", ".join(names) or t(_("nobody")))


@app.command(help=t(_("Bring every tenant's database up to date; a failure does not stop the others.")))
def migrate(every: bool = typer.Option(False, "--all", help=t(_("All tenants."))), json: bool = JSON) -> None:
    """Exit 5 with the list of those that failed."""
    if not every:
        raise typer.BadParameter(t(_("say --all")))
    ready()
    migrate_control()
    installation()  # not before: an older database may not have the log yet
    results = migrate_all(lambda one: None if json else _tell(one))
    if json:
        as_json([{"slug": one.slug, "fault": one.fault or None} for one in results])
    if failed := [one.slug for one in results if one.fault]:
        raise MigrationsFailed(failed=len(failed), all=len(results), slugs=", ".join(failed))


def _tell(one: Migrated) -> None:
    if one.fault:
        say(_("{slug}: failed ({fault})"), slug=one.slug, fault=one.fault)
    else:
        say(_("{slug}: up to date"), slug=one.slug)
