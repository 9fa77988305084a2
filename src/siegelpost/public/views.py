"""The pages behind personal links. GET shows, POST acts: programs that open links change nothing."""

from typing import Final
from uuid import UUID

from django.core.exceptions import BadRequest, RequestDataTooBig
from django.http import HttpRequest, HttpResponse, UnreadablePostError

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.flows import confirm as confirming
from siegelpost.flows import preferences as preferring
from siegelpost.flows import renew_consents as renewing
from siegelpost.flows import unsubscribe as unsubscribing
from siegelpost.flows import web_version as web_versions
from siegelpost.flows.public_address import public_url_of
from siegelpost.public.pages import door, page, query_of, static, wished_language
from siegelpost.public.tokens import open_token
from siegelpost.sign.tokens import Token, TokenForged, make_token

ANYBODY: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}
"""CORS: a day's answer for whoever asks before posting."""


@door("GET", "POST", "OPTIONS")
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """`/u/TOKEN`: GET shows one button; POST acts at once, whatever its body, without cookie or redirect (RFC 8058).

    A mail program that is itself a page may post from anywhere: the token is all that counts, and the answer names nobody.
    """
    answer = HttpResponse() if request.method == "OPTIONS" else _unsubscribe(request, token)
    for name, value in ANYBODY.items():
        answer.headers[name] = value
    return answer


def _unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    tenant, read = open_token(request, "u", token, numbers=2)
    subscriber_id, mailing_id = read.numbers
    if request.method != "POST":
        lists = unsubscribing.names_of_lists(tenant, mailing_id)
        return page(request, "unsubscribe", tenant=tenant, lists=lists)
    how = "one-click" if _is_one_click(request) else "page"
    unsubscribing.unsubscribe(tenant, subscriber_id, mailing_id, how=how, actor=Actor.subject(), now=clock.now())
    preferences_token = make_token("p", tenant.number, read.numbers, tenant.keys.tokens)
    return page(request, "unsubscribed", tenant=tenant, preferences=f"/p/{preferences_token}")


def _is_one_click(request: HttpRequest) -> bool:
    """Whether a mail program posted and no page of ours; the body is only looked at, it never stops the unsubscription."""
    try:
        return b"One-Click" in request.body
    except (RequestDataTooBig, UnreadablePostError, BadRequest):
        return False


@door("GET", "POST")
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """`/p/TOKEN`: the person's lists, on and off, and whether anything is counted of them."""
    tenant, read = open_token(request, "p", token, numbers=2)
    subscriber_id, mailing_id = read.numbers
    language = wished_language(request, tenant.language)
    saved = request.method == "POST"
    if saved and "renew" in request.POST:
        renewing.keep(tenant, subscriber_id, mailing_id, language=language, now=clock.now())
    asked = None if "choose" in query_of(request) else renewing.look(tenant, subscriber_id, mailing_id, language=language)
    if asked is not None and (not saved or "renew" in request.POST):
        leave = f"/u/{make_token('u', tenant.number, read.numbers, tenant.keys.tokens)}"
        return page(request, "keep", tenant=tenant, asked=asked, leave=leave)
    if saved:
        if "measuring" in request.POST:
            preferring.choose_measuring(tenant, subscriber_id, unmeasured=request.POST["measuring"] == "none", now=clock.now())
            return page(request, "preferences", tenant=tenant, shown=preferring.show(tenant, subscriber_id, language=language), saved=saved)
        if wanted := request.POST.get("give") or request.POST.get("withdraw"):
            preferring.choose_purpose(tenant, subscriber_id, wanted, on="give" in request.POST, language=language, now=clock.now())
            return page(request, "preferences", tenant=tenant, shown=preferring.show(tenant, subscriber_id, language=language), saved=saved)
        on = frozenset(int(value) for value in request.POST.getlist("list") if value.isdecimal() and len(value) < 19)
        choice = preferring.Choice(on=on, nothing="nothing" in request.POST, mailing_id=mailing_id, language=language)
        preferring.change(tenant, subscriber_id, choice, now=clock.now())
    shown = preferring.show(tenant, subscriber_id, language=language)
    return page(request, "preferences", tenant=tenant, shown=shown, saved=saved)


@door("GET", "POST")
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """`/s/TOKEN`: GET shows what is to be confirmed; POST confirms, or forgets with `act=refuse`."""
    tenant, read = open_token(request, "s", token, numbers=0)
    sign_up_id = _sign_up_id(read)
    if request.method != "POST":
        question = confirming.look(tenant, sign_up_id, now=clock.now())
        not_me = "not-me" in query_of(request)
        name = "confirmed" if question.done and not not_me else "confirm"
        return page(request, name, tenant=tenant, question=question, not_me=not_me)
    if request.POST.get("act") == "refuse":
        confirming.refuse(tenant, sign_up_id, now=clock.now())
        return page(request, "refused", tenant=tenant)
    confirming.confirm(tenant, sign_up_id, public_url=public_url_of(tenant, process_settings()), now=clock.now())
    return page(request, "confirmed", tenant=tenant)


def _sign_up_id(token: Token) -> str:
    if len(token.extra) != 16:
        raise TokenForged
    return UUID(bytes=token.extra).hex


@door("GET")
def web_version(request: HttpRequest, token: str) -> HttpResponse:
    """`/w/TOKEN`: the mail as a page for that person, in a document of its own, neither measured nor counted."""
    tenant, read = open_token(request, "w", token, numbers=2)
    subscriber_id, mailing_id = read.numbers
    ours = process_settings()
    content = web_versions.web_version(
        tenant, subscriber_id, mailing_id, public_url=public_url_of(tenant, ours), test_system=ours.environment == "test"
    )
    answer = HttpResponse(content)
    answer.headers["Content-Security-Policy"] = web_versions.CONTENT_SECURITY
    return answer


@door("GET")
def static_file(request: HttpRequest, name: str) -> HttpResponse:
    """`/static/…`: ours, from this host; its address changes with its content, so it may be kept for ever."""
    kind = "text/css" if name.endswith(".css") else "text/javascript"
    answer = HttpResponse(static(name)[0], content_type=f"{kind}; charset=utf-8")
    answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return answer
