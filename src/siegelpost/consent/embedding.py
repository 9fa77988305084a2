"""The source of a sign-up form for other sites: plain HTML that needs no script and loads nothing from us."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from siegelpost.audience.reads import FieldView
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent.forms import FormView

KINDS: Mapping[str, str] = {"date": "date", "number": "text", "text": "text"}


def embeddable(form: FormView, url: str, fields: Sequence[FieldView], lists: Mapping[int, str] | None = None) -> str:
    """HTML in the form's language; it leads to our page, where the wording is shown and agreed to.

    lists  names by number, for a form whose visitors choose

    Each field has a label of its own; ids begin with the form's name, so that two forms fit on one page.
    """
    return "\n".join(_lines(form, url, fields, lists or {}))


def _lines(form: FormView, url: str, fields: Sequence[FieldView], lists: Mapping[int, str]) -> Iterator[str]:
    def say(words: str) -> str:
        return escape(translate(words, form.language))

    yield f'<form method="post" action="{escape(url)}?lang={form.language}" accept-charset="utf-8" lang="{form.language}">'
    yield '  <input type="hidden" name="embedded" value="1">'
    yield f'  <p><label for="{form.slug}-email">{say(_("E-mail address"))} ({say(_("required"))})</label>'
    yield f'    <input type="email" id="{form.slug}-email" name="email" required maxlength="254" autocomplete="email"></p>'
    for field in fields:
        yield from _field(form, field, say(_("required")))
    if form.setup.choosable:
        yield f"  <fieldset><legend>{say(_('What would you like to receive?'))}</legend>"
        for number in form.list_ids:
            one = f"{form.slug}-list-{number}"
            yield f'    <p><input type="checkbox" id="{one}" name="list" value="{number}">'
            yield f'      <label for="{one}">{escape(lists.get(number, str(number)))}</label></p>'
        yield "  </fieldset>"
    yield f'  <p><button type="submit">{say(_("Continue"))}</button></p>'
    yield "</form>"


def _field(form: FormView, field: FieldView, required: str) -> Iterator[str]:
    one, must = f"{form.slug}-{field.alias}", field.alias in form.setup.required
    label = f'<label for="{one}">{escape(field.name)}{f" ({required})" if must else ""}</label>'
    start = f'id="{one}" name="field-{field.alias}"'
    mark = " required" if must else ""
    if field.kind == "boolean":
        yield f'  <p><input type="checkbox" {start} value="1"> {label}</p>'
    elif field.kind == "choice":
        yield f"  <p>{label}"
        yield f'    <select {start}{mark}><option value=""></option>'
        yield from (f"      <option>{escape(option)}</option>" for option in field.options)
        yield "    </select></p>"
    else:
        yield f"  <p>{label}"
        yield f'    <input type="{KINDS.get(field.kind, "text")}" {start} maxlength="200"{mark}></p>'
