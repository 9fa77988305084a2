"""Forms as Tabler shows them: errors stand at their field, and each field says to screen readers what is wrong."""

from typing import Any, TypeVar

from django import forms
from django.utils.translation import gettext_lazy as _

from siegelpost.base.errors import SiegelpostError

F = TypeVar("F", bound=forms.BaseForm)
CLASSES: dict[type, str] = {
    forms.CheckboxInput: "form-check-input",
    forms.RadioSelect: "form-check-input",
    forms.CheckboxSelectMultiple: "form-check-input",
    forms.Select: "form-select",
    forms.SelectMultiple: "form-select",
}


class PlainForm(forms.Form):
    """A form on its own: it parses and shows, services write and judge."""

    required_css_class = "required"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self)

    def add_fault(self, fault: SiegelpostError, field: str | None = None) -> None:
        """Show an error of ours at `field`, or above the form."""
        parts = fault.as_dict()
        self.add_error(field, forms.ValidationError(f"{parts['message']} {parts['hint']}".strip(), code=parts["code"]))
        if field in self.fields:
            mark_refused(self.fields[field])


def dress(form: F) -> F:
    """Give every widget its class; returns the form."""
    for field in form.fields.values():  # all of them, before anybody asks for the errors
        field.error_messages["required"] = (
            _("Please choose at least one.") if isinstance(field, forms.MultipleChoiceField) else _("Please fill this in.")
        )
    for name, field in form.fields.items():
        kind = CLASSES.get(type(field.widget), "form-control")
        field.widget.attrs.setdefault("class", kind)
        field.widget.attrs.setdefault("aria-describedby", f"about-{form.add_prefix(name)}")
        if form.is_bound and name in form.errors:
            mark_refused(field)
    return form


def mark_refused(field: forms.Field) -> None:
    """Show that what stands here is refused."""
    attrs = field.widget.attrs
    attrs["aria-invalid"] = "true"
    if "is-invalid" not in attrs["class"]:
        attrs["class"] += " is-invalid"
