"""Writing a mailing: choose a format, write, save, see at once what has to be mended."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render as part
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.audience.leaving import labels
from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import fields_of
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import translate
from siegelpost.flows.measuring import modes_of
from siegelpost.flows.preview import derived_text
from siegelpost.flows.write_mailing import rewrite_mailing, write_mailing
from siegelpost.mailings.browse import senders, standing
from siegelpost.mailings.change import version_of
from siegelpost.mailings.errors import MailingChanged
from siegelpost.mailings.reads import MailingFacts, mailing
from siegelpost.mailings.rules import FORMATS
from siegelpost.mailings.starters import starter
from siegelpost.mailings.state import DRAFT
from siegelpost.measure.choices import chosen
from siegelpost.render.errors import SourceUnusable
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.mailing_findings import findings
from siegelpost.web.pages.mailing_form import MailingForm, mark_differences, values_of, words_of
from siegelpost.web.pages.mailing_frame import show
from siegelpost.web.pages.mailing_words import FORMATS as FORMAT_WORDS
from siegelpost.web.pages.mailing_words import INSERTS, MEASURES, PERSONAL

STANDARD: Final = ("email", "unsubscribe_url", "preferences_url", "web_version_url", "imprint")


@require_GET
@page
def choose(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask in which format a new mailing is to be written; without sender or list say what has to come first."""
    formats = [{"value": one, "name": name, "about": about, "icon": icon} for one, (name, about, icon) in FORMAT_WORDS.items()]
    first_step = "sender" if not senders(visit.tenant) else "list" if not list_names(visit.tenant) else ""
    return render(request, visit, "web/mailings/choose.html", {"formats": formats, "first_step": first_step})


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, visit: Visit, format: str) -> HttpResponse:
    """Write a new mailing, beginning with a template."""
    if format not in FORMATS:
        return see_other(visit, "mailing_new")
    form = MailingForm(request.POST if request.method == "POST" else None, visit.tenant, initial=_beginning(visit.tenant, format))
    if request.method == "POST" and form.is_valid():
        try:
            made = write_mailing(visit.tenant, form.order(), actor=visit.actor, now=clock.now())
        except SiegelpostError as refused:
            form.add_fault(refused)
        else:
            toast(request, "success", _("Saved. Nothing is sent before you say so."))
            return see_other(visit, "mailing_edit", mailing_id=made)
    values = {"form": form, **_beside(visit.tenant)}
    return render(request, visit, "web/mailings/new.html", values, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@page
def edit(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Change a draft, with what the checks say of what is saved; a mailing that was launched is only shown."""
    facts = mailing(visit.tenant, mailing_id)
    if request.method == "POST":
        return _save(request, visit, facts)
    if facts.state != DRAFT:
        return show(request, visit, standing(visit.tenant, mailing_id), "content.html", _as_sent(visit.tenant, facts))
    form = MailingForm(None, visit.tenant, initial=values_of(facts, version_of(facts)))
    return _editor(request, visit, facts, {"form": form, "findings": findings(visit.tenant.unlimited, mailing_id)})


def _save(request: HttpRequest, visit: Visit, facts: MailingFacts) -> HttpResponse:
    form = MailingForm(request.POST, visit.tenant)
    if not form.is_valid():
        return _editor(request, visit, facts, {"form": form}, status=422)
    try:
        rewrite_mailing(
            visit.tenant, facts.id, form.order(), version=form.cleaned_data["version"], actor=visit.actor, now=clock.now()
        )  # fmt: skip
    except MailingChanged:
        return _changed_meanwhile(request, visit)
    except SiegelpostError as refused:
        form.add_fault(refused)
        return _editor(request, visit, facts, {"form": form}, status=refused.status)
    toast(request, "success", _("Saved."))
    return see_other(visit, "mailing_edit", mailing_id=facts.id)


def _changed_meanwhile(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Keep what was typed, show what somebody else saved, and let the writer decide."""
    facts = mailing(visit.tenant, request.resolver_match.kwargs["mailing_id"])  # type: ignore[union-attr]
    data = request.POST.copy()
    data["version"] = version_of(facts)
    form = MailingForm(data, visit.tenant)
    form.is_valid()
    theirs = mark_differences(form, values_of(facts, ""))
    return _editor(request, visit, facts, {"form": form, "conflict": True, "theirs": theirs}, status=409)


def _editor(request: HttpRequest, visit: Visit, facts: MailingFacts, values: dict[str, Any], *, status: int = 200) -> HttpResponse:
    return show(request, visit, standing(visit.tenant, facts.id), "edit.html", {**_beside(visit.tenant), **values}, status=status)


@require_POST
@page
def plain_text(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Answer with the field of the plain-text part, filled with what would be made from the source."""
    fault = ""
    try:
        text = derived_text(request.POST.get("format", ""), request.POST.get("source", ""))
    except SourceUnusable as refused:
        text, fault = request.POST.get("text_source", ""), words_of(refused)
    filled = MailingForm(None, visit.tenant, initial={"text_source": text})
    return part(request, "web/mailings/parts/plain_text.html", {"form": filled, "fault": fault, "slug": visit.tenant.slug})


def _beginning(tenant: TenantDB, format: str) -> dict[str, Any]:
    known, lists = senders(tenant), list_names(tenant)
    return {
        "format": format,
        "source": starter(format, tenant.language),
        "measure": chosen(tenant).mode,
        "sender": known[0].id if known else None,
        "lists": list(lists) if len(lists) == 1 else [],
    }


def _beside(tenant: TenantDB) -> dict[str, Any]:
    """What stands beside the form: fields to insert, words about measuring."""
    aliases = [(field.alias, field.name) for field in fields_of(tenant)]
    inserts = [("{{ %s }}" % alias, name) for alias, name in aliases]  # noqa: UP031 - the braces are meant
    return {
        "inserts": inserts,
        "standard_inserts": [("{{ %s }}" % alias, INSERTS[alias]) for alias in STANDARD],  # noqa: UP031
        "measures": [(mode, translate(name), translate(about)) for mode, (name, about) in MEASURES.items()],
    }


def _as_sent(tenant: TenantDB, facts: MailingFacts) -> dict[str, Any]:
    names = labels(tenant, facts.list_ids)
    sender = next((one for one in senders(tenant) if one.id == facts.sender_id), None)
    lists = [names[number] for number in facts.list_ids]
    mode = modes_of(tenant, facts).word
    measure, _about = MEASURES.get(mode, (PERSONAL.get(mode, mode), ""))
    return {"facts": facts, "variant": facts.variants[0] if facts.variants else None, "sender": sender, "lists": lists, "measure": measure}


ROUTES = [
    path("mailings/new", choose, name="mailing_new"),
    path("mailings/new/<str:format>", new, name="mailing_new_in"),
    path("mailings/plain-text", plain_text, name="mailing_plain_text"),
    path("mailings/<int:mailing_id>/edit", edit, name="mailing_edit"),
]
