"""Mailings: which there are, where they stand, how they did. Figures of few people are withheld as on the pages; nobody is named."""

from typing import Any

from django.http import HttpRequest

from siegelpost.api.gate import Token, call_of
from siegelpost.api.ninja import Query, Router, Slug
from siegelpost.api.shapes import Mailings, WhichMailings, a_mailing
from siegelpost.api.within import tenant_of
from siegelpost.base.settings import process_settings
from siegelpost.flows.report import report
from siegelpost.flows.status import status, with_pace
from siegelpost.mailings.browse import page_of_mailings

router = Router(tags=["mailings"])
_STATUS = Token("sending.see", limited=True)
_REPORTS = Token("reports.see", limited=True)


@router.get("/mailings", auth=Token("mailings.see", limited=True), response=Mailings, operation_id="mailings")
def mailings(request: HttpRequest, slug: Slug, which: Query[WhichMailings]) -> Mailings:
    """A page of mailings, the newest first."""
    found, total = page_of_mailings(call_of(request).tenant, offset=which.offset, limit=which.limit)
    return Mailings(mailings=[a_mailing(one) for one in found], total=total)


@router.get("/mailings/{int:mailing_id}/status", auth=_STATUS, response=dict[str, Any], operation_id="mailing_status")
def mailing_status(request: HttpRequest, slug: Slug, mailing_id: int) -> dict[str, Any]:
    """State and numbers, as `siegelpost mailing status --json` prints them."""
    call = call_of(request)
    tenant = tenant_of(call, mailing_id)
    return with_pace(tenant, status(tenant, mailing_id), settings=process_settings(), now=call.at)


@router.get("/mailings/{int:mailing_id}/report", auth=_REPORTS, response=dict[str, Any], operation_id="mailing_report")
def mailing_report(request: HttpRequest, slug: Slug, mailing_id: int) -> dict[str, Any]:
    """Figures, as `siegelpost report --json` prints them; a withheld one is null, and `withheld` says why."""
    call = call_of(request)
    return report(tenant_of(call, mailing_id), mailing_id, now=call.at, environment=process_settings().environment)
