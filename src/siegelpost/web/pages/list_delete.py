"""Delete a list: what it is used for, what would go and what stays, and the name to be typed."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from siegelpost.audience.errors import ListUnknown
from siegelpost.audience.reads import list_by_id
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.flows.delete_list import ListNotNamed, delete_list
from siegelpost.flows.list_use import ListInUse, losing, use_of
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.pages.mailing_words import STATES

LARGEST: Final = 2**63 - 1  # a number in an address may be any; a database takes no more
NAMED: Final = 20
"""So many mailings are named, those on their way first; more would be a list that nobody reads."""


@require_http_methods(["GET", "POST"])
@again_first
@page
def delete(request: HttpRequest, visit: Visit, list_id: int) -> HttpResponse:
    """Ask, and do it once the name was typed; a second click finds the list gone, which is what was wanted."""
    list_id = min(list_id, LARGEST)
    if request.method != "POST":
        return _ask(request, visit, list_id)
    try:
        name = delete_list(visit.tenant, list_id, typed=request.POST.get("confirm", ""), actor=visit.actor, now=clock.now())
    except ListUnknown:
        toast(request, "info", _("The list was deleted already."))
    except (ListInUse, ListNotNamed) as fault:
        return _ask(request, visit, list_id, fault)
    else:
        toast(request, "success", _("The list “%(name)s” is deleted.") % {"name": name})
    return see_other(visit, "lists")


def _ask(request: HttpRequest, visit: Visit, list_id: int, fault: SiegelpostError | None = None) -> HttpResponse:
    item, use = list_by_id(visit.tenant, list_id), use_of(visit.tenant, list_id, now=clock.now())
    mails = (*use.running, *use.drafts)
    values = {
        "list": item,
        "losing": losing(visit.tenant, item),
        "use": use,
        "mailings": [(one, STATES.get(one.state)) for one in mails[:NAMED]],
        "unnamed": len(mails[NAMED:]),
        "in_the_way": [one.as_dict() for one in use.in_the_way()],
        "unconfirmed": fault.as_dict() if isinstance(fault, ListNotNamed) else None,
    }
    return render(request, visit, "web/lists/delete.html", values, status=fault.status if fault else 200)


ROUTES = [path("lists/<int:list_id>/delete", delete, name="list_delete")]
