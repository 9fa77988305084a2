"""The assistant of an import: a file, its columns, a look at the first rows. Until the start nothing is written but the sealed upload."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, BinaryIO, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from siegelpost.accounts.errors import RightMissing
from siegelpost.audience.reads import fields_of, list_by_id, lists_of
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.flows.keep_upload import keep_upload
from siegelpost.flows.run_import import folder_of, start_import
from siegelpost.flows.scanned import UploadInfected, UploadUnscanned
from siegelpost.intake import kept, plans
from siegelpost.intake.errors import FileBinary, FileEmpty, FileRenamed, HeadingsMissing, ImportUnknown
from siegelpost.intake.jobs import DRAFT
from siegelpost.intake.reads import ImportView, import_by_id
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.import_columns import ColumnRow, OrderForm, column_rows, plan_from
from siegelpost.web.uploads import MOST_BYTES, takes_file


class UploadForm(PlainForm):
    """A file."""

    file = forms.FileField(label=gettext_lazy("CSV file"), allow_empty_file=True)


@takes_file
@require_http_methods(["GET", "POST"])
@page
def upload(request: HttpRequest, visit: Visit) -> HttpResponse:
    """First step: a file; what is no table of people is refused here, with what to do instead."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if getattr(request, "too_large", False):
        form.errors.clear()
        form.add_error("file", _("The file is too large. Split it, or let the operator import it with `siegelpost import`."))
        return _upload_page(request, visit, form, 413)
    if request.method != "POST" or not form.is_valid():
        return _upload_page(request, visit, form, 422 if form.is_bound else 200)
    file: UploadedFile[Any] = form.cleaned_data["file"]
    try:
        number = keep_upload(visit.tenant, cast("BinaryIO", file.file), file_name=file.name or "", actor=visit.actor, now=clock.now())
    except (FileEmpty, FileBinary, FileRenamed, HeadingsMissing, UploadInfected, UploadUnscanned) as fault:
        form.add_fault(fault, "file")
        return _upload_page(request, visit, form, fault.status)
    answer = see_other(visit, "import_columns", import_id=number)
    if (wanted := request.GET.get("list", "")).isdecimal():  # who began at a list goes on with it
        answer.headers["Location"] += f"?list={wanted}"
    return answer


def _upload_page(request: HttpRequest, visit: Visit, form: UploadForm, status: int) -> HttpResponse:
    return render(request, visit, "web/imports/upload.html", {"form": form, "most": MOST_BYTES // 1_000_000, "step": 1}, status=status)


@require_http_methods(["GET", "POST"])
@page
def columns(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Second step: what each column holds, where the people go, and why that is allowed."""
    job = _draft(visit, import_id)
    if job is None:
        return see_other(visit, "import", import_id=import_id)
    glance = plans.glance(visit.tenant, folder_of(visit.tenant), import_id)
    posted = request.POST if request.method == "POST" else None
    rows = column_rows(glance, fields_of(visit.tenant), posted, plans.plan_of(visit.tenant, import_id))
    decided, wanted = plans.plan_of(visit.tenant, import_id), request.GET.get("list", "")
    form = OrderForm(
        lists_of(visit.tenant), decided, posted, wanted, makes_lists="list_new" in visit.opens and visit.tenant.scope.lists is None
    )
    if posted is None:
        return _columns_page(request, visit, job, glance, rows, form)
    plan = plan_from(form, rows, {one.alias for one in fields_of(visit.tenant)})
    if plan is None:
        return _columns_page(request, visit, job, glance, rows, form, status=422)
    if plan.new_fields and "field_new" not in visit.opens:
        raise RightMissing  # an import is no way around the page of the fields
    try:
        plans.decide(visit.tenant, import_id, plan)
    except ImportUnknown:
        raise
    except SiegelpostError as fault:
        form.add_fault(fault)
        return _columns_page(request, visit, job, glance, rows, form, status=422)
    return see_other(visit, "import_sample", import_id=import_id)


def _columns_page(
    request: HttpRequest, visit: Visit, job: ImportView, glance: plans.Glance, rows: list[ColumnRow], form: OrderForm, *, status: int = 200
) -> HttpResponse:
    values = {"job": job, "glance": glance, "rows": rows, "form": form, "fields": fields_of(visit.tenant), "step": 2}
    return render(request, visit, "web/imports/columns.html", values, status=status)


@require_http_methods(["GET", "POST"])
@page
def sample(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Third step: how the first rows come out. The button here starts it, once."""
    job = _draft(visit, import_id)
    if job is None:
        return see_other(visit, "import", import_id=import_id)
    plan = plans.plan_of(visit.tenant, import_id)
    if plan is None:
        return see_other(visit, "import_columns", import_id=import_id)
    status, fault = 200, None
    if request.method == "POST":
        try:
            if not start_import(visit.tenant, import_id, actor=visit.actor, now=clock.now()):
                toast(request, "info", _("The import runs already."))
            return see_other(visit, "import", import_id=import_id)
        except SiegelpostError as found:
            status, fault = found.status, found.as_dict()
    shown = plans.sample(visit.tenant, folder_of(visit.tenant), import_id, plan)
    headings = plans.glance(visit.tenant, folder_of(visit.tenant), import_id).headings
    names = {one.alias: one.name for one in fields_of(visit.tenant)} | {one.alias: one.name for one in plan.new_fields}
    aliases = [alias for _index, alias in plan.fields]
    values = {
        "job": job,
        "plan": plan,
        "sample": shown,
        "fault": fault,
        "names": [names.get(alias, alias) for alias in aliases],
        "good": [(email, [fields.get(alias, "") for alias in aliases]) for email, fields in shown.good],
        "headings": _others(headings, plan.email),
        "bad": [(row, "".join(row.cells[plan.email : plan.email + 1]), _others(row.cells, plan.email)) for row in shown.bad],
        "list_name": list_by_id(visit.tenant, plan.list_id).name if plan.list_id else plan.new_list,
        "step": 3,
    }
    return render(request, visit, "web/imports/sample.html", values, status=status)


def _others(cells: Sequence[str], email: int) -> list[str]:
    """All but the address, which stands first."""
    return [cell for index, cell in enumerate(cells) if index != email]


@require_POST
@page
def new_field(request: HttpRequest, visit: Visit, import_id: int, index: int) -> HttpResponse:
    """The inputs of a new field, as soon as somebody chooses it for a column."""
    glance = plans.glance(visit.tenant, folder_of(visit.tenant), import_by_id(visit.tenant, import_id).id)
    rows = [row for row in column_rows(glance, fields_of(visit.tenant), request.POST, None) if row.column.index == index]
    asked = [replace(row, faults=()) for row in rows]
    return render(request, visit, "web/imports/new_field.html", {"row": asked[0] if asked else None})


@require_POST
@page
def discard(request: HttpRequest, visit: Visit, import_id: int) -> HttpResponse:
    """Remove an upload."""
    kept.discard(visit.tenant, folder_of(visit.tenant), import_id)
    toast(request, "success", _("The upload has been removed."))
    return see_other(visit, "imports")


def _draft(visit: Visit, import_id: int) -> ImportView | None:
    """The import while it is one; None once it was started."""
    job = import_by_id(visit.tenant, import_id)
    return job if job.state == DRAFT else None


ROUTES = [
    path("imports/new", upload, name="import_new"),
    path("imports/<int:import_id>/columns", columns, name="import_columns"),
    path("imports/<int:import_id>/columns/<int:index>", new_field, name="import_new_field"),
    path("imports/<int:import_id>/sample", sample, name="import_sample"),
    path("imports/<int:import_id>/discard", discard, name="import_discard"),
]
