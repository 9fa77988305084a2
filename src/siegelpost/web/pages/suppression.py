"""Suppressions: look one address up, keep the blacklist, take over addresses that must not be written to."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from siegelpost.audience.addresses import MAX_TYPED, read_address
from siegelpost.audience.leaving import labels
from siegelpost.audience.reads import find_by_email
from siegelpost.base import clock
from siegelpost.consent.blacklist import counts, lift_address, lift_pattern, patterns
from siegelpost.consent.rules import BLACKLIST, PatternWrong
from siegelpost.consent.suppression import check, suppress_pattern
from siegelpost.consent.suppression_import import SuppressionFile, import_entries, wrong_lines
from siegelpost.consent.words import way
from siegelpost.flows.leave import STAFF
from siegelpost.intake.reasons import explain
from siegelpost.sign.addresses import address_key
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.gate import Visit, page
from siegelpost.web.kept import take
from siegelpost.web.pages.people_words import KINDS, entry_lines
from siegelpost.web.pages.suppression_forms import OneAddress, OnePattern, pasted_form, why
from siegelpost.web.tables import Column, table_of, wanted


@require_GET
@page
def suppression(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Counts and patterns."""
    return _page(request, visit)


@require_POST
@page
def look_up(request: HttpRequest, visit: Visit) -> HttpResponse:
    """By POST, so that the address stands in no history and no log."""
    form = OneAddress(request.POST)
    if form.is_valid():
        judged = read_address(form.cleaned_data["address"])
        if not judged.reason:
            return _page(request, visit, found=_found(visit, judged.address), look=form)
        form.add_error("address", explain(judged.reason))
    return _page(request, visit, look=form, status=422)


@require_POST
@page
def add_pattern(request: HttpRequest, visit: Visit) -> HttpResponse:
    """One more pattern."""
    form = OnePattern(request.POST)
    if form.is_valid():
        try:
            with visit.tenant.atomic():
                new = suppress_pattern(visit.tenant, pattern=form.cleaned_data["pattern"], source=STAFF, actor=visit.actor, now=clock.now())
        except PatternWrong as fault:
            form.add_fault(fault, "pattern")
        else:
            toast(
                request, "success" if new else "info", _("The pattern is on the blacklist.") if new else _("The pattern was there already.")
            )
            return see_other(visit, "suppression")
    return _page(request, visit, pattern=form, status=422)


@require_POST
@page
def remove_pattern(request: HttpRequest, visit: Visit, entry_id: int) -> HttpResponse:
    """Take one back."""
    with visit.tenant.atomic():
        done = entry_id < 2**63 and lift_pattern(visit.tenant, entry_id, actor=visit.actor, now=clock.now())
    toast(request, "success" if done else "info", _("The pattern is gone.") if done else _("The pattern was gone already."))
    return see_other(visit, "suppression")


@require_POST
@page
def lift(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take one address off the blacklist."""
    judged = read_address(request.POST.get("address", "")[:MAX_TYPED])
    if not judged.reason:
        with visit.tenant.atomic():
            done = lift_address(visit.tenant, address_key(judged.address, visit.tenant.keys.addresses), actor=visit.actor, now=clock.now())
        toast(request, "success" if done else "info", _("Taken off the blacklist.") if done else _("It was not on the blacklist."))
    return see_other(visit, "suppression")


@require_POST
@page
def add(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Take over what was pasted; lines that cannot be used come back with the reason, alone in the box."""
    form = pasted_form(visit)(request.POST)
    if not form.is_valid():
        return _page(request, visit, pasted=form, status=422)
    cleaned = form.cleaned_data
    wrong = wrong_lines(cleaned["lines"], cleaned["kind"])
    meaning = SuppressionFile(kind=cleaned["kind"], source=cleaned["source"], list_id=cleaned["list"])
    result = import_entries(visit.tenant, cleaned["lines"], meaning, actor=visit.actor, now=clock.now())
    words = _("%(added)d added, %(unchanged)d were there already.") % {"added": result.added, "unchanged": result.unchanged}
    if not wrong:
        toast(request, "success", words)
        return see_other(visit, "suppression")
    take(request)
    rest = pasted_form(visit)(initial={**cleaned, "list": cleaned["list"] or "", "lines": "\n".join(one.text for one in wrong)})
    return _page(request, visit, pasted=rest, said=words, wrong=[(one, why(one)) for one in wrong], status=422)


def _found(visit: Visit, address: str) -> dict[str, Any]:
    entries = check(visit.tenant, address)
    names = labels(visit.tenant, {one.list_id for one in entries if one.list_id is not None})
    liftable = any(one.kind == BLACKLIST and not one.pattern for one in entries)
    return {
        "address": address,
        "entries": entry_lines(entries, names),
        "person": find_by_email(visit.tenant, address),
        "liftable": liftable,
    }


def _page(request: HttpRequest, visit: Visit, *, status: int = 200, **values: Any) -> HttpResponse:
    columns = [Column("pattern", _("Pattern")), Column("source", _("Source")), Column("at", _("Since"))]
    asked = wanted(request.GET, columns, default="-at")
    rows = [replace(one, source=way(one.source)) for one in patterns(visit.tenant)]
    found = counts(visit.tenant)
    shown = {
        "kinds": [(one, found[one.code]) for one in KINDS],
        "table": table_of(rows, asked, columns, key=lambda one: getattr(one, asked.by)),
        "look": OneAddress(),
        "pattern": OnePattern(),
        "pasted": pasted_form(visit)(),
        **values,
    }
    return render(request, visit, "web/suppression/suppression.html", shown, status=status)


ROUTES = [
    path("suppression", suppression, name="suppression"),
    path("suppression/look-up", look_up, name="suppression_look_up"),
    path("suppression/add", add, name="suppression_add"),
    path("suppression/lift", lift, name="suppression_lift"),
    path("suppression/patterns", add_pattern, name="suppression_pattern_add"),
    path("suppression/patterns/<int:entry_id>/remove", remove_pattern, name="suppression_pattern_remove"),
]
