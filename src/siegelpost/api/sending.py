"""Launch a prepared mailing, pause it, let it go on, cancel it: by the rules of the pages. A call that is repeated sends nothing twice."""

from typing import Any

from django.http import HttpRequest

from siegelpost.accounts.approval_rules import WAITING
from siegelpost.accounts.approvals.errors import ApprovalNeeded
from siegelpost.api.gate import Call, Token, call_of
from siegelpost.api.ninja import Body, Field, Header, Router, Schema, Slug, Status
from siegelpost.api.shapes import Asked
from siegelpost.api.within import tenant_of
from siegelpost.base.settings import process_settings
from siegelpost.flows import launch_once, steer
from siegelpost.flows.approving import ask_for_program, by_approval
from siegelpost.flows.schedule import start_typed
from siegelpost.flows.send import Wish, pace_typed
from siegelpost.flows.status import status, with_pace

router = Router(tags=["sending"])
_STEER = Token("sending.edit", limited=True)
_LIMIT: Any = Field(0, ge=0, lt=2**31, description="Messages at most; 0 is no limit.")


class Launch(Body):
    """What is launched: exactly the version that was looked at, now or from a time on, at a pace."""

    version: str = Field(min_length=1, max_length=64, description="`version` of `launch` as it was read; another one is not sent.")
    start_at: str = Field("", max_length=40, description="Start by itself then, e.g. 2026-12-01T09:00; otherwise at once.")
    per_hour: int = _LIMIT
    per_day: int = _LIMIT
    windows: list[str] = Field(default_factory=list, max_length=14, description="Send only then, e.g. `Mo-Fr 08:00-18:00`.")
    ask_approval: str = Field("", max_length=500, description="Why it is to be sent: asks for a second person where a rule wants one.")
    approval: int = Field(0, ge=0, lt=2**63, description="Under which approval; without, whichever fits.")


class Key(Schema):
    """The header `Idempotency-Key`: new for each launch; the same again repeats it."""

    idempotency_key: str = Field(alias="Idempotency-Key", min_length=8, max_length=200)


class Ready(Schema):
    """What a launch would do now; `approval` says whether a second person is needed: no, needed, waits or given."""

    version: str
    state: str
    sendable: bool
    findings: list[dict[str, str]]
    receive: int
    excluded: dict[str, int]
    approval: str


class Launched(Schema):
    """Whether this call launched it, or an earlier one with the same key; and where it stands."""

    first: bool
    status: dict[str, Any]


@router.get("/mailings/{int:mailing_id}/launch", auth=Token("sending.see", limited=True), response=Ready, operation_id="mailing_ready")
def ready(request: HttpRequest, slug: Slug, mailing_id: int) -> Ready:
    """What a launch would do: the version, what the checks find, how many get it, and whether a second person is needed."""
    call = call_of(request)
    found = launch_once.ready(tenant_of(call, mailing_id), mailing_id, public_host=process_settings().public_host, now=call.at)
    return Ready(
        version=found.version, state=found.state, sendable=not any(one.level == launch_once.BLOCK for one in found.findings),
        findings=[{"level": one.level, "code": one.code, "place": one.place, "text": one.text()} for one in found.findings],
        receive=found.receive, excluded=dict(found.excluded), approval=found.approval,
    )  # fmt: skip


@router.post(
    "/mailings/{int:mailing_id}/launch",
    auth=Token("sending.approve", limited=True),
    response={200: Launched, 202: Asked},
    operation_id="mailing_launch",
)
def launch(
    request: HttpRequest,
    slug: Slug,
    mailing_id: int,
    wanted: Launch,
    call_key: Header[Key],
) -> Status[Any]:
    """Launch or schedule it, once: the same call again, with the same key, answers and sends nothing."""
    call, settings = call_of(request), process_settings()
    wish = Wish(
        start_at=start_typed(wanted.start_at, settings, call.at) if wanted.start_at else None,
        pace=pace_typed(settings, per_hour=wanted.per_hour, per_day=wanted.per_day, windows=wanted.windows),
    )
    order = launch_once.Order(wish, wanted.version, call_key.idempotency_key)
    tenant = tenant_of(call, mailing_id)
    try:
        with by_approval(wanted.approval or None):
            first = launch_once.launch_once(tenant, mailing_id, order, settings=settings, actor=call.actor, now=call.at)
    except ApprovalNeeded as fault:
        if not wanted.ask_approval:
            raise
        why, token, url = wanted.ask_approval, call.token.id, settings.staff_url
        number = ask_for_program(tenant, fault.wish, why, token=token, staff_url=url, now=call.at)
        return Status(202, Asked(approval=number, state=WAITING))
    return Status(200, Launched(first=first, status=_status(call, mailing_id)))


@router.post("/mailings/{int:mailing_id}/pause", auth=_STEER, response=dict[str, Any], operation_id="mailing_pause")
def pause(request: HttpRequest, slug: Slug, mailing_id: int) -> dict[str, Any]:
    """Stop sending; messages on their way are finished."""
    call = call_of(request)
    steer.pause(tenant_of(call, mailing_id), mailing_id, actor=call.actor, now=call.at)
    return _status(call, mailing_id)


@router.post("/mailings/{int:mailing_id}/resume", auth=_STEER, response=dict[str, Any], operation_id="mailing_resume")
def resume(request: HttpRequest, slug: Slug, mailing_id: int) -> dict[str, Any]:
    """Go on with a paused one, to no more people than were approved."""
    call = call_of(request)
    steer.resume(tenant_of(call, mailing_id), mailing_id, actor=call.actor, now=call.at)
    return _status(call, mailing_id)


@router.post("/mailings/{int:mailing_id}/cancel", auth=_STEER, response=dict[str, Any], operation_id="mailing_cancel")
def cancel(request: HttpRequest, slug: Slug, mailing_id: int) -> dict[str, Any]:
    """End it; who was not reached yet gets nothing. One that has not started becomes a draft again."""
    call = call_of(request)
    steer.cancel(tenant_of(call, mailing_id), mailing_id, actor=call.actor, now=call.at)
    return _status(call, mailing_id)


def _status(call: Call, mailing_id: int) -> dict[str, Any]:
    tenant = tenant_of(call, mailing_id)
    return with_pace(tenant, status(tenant, mailing_id), settings=process_settings(), now=call.at)
