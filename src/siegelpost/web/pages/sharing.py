"""Sharing down: a mailing becomes a draft in sub-accounts; and the names that stand for the same thing here and there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.flows.share_down import Shared, share_down
from siegelpost.flows.substitutes import NEWEST, Thing, give_substitute, things_of
from siegelpost.mailings.browse import page_of_mailings
from siegelpost.mailings.substitutes import FIELD, FORM, LIST, MAILING, SubstituteTaken, SubstituteUnusable
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.registry import children_of
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page

KINDS: Final = {
    LIST: gettext_lazy("Lists"),
    FIELD: gettext_lazy("Fields"),
    FORM: gettext_lazy("Sign-up forms"),
    MAILING: gettext_lazy("Mailings"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a mailing in one account."""

    name: str
    said: str
    is_done: bool


@require_GET
@page
def sharing(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Both forms, and the names there are."""
    return _page(request, visit)


@require_POST
@page
def share(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Share it, and say what became of it in each account."""
    children = children_of(visit.tenant)
    form = _share_form(visit.tenant, children, request.POST)
    if not form.is_valid():
        return _page(request, visit, share=form, status=422)
    number, slugs = form.cleaned_data["mailing"], form.cleaned_data["accounts"]
    try:
        done = share_down(visit.tenant, number, slugs, actor=visit.actor, now=clock.now())
    except SiegelpostError as fault:
        form.add_fault(fault, "mailing")
        return _page(request, visit, share=form, status=fault.status)
    names = {one.slug: one.name for one in children}
    return _page(request, visit, done=[_outcome(one, names) for one in done])


@require_POST
@page
def name(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Give something a substitute, or take it away."""
    form = _name_form(list(things_of(visit.tenant)), request.POST)
    if not form.is_valid():
        return _page(request, visit, naming=form, status=422)
    kind, _colon, number = form.cleaned_data["thing"].partition(":")
    try:
        give_substitute(visit.tenant, kind, int(number), form.cleaned_data["substitute"], actor=visit.actor, now=clock.now())
    except (SubstituteTaken, SubstituteUnusable) as fault:
        form.add_fault(fault, "substitute")
        return _page(request, visit, naming=form, status=fault.status)
    toast(request, "success", _("Saved."))
    return see_other(visit, "sharing")


def _outcome(one: Shared, names: Mapping[str, str]) -> Outcome:
    if one.fault is not None or one.taken is None:
        said = one.fault.as_dict() if one.fault else {"message": "", "nothing": ""}
        return Outcome(names[one.slug], f"{said['message']} {said['nothing']}", is_done=False)
    if one.taken.is_new:
        return Outcome(names[one.slug], _("A new draft, version %(n)s.") % {"n": one.taken.version}, is_done=True)
    return Outcome(names[one.slug], _("Its draft was written anew, version %(n)s.") % {"n": one.taken.version}, is_done=True)


def _share_form(tenant: TenantDB, children: list[TenantDB], posted: Any = None) -> PlainForm:
    """Which mailing, with whom."""
    newest, _all = page_of_mailings(tenant, limit=NEWEST)
    accounts = [(one.slug, one.name) for one in children]
    fields = {
        "mailing": forms.TypedChoiceField(label=_("Mailing"), coerce=int, choices=[(one.id, one.name) for one in newest]),
        "accounts": forms.MultipleChoiceField(label=_("Sub-accounts"), choices=accounts, widget=forms.CheckboxSelectMultiple),
    }
    form: PlainForm = type("Share", (PlainForm,), fields)(posted)
    return form


def _name_form(known: list[Thing], posted: Any = None) -> PlainForm:
    """Which thing, and what stands for it."""
    hint = _("Small letters, digits, dots, hyphens and underscores; the same in each account. Left empty, it has none.")
    fields = {
        "thing": forms.ChoiceField(label=_("What"), choices=list(_choices(known))),
        "substitute": forms.CharField(label=_("Substitute"), max_length=60, required=False, help_text=hint),
    }
    form: PlainForm = type("Name", (PlainForm,), fields)(posted)
    return form


def _choices(known: list[Thing]) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for kind, words in KINDS.items():
        if here := [(f"{kind}:{one.number}", one.name) for one in known if one.kind == kind]:
            yield str(words), here


def _page(
    request: HttpRequest, visit: Visit, *, share: PlainForm | None = None, naming: PlainForm | None = None,
    done: list[Outcome] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    known, children = list(things_of(visit.tenant)), children_of(visit.tenant)
    values = {
        "share": share or _share_form(visit.tenant, children),
        "can_share": bool(children) or share is not None,
        "naming": naming or _name_form(known),
        "named": [(KINDS[one.kind], one) for one in known if one.substitute],
        "done": done,
    }
    return render(request, visit, "web/sub_accounts/sharing.html", values, status=status)


ROUTES = [
    path("sharing", sharing, name="sharing"),
    path("sharing/down", share, name="share_down"),
    path("sharing/substitute", name, name="substitute_set"),
]
