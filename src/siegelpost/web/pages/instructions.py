"""The register of instructions: what this tenant told the operator to do, and what became of it."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siegelpost.accounts.approvals.errors import ApprovalNeeded
from siegelpost.accounts.reads import names_of
from siegelpost.accounts.rules import OPERATOR
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import translate
from siegelpost.flows.instructions import answer_instruction, end_instruction, record_instruction
from siegelpost.governance.instructions.entitled import entitled
from siegelpost.governance.instructions.reads import InstructionView, document, instruction, instructions
from siegelpost.governance.instructions.rules import (
    ANSWERS,
    CARRIED_OUT,
    ENDED,
    KINDS,
    NAME_LIMIT,
    NOTE_LIMIT,
    OBJECTED,
    STATES,
    TEXT_LIMIT,
    Term,
    as_text,
)
from siegelpost.governance.instructions.services import NewInstruction, today
from siegelpost.governance.instructions.written import ELECTRONIC, FORMS, Written, check_signature, written
from siegelpost.tenancy.home import home
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page, proved_at

SOUND, UNSOUND = "sound", "unsound"
STEPS = {
    CARRIED_OUT: gettext_lazy("carried out"),
    OBJECTED: gettext_lazy("objected to"),
    ENDED: gettext_lazy("ended"),
}


class NewForm(PlainForm):
    """An instruction as it came."""

    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=lambda: [(code, translate(word)) for code, word in KINDS.items()])
    given_by = forms.CharField(label=gettext_lazy("Given by"), max_length=NAME_LIMIT)
    text = forms.CharField(
        label=gettext_lazy("Full text"),
        max_length=TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=gettext_lazy("As it came, word for word. A scan is recorded with `siegelpost instruction record`."),
    )
    valid_from = forms.DateField(label=gettext_lazy("Valid from"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"),
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: until somebody ends it."),
    )

    myself = forms.BooleanField(
        label=gettext_lazy("I give this instruction myself (electronic form, Art. 28(9) GDPR)."),
        required=False,
        help_text=gettext_lazy(
            "For this you must have shown your password within ten minutes, and stand above as the person who gives it."
        ),
    )

    def __init__(self, visit: Visit, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [one.name for one in entitled(visit.tenant)]
        if names:
            self.fields["given_by"].widget.attrs["list"] = "entitled"
        self.fields["given_by"].help_text = (
            _("The person who stands under the document.")
            if visit.tenant.own
            else _("Somebody who may instruct for this tenant: %(names)s.") % {"names": ", ".join(names) or _("nobody yet")}
        )


class StepForm(PlainForm):
    """What becomes of one."""

    note = forms.CharField(
        label=gettext_lazy("Note"),
        max_length=NOTE_LIMIT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Who carried it out, or why not. It stays in the register."),
    )


@require_GET
@page
def register(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All of them, and who may give one."""
    rows = [_shown(one) for one in instructions(visit.tenant, now=clock.now())]
    return render(request, visit, "web/instructions/instructions.html", {"rows": rows, "entitled": entitled(visit.tenant)})


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Record one."""
    now = clock.now()
    if request.method != "POST":
        return _new(request, visit, NewForm(visit, initial={"valid_from": today(now)}))
    form = NewForm(visit, request.POST)
    if form.is_valid():
        said = form.cleaned_data
        term = Term(said["valid_from"], said["valid_until"])
        order = NewInstruction(
            kind=said["kind"],
            document=said["text"].encode(),
            given_by=said["given_by"],
            term=term,
            form=ELECTRONIC if said["myself"] else "",
        )
        try:
            number = record_instruction(visit.tenant, order, proved_at=proved_at(request), actor=visit.actor, now=now)
        except ApprovalNeeded:
            raise  # leads to where one asks
        except SiegelpostError as fault:
            form.add_fault(fault, FIELD_OF.get(fault.code))
        else:
            toast(request, "success", _("The instruction is recorded."))
            return see_other(visit, "instruction", number=number)
    return _new(request, visit, form, 422)


FIELD_OF = {
    "instructions.not_entitled": "given_by",
    "instructions.name_unusable": "given_by",
    "instructions.document_unusable": "text",
    "instructions.term_wrong": "valid_until",
    "instructions.form_refused": "myself",
}
"""Error -> field at which it is shown."""


@require_http_methods(["GET", "POST"])
@page
def one(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """One with its wording; whoever may answers it or ends it."""
    form = StepForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        step, note, now = request.POST.get("step", ""), form.cleaned_data["note"], clock.now()
        if step in ANSWERS and _answers(visit):
            answer_instruction(visit.tenant, number, step, note=note, actor=visit.actor, now=now)
        elif step in (SOUND, UNSOUND):
            check_signature(visit.tenant, number, sound=step == SOUND, note=note, actor=visit.actor, now=now)
        elif step == ENDED:
            end_instruction(visit.tenant, number, note=note, actor=visit.actor, now=now)
        return see_other(visit, "instruction", number=number)
    found = instruction(visit.tenant, number, now=clock.now())
    how = written(visit.tenant).get(number, Written())
    values = {
        "one": _shown(found),
        "form_said": translate(FORMS[how.form]) if how.form else "",
        "how": how,
        "may_check": how.waits and found.recorded_by != str(visit.actor),
        "text": as_text(document(visit.tenant, number, folder=home().tenant(visit.tenant.slug))),
        "steps": [(STEPS[step.step], step, names) for step, names in _told(found)],
        "form": form,
        "may_answer": _answers(visit) and found.answer is None,
        "may_end": found.ended is None,
    }
    return render(request, visit, "web/instructions/instruction.html", values, status=422 if form.errors else 200)


@require_GET
@page
def scan(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """The document as it came, never shown in the browser: nobody knows what is in it."""
    data = document(visit.tenant, number, folder=home().tenant(visit.tenant.slug))
    name = f"instruction-{number}.{'txt' if as_text(data) is not None else 'bin'}"
    return HttpResponse(
        data,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"},
    )


def _answers(visit: Visit) -> bool:
    """Whether this person speaks for the operator, who is the one to answer."""
    return visit.tenant.own or OPERATOR in visit.roles


def _shown(found: InstructionView) -> dict[str, Any]:
    return {"view": found, "kind": translate(KINDS[found.kind]), "state": translate(STATES[found.state]), "code": found.state}


def _told(found: InstructionView) -> list[tuple[Any, str]]:
    numbers = {step.actor: int(step.actor[6:]) for step in found.steps if step.actor.startswith("staff:")}
    names = names_of(numbers.values())
    return [(step, names.get(numbers.get(step.actor, 0), "") or step.actor) for step in found.steps]


def _new(request: HttpRequest, visit: Visit, form: NewForm, status: int = 200) -> HttpResponse:
    return render(request, visit, "web/instructions/new.html", {"form": form, "entitled": entitled(visit.tenant)}, status=status)


ROUTES = [
    path("instructions", register, name="instructions"),
    path("instructions/new", new, name="instruction_new"),
    path("instructions/<int:number>", one, name="instruction"),
    path("instructions/<int:number>/document", scan, name="instruction_document"),
]
