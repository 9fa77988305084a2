"""Imports: those that ran, the one that runs, what came of each."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from siegelpost.accounts.reads import names_of
from siegelpost.audience.leaving import labels
from siegelpost.audience.listing import list_names
from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.flows.refused_rows import refused_file
from siegelpost.flows.run_import import folder_of, start_import
from siegelpost.intake.jobs import DONE, DRAFT, FAILED, INTERRUPTED, RUNNING
from siegelpost.intake.kept import is_kept
from siegelpost.intake.reads import ImportView, drafts_of, import_by_id, imports_of
from siegelpost.intake.reasons import explain
from siegelpost.intake.refused import sealed_path
from siegelpost.intake.sample_words import SAMPLE
from siegelpost.intake.samples import sample_of
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.tables import Choice, Column, table_of, wanted


@require_GET
@page
def imports(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The table, with uploads that nobody has finished above it."""
    columns = [
        Column("id", _("File")),
        Column("started_at", _("Started"), wide=True),
        Column("list", _("List"), sorts=False, wide=True),
        Column("added", _("Added"), number=True),
        Column("updated", _("Updated"), number=True, wide=True),
        Column("unchanged", _("Unchanged"), number=True, wide=True),
        Column("refusals", _("Refused"), number=True, wide=True),
        Column("state", _("State")),
    ]
    choices = [Choice("state", _("Any state"), [(code, str(word)) for code, word in STATES.items()])]
    asked = wanted(request.GET, columns, choices, default="-id")
    words, state = asked.q.casefold(), asked.chosen.get("state", "")
    rows = [one for one in imports_of(visit.tenant) if words in one.file_name.casefold() and state in ("", one.state)]
    table = table_of(rows, asked, columns, choices, key=lambda one: (getattr(one, asked.by), one.id))
    lists = labels(visit.tenant, {one.list_id for one in table.rows})
    drafts = drafts_of(visit.tenant)
    people = _people([*table.rows, *drafts])
    values = {
        "table": table,
        "rows": [(one, people.get(one.actor, ""), lists[one.list_id]) for one in table.rows],
        "drafts": [(one, people.get(one.actor, "")) for one in drafts],
    }
    return render(request, visit, "web/imports/imports.html", values)


STATES = {
    RUNNING: gettext_lazy("running"),
    DONE: gettext_lazy("done"),
    INTERRUPTED: gettext_lazy("interrupted"),
    FAILED: gettext_lazy("stopped"),
}


def _people(rows: list[ImportView]) -> dict[str, str]:
    """Actor -> name, for those who are of the staff."""
    ids = {one.actor: int(one.actor[6:]) for one in rows if one.actor.startswith("staff:")}
    names = names_of(ids.values())
    return {actor: names[number] for actor, number in ids.items() if number in names}


@require_GET
@page
def one_import(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """One import: progress while it runs, then what came of it; a draft goes on in the assistant."""
    job = import_by_id(visit.tenant, import_id)
    if job.state == DRAFT:
        return see_other(visit, "import_columns", import_id=import_id)
    about = {"list": labels(visit.tenant, [job.list_id])[job.list_id], "here": job.list_id in list_names(visit.tenant)}
    return render(request, visit, "web/imports/import.html", {**_facts(visit, job), **about, **_sample(visit, job)})


def _sample(visit: Visit, job: ImportView) -> dict[str, object]:
    """Whether some of its people were drawn; nothing of it for whoever has limits, to whom that page is closed."""
    found = sample_of(visit.tenant, job.id) if visit.tenant.scope.is_whole else None
    return {"sample": found, "sample_says": translate(SAMPLE[found.state])} if found else {}


@require_GET
@page
def progress(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """The part of the page that asks again every second; when the import has ended, the page is loaded once more."""
    job = import_by_id(visit.tenant, import_id)
    answer = render(request, visit, "web/imports/progress.html", _facts(visit, job))
    if job.state != RUNNING:
        answer.headers["HX-Refresh"] = "true"
    return answer


def _facts(visit: Visit, job: ImportView) -> dict[str, object]:
    seconds = max((clock.now() - job.started_at).total_seconds(), 0.1)
    return {
        "job": job,
        "who": _people([job]).get(job.actor, ""),
        "share": round(min(100 * job.done / job.size, 100), 1) if job.size else 0,
        "rate": round(job.rows / seconds),
        "reasons": sorted(((explain(code), count) for code, count in job.refused.items()), key=lambda one: -one[1]),
        "again": job.state in (INTERRUPTED, FAILED) and is_kept(folder_of(visit.tenant), job.id),
    }


@require_POST
@page
def start(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Start it, once, however often somebody clicks; also again after an interruption."""
    if import_by_id(visit.tenant, import_id).state != DONE and not start_import(
        visit.tenant, import_id, actor=visit.actor, now=clock.now()
    ):
        toast(request, "info", _("The import runs already."))
    return see_other(visit, "import", import_id=import_id)


@require_GET
@again_first
@page
def refused(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponseBase:
    """The file of refused rows, opened on its way; nothing is written in clear. The register has it before it leaves."""
    job = import_by_id(visit.tenant, import_id)
    folder = folder_of(visit.tenant)
    if not sealed_path(folder, job.id).exists():
        raise Http404
    pieces = refused_file(visit.tenant, job.id, folder, actor=visit.actor, now=clock.now())
    name = f"import-{job.id}-{_('refused')}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8", headers=headers)


ROUTES = [
    path("imports", imports, name="imports"),
    path("imports/<int:import_id>", one_import, name="import"),
    path("imports/<int:import_id>/progress", progress, name="import_progress"),
    path("imports/<int:import_id>/start", start, name="import_start"),
    path("imports/<int:import_id>/refused", refused, name="import_refused"),
]
