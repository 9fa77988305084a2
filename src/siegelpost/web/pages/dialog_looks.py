"""How a dialog mailing looks, and one mail of it to somebody who wants to see it in their own mail program first."""

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import marked
from siegelpost.base.settings import process_settings
from siegelpost.flows.dialog_preview import send_dialog_test, show_letter
from siegelpost.flows.preview import CONTENT_SECURITY, Preview
from siegelpost.flows.public_address import public_url_of
from siegelpost.flows.worker import somebody_works
from siegelpost.mailings import rules
from siegelpost.mailings.dialogs import VersionView, dialog, versions_of
from siegelpost.tenancy.home import home
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm, dress
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.mailing_form import RuledField

NAMES: Final = {"de": "Deutsch", "en": "English"}
VALUES: Final = {
    "confirm_url": marked("Link to the page on which the sign-up is confirmed"),
    "not_me_url": marked("Link for “I did not ask for this”"),
    "declaration": marked("The declaration of consent that waits for confirmation"),
    "unsubscribe_url": marked("Link to unsubscribe"),
    "preferences_url": marked("Link to lists and measuring"),
    "lists": marked("Names of the lists"),
    "tenant": marked("Your name"),
    "days": marked("How many days the link is valid"),
    "pause": marked("How many days nobody is asked again after “I did not ask for this”"),
    "email": marked("Address of the person"),
    "way": marked("How somebody unsubscribed"),
    "at": marked("When"),
    "imprint": marked("Your imprint"),
}
"""Value -> what stands there."""


class DialogTestForm(PlainForm):
    """To whom, and in which language."""

    to = RuledField(rules.address, label=gettext_lazy("Send to"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    language = forms.ChoiceField(label=gettext_lazy("Language"))

    def __init__(self, data: Any, version: VersionView, **options: Any) -> None:
        forms.Form.__init__(self, data, **options)  # dressing asks for faults, and choices have to be known before that
        self.fields["language"].choices = [(one, NAMES[one]) for one in version.words]  # type: ignore[attr-defined]
        dress(self)


def looks(request: HttpRequest, visit: Visit, version: VersionView) -> dict[str, Any]:
    """What the page of one mailing shows of its looks."""
    asked = request.GET.get("lang", "")
    language = asked if asked in version.words else visit.tenant.language if visit.tenant.language in version.words else min(version.words)
    dialog_id = request.resolver_match.kwargs["dialog_id"] if request.resolver_match else 0
    languages = [{"code": one, "name": NAMES[one], "active": one == language} for one in version.words]
    return {"made": _made(visit, dialog_id, language), "language": language, "languages": languages}


@require_GET
@page
def document(request: HttpRequest, visit: Visit, dialog_id: int) -> HttpResponse:
    """Answer with the mail itself, for the frame; nothing in it may run, load from elsewhere or open a window."""
    response = HttpResponse(_made(visit, dialog_id, request.GET.get("lang", "")).html)
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_http_methods(["GET", "POST"])
@page
def try_out(request: HttpRequest, visit: Visit, dialog_id: int) -> HttpResponse:
    """Ask for an address and queue one mail to it."""
    found, version = dialog(visit.tenant, dialog_id), versions_of(visit.tenant, dialog_id)[0]
    start = {"to": visit.person.email, "language": visit.tenant.language}
    form = DialogTestForm(request.POST if request.method == "POST" else None, version, initial=start)
    status = 422 if form.is_bound else 200
    if request.method == "POST" and form.is_valid():
        said, url = form.cleaned_data, public_url_of(visit.tenant, process_settings())
        try:
            send_dialog_test(visit.tenant, dialog_id, said["to"], said["language"], public_url=url, actor=visit.actor, now=clock.now())
        except SiegelpostError as refused:
            form.add_fault(refused, "to")
        else:
            toast(request, "success", _("The test mail to %(address)s is on its way.") % {"address": said["to"]})
            return see_other(visit, "dialog", dialog_id=dialog_id)
    values = {"dialog": found, "form": form, "asleep": not somebody_works(home())}
    return render(request, visit, "web/dialogs/test.html", values, status=status)


def _made(visit: Visit, dialog_id: int, language: str) -> Preview:
    url = public_url_of(visit.tenant, process_settings())
    return show_letter(visit.tenant, dialog_id, language, public_url=url, today=clock.now().date())


ROUTES = [
    path("dialogs/<int:dialog_id>/document", document, name="dialog_document"),
    path("dialogs/<int:dialog_id>/test", try_out, name="dialog_test"),
]
