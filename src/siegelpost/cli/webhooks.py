"""`siegelpost webhook …`"""

from dataclasses import asdict
from pathlib import Path

import typer

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate as t
from siegelpost.base.settings import process_settings
from siegelpost.cli.app import App
from siegelpost.cli.context import installation, tenant_of
from siegelpost.cli.output import as_json, facts, number, say, table
from siegelpost.feedback.hooks.errors import SecretWrong
from siegelpost.feedback.hooks.gates import SES
from siegelpost.flows import hooks
from siegelpost.flows.hooks import Line

app = App(t(_("Let mail providers post bounces and complaints.")))

JSON = typer.Option(False, "--json", help=t(_("Print JSON.")))
CERTIFICATE = _("{id}: fetch the certificate {url}, look at it, and add it: `siegelpost webhook certificate {id} FILE`.")
CONFIRM = _("{id}: open this address in a browser to confirm the subscription: {url}")
COUNTS = {
    "taken": _("taken"),
    "repeated": _("repeated"),
    "refused": _("refused"),
    "broken": _("unreadable"),
    "bounce": _("bounces"),
    "complaint": _("complaints"),
    "complained": _("earlier complaints"),
    "left": _("unsubscribed"),
    "unmatched": _("not ours"),
    "failed": _("failed"),
}
"""Posts first, then what they told."""
MAX_SECRET = 16 * 1024  # bytes; a certificate has some two thousand


@app.command(help=t(_("Make an address for the posts of ses, postmark, mailgun or sendgrid, and print it; it is shown once.")))
def add(
    provider: str,
    tenant: str = typer.Option("", "--tenant", help=t(_("The only tenant whose mail goes out through that account."))),
    secret_file: Path | None = typer.Option(
        None, "--secret-file", help=t(_("File with what proves posts: signing key, verification key or certificate."))
    ),
    topic: str = typer.Option("", "--topic", help=t(_("For ses: ARN of the only SNS topic whose messages count."))),
    json: bool = JSON,
) -> None:
    """Exit 4 for an unknown provider or tenant, and for a secret that cannot be used."""
    installation()
    found = tenant_of(tenant) if tenant else None
    key = _text(secret_file) if secret_file else ""
    made = hooks.add_hook(provider, found, key=key, topic=topic, settings=process_settings(), actor=Actor.operator(), now=clock.now())
    if json:
        as_json({"id": made.number, "url": made.url, "user": made.user, "password": made.password})
        return
    say(_("Address {id} is ready. Enter it at the provider now, it is not shown again:"), id=made.number)
    facts({_("Address"): made.url, **({_("User"): made.user, _("Password"): made.password} if made.user else {})})
    if provider == SES and not key:
        say(_("Subscribe the address to the topic, then see `siegelpost webhook list` for the certificate that is needed."))


@app.command(help=t(_("Believe what Amazon SNS signs with this certificate, too.")))
def certificate(number: int, file: Path, json: bool = JSON) -> None:
    """Exit 4 for an unknown number and for what is no certificate in force."""
    installation()
    hooks.add_certificate(number, _text(file), now=clock.now())
    _show(json, number)


@app.command("list", help=t(_("Show the addresses, what came there, and what is to be done.")))
def list_(json: bool = JSON) -> None:
    """Exit 0 in any case."""
    installation()
    _show(json)


@app.command(help=t(_("Take no more posts at an address.")))
def remove(number: int, json: bool = JSON) -> None:
    """Exit 4 for an unknown number."""
    installation()
    hooks.remove_hook(number, actor=Actor.operator(), now=clock.now())
    _show(json)


def _text(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(MAX_SECRET).decode().strip()
    except (OSError, ValueError) as reason:
        raise SecretWrong from reason


def _show(json: bool, wanted: int = 0) -> None:
    lines, strangers = hooks.hook_lines()
    shown = [one for one in lines if wanted in (0, one.number)]
    if json:
        as_json({"hooks": [{"id": one.number, **{k: v for k, v in asdict(one).items() if k != "number"}} for one in shown],
                 "refused_elsewhere": strangers})  # fmt: skip
        return
    if not shown:
        say(_("No provider posts here."))
    else:
        columns = [_("Webhook"), _("Provider"), _("Tenant"), _("Waiting"), _("Counted")]
        table(columns, [(str(one.number), one.provider, one.tenant or t(_("all")), one.waiting, _counted(one)) for one in shown])
    for one in shown:
        if one.notice:
            say(CERTIFICATE if one.notice.endswith(".pem") else CONFIRM, id=one.number, url=one.notice)
    if strangers:
        say(_("Posts to addresses that are not ours: {n}"), n=number(strangers))


def _counted(one: Line) -> str:
    return ", ".join(f"{t(said)} {number(one.counts[what])}" for what, said in COUNTS.items() if what in one.counts)
