"""What somebody says about a dialog mailing: the form in which one is written."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from siegelpost.base.i18n import translate
from siegelpost.mailings import rules
from siegelpost.mailings.browse import senders
from siegelpost.mailings.dialog_rules import Words
from siegelpost.mailings.dialog_starters import LANGUAGES
from siegelpost.mailings.dialogs import MAX_NAME, DialogDraft, DialogView, VersionView
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.conflict import Seen
from siegelpost.web.forms import PlainForm, dress
from siegelpost.web.pages.mailing_form import RuledField
from siegelpost.web.pages.mailing_words import FORMATS


def _subject(text: str, label: str) -> str:
    return rules.header_text(text, label, rules.MAX_SUBJECT)


def _source(text: str, _label: str) -> str:
    return rules.checked_source(text)


class DialogForm(PlainForm):
    """Name, sender, format, and subject and text in each language."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=MAX_NAME, help_text=gettext_lazy("Only your team sees it."))
    sender = forms.TypedChoiceField(label=gettext_lazy("Sender"), coerce=int, empty_value=None, required=False)
    format = forms.ChoiceField(
        label=gettext_lazy("Format"), help_text=gettext_lazy("How your text is read. Switching does not convert it.")
    )
    subject_de = RuledField(_subject, label=gettext_lazy("Subject"), required=False)
    source_de = RuledField(_source, label=gettext_lazy("Text"), required=False, widget=forms.Textarea(attrs={"rows": 14}))
    subject_en = RuledField(_subject, label=gettext_lazy("Subject"), required=False)
    source_en = RuledField(_source, label=gettext_lazy("Text"), required=False, widget=forms.Textarea(attrs={"rows": 14}))
    version = Seen()

    def __init__(self, data: Any, tenant: TenantDB, **options: Any) -> None:
        forms.Form.__init__(self, data, **options)  # dressing asks for faults, and choices have to be known before that
        known = [(one.id, f"{one.name} <{one.email}>") for one in senders(tenant)]
        self.fields["sender"].choices = [("", gettext_lazy("The first one")), *known]  # type: ignore[attr-defined]
        self.fields["format"].choices = [(one, translate(name)) for one, (name, _about, _icon) in FORMATS.items()]  # type: ignore[attr-defined]
        dress(self)

    def clean(self) -> dict[str, Any]:
        """Django: whoever writes in a language writes both, a subject and a text."""
        told = self.cleaned_data
        for one in LANGUAGES:
            pair = [f"subject_{one}", f"source_{one}"]
            if len({bool(told.get(name)) for name in pair if name in told}) == 2:
                self.add_error(next(name for name in pair if not told[name]), gettext_lazy("Please fill this in."))
        return told

    def draft(self) -> DialogDraft:
        """What is asked for, of a valid form; a language without subject and text is not there."""
        told = self.cleaned_data
        words = {one: Words(told[f"subject_{one}"], told[f"source_{one}"]) for one in LANGUAGES}
        written = {one: said for one, said in words.items() if said.source}
        return DialogDraft(name=told["name"], format=told["format"], words=written, sender_id=told["sender"])

    @property
    def texts(self) -> list[tuple[str, str, forms.BoundField, forms.BoundField]]:
        """Language, its name, and its two fields."""
        names = {"de": "Deutsch", "en": "English"}
        return [(one, names[one], self[f"subject_{one}"], self[f"source_{one}"]) for one in LANGUAGES]


def values_of(found: DialogView, version: VersionView) -> dict[str, Any]:
    """A stored dialog mailing as the form shows it."""
    words = {one: version.words.get(one, Words("", "")) for one in LANGUAGES}
    texts = {f"{part}_{one}": getattr(said, part) for one, said in words.items() for part in ("subject", "source")}
    return {"name": found.name, "sender": found.sender_id, "format": version.format, "version": found.version, **texts}
