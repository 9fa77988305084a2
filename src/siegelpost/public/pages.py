"""How a page is made: the reader's language, the template, the mark of a test system."""

from base64 import b64encode
from collections.abc import Callable
from functools import cache, wraps
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt

from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import LANGUAGES, use_language
from siegelpost.base.settings import process_settings
from siegelpost.public import errors
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.looks import LookView, look_of

STATIC: Final = Path(__file__).with_name("static")
MAX_ACCEPT: Final = 500  # characters of Accept-Language that are looked at

View = Callable[..., HttpResponse]


@cache
def static(name: str) -> tuple[bytes, str]:
    """A file of ours and a digest of it, which names this version of it in its address."""
    content = (STATIC / name).read_bytes()
    return content, sha256(content).hexdigest()[:16]


def wished_language(request: HttpRequest, fallback: str = "en") -> str:
    """Return "de" or "en": what `?lang=` says, else the best of Accept-Language (RFC 9110 section 12.5.4), else `fallback`."""
    explicit = query_of(request).get("lang", "")
    if explicit in LANGUAGES:
        return explicit
    return accepted_language(request.headers.get("Accept-Language", "")) or fallback


def query_of(request: HttpRequest) -> QueryDict:
    """What stands behind the question mark; nothing where it is endless, for the page that says so is made with it too."""
    try:
        return request.GET
    except TooManyFieldsSent:
        return QueryDict()


def accepted_language(header: str) -> str:
    """Return "de" or "en", whichever a header Accept-Language prefers, "" where it wants neither."""
    best, found = 0.0, ""
    for part in header[:MAX_ACCEPT].split(","):
        tag, _semicolon, quality = part.partition(";")
        primary = tag.strip().lower().split("-")[0]
        weight = _weight(quality)
        if primary in LANGUAGES and weight > best:
            best, found = weight, primary
    return found


def _weight(quality: str) -> float:
    name, _equals, value = quality.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def page(request: HttpRequest, template: str, *, tenant: TenantDB | None = None, status: int = 200, **context: Any) -> HttpResponse:
    """Answer with `public/<template>.html` in the reader's language; `tenant` gives name and imprint."""
    language = wished_language(request, tenant.language if tenant else "en")
    use_language(language)
    look = look_of(tenant) if tenant else LookView()
    known = {
        "look": f"/look/{tenant.slug}/{look.version}" if tenant and look.accent else "",
        "logo": f"data:image/png;base64,{b64encode(look.logo).decode()}" if look.logo else "",
        "tenant": tenant,
        "language": language,
        "languages": [(code, name) for code, name in (("de", "Deutsch"), ("en", "English")) if code != language],
        "keep": "&not-me" if "not-me" in query_of(request) else "",
        "style": f"/static/public.css?v={static('public.css')[1]}",
        "test_system": process_settings().environment == "test",
    }
    with translation.override(language):
        return HttpResponse(render_to_string(f"public/{template}.html", known | context), status=status)


def error_page(request: HttpRequest, error: SiegelpostError) -> HttpResponse:
    """Answer with one of our errors: what is wrong, what to do, what did not happen."""
    language = wished_language(request)
    return page(request, "error", status=error.status, **error.as_dict(language))


def door(*methods: str) -> Callable[[View], View]:
    """A public door: other methods get 405, our errors their page. No cross-site check: there is no cookie to ride on."""
    allowed = ("HEAD", *methods) if "GET" in methods else methods

    def wrap(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed:
                answer = error_page(request, errors.MethodWrong())
                answer.headers["Allow"] = ", ".join(allowed)
                return answer
            try:
                return view(request, *args, **kwargs)
            except SiegelpostError as error:
                return error_page(request, error)

        return guarded

    return wrap
