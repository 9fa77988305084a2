"""Who of an import was drawn, and the proof of their consent."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from siegelpost.accounts.reads import names_of
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import translate
from siegelpost.flows.import_proof import record_proof, refuse_proof
from siegelpost.flows.sampled import Sampled, sampled
from siegelpost.intake.proof_files import LIMIT
from siegelpost.intake.reads import import_by_id
from siegelpost.intake.sample_rules import OPEN, SHOWN, WAITING
from siegelpost.intake.sample_words import PERSON, SAMPLE
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.uploads import takes_file


class ProofForm(PlainForm):
    """A document, and the word of whoever looked at it."""

    file = forms.FileField(
        label=gettext_lazy("Document"),
        help_text=gettext_lazy("What shows how these people agreed: scans, log entries, confirmations. Up to 20 MB; stored encrypted."),
    )
    looked = forms.BooleanField(label=gettext_lazy("I have looked at it: it shows that each of these people agreed to get this mail."))


@takes_file
@require_http_methods(["GET", "POST"])
@page
def proof(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """The people who were drawn; a document for those who are chosen, for all who are open where nobody is."""
    form = ProofForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        document = form.cleaned_data["file"].read(LIMIT + 1)
        try:
            record_proof(visit.tenant, import_id, document, numbers=_places(request), actor=visit.actor, now=clock.now())
        except SiegelpostError as fault:
            form.add_fault(fault, "file")
        else:
            toast(request, "success", _("The proof is recorded."))
            return see_other(visit, "import_proof", import_id=import_id)
    job = import_by_id(visit.tenant, import_id)
    found = sampled(visit.tenant, import_id, actor=visit.actor, now=clock.now())
    values = {"job": job, "form": form, "found": found, **(_facts(found) if found else {})}
    return render(request, visit, "web/imports/proof.html", values, status=422 if found and form.errors else 200)


@require_POST
@page
def missing(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Nothing shows that these people agreed."""
    refuse_proof(visit.tenant, import_id, _places(request), actor=visit.actor, now=clock.now())
    return see_other(visit, "import_proof", import_id=import_id)


def _places(request: HttpRequest) -> frozenset[int]:
    return frozenset(int(one) for one in request.POST.getlist("person") if one.isascii() and one.isdecimal() and len(one) < 10)


def _facts(found: Sampled) -> dict[str, object]:
    actors = {one.actor: int(one.actor[6:]) for one, _email in found.people if one.actor.startswith("staff:")}
    names = names_of(actors.values())
    rows = [
        {
            "one": one,
            "email": email,
            "state": translate(PERSON[one.state]),
            "who": names.get(actors.get(one.actor, 0), "") or (_("Operator") if one.actor == "operator" else one.actor),
            "may_be_missing": one.state in (OPEN, SHOWN),
        }
        for one, email in found.people
    ]
    return {"rows": rows, "says": translate(SAMPLE[found.view.state]), "waits": found.view.state == WAITING}


ROUTES = [
    path("imports/<int:import_id>/proof", proof, name="import_proof"),
    path("imports/<int:import_id>/proof/missing", missing, name="import_proof_missing"),
]
