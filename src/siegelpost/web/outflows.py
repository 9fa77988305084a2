"""Each file that a page gives out is counted on its way, whatever page it is; the check of control 2.1-01 holds the register against it.

A large one takes minutes. Whoever leaves meanwhile, or loses the right to it, does not get the rest.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Final, cast

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from siegelpost.base import clock
from siegelpost.evidence import export as evidence_export
from siegelpost.flows import consent_file, disclosed, export_list, input_log, opt_out_file, recipients, refused_rows
from siegelpost.governance.disclosures.handed_out import Left, count
from siegelpost.governance.disclosures.rules import PAGE
from siegelpost.governance.handover.rules import TAKING_ACTS
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.gate import may_still

ACTS: Final = {
    "import_refused": refused_rows.ACT,
    "mailing_recipients_file": recipients.ACT,
    "list_export": export_list.ACT,
    "opt_outs_file": opt_out_file.ACT,
    "subscriber_consent": consent_file.ACT,
    "evidence_file": evidence_export.EXPORTED,
    "input_log_file": input_log.EXPORTED,
    "disclosures_file": disclosed.EXPORTED,
    "hand_over_take": TAKING_ACTS[0],
}
"""Route that answers with a file -> the act of the register by which it leaves; one that is missing here leaves without an entry."""
NOBODYS: Final = ("report_csv", "rights_file", "rights_document", "instruction_document")
"""Figures, the small ones withheld; who of the staff may do what (an entry of the log says who took it); a document of the controller's
own, handed back to it: they hold no subscriber's data."""

EVERY: Final = 1.0
"""Seconds; whoever is off-boarded is out within five."""


class LeftMeanwhile(Exception):
    """Whoever asked for a file may not have it any more."""


class Counted:
    """The innermost layer: it sees files in clear, before anything packs them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        now = clock.now()
        response = self._get_response(request)
        visit, route = getattr(request, "visit", None), request.resolver_match.url_name if request.resolver_match else ""
        if visit is None or route in NOBODYS or not response.headers.get("Content-Disposition", "").startswith("attachment"):
            return response
        act = ACTS.get(str(route), f"route:{route}")
        if isinstance(response, StreamingHttpResponse):
            count(visit.tenant, act, PAGE, Left(files=1), now=now)  # before its first byte
            pieces = cast("Iterable[bytes]", response.streaming_content)
            response.streaming_content = _counted(_while_here(pieces, request), visit.tenant, act, now)
        else:
            count(visit.tenant, act, PAGE, Left(files=1, size=len(cast("HttpResponse", response).content)), now=now)
        return response


def _while_here(pieces: Iterable[bytes], request: HttpRequest) -> Iterator[bytes]:
    """Pieces of a file for somebody who is still here, asked each second. Raises LeftMeanwhile; the browser sees that it was cut off."""
    asked = -EVERY
    for piece in pieces:
        if time.monotonic() - asked >= EVERY:
            if not may_still(request, now=clock.now()):
                raise LeftMeanwhile
            asked = time.monotonic()
        yield piece


def _counted(pieces: Iterable[bytes], tenant: TenantDB, act: str, now: datetime) -> Iterator[bytes]:
    """Pieces of a file; how many bytes they were is counted when the last is taken, or the reader has left."""
    size = 0
    try:
        for piece in pieces:
            size += len(piece)
            yield piece
    finally:
        count(tenant, act, PAGE, Left(size=size), now=now)
