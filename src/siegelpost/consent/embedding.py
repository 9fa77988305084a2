"""The source of a sign-up form for other sites."""

from collections.abc import Sequence
from html import escape

from siegelpost.audience.reads import FieldView
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate
from siegelpost.consent.forms import FormView


def embeddable(form: FormView, url: str, fields: Sequence[FieldView]) -> str:
    """Plain HTML for another site, without script: it leads to our page, where the wording is shown and agreed to."""
    lines = [f'<form method="post" action="{escape(url)}?lang={form.language}">', '  <input type="hidden" name="embedded" value="1">']
    label = translate(_("E-mail address"), form.language)
    lines.append(f'  <label>{escape(label)} <input type="email" name="email" required autocomplete="email"></label>')
    lines += [f'  <label>{escape(one.name)} <input type="text" name="field-{one.alias}"></label>' for one in fields if one.kind == "text"]
    button = translate(_("Continue"), form.language)
    return "\n".join([*lines, f'  <button type="submit">{escape(button)}</button>', "</form>"])
