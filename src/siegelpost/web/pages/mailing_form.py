"""The form of a mailing. What may stand where is said by the rooms' rules; each fault stands at its field."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from siegelpost.audience.reads import lists_of
from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import translate
from siegelpost.mailings import rules
from siegelpost.mailings.browse import senders
from siegelpost.mailings.reads import MailingFacts
from siegelpost.mailings.services import Content, NewMailing
from siegelpost.measure.choices import chosen
from siegelpost.measure.modes import Modes
from siegelpost.measure.singly.openings import opening
from siegelpost.tenancy.handle import TenantDB
from siegelpost.web.conflict import Seen
from siegelpost.web.forms import PlainForm, dress, mark_refused
from siegelpost.web.pages.mailing_words import FORMATS, MEASURES, PERSONAL
from siegelpost.web.templatetags.web import number


class RuledField(forms.CharField):
    """Text that a rule of the room judges and brings into its form."""

    def __init__(self, rule: Callable[[str, str], str], **options: Any) -> None:
        super().__init__(strip=False, **options)
        self.rule = rule

    def clean(self, value: Any) -> str:
        """Return what the rule makes of the text; its refusal is the fault of this field."""
        text = "" if value is None else str(value)
        if not text.strip():
            self.validate(text.strip())  # raises where something has to stand here
            return ""
        try:
            return self.rule(text, str(self.label))
        except SiegelpostError as refused:
            raise ValidationError(words_of(refused), code=refused.code) from None


def words_of(fault: SiegelpostError) -> str:
    """What is wrong and what to do."""
    parts = fault.as_dict()
    return f"{parts['message']} {parts['hint']}".strip()


def _hosts(text: str, _label: str) -> str:
    return " ".join(sorted({rules.host(one) for one in text.replace(",", " ").split()}))


class MailingForm(PlainForm):
    """Everything about a mailing with one variant."""

    name = RuledField(
        lambda text, label: rules.header_text(text, label, rules.MAX_MAILING_NAME), label=gettext_lazy("Name"), required=False,
        help_text=gettext_lazy("Only your team sees it. Leave it empty to use the subject."),
    )  # fmt: skip
    subject = RuledField(lambda text, label: rules.header_text(text, label, rules.MAX_SUBJECT), label=gettext_lazy("Subject"))
    preheader = RuledField(
        lambda text, label: rules.header_text(text, label, rules.MAX_SUBJECT), label=gettext_lazy("Preheader"), required=False,
        help_text=gettext_lazy("The line that mail programs show beside the subject."),
    )  # fmt: skip
    sender = forms.TypedChoiceField(label=gettext_lazy("Sender"), coerce=int)
    reply_to = RuledField(
        rules.address,
        label=gettext_lazy("Replies go to"),
        required=False,
        help_text=gettext_lazy("Leave it empty to use the sender's address."),
    )
    lists = forms.TypedMultipleChoiceField(label=gettext_lazy("Lists"), coerce=int, widget=forms.CheckboxSelectMultiple)
    measure = forms.ChoiceField(label=gettext_lazy("Measuring"), widget=forms.RadioSelect)
    format = forms.ChoiceField(
        label=gettext_lazy("Format"), help_text=gettext_lazy("How your text is read. Switching does not convert it.")
    )
    source = RuledField(lambda text, _label: rules.checked_source(text), label=gettext_lazy("Text"), widget=forms.Textarea)
    text_source = RuledField(
        lambda text, _label: rules.checked_source(text), label=gettext_lazy("Plain-text version"), required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "For mail programs that show plain text only. Leave it empty to have it made from your text when the mailing is sent."
        ),
    )  # fmt: skip
    allowed_hosts = RuledField(
        _hosts, label=gettext_lazy("Pictures may come from"), required=False,
        help_text=gettext_lazy("Host names from which pictures may be loaded, such as images.example.org. All others are refused."),
    )  # fmt: skip
    version = Seen()

    def __init__(self, data: Any, tenant: TenantDB, **options: Any) -> None:
        forms.Form.__init__(self, data, **options)  # dressing asks for faults, and choices have to be known before that
        self.fields["sender"].choices = [(one.id, f"{one.name} <{one.email}>") for one in senders(tenant)]  # type: ignore[attr-defined]
        self.fields["lists"].choices = [(one.id, f"{one.name} ({number(one.members)})") for one in lists_of(tenant)]  # type: ignore[attr-defined]
        most = chosen(tenant).modes
        modes = [(mode, translate(name)) for mode, (name, _about) in MEASURES.items() if not Modes.of(mode).exceeds(most)]
        found = opening(tenant)
        if found is not None and not found.asleep:
            modes.append((found.mode, translate(PERSONAL[found.mode])))
        self.fields["measure"].choices = modes  # type: ignore[attr-defined]
        self.fields["format"].choices = [(one, translate(name)) for one, (name, _about, _icon) in FORMATS.items()]  # type: ignore[attr-defined]
        dress(self)

    def mark(self, name: str, text: str) -> None:
        """Put a fault at a field after the form was judged."""
        self.add_error(name, text)
        mark_refused(self.fields[name])

    def order(self) -> NewMailing:
        """What was typed, for the flow."""
        said = self.cleaned_data
        content = Content(**{name: said[name] for name in ("subject", "preheader", "format", "source", "text_source")})
        return NewMailing(
            content=content, sender_id=said["sender"], list_ids=tuple(said["lists"]), measure=said["measure"], name=said["name"],
            reply_to=said["reply_to"], allowed_hosts=tuple(said["allowed_hosts"].split()),
        )  # fmt: skip


def values_of(facts: MailingFacts, version: str) -> dict[str, Any]:
    """A stored mailing as the form shows it."""
    first = facts.variants[0] if facts.variants else None
    return {
        "name": facts.name, "sender": facts.sender_id, "reply_to": facts.reply_to, "lists": sorted(facts.list_ids),
        "measure": facts.measure, "allowed_hosts": " ".join(facts.allowed_hosts), "version": version,
        "subject": first.subject if first else "", "preheader": first.preheader if first else "",
        "format": first.format if first else "mjml", "source": first.source if first else "",
        "text_source": first.text_source if first else "",
    }  # fmt: skip


def mark_differences(form: MailingForm, theirs: dict[str, Any]) -> list[tuple[str, str]]:
    """Say at each field what somebody else saved there; returns (label, text) of the long ones."""
    long: list[tuple[str, str]] = []
    for name, field in form.fields.items():
        typed, saved = form.cleaned_data.get(name), theirs.get(name)
        typed = sorted(typed) if isinstance(typed, list) else typed
        if name == "version" or typed == saved:
            continue
        if name in ("source", "text_source"):
            long.append((str(field.label), str(saved)))
            form.mark(name, _("Somebody else saved another text; it stands above."))
        else:
            form.mark(name, _("Somebody else saved: %(text)s") % {"text": _shown(field, saved) or _("(empty)")})
    return long


def _shown(field: forms.Field, saved: Any) -> str:
    choices = {str(value): str(label) for value, label in getattr(field, "choices", ())}
    return ", ".join(choices.get(str(one), str(one)) for one in (saved if isinstance(saved, list) else [saved]))
