"""What the shell of every page knows: environment, navigation, language."""

from functools import partial
from typing import Any

from django.http import HttpRequest

from siegelpost.accounts.factors import PASSKEY, kinds_of
from siegelpost.base.i18n import current_language
from siegelpost.base.settings import process_settings
from siegelpost.web.kept import marks
from siegelpost.web.navigation import entries


def shell(request: HttpRequest) -> dict[str, Any]:
    """Django: values for every template."""
    visit = getattr(request, "visit", None)
    return {
        "visit": visit,
        "navigation": partial(entries, visit, request.path) if visit else [],  # a part of a page has none and asks for none
        "test_system": process_settings().environment == "test",
        "language": current_language(),
        "lock_after": getattr(request, "lock_after", 0),
        "has_passkey": partial(_has_passkey, request),
        **marks(request),
    }


def _has_passkey(request: HttpRequest) -> bool:
    return request.user.is_authenticated and PASSKEY in kinds_of(request.user.pk)
