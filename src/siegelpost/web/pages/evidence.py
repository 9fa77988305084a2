"""The log of what was done: who keeps checkpoints of it, and the file that proves it."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.views.decorators.http import require_GET, require_POST

from siegelpost.base import clock
from siegelpost.evidence.reads import signed
from siegelpost.flows.evidence_file import evidence_for_page
from siegelpost.flows.sealing import mailed
from siegelpost.mailings.browse import senders
from siegelpost.web.answers import render
from siegelpost.web.gate import Visit, again_first, page


@require_GET
@page
def evidence(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say how far the log is signed, and whether anybody could prove it against us."""
    values = {"signed": signed(visit.tenant), "mailed": mailed(visit.tenant), "senders": senders(visit.tenant)}
    return render(request, visit, "web/evidence/evidence.html", values)


@require_POST
@again_first
@page
def download(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Hand out the whole log; that is its last entry. A log that was changed past the system answers with an error."""
    now = clock.now()
    export = evidence_for_page(visit.tenant, actor=visit.actor, now=now)
    headers = {"Content-Disposition": f'attachment; filename="{visit.tenant.slug}-{now.date().isoformat()}.jsonl"'}
    return StreamingHttpResponse(export.lines, content_type="application/jsonl", headers=headers)


ROUTES = [
    path("evidence", evidence, name="evidence"),
    path("evidence/file", download, name="evidence_file"),
]
