"""Logo and colour of the tenant's public pages."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from siegelpost.base import clock
from siegelpost.flows.logo import MOST_BYTES, LogoRefused, draw_anew
from siegelpost.flows.look import ColourUnreadable, change_look
from siegelpost.tenancy.looks import look_of
from siegelpost.web.answers import render, see_other, toast
from siegelpost.web.forms import PlainForm
from siegelpost.web.gate import Visit, page
from siegelpost.web.uploads import takes_file


class LookForm(PlainForm):
    """Both may be empty."""

    accent = forms.CharField(
        label=gettext_lazy("Colour of links and buttons"),
        max_length=7,
        required=False,
        widget=forms.TextInput(attrs={"placeholder": "#1f5c50"}),
        help_text=gettext_lazy("As #rrggbb, dark enough to be read on light ground; in the dark it is lightened by itself. Empty: ours."),
    )
    logo = forms.FileField(
        label=gettext_lazy("Logo"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=gettext_lazy("PNG, JPEG or WebP, at most 2 MB. We draw it anew, so nothing else that is in the file reaches anybody."),
    )
    without_logo = forms.BooleanField(label=gettext_lazy("Without a logo"), required=False)


@require_http_methods(["GET", "POST"])
@takes_file
@page
def look(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Show and change it."""
    now = look_of(visit.tenant)
    form = LookForm(request.POST, request.FILES) if request.method == "POST" else LookForm(initial={"accent": now.accent})
    if request.method != "POST" or not form.is_valid():
        return _page(request, visit, form, 422 if form.is_bound else 200)
    said = form.cleaned_data
    try:
        logo = b"" if said["without_logo"] else _drawn(said["logo"])
        change_look(visit.tenant, accent=said["accent"], logo=logo, actor=visit.actor, now=clock.now())
    except (ColourUnreadable, LogoRefused) as fault:
        form.add_fault(fault, "accent" if isinstance(fault, ColourUnreadable) else "logo")
        return _page(request, visit, form, fault.status)
    toast(request, "success", _("Saved."))
    return see_other(visit, "look")


def _drawn(file: "UploadedFile[Any] | None") -> bytes | None:
    """None where no file was chosen."""
    return draw_anew(file.read(MOST_BYTES + 1)) if file else None


def _page(request: HttpRequest, visit: Visit, form: LookForm, status: int = 200) -> HttpResponse:
    return render(request, visit, "web/settings/look.html", {"form": form, "has_logo": bool(look_of(visit.tenant).logo)}, status=status)


ROUTES = [path("look", look, name="look")]
