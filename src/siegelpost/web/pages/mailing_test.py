"""One mail of a mailing to somebody who wants to see it in their own mail program first."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.audience.errors import SubscriberUnknown
from siegelpost.base import clock
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.settings import process_settings
from siegelpost.flows.public_address import public_url_of
from siegelpost.flows.test_mail import AddressSuppressed, send_test_mail
from siegelpost.flows.worker import somebody_works
from siegelpost.mailings import rules
from siegelpost.mailings.browse import standing
from siegelpost.tenancy.home import home
from siegelpost.web.answers import see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.pages.mailing_form import RuledField
from siegelpost.web.pages.mailing_frame import show


class TestMailForm(PlainForm):
    """To whom, and with whose values."""

    __test__ = False  # pytest would take it for a test
    to = RuledField(rules.address, label=gettext_lazy("Send to"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    like = forms.CharField(
        label=gettext_lazy("With the fields of"), required=False, max_length=320,
        help_text=gettext_lazy("Address of a subscriber. Leave it empty to use a sample person."),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@page
def try_out(request: HttpRequest, visit: Visit, mailing_id: int) -> HttpResponse:
    """Ask for an address and queue one mail to it."""
    found = standing(visit.tenant, mailing_id)
    form = TestMailForm(request.POST if request.method == "POST" else None, initial={"to": visit.person.email})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _send(visit, mailing_id, form)
            except AddressSuppressed as refused:
                form.add_fault(refused, "to")
            except SubscriberUnknown:
                form.add_error("like", _("Nobody has this address."))
            except SiegelpostError as refused:
                form.add_fault(refused)
                status = refused.status
            else:
                toast(request, "success", _("The test mail to %(address)s is on its way.") % {"address": form.cleaned_data["to"]})
                return see_other(visit, "mailing_test", mailing_id=mailing_id)
    return show(request, visit, found, "test.html", {"form": form, "asleep": not somebody_works(home())}, status=status)


def _send(visit: Visit, mailing_id: int, form: TestMailForm) -> None:
    said = form.cleaned_data
    url = public_url_of(visit.tenant, process_settings())
    send_test_mail(visit.tenant, mailing_id, said["to"], like=said["like"].strip(), public_url=url, actor=visit.actor, now=clock.now())


ROUTES = [path("mailings/<int:mailing_id>/test", try_out, name="mailing_test")]
