"""Which release runs, and whether it is as it was signed; known holes with their days. Recording one, accepting a risk for a while."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from siegelpost.accounts.reads import Person, names_of
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import process_settings
from siegelpost.flows.holes import LONGEST_ACCEPTANCE, MOST_WORDS, accept_risk, look_for_holes
from siegelpost.flows.house import RELEASE
from siegelpost.flows.release import LONGEST, Brought, propose_release, running
from siegelpost.web.answers import toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import again_first
from siegelpost.web.house.frame import operators_only, to, waiting
from siegelpost.web.uploads import takes_file

GRADES: Final = {
    "critical": gettext_lazy("critical"),
    "high": gettext_lazy("high"),
    "medium": gettext_lazy("medium"),
    "low": gettext_lazy("low"),
}


class Files(PlainForm):
    """The four files of a release."""

    manifest = forms.FileField(label=gettext_lazy("Manifest"), help_text=".manifest")
    signature = forms.FileField(label=gettext_lazy("Signature of the manifest"), help_text=".manifest.sig")
    sbom = forms.FileField(label=gettext_lazy("Bill of materials"), help_text=".cdx.json")
    key = forms.FileField(
        label=gettext_lazy("Public key of whoever makes releases"),
        help_text=gettext_lazy("Got by another way than the release itself."),
    )

    @property
    def brought(self) -> Brought:
        """As texts; what is no text, or too long, fits no signature."""
        said = {name: file.read(LONGEST + 1)[:LONGEST].decode("utf-8", "replace") for name, file in self.cleaned_data.items()}
        return Brought(**said)


class Risk(PlainForm):
    """Which hole may stay open, until when and why."""

    hole = forms.CharField(widget=forms.HiddenInput, max_length=80)
    until = forms.DateField(label=gettext_lazy("Accepted until"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    reason = forms.CharField(label=gettext_lazy("Why it does no harm until then"), max_length=MOST_WORDS)


@require_GET
@operators_only
def releases(request: HttpRequest, *, person: Person) -> HttpResponse:
    """All of it."""
    return _page(request, person)


@again_first
@require_POST
@operators_only
def record(request: HttpRequest, *, person: Person) -> HttpResponse:
    """Prove a release, and ask the second person."""
    form = Files(request.POST, request.FILES)
    if form.is_valid():
        try:
            propose_release(form.brought, by=person, now=clock.now())
        except SiegelpostError as fault:
            form.add_fault(fault)
        else:
            toast(request, "success", _("All files are as they were signed. The release waits for a second person."))
            return to("house_releases")
    return _page(request, person, files=form)


@again_first
@require_POST
@operators_only
def accept(request: HttpRequest, *, person: Person) -> HttpResponse:
    """Accept that a hole stays open for a while."""
    form = Risk(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        try:
            accept_risk(
                process_settings().osv, said["hole"], until=said["until"], reason=said["reason"], by=person.email, now=clock.now()
            )  # fmt: skip
        except SiegelpostError as fault:
            form.add_fault(fault, "until" if fault.code == "release.acceptance_wrong" else None)
        else:
            toast(request, "success", _("The risk is accepted until then."))
            return to("house_releases")
    return _page(request, person, risk=form)


def _page(request: HttpRequest, person: Person, *, files: Files | None = None, risk: Risk | None = None) -> HttpResponse:
    now, found = clock.now(), running()
    report = look_for_holes(process_settings().osv, now=now)
    names = names_of([found.by, found.approved_by])
    values: dict[str, Any] = {
        "running": found, "by": names.get(found.by, ""), "approved_by": names.get(found.approved_by, ""),
        "wrong": [(_("changed"), found.changed[:20]), (_("missing"), found.missing[:20]), (_("not signed"), found.unsigned[:20])],
        "waiting": waiting(person, RELEASE), "files": files or Files(), "report": report, "days": LONGEST_ACCEPTANCE.days,
        "holes": [_hole(one, now, risk) for one in report.holes],
    }  # fmt: skip
    return render(request, "web/house/releases.html", values, status=422 if files or risk else 200)


def _hole(one: Any, now: Any, bound: Risk | None) -> dict[str, Any]:
    number = one.hole.id
    mine = bound if bound is not None and bound.data.get("hole") == number else None
    return {
        "one": one, "grade": GRADES.get(one.hole.grade, one.hole.grade), "overdue": one.overdue(now), "open": mine is not None,
        "form": mine or Risk(initial={"hole": number}, auto_id=f"{number}-%s"),
    }  # fmt: skip


ROUTES = [
    path("house/releases", releases, name="house_releases"),
    path("house/releases/record", takes_file(record), name="house_release_record"),
    path("house/releases/accept", accept, name="house_risk"),
]
