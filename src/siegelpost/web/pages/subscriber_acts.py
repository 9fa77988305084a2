"""What the staff do for one person: unsubscribe, put on the blacklist and take off it. Each asks first, on a page of its own."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from siegelpost.audience.reads import list_by_id
from siegelpost.base import clock
from siegelpost.consent.blacklist import lift_address
from siegelpost.consent.rules import BLACKLIST
from siegelpost.consent.suppression import suppress
from siegelpost.flows.leave import STAFF, unsubscribe_for
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.subscriber import person_of


@require_http_methods(["GET", "POST"])
@page
def unsubscribe(request: HttpRequest, visit: Visit, person_id: int, list_id: int) -> HttpResponse:
    """From one list, because the person said so."""
    person = person_of(visit, person_id)
    if list_id >= 2**63:
        raise Http404
    target = list_by_id(visit.tenant, list_id)
    if request.method == "POST":
        done = unsubscribe_for(visit.tenant, [person_id], list_id, actor=visit.actor, now=clock.now())
        words = _("Unsubscribed from “%(name)s”.") if done else _("This person was not on “%(name)s” any more.")
        toast(request, "success" if done else "info", words % {"name": target.name})
        return see_other(visit, "subscriber", person_id=person_id)
    return _ask(
        request,
        visit,
        person_id,
        title=_("Unsubscribe from “%(name)s”?") % {"name": target.name},
        about=person.email,
        text=_(
            "The consent for this list ends now. The person gets no more mailings of it, and no import brings them back; only they "
            "can, through a sign-up form. The proof of the consent stays on record."
        ),
        button=_("Unsubscribe"),
        risky=True,
    )


@require_http_methods(["GET", "POST"])
@page
def blacklist(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """Never write to this address again, about any list."""
    person = person_of(visit, person_id)
    if request.method == "POST":
        with visit.tenant.atomic(durable=True):
            suppress(visit.tenant, kind=BLACKLIST, key=person.key, source=STAFF, actor=visit.actor, now=clock.now())
        toast(request, "success", _("This address is on the blacklist now."))
        return see_other(visit, "subscriber", person_id=person_id)
    return _ask(
        request,
        visit,
        person_id,
        title=_("Put on the blacklist?"),
        about=person.email,
        text=_("From now on this address gets no mailing, from no list. You can undo this later."),
        button=_("Put on the blacklist"),
        risky=True,
    )


@require_http_methods(["GET", "POST"])
@page
def lift(request: HttpRequest, visit: Visit, person_id: int) -> HttpResponse:
    """Off the blacklist; what the person or the mail servers said stays."""
    person = person_of(visit, person_id)
    if request.method == "POST":
        with visit.tenant.atomic():
            done = lift_address(visit.tenant, person.key, actor=visit.actor, now=clock.now())
        toast(request, "success" if done else "info", _("Taken off the blacklist.") if done else _("It was not on the blacklist."))
        return see_other(visit, "subscriber", person_id=person_id)
    return _ask(
        request,
        visit,
        person_id,
        title=_("Take off the blacklist?"),
        about=person.email,
        text=_("Mailings may go to this address again, provided there is a consent and no other entry blocks it."),
        button=_("Take off the blacklist"),
    )


def _ask(request: HttpRequest, visit: Visit, person_id: int, **words: Any) -> HttpResponse:
    back = reverse("web:subscriber", kwargs={"slug": visit.tenant.slug, "person_id": person_id})
    return render(request, visit, "web/subscribers/ask.html", {**words, "back": back})


ROUTES = [
    path("subscribers/<int:person_id>/unsubscribe/<int:list_id>", unsubscribe, name="subscriber_unsubscribe"),
    path("subscribers/<int:person_id>/blacklist", blacklist, name="subscriber_blacklist"),
    path("subscribers/<int:person_id>/lift", lift, name="subscriber_lift"),
]
