"""Login by password (allauth) or one-time link (sesame), logout, and which tenant to look at."""

from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.views import LoginView
from allauth.mfa.base.views import AuthenticateView
from allauth.mfa.webauthn.views import LoginWebAuthnView
from csp.decorators import csp_update
from django.contrib.auth import login as begin_session
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from siegelpost.accounts.factors import APP, PASSKEY, kinds_of
from siegelpost.accounts.links import person_of, use_link
from siegelpost.accounts.proof import LINK, LINK_BACKEND
from siegelpost.accounts.reads import Person, powers_here, roles_in, tenant_numbers
from siegelpost.accounts.services import change_profile
from siegelpost.base import clock
from siegelpost.base.proxies import client_of
from siegelpost.base.settings import process_settings
from siegelpost.tenancy.registry import all_tenants
from siegelpost.tenancy.visits import visits_of
from siegelpost.web.answers import toast
from siegelpost.web.entry_log import note_stopped
from siegelpost.web.gate import Visit, as_visitor, members_only
from siegelpost.web.known import know, known_as
from siegelpost.web.navigation import start


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth brings no types
    """allauth, with our rules: nobody signs up here, people are let in by those who administer a tenant."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """No "you have signed in": one sees that."""

    def get_client_ip(self, request: HttpRequest) -> str:
        """Whose wrong passwords are counted together: declared proxies are believed about whom they saw, nobody else about anybody."""
        said = request.headers.get("X-Forwarded-For", "")
        return client_of(str(request.META.get("REMOTE_ADDR", "")), said, process_settings().proxies)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Whoever is stopped is noted, once in a while. Raises ValidationError."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note_stopped(request)
            raise

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Wrong passwords count per account, and apart in a browser that its person used before: guessing elsewhere keeps nobody out.

        allauth adds the name by which the server was called, which anybody may invent.
        """
        email = str(credentials.get("email", ""))
        return f"{email.upper()} {known_as(request, email)}"

    def post_login(self, request: HttpRequest, user: Person, **facts: Any) -> HttpResponse:
        """Somebody is in."""
        response = cast("HttpResponse", super().post_login(request, user, **facts))
        know(request, response, user)
        return response


class LogIn(LoginView):  # type: ignore[misc]
    """Address and password, a passkey, or an identity provider, to whose pages a form may lead from here and from nowhere else."""

    template_name = "web/login.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the providers."""
        return {**super().get_context_data(**kwargs), "providers": [one.name for one in process_settings().providers]}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Django: answer."""
        origins = sorted({one.origin for one in process_settings().providers})
        return csp_update({"form-action": origins})(super().dispatch)(request, *args, **kwargs)


class Prove(AuthenticateView):  # type: ignore[misc]
    """The second factor, after the password or the link."""

    template_name = "web/prove.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With what this person has, so that nothing else is offered."""
        kinds = kinds_of(self.stage.login.user.pk)
        return {**super().get_context_data(**kwargs), "has_app": APP in kinds, "has_passkey": PASSKEY in kinds}


class Passkey(LoginWebAuthnView):  # type: ignore[misc]
    """A passkey instead of address and password; what is wrong with one is said on the page of the login."""

    def form_invalid(self, form: Any) -> HttpResponse:
        """Back to the login, whoever it was: no answer tells a passkey that we do not know from one that is wrong."""
        toast(self.request, "danger", _("This passkey opens nothing here."))
        return HttpResponseRedirect(reverse("web:login"), status=303)


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """GET shows one button, so that a program that looks at links in advance uses nothing up; POST logs in."""
    if request.method == "GET":
        return render(request, "web/link.html", {"person": person_of(token)})
    person = use_link(token, now=clock.now())
    if person.last_login is None:  # nobody has asked yet: whoever made the account had a language of their own
        change_profile(person, name=person.name, language="de" if get_language() == "de" else "en")
    return enter_by_link(request, person)


def enter_by_link(request: HttpRequest, person: Person) -> HttpResponse:
    """Log in whoever has shown a link of theirs; a second factor is asked for as ever."""
    target = reverse("web:home" if person.has_usable_password() else "web:account")
    if process_settings().environment == "test":  # here the link counts as second factor
        begin_session(request, person, backend=LINK_BACKEND)
        return HttpResponseRedirect(target, status=303)
    record_authentication(request, person, LINK)
    return cast("HttpResponse", perform_login(request, Login(user=person, redirect_url=target)))


@require_GET
@members_only
def home(request: HttpRequest) -> HttpResponse:
    """The only tenant at once, or the choice."""
    person = cast("Person", request.user)
    tenants = tenants_of(person)
    if len(tenants) == 1 and "choose" not in request.GET:
        return HttpResponseRedirect(start(tenants[0]))
    return render(request, "web/home.html", {"tenants": [(visit, start(visit)) for visit in tenants]})


def tenants_of(person: Person) -> list[Visit]:
    """Where somebody has roles, and what they may do there; by name."""
    mine, stays = tenant_numbers(person), visits_of(person.pk, now=clock.now()) if person.operator else {}
    found = [(tenant, roles_in(person, tenant)) for tenant in all_tenants() if person.operator or tenant.number in mine]
    visits = [Visit(person, tenant, roles, powers_here(tenant, roles)) for tenant, roles in found if roles]
    visits += [as_visitor(person, tenant, stays[tenant.number]) for tenant, _ in found if not tenant.own and tenant.number in stays]
    return sorted(visits, key=lambda one: one.tenant.name.lower())
