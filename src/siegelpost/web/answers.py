"""How views answer: a page, a redirect after a change, a toast."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render as _render
from django.urls import reverse

from siegelpost.web.gate import Visit

LEVELS = {"success": messages.SUCCESS, "info": messages.INFO, "warning": messages.WARNING, "danger": messages.ERROR}


def render(request: HttpRequest, visit: Visit, template: str, values: dict[str, Any] | None = None, *, status: int = 200) -> HttpResponse:
    """Answer with a page of a tenant."""
    return _render(request, template, {"visit": visit, "tenant": visit.tenant, "slug": visit.tenant.slug, **(values or {})}, status=status)


def see_other(visit: Visit, name: str, **parts: Any) -> HttpResponse:
    """After a change: look at this page next (303, so that the back button does not send the form again)."""
    return HttpResponseRedirect(reverse(f"web:{name}", kwargs={"slug": visit.tenant.slug, **parts}), status=303)


def toast(request: HttpRequest, level: str, text: str) -> None:
    """Say something on the next page; `level` is success, info, warning or danger."""
    messages.add_message(request, LEVELS[level], text, extra_tags=level)
