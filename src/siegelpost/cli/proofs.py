"""`siegelpost proof …`"""

from pathlib import Path
from typing import Any

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.cli.app import App
from siegelpost.cli.context import tenant_of
from siegelpost.cli.output import as_json, number, say, table
from siegelpost.flows.import_proof import record_proof, refuse_proof, set_limit
from siegelpost.flows.sampled import Sampled, sampled
from siegelpost.intake.proof_files import read
from siegelpost.intake.sample_words import PERSON, SAMPLE
from siegelpost.intake.samples import SampleView, limit_of

app = App(t(_("Show that people of a large import agreed, before they get mail.")))

IMPORT = typer.Argument(..., metavar="IMPORT", help=t(_("Number of the import.")))
JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
PLACES = typer.Option([], "--person", help=t(_("Place of somebody who was drawn, as `proof show` has it; can be named again.")))


@app.command(help=t(_("Accept a document as proof for those who were drawn; say so after you have looked at it.")))
def record(
    slug: str,
    import_id: int = IMPORT,
    file: Path = typer.Option(..., help=t(_("The document: what shows how these people agreed, up to 20 MB."))),
    places: list[int] = PLACES,
    json: bool = JSON,
) -> None:
    """Without --person for all who are open. Exit 4 where nobody is, or the document cannot be used."""
    tenant = tenant_of(slug)
    found = record_proof(tenant, import_id, read(file), numbers=frozenset(places), actor=Actor.operator(), now=clock.now())
    _tell(found, json)


@app.command(help=t(_("Say that nothing shows that these people agreed: they get no mail.")))
def refuse(slug: str, import_id: int = IMPORT, places: list[int] = PLACES, json: bool = JSON) -> None:
    """Exit 4 without --person. With too many of those who were drawn the whole import stays closed."""
    _tell(refuse_proof(tenant_of(slug), import_id, frozenset(places), actor=Actor.operator(), now=clock.now()), json)


@app.command(help=t(_("Show who of an import was drawn, and what was shown.")))
def show(slug: str, import_id: int = IMPORT, json: bool = JSON) -> None:
    """Exit 4 for an unknown import."""
    found = sampled(tenant_of(slug), import_id, actor=Actor.operator(), now=clock.now())
    if json:
        as_json(_whole(found) if found else {"import": import_id, "state": None, "drawn": []})
    elif found is None:
        say(_("Of this import nobody was drawn."))
    else:
        rows = [(one.number, email, t(PERSON[one.state]), one.digest[:12]) for one, email in found.people]
        table([_("No."), _("Address"), _("State"), _("Document")], rows)
        say(SAMPLE[found.view.state])


@app.command(help=t(_("Say above how many people some are drawn; without --above it is shown.")))
def rule(
    slug: str,
    above: int | None = typer.Option(None, help=t(_("Number of people; 0 for never."))),
    instruction: int | None = typer.Option(None, help=t(_("Instruction that asks for it, of the kind “other”."))),
    json: bool = JSON,
) -> None:
    """Exit 3 where it becomes less private than the default and no instruction asks for that."""
    tenant = tenant_of(slug)
    if above is not None:
        set_limit(tenant, above, instruction_id=instruction, actor=Actor.operator(), now=clock.now())
    limit = limit_of(tenant)
    if json:
        as_json({"slug": slug, "above": limit})
    elif limit:
        say(_("Of imports with more people than {n} some are drawn."), n=number(limit))
    else:
        say(_("Nobody is drawn."))


def _tell(found: SampleView, json: bool) -> None:
    if json:
        as_json({"imports": list(found.imports), "state": found.state, "open": found.open, "missing": found.missing})
        return
    say(SAMPLE[found.state])
    if found.open:
        say(_("Still open: {n}."), n=found.open)


def _whole(found: Sampled) -> dict[str, Any]:
    view = found.view
    return {
        "imports": list(view.imports),
        "state": view.state,
        "people": view.people,
        "seed": view.seed.hex() if view.settled_at else None,
        "drawn": [{"person": one.number, "email": email, "state": one.state, "hash": one.digest or None} for one, email in found.people],
    }
