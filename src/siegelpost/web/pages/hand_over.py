"""The exchange desk: data for somebody outside, encrypted, with a password that is shown once and goes on another path."""

from datetime import datetime
from typing import Any, BinaryIO, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from siegelpost.accounts.approvals.errors import ApprovalNeeded
from siegelpost.accounts.reads import names_of
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import translate
from siegelpost.base.settings import process_settings
from siegelpost.delivery.outgoing import state_of
from siegelpost.flows import hand_over as flow
from siegelpost.governance.handover import rules
from siegelpost.governance.handover.contents import read_upload
from siegelpost.governance.handover.errors import PathRecorded
from siegelpost.governance.handover.reads import HandOverView, hand_over, hand_overs
from siegelpost.governance.handover.services import UPLOAD, Content, NewHandOver, record_path
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.kept import take as take_in
from siegelpost.web.pages.hand_over_forms import MailForm, NewForm, PathForm
from siegelpost.web.uploads import takes_file

BADGES = {
    rules.HELD: "yellow", rules.READY: "blue", rules.WAITING: "blue", rules.TAKEN: "green", rules.EXPIRED: "secondary",
    rules.REFUSED: "red",
}  # fmt: skip
FIELD_OF = {
    "mailing.address_refused": "email",
    "handover.format_unusable": "format",
    "handover.file_unusable": "file",
    "handover.macro": "file",
    "handover.zip_bomb": "file",
    "handover.infected": "file",
}
"""Error -> field at which it is shown."""


@require_GET
@page
def register(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All of them, the newest first."""
    now = clock.now()
    return render(
        request, visit, "web/hand_over/hand_overs.html", {"rows": [_shown(one, now) for one in hand_overs(visit.tenant, now=now)]}
    )


@takes_file
@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Prepare one."""
    form = NewForm(visit, request.POST, request.FILES) if request.method == "POST" else NewForm(visit)
    if getattr(request, "too_large", False):
        form.add_error("file", _("The file is too large."))
    if request.method != "POST" or not form.is_valid():
        return render(request, visit, "web/hand_over/new.html", {"form": form}, status=422 if form.is_bound else 200)
    said = form.cleaned_data
    try:
        content, records = _content(visit, said)
        order = NewHandOver(
            receiver=said["receiver"], email=said["email"], phone=said["phone"], purpose=said["purpose"],
            categories=said["categories"], records=records, format=said["format"], by_mail=said.get("by_mail", False),
        )  # fmt: skip
        number = flow.prepare(visit.tenant, order, content, actor=visit.actor, now=clock.now())
    except ApprovalNeeded:
        raise  # leads to where one asks for it
    except SiegelpostError as fault:
        form.add_fault(fault, FIELD_OF.get(fault.code))
        return render(request, visit, "web/hand_over/new.html", {"form": form}, status=422)
    return see_other(visit, "hand_over", number=number)


@require_GET
@page
def one(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """One with its next step."""
    return _page(request, visit, number)


@require_POST
@page
def scan(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Let the scanner look at it now."""
    flow.scan(visit.tenant, number, actor=visit.actor, now=clock.now())
    toast(request, "success", _("The file may be handed over."))
    return see_other(visit, "hand_over", number=number)


@require_POST
@page
def encrypt(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Encrypt it; this answer shows the password, and no other ever does."""
    password = flow.encrypt(visit.tenant, number, actor=visit.actor, now=clock.now())
    if not password:
        return see_other(visit, "hand_over", number=number)
    take_in(request)
    found = hand_over(visit.tenant, number, now=clock.now())
    answer = render(request, visit, "web/hand_over/password.html", {"one": found, "password": password})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@require_POST
@again_first
@page
def take(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """The file, once; a form and no link, for it is destroyed with that."""
    file = flow.take(visit.tenant, number, actor=visit.actor, now=clock.now())
    safe = "".join(sign for sign in file.name if sign.isascii() and (sign.isalnum() or sign in "._-")) or "file"
    return HttpResponse(
        file.data,
        content_type="application/octet-stream",
        headers={
            "Content-Disposition": f'attachment; filename="{safe}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@require_POST
@page
def mail(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Mail it to its receiver."""
    form = MailForm(request.POST)
    if form.is_valid():
        try:
            flow.mail(visit.tenant, number, text=form.cleaned_data["text"], actor=visit.actor, now=clock.now())
        except SiegelpostError as fault:
            if fault.code not in MAIL_FIELDS:
                raise
            form.add_fault(fault, MAIL_FIELDS[fault.code])
        else:
            toast(request, "success", _("The mail waits to be sent."))
            return see_other(visit, "hand_over", number=number)
    return _page(request, visit, number, mail=form)


@require_POST
@page
def password_path(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Record by which path the password went."""
    form, now = PathForm(request.POST), clock.now()
    if not hand_over(visit.tenant, number, now=now).password_open(now):
        raise PathRecorded
    if form.is_valid():
        said = form.cleaned_data
        try:
            way = rules.Way(said["path"], **{"address" if said["path"] == rules.EMAIL else "number": said["target"]})
            went_at = _moment(said["went_at"]) or now
            record_path(visit.tenant, number, way, to_whom=said["to_whom"], went_at=went_at, actor=visit.actor, now=now)
        except ValueError:
            form.add_error("went_at", _("This is no date and time."))
        except SiegelpostError as fault:
            form.add_fault(fault, PATH_FIELDS.get(fault.code, "to_whom"))
        else:
            toast(request, "success", _("The path of the password is recorded."))
            return see_other(visit, "hand_over", number=number)
    return _page(request, visit, number, path=form)


MAIL_FIELDS = {"handover.password_in_text": "text", "handover.file_unusable": "text", "handover.too_large_to_mail": None}
"""Error -> field at which it is shown, None above the form; others have no form to stand at."""
PATH_FIELDS = {"handover.path_refused": "target", "handover.number_unusable": "went_at"}
"""Error -> field at which it is shown."""


def _content(visit: Visit, said: dict[str, Any]) -> tuple[Content, int]:
    kind, _colon, item = said["source"].partition(":")
    if kind == UPLOAD:
        file = said["file"]
        return flow.upload_content(file.name or "", read_upload(cast("BinaryIO", file.file))), said["records"]
    return (flow.list_content if kind == "list" else flow.mailing_content)(visit.tenant, int(item), actor=visit.actor)


def _moment(text: str) -> datetime | None:
    """What a browser sends for a date and time, in the time zone of the settings. Raises ValueError."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(process_settings().time_zone)) if text else None


def _page(request: HttpRequest, visit: Visit, number: int, *, mail: MailForm | None = None, path: PathForm | None = None) -> HttpResponse:
    now = clock.now()
    found = hand_over(visit.tenant, number, now=now)
    mailed = found.step(rules.MAILED)
    values = {
        **_shown(found, now),
        "mine": found.encryption is not None and found.encryption.actor == str(visit.actor),
        "mail_form": mail or MailForm(),
        "path_form": path or PathForm(initial={"target": found.phone}),
        "mail_state": state_of(visit.tenant, mailed.outgoing_id) if mailed and mailed.outgoing_id else "",
        "released": [(one, STEPS[one.step]()) for one in found.steps if one.step in rules.RELEASES],
        "steps": [(one, STEPS[one.step]()) for one in found.steps if one.step not in rules.RELEASES],
        "who": _names(found),
        "format": translate(rules.FORMATS[found.format]),
        "path": translate(rules.PATHS[found.path.path]) if found.path else "",
    }
    faulty = bool((mail and mail.errors) or (path and path.errors))
    return render(request, visit, "web/hand_over/hand_over.html", values, status=422 if faulty else 200)


STEPS = {
    rules.CLEAN: lambda: _("Released"),
    rules.UNSCANNED: lambda: _("Released without a scan, at somebody's risk"),
    rules.INFECTED: lambda: _("Malware was found; the file was destroyed"),
    rules.DOWNLOADED: lambda: _("Downloaded, then destroyed here"),
    rules.MAILED: lambda: _("Given to the mail"),
    rules.DESTROYED: lambda: _("Destroyed: nobody took it"),
    rules.REMINDED: lambda: _("Reminded of the password"),
}


def _names(found: HandOverView) -> str:
    kind, _colon, number = found.actor.partition(":")
    return names_of([int(number)]).get(int(number), found.actor) if kind == "staff" else _("the operator")


def _shown(found: HandOverView, now: datetime) -> dict[str, Any]:
    return {
        "one": found,
        "state": translate(rules.STATES[found.state]),
        "badge": BADGES[found.state],
        "is_open": found.password_open(now),
        "is_late": found.password_late(now),
    }


ROUTES = [
    path("hand-over", register, name="hand_overs"),
    path("hand-over/new", new, name="hand_over_new"),
    path("hand-over/<int:number>", one, name="hand_over"),
    path("hand-over/<int:number>/scan", scan, name="hand_over_scan"),
    path("hand-over/<int:number>/encrypt", encrypt, name="hand_over_encrypt"),
    path("hand-over/<int:number>/file", take, name="hand_over_take"),
    path("hand-over/<int:number>/mail", mail, name="hand_over_mail"),
    path("hand-over/<int:number>/password", password_path, name="hand_over_password"),
]
