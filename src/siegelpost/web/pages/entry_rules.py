"""What a tenant asks of its staff at the door: of which roles a second factor, and when sessions lock."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.accounts.entry_rules import ALWAYS
from siegelpost.accounts.roles import made_roles
from siegelpost.accounts.rule_rows import added_roles, idle_minutes
from siegelpost.accounts.rules import GIVEN
from siegelpost.accounts.stay_rules import IDLE
from siegelpost.base import clock
from siegelpost.flows.second_factor import ask_of_staff
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, again_first, page
from siegelpost.web.pages.role_words import NAMES

MOST_MINUTES = int(IDLE.total_seconds()) // 60


class EntryForm(PlainForm):
    """Roles beyond administrators and operators."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Ask a second factor of"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Administrators and operators always need one, and whoever may let others in. Whoever has none sets it up at the next page."
        ),
    )
    idle = forms.IntegerField(
        label=gettext_lazy("Lock after so many minutes without a sign of life"),
        required=False,
        min_value=1,
        max_value=MOST_MINUTES,
        help_text=gettext_lazy("Empty: 10. Less is possible, more is not. The page stays, its content is hidden until the password comes."),
    )

    def __init__(self, tenant: TenantDB, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        of_ours = [(role.code, role.name) for role in made_roles(tenant).values()]
        self.fields["roles"].choices = [*((code, NAMES[code]) for code in GIVEN if code not in ALWAYS), *of_ours]  # type: ignore[attr-defined]


@require_http_methods(["GET", "POST"])
@again_first
@page
def entry_rules(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show and change them."""
    form = EntryForm(visit.tenant, request.POST if request.method == "POST" else None, initial=_start(visit.tenant))
    if request.method == "POST" and form.is_valid():
        ask_of_staff(visit.tenant, tuple(form.cleaned_data["roles"]), idle=form.cleaned_data["idle"], actor=visit.actor, now=clock.now())
        toast(request, "success", _("Saved."))
        return see_other(visit, "staff")
    return render(request, visit, "web/staff/entry_rules.html", {"form": form}, status=422 if form.is_bound else 200)


def _start(tenant: TenantDB) -> dict[str, object]:
    return {"roles": added_roles(tenant.number), "idle": idle_minutes(tenant.number)}


ROUTES = [path("staff/entry", entry_rules, name="entry_rules")]
