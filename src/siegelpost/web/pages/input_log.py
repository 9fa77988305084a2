"""The input log of a tenant: whether it is on and why, what comparisons found, the newest entries, and the file to take along."""

import tempfile
import zipfile
from datetime import timedelta
from typing import Any

from django import forms
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from siegelpost.accounts.reads import names_of
from siegelpost.accounts.tokens import names_of_tokens
from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.evidence.errors import PeriodWrong
from siegelpost.evidence.input_check import DIFFERENCES, comparisons
from siegelpost.evidence.input_reads import newest
from siegelpost.evidence.input_switch import spans
from siegelpost.evidence.proof_file import SUFFIX as PROOF
from siegelpost.evidence.sealed_file import SUFFIX
from siegelpost.flows.input_log import LONGEST, switch_input_log, write_csv
from siegelpost.governance.instructions.errors import InstructionMissing
from siegelpost.governance.instructions.reads import valid
from siegelpost.governance.instructions.rules import INPUT_LOG
from siegelpost.tenancy.home import home
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, again_first, page

SHOWN = 50
WORDS = {
    "create": gettext_lazy("created"),
    "change": gettext_lazy("changed"),
    "copy": gettext_lazy("copied"),
    "delete": gettext_lazy("deleted"),
}


class Period(PlainForm):
    """The days of a file."""

    first = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    last = forms.DateField(
        label=gettext_lazy("Through"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("Up to three months, days in UTC."),
    )


@require_GET
@page
def input_log(request: HttpRequest, visit: Visit) -> HttpResponse:
    """State, differences, newest entries."""
    today = clock.now().date()
    return _page(request, visit, Period(initial={"first": today - LONGEST + timedelta(days=1), "last": today}))


@require_POST
@page
def switch(request: HttpRequest, visit: Visit) -> HttpResponse:
    """On or off, on an instruction; without a valid one that is refused."""
    number = request.POST.get("instruction", "")
    chosen = int(number) if number.isascii() and number.isdigit() and len(number) < 19 else 0
    on = request.POST.get("on") == "1"
    try:
        switch_input_log(visit.tenant, on, instruction_id=chosen, actor=visit.actor, now=clock.now())
    except InstructionMissing as fault:
        toast(request, "danger", fault.text())
    return see_other(visit, "input_log")


@require_POST
@again_first
@page
def download(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """File, signature and proof in one archive, made in the data folder and gone with the answer."""
    form, now = Period(request.POST), clock.now()
    if not form.is_valid():
        return _page(request, visit, form, 422)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    name, folder = f"{visit.tenant.slug}-input-log-{first.isoformat()}-{last.isoformat()}", home().tenant(visit.tenant.slug)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)  # on PostgreSQL a tenant has none until it has files
    whole = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed with the answer; it has no name in the folder
    try:
        with tempfile.TemporaryFile(dir=folder) as lines:
            written = write_csv(visit.tenant, lines, first, last, actor=visit.actor, now=now)
            lines.seek(0)
            with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
                with archive.open(f"{name}.csv", "w") as member:
                    while piece := lines.read(1 << 20):
                        member.write(piece)
                archive.writestr(f"{name}.csv{SUFFIX}", written.signature)
                archive.writestr(f"{name}.csv{PROOF}", written.proof)
    except PeriodWrong as fault:
        whole.close()
        form.add_fault(fault, "last")
        return _page(request, visit, form, fault.status)
    except BaseException:
        whole.close()
        raise
    whole.seek(0)
    return FileResponse(whole, as_attachment=True, filename=f"{name}.zip", content_type="application/zip")


def _page(request: HttpRequest, visit: Visit, form: Period, status: int = 200) -> HttpResponse:
    history = list(reversed(spans(visit.tenant)))
    lines = newest(visit.tenant, SHOWN)
    names = _names(visit, [*(one.actor for one in lines), *(one.actor for one in history)])
    last = comparisons(visit.tenant)
    values = {
        "on": bool(history) and history[0].active,
        "history": [(one, names.get(one.actor, one.actor)) for one in history],
        "instructions": valid(visit.tenant, INPUT_LOG, now=clock.now()),
        "lines": [(one, WORDS[one.kind], names.get(one.actor, one.actor)) for one in lines],
        "compared": last[0] if last else None,
        "differing": [(one.at, [translate(DIFFERENCES[kind]).format(**facts) for kind, facts in one.differences.items()])
                      for one in comparisons(visit.tenant, limit=10, differing=True)],
        "form": form,
    }  # fmt: skip
    return render(request, visit, "web/input_log/input_log.html", values, status=status)


def _names(visit: Visit, actors: list[str]) -> dict[str, Any]:
    """Actor -> name, for those who are of the staff, and for programs."""
    people = {int(actor[6:]) for actor in actors if actor.startswith("staff:")}
    programs = {int(actor[6:]) for actor in actors if actor.startswith("token:")}
    found = {f"staff:{number}": name for number, name in names_of(people).items()}
    return found | {f"token:{number}": f"{name} (API)" for number, name in names_of_tokens(visit.tenant, programs).items()}


ROUTES = [
    path("input-log", input_log, name="input_log"),
    path("input-log/switch", switch, name="input_log_switch"),
    path("input-log/file", download, name="input_log_file"),
]
