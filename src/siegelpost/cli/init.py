"""`siegelpost init`"""

import secrets

import typer

from siegelpost.audience.addresses import read_address
from siegelpost.base import clock
from siegelpost.base.i18n import current_language
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.faults import AddressRefused
from siegelpost.cli.output import say
from siegelpost.flows.set_up import set_up
from siegelpost.tenancy.home import Home, make_home, read_mark
from siegelpost.tenancy.migrate import migrate_control

app = App()


@app.command(help=t(_("Set up the data folder, the master key and the control database. What exists stays.")))
def init(operator_email: str = typer.Option("", help=t(_("Where notices and complaints go.")))) -> None:
    """Exit 0, also when it was set up before; 4 for what is no address."""
    settings = process_settings()
    judged = read_address(operator_email)
    if operator_email and (judged.reason or not operator_email.isprintable()):
        raise AddressRefused
    new = make_home(settings, secrets.token_hex(16))
    migrate_control()
    set_up(read_mark(Home(settings.home))["installation"], judged.address, settings, language=current_language(), now=clock.now())
    say(_("Set up in {home}.") if new else _("Was set up before in {home}; brought up to date."), home=settings.home)
    if operator_email:
        say(_("For the staff's pages, while `siegelpost serve` runs: siegelpost staff link {email}"), email=judged.address)
    say(_("Keep a copy of {key} in a safe place: without it nothing here can be read."), key=settings.master_key_file)
