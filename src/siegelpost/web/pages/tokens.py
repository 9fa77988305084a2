"""API tokens: which programs may use this tenant, what they may do, until when. Whoever makes one answers for it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siegelpost.accounts.errors import TokenUnknown
from siegelpost.accounts.limits import Limits
from siegelpost.accounts.token_rights import AREAS, BULK, EXPORT, FOR_TOKENS, PEOPLE, READ, SEND, WRITE
from siegelpost.accounts.tokens import EXPIRED, LASTS, LIVES, REVOKED, SHUT_OUT, Reach, TokenView, allows, token_here, tokens_of
from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import fields_of
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import marked, translate
from siegelpost.base.settings import process_settings
from siegelpost.flows.tokens import MAX_NAME, NewToken, create_token, revoke
from siegelpost.tenancy.scope import EMAIL
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.kept import take
from siegelpost.web.pages.access_words import AREAS as WORDS
from siegelpost.web.pages.mailing_words import Badge
from siegelpost.web.pages.role_limits import in_words
from siegelpost.web.tables import Column, table_of, wanted

OFFERED = {
    READ: gettext_lazy("Read lists, mailings, reports and single subscribers"),
    EXPORT: gettext_lazy("Read subscribers by the page"),
    BULK: gettext_lazy("Read more people on a day than the limit of this tenant, with a reason in each call"),
    PEOPLE: gettext_lazy("Add and change subscribers, unsubscribe them, take them off lists"),
}
"""Those that an address of this version asks for; the command line gives the others, too."""
SHORT = {
    READ: gettext_lazy("reads"),
    EXPORT: gettext_lazy("exports people"),
    BULK: gettext_lazy("many at once"),
    PEOPLE: gettext_lazy("changes people"),
    WRITE: gettext_lazy("writes mailings"),
    SEND: gettext_lazy("sends mailings"),
}
STATES = {
    LIVES: Badge(marked("in use"), "green"),
    EXPIRED: Badge(marked("expired"), "secondary"),
    REVOKED: Badge(marked("revoked"), "secondary"),
    SHUT_OUT: Badge(marked("owner blocked"), "red"),
}


class NewTokenForm(PlainForm):
    """What the program is and until when; `_form` adds what it may do."""

    name = forms.CharField(label=gettext_lazy("What it is for"), max_length=MAX_NAME, help_text=gettext_lazy("For example: web shop"))
    last = forms.DateField(
        label=gettext_lazy("Last day"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=gettext_lazy("At most a year from now (UTC). Then make a new one."),
    )


@require_GET
@page
def tokens(request: HttpRequest, visit: Visit) -> HttpResponse:
    """All of them; those that are over stay, because the logs name them."""
    columns = [
        Column("name", _("Token")),
        Column("rights", _("Rights"), sorts=False, wide=True),
        Column("owner", _("Owner"), wide=True),
        Column("used", _("Last use"), wide=True),
        Column("until", _("Until"), wide=True),
        Column("state", _("State"), sorts=False),
    ]
    asked = wanted(request.GET, columns, default="-until")
    keys = {
        "name": lambda one: (one.name.casefold(), one.id),
        "owner": lambda one: (one.owner.casefold(), one.id),
        "used": lambda one: (one.used_at.timestamp() if one.used_at else 0.0, one.id),
        "until": lambda one: (one.expires_at.timestamp(), one.id),
    }
    table = table_of(tokens_of(visit.tenant, now=clock.now()), asked, columns, key=keys[asked.by])
    rows = [(one, _holds(visit, one), _badge(one), one.state in (LIVES, SHUT_OUT), _kept_to(visit, one)) for one in table.rows]
    root = f"{process_settings().staff_url}/api/v1/"
    values = {"table": table, "rows": rows, "address": f"{root}t/{visit.tenant.slug}/", "described": f"{root}openapi.json"}
    return render(request, visit, "web/tokens/tokens.html", values)


@require_http_methods(["GET", "POST"])
@again_first
@page
def new(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Make one; the answer shows it, once."""
    today = clock.now().date()
    form = _form(visit)(request.POST if request.method == "POST" else None, initial={"last": today + LASTS - timedelta(days=1)})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        wish = NewToken(
            name=said["name"], rights=tuple(said["rights"]), owner=visit.person.email, last=said["last"], reach=_reach(said)
        )  # fmt: skip
        try:
            number, key = create_token(visit.tenant, wish, actor=visit.actor, now=clock.now())
        except SiegelpostError as fault:
            form.add_fault(fault, {"token.end_wrong": "last", "audience.name_wrong": "name"}.get(fault.code))
        else:
            take(request)
            return render(request, visit, "web/tokens/key.html", {"key": key, "name": said["name"], "number": number})
    return render(request, visit, "web/tokens/new.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@again_first
@page
def take_back(request: HttpRequest, visit: Visit, number: int) -> HttpResponse:
    """Revoke one, after it was asked."""
    one = token_here(visit.tenant, number, now=clock.now())
    if one is None:
        raise TokenUnknown
    if request.method == "POST":
        done = revoke(visit.tenant, number, actor=visit.actor, now=clock.now())
        toast(request, "success" if done else "info", _("The token is revoked.") if done else _("The token was revoked already."))
        return see_other(visit, "tokens")
    words = {
        "title": _("Revoke the token?"),
        "about": f"{one.name} ({one.id})",
        "text": _("The program that uses it can do nothing here from its next call on. This cannot be taken back; you can make a new one."),
        "button": _("Revoke"),
        "risky": True,
        "back": reverse("web:tokens", kwargs={"slug": visit.tenant.slug}),
    }
    return render(request, visit, "web/subscribers/ask.html", words)


def _form(visit: Visit) -> type[NewTokenForm]:
    """The form, offering the rights that this person has, and lists and fields that they see."""
    places = sorted(list_names(visit.beside("lists")).items())
    of_address = (EMAIL, _("E-mail address, shortened: m…@example.com"))
    fields = [of_address, *((one.alias, one.name) for one in fields_of(visit.beside("subscribers")))]

    class Offering(NewTokenForm):
        rights = forms.MultipleChoiceField(
            label=_("It may"),
            choices=[(one, words) for one, words in OFFERED.items() if FOR_TOKENS[one] <= visit.rights],
            widget=forms.CheckboxSelectMultiple,
            help_text=_("No more than the program needs, and never more than you may yourself: if you lose a right, so does it."),
        )
        areas = _several(_("Only in these areas"), [(one, str(WORDS[one])) for one in AREAS], _("Tick none for all of them."))
        lists = _several(_("Only these lists"), places, _("Tick none for as far as your own rights reach."))
        hidden = _several(_("Without these fields"), fields, _("What you do not see it does not either."))

    return Offering


def _several(label: str, choices: Iterable[tuple[object, str]], hint: str) -> forms.MultipleChoiceField:
    boxes = forms.CheckboxSelectMultiple
    return forms.MultipleChoiceField(label=label, choices=list(choices), widget=boxes, help_text=hint, required=False)


def _reach(said: dict[str, Any]) -> Reach:
    """What was ticked."""
    chosen = frozenset(int(one) for one in said["lists"])
    return Reach(Limits(everywhere=not chosen, lists=chosen, hidden=frozenset(said["hidden"])), tuple(said["areas"]))


def _kept_to(visit: Visit, one: TokenView) -> str:
    """Areas, lists and fields in one line; places that the reader does not see are counted."""
    areas = ", ".join(str(WORDS[area]) for area in one.reach.areas if area in WORDS)
    return "; ".join(part for part in (areas, in_words(visit.beside("lists"), one.reach.limits)) if part)


def _badge(one: TokenView) -> Badge:
    state = STATES[one.state]
    return Badge(translate(state.words), state.colour)


def _holds(visit: Visit, one: TokenView) -> list[tuple[str, bool]]:
    """Each word that it was given, and whether all of it holds now; of one that is over nothing is said."""
    now = allows(visit.tenant, one) if one.state == LIVES else None
    return [(str(SHORT.get(word, word)), now is None or (word in FOR_TOKENS and FOR_TOKENS[word] <= now)) for word in one.rights]


ROUTES = [
    path("tokens", tokens, name="tokens"),
    path("tokens/new", new, name="token_new"),
    path("tokens/<int:number>/revoke", take_back, name="token_revoke"),
]
