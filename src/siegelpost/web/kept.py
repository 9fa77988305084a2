"""What the browser keeps of a form until it is stored (assets/source/keep.js): which sendings were taken in, which came back."""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase

_MARK: Final = re.compile(r"\d{1,10}(?:-\d{1,10}){3}").fullmatch
_TAKEN: Final = "kept_taken"
MOST: Final = 20
"""Marks that a session remembers: one is needed until the tab that sent the form has got its next page."""


class Kept:
    """A form that leads on to another page is stored; one that is answered with a page came back with faults."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if response.status_code == 303:
            take(request)
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> None:
        """Django: the form's token is right, and its fields can be read."""
        mark = request.POST.get("kept", "")
        request.kept_mark = mark if _MARK(mark) and request.user.is_authenticated else ""  # type: ignore[attr-defined]


def take(request: HttpRequest) -> None:
    """Say that what this form brought is stored; views whose answer is a page call it themselves."""
    mark = getattr(request, "kept_mark", "")
    if mark:
        request.session[_TAKEN] = [*request.session.get(_TAKEN, ())[1 - MOST :], mark]
        request.kept_mark = ""  # type: ignore[attr-defined]


def marks(request: HttpRequest) -> Mapping[str, str]:
    """For the page: marks that were taken in, and the one to which it is the answer."""
    session = getattr(request, "session", {})
    return {"kept_taken": " ".join(session.get(_TAKEN, ())), "kept_answered": getattr(request, "kept_mark", "")}
