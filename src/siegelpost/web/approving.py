"""An act that needs a second person leads from any page to where one asks for it; what was wished waits in the session."""

from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from siegelpost.accounts.approval_rules import OPEN
from siegelpost.accounts.approvals.errors import ApprovalNeeded, Wish
from siegelpost.accounts.approvals.reads import about_matter
from siegelpost.base import clock
from siegelpost.web.answers import see_other, toast
from siegelpost.web.gate import Visit

WISH: Final = "approval_wish"
"""In the session, which lies with us: a browser cannot change what is asked for."""


def lead_to_asking(request: HttpRequest, fault: ApprovalNeeded) -> HttpResponse | None:
    """Answer a refused act with the page that asks for approval, or with the request that waits; None where nobody can ask here."""
    visit: Visit | None = getattr(request, "visit", None)
    if visit is None or "approval_ask" not in visit.opens:
        return None
    wish = fault.wish
    found = about_matter(visit.tenant, wish.act, wish.matter, now=clock.now())
    same = next((one for one in found if one.state in OPEN and one.covers(wish)), None)
    if same is not None:
        toast(request, "info", _("Somebody asked for exactly this already."))
        return see_other(visit, "approval", number=same.id)
    request.session[WISH] = {"tenant": visit.tenant.slug, "act": wish.act, "matter": wish.matter, "what": wish.what, "size": wish.size}
    return see_other(visit, "approval_ask")


def wish_in(request: HttpRequest, visit: Visit) -> Wish | None:
    """What waits in this session for a reason, in this tenant."""
    kept = cast("dict[str, Any] | None", request.session.get(WISH))
    if not kept or kept["tenant"] != visit.tenant.slug:
        return None
    return Wish(act=kept["act"], matter=kept["matter"], what=kept["what"], size=kept["size"])


def forget_wish(request: HttpRequest) -> None:
    """It became a request."""
    request.session.pop(WISH, None)
