"""`siegelpost form …`"""

import typer

from siegelpost.audience.reads import fields_of, list_by_name
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput, NotFound
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, say
from siegelpost.consent.embedding import embeddable
from siegelpost.consent.forms import FormDraft, create_form
from siegelpost.consent.purposes import PURPOSES
from siegelpost.flows.public_address import public_url_of

app = App(t(_("Create sign-up forms.")))

LISTS = typer.Option(..., "--list", help=t(_("A list that people sign up to; may be repeated.")))
FIELDS = typer.Option([], "--field", help=t(_("Alias of a field to ask for; may be repeated.")))


ASKS = typer.Option([], "--ask", help=t(_("Ask for measuring or profiling, too, with a box of its own; may be repeated.")))


class PurposeUnknown(BadInput):
    """Nothing of that name can be asked for."""

    code = "form.purpose_unknown"
    message = _("A form cannot ask for “{purpose}”. It can ask for: {known}.")
    hint = _("The e-mails are asked for always.")
    nothing = _("No form was created.")


class FieldUnknown(NotFound):
    """No field has this alias."""

    code = "form.field_unknown"
    message = _("There is no field “{alias}”. There are: {known}.")
    hint = _("Name fields by their alias.")
    nothing = _("No form was created.")


@app.callback()
def _forms() -> None:
    """Keeps `create` a word of its own while it is the only command."""


@app.command(help=t(_("Create a sign-up form with double opt-in; prints its address and source for another site.")))
def create(
    slug: str,
    name: str,
    lists: list[str] = LISTS,
    fields: list[str] = FIELDS,
    language: str = typer.Option("", help=t(_("Language of its wording, de or en; otherwise the tenant's."))),
    text: str = typer.Option("", help=t(_("The declaration of consent; otherwise ours, which names tenant and lists."))),
    asks: list[str] = ASKS,
    json: bool = typer.Option(False, "--json", help=t(_("Print JSON."))),
) -> None:
    """Exit 4 for a name that is taken or a list that does not exist."""
    tenant = tenant_of(slug)
    known = {field.alias: field for field in fields_of(tenant)}
    for alias in fields:
        if alias not in known:
            raise FieldUnknown(alias=alias, known=", ".join(known))
    for purpose in asks:
        if purpose not in PURPOSES:
            raise PurposeUnknown(purpose=purpose, known=", ".join(PURPOSES))
    draft = FormDraft(
        name=name,
        language=language if language in ("de", "en") else tenant.language,
        lists=[(found.id, found.name) for found in (list_by_name(tenant, one) for one in lists)],
        field_aliases=fields,
        text=text,
        asks=dict.fromkeys(asks, ""),
    )
    form = create_form(tenant, draft, actor=Actor.operator(), now=clock.now())
    url = f"{public_url_of(tenant, process_settings())}/f/{tenant.slug}/{form.slug}"
    source = embeddable(form, url, [known[alias] for alias in form.field_aliases])
    if json:
        as_json({"id": form.id, "slug": form.slug, "url": url, "source": source})
        return
    say(_("The form is ready: {url}"), url=url)
    say(_("For another site, paste this; the page shows the declaration of consent before anything is sent:"))
    print(source)
