"""Erase one person: what goes and what stays is shown before, and the address is typed to confirm."""

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from siegelpost.audience.reads import SubscriberView
from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.erasure.errors import NobodyStored, NotTyped
from siegelpost.flows.erase_person import begin_typed, what_is_stored
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.pages.subscriber import person_of

KEPT_FIRST: Final = ("consent.Suppression", "erasure.Kept")
"""What an erasure itself leaves, whether it is there yet or not."""


@require_http_methods(["GET", "POST"])
@again_first
@page
def erase(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """Ask, and do it; a second click finds nobody, which is what was wanted."""
    try:
        person = person_of(visit, person_id)
    except Http404:
        if request.method != "POST":
            raise
        toast(request, "info", _("This person was erased already."))
        return see_other(visit, "erasures")
    if request.method != "POST":
        return _ask(request, visit, person)
    try:
        number = begin_typed(visit.tenant, person.email, typed=request.POST.get("confirm", ""), actor=visit.actor, now=clock.now())
    except NotTyped as fault:
        return _ask(request, visit, person, fault)
    except NobodyStored:  # somebody was faster in this very moment
        return see_other(visit, "erasures")
    toast(request, "success", _("This person is erased. The certificate follows in a minute."))
    return see_other(visit, "erasure", erasure_id=number)


def _ask(request: HttpRequest, visit: Visit, person: SubscriberView, fault: NotTyped | None = None) -> HttpResponse:
    found = what_is_stored(visit.tenant, person.email)
    values = {
        "person": person,
        "goes": [(translate(store.name), n) for store, n in found if n and store.remove is not None],
        "stays": [(translate(store.name), translate(store.kept)) for store, n in found if store.kept and (n or store.code in KEPT_FIRST)],
        "unconfirmed": fault.as_dict() if fault else None,
    }
    return render(request, visit, "web/subscribers/erase.html", values, status=fault.status if fault else 200)


ROUTES = [path("subscribers/<int:person_id>/erase", erase, name="subscriber_erase")]
