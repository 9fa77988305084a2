"""`siegelpost settings`"""

import typer

from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import VARIABLES
from siegelpost.cli.app import App
from siegelpost.cli.output import as_json, table

app = App()


@app.command(help=t(_("Explain every setting: variable, meaning, default.")))
def settings(json: bool = typer.Option(False, "--json", help=t(_("Print JSON.")))) -> None:
    """The reference; also the source of docs/settings.md."""
    rows = [(one.name, t(one.meaning), t(one.default)) for one in VARIABLES]
    if json:
        as_json([{"variable": name, "meaning": meaning, "default": default} for name, meaning, default in rows])
    else:
        table([_("Variable"), _("Meaning"), _("Default")], rows)
