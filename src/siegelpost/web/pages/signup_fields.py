"""What somebody says about a sign-up form: the form in which a form is made."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from siegelpost.audience.listing import list_names
from siegelpost.audience.reads import fields_of
from siegelpost.consent.form_setup import LONGEST_ADDRESS, LONGEST_LIFETIME, LONGEST_VERSION, USUAL_LIFETIME, FormSetup
from siegelpost.consent.forms import MAX_NAME, FormDraft
from siegelpost.consent.purposes import PURPOSES
from siegelpost.mailings.dialog_rules import CONFIRMATION, WELCOME
from siegelpost.mailings.dialogs import dialogs
from siegelpost.web.conflict import Seen
from siegelpost.web.forms import PlainForm, dress
from siegelpost.web.gate import Visit

_OURS = gettext_lazy("Our words")
_NONE = gettext_lazy("None")
LANGUAGES = (("de", "Deutsch"), ("en", "English"))


def _declaration(label: Any) -> forms.CharField:
    """The words beside a box of a purpose."""
    area = forms.Textarea(attrs={"rows": 3})
    about = gettext_lazy("Leave it empty to use our wording.")
    return forms.CharField(label=label, max_length=2_000, required=False, strip=True, widget=area, help_text=about)


class SignUpForm(PlainForm):
    """What a form asks, and its words."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=MAX_NAME,
        help_text=gettext_lazy("Only your team sees it. It also becomes part of the form's address, which never changes afterwards."),
    )
    lists = forms.MultipleChoiceField(
        label=gettext_lazy("Lists"),
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("People who confirm are added to all of these."),
    )
    fields_asked = forms.MultipleChoiceField(
        label=gettext_lazy("Fields"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("The e-mail address is always asked for, everything else is voluntary. Ask only for what you need."),
    )
    language = forms.ChoiceField(label=gettext_lazy("Language of the form"), choices=LANGUAGES)
    title = forms.CharField(
        label=gettext_lazy("Title"), max_length=200, required=False, help_text=gettext_lazy("Leave it empty for “Sign up for our e-mails”.")
    )
    intro = forms.CharField(label=gettext_lazy("Introduction"), max_length=2_000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    text = forms.CharField(
        label=gettext_lazy("Declaration of consent"),
        max_length=2_000,
        required=False,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "What people agree to, in full: who writes, about what, and that they can withdraw. "
            "Leave it empty to use our wording, which names you and the lists."
        ),
    )
    button = forms.CharField(
        label=gettext_lazy("Text of the button"), max_length=40, required=False, help_text=gettext_lazy("Leave it empty for “Sign up”.")
    )
    choosable = forms.BooleanField(label=gettext_lazy("Visitors choose among the lists"), required=False)
    required = forms.MultipleChoiceField(
        label=gettext_lazy("Mandatory fields"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("Each needs a purpose, which stands on the page “Fields” and is shown beside it."),
    )
    privacy_url = forms.CharField(
        label=gettext_lazy("Address of your privacy notice"), max_length=LONGEST_ADDRESS, required=False,
        help_text=gettext_lazy("The form links it."),
    )  # fmt: skip
    privacy_version = forms.CharField(
        label=gettext_lazy("Version of your privacy notice"), max_length=LONGEST_VERSION, required=False,
        help_text=gettext_lazy("For example 2026-05. It is kept with each consent."),
    )  # fmt: skip
    lifetime = forms.IntegerField(
        label=gettext_lazy("Days that a sign-up waits for its confirmation"), min_value=1, max_value=LONGEST_LIFETIME, required=False,
        help_text=gettext_lazy("Then it is deleted. Leave it empty for 14, 30 at most."),
    )  # fmt: skip
    confirmation_mail = forms.TypedChoiceField(label=gettext_lazy("Confirmation mail"), coerce=int, empty_value=None, required=False)
    welcome_mail = forms.TypedChoiceField(label=gettext_lazy("Welcome mail"), coerce=int, empty_value=None, required=False)
    ask_measuring = forms.BooleanField(
        label=gettext_lazy("Ask for measuring for each person"),
        required=False,
        help_text=gettext_lazy("An empty box of its own. It is used only while you measure single people, by your instruction."),
    )
    text_measuring = _declaration(gettext_lazy("Declaration about measuring"))
    ask_profiling = forms.BooleanField(label=gettext_lazy("Ask for profiling"), required=False)
    text_profiling = _declaration(gettext_lazy("Declaration about profiling"))
    active = forms.BooleanField(label=gettext_lazy("The form is open"), required=False, initial=True)
    version = Seen()

    def __init__(self, visit: Visit, *args: Any, **kwargs: Any) -> None:
        forms.Form.__init__(self, *args, **kwargs)  # dressing asks for faults, and choices have to be known before that
        self._lists = [(str(number), name) for number, name in list_names(visit.tenant).items()]
        self.fields["lists"].choices = self._lists  # type: ignore[attr-defined]
        for name in ("fields_asked", "required"):
            self.fields[name].choices = [(one.alias, one.name) for one in fields_of(visit.tenant)]  # type: ignore[attr-defined]
        for name, act, none in (("confirmation_mail", CONFIRMATION, _OURS), ("welcome_mail", WELCOME, _NONE)):
            known = [(one.id, one.name) for one in dialogs(visit.tenant, act)]
            self.fields[name].choices = [("", none), *known]  # type: ignore[attr-defined]
        dress(self)

    def draft(self) -> FormDraft:
        """What is asked for, of a valid form."""
        told = self.cleaned_data
        names = dict(self._lists)
        return FormDraft(
            name=told["name"],
            language=told["language"],
            lists=[(int(one), names[one]) for one in told["lists"]],
            field_aliases=told["fields_asked"],
            title=told["title"],
            intro=told["intro"].replace("\r\n", "\n"),
            text=told["text"].replace("\r\n", "\n"),
            button=told["button"],
            setup=self._setup(),
            asks={one: told[f"text_{one}"].replace("\r\n", "\n") for one in PURPOSES if told[f"ask_{one}"]},
        )

    def _setup(self) -> FormSetup:
        told = self.cleaned_data
        same = {name: told[name] for name in ("choosable", "privacy_url", "privacy_version", "confirmation_mail", "welcome_mail")}
        return FormSetup(required=tuple(told["required"]), lifetime=told["lifetime"] or USUAL_LIFETIME, **same)


def setup_values(setup: FormSetup) -> dict[str, Any]:
    """What is stored, as the form shows it."""
    return {**setup.stored(), "required": list(setup.required)}
