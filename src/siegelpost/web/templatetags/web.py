"""Tags and filters of the staff's templates: assets, icons, numbers, times."""

import json
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import idna
from django import template
from django.template import Context
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import ngettext

from siegelpost.base import clock
from siegelpost.base.i18n import translate
from siegelpost.tenancy.visit_rules import minutes_left
from siegelpost.web.gate import Visit
from siegelpost.web.navigation import start as begin
from siegelpost.web.pages.role_words import names

register = template.Library()
STATIC = Path(__file__).resolve().parent.parent / "static"


@cache
def _file(name: str) -> dict[str, str]:
    found: dict[str, str] = json.loads((STATIC / name).read_text(encoding="utf-8"))
    return found


@register.simple_tag
def asset(name: str) -> str:
    """Address of a built file, named by its content: `app.css` -> /static/app.3f2a….css."""
    return f"/static/{_file('manifest.json')[name]}"


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon; decorative unless `label` says what it means."""
    inner = mark_safe(_file("icons.json")[name])  # noqa: S308 - from our own build
    said = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="icon {}" width="24" height="24" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round" {}>{}</svg>',
        css, said, inner,
    )  # fmt: skip


@register.simple_block_tag(takes_context=True)
def link(context: Context, content: str, route: str, css: str = "", **parts: object) -> SafeString:
    """Words that lead to a page of the tenant, where the reader may open it; the words alone where not."""
    if route in context["visit"].opens:
        url = reverse(f"web:{route}", kwargs={"slug": context["slug"], **parts})
        return format_html('<a{} href="{}">{}</a>', _css(css), url, content)
    return format_html("<span{}>{}</span>", _css(css.replace("list-group-item-action", "")), content)


@register.filter
def roles(visit: Visit) -> str:
    """What somebody is here: "Editor, Auditor"."""
    return ", ".join(names(visit.tenant, visit.roles))


@register.filter
def start(visit: Visit) -> str:
    """The page with which somebody begins here."""
    return begin(visit)


def _css(names: str) -> SafeString:
    return format_html(' class="{}"', names) if names else mark_safe("")


@register.filter
def json_text(value: object) -> str:
    """JSON for an attribute; what libraries hand over as mappings too."""
    return json.dumps(value, default=dict)


@register.filter
def number(value: object) -> str:
    """1.234 in German, 1,234 in English; a dash for what is not known."""
    if value is None or value == "":
        return "–"
    return formats.number_format(value, use_l10n=True, force_grouping=True)  # type: ignore[arg-type]


@register.filter
def percent(value: float | None, places: int = 1) -> str:
    """A share of 1 as per cent."""
    return "–" if value is None else f"{formats.number_format(value * 100, places, use_l10n=True)}\N{NO-BREAK SPACE}%"


@register.filter
def when(value: datetime | int | None) -> SafeString | str:
    """A moment (aware, or seconds since 1970) as date and time, exact to the second for machines and on hovering."""
    if value is None:
        return "–"
    moment = datetime.fromtimestamp(value, UTC) if isinstance(value, int) else value
    shown = formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(timespec="seconds"), f"{moment:%Y-%m-%d %H:%M:%S} UTC", shown
    )


@register.filter
def time_left(until: datetime) -> str:
    """From now to a moment: "59 minutes", "3 hours"; hours and days are rounded down."""
    minutes = minutes_left(until, now=clock.now())
    if minutes < 120:
        return ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes}
    if minutes < 48 * 60:
        return ngettext("%(n)s hour", "%(n)s hours", minutes // 60) % {"n": minutes // 60}
    return ngettext("%(n)s day", "%(n)s days", minutes // 1440) % {"n": minutes // 1440}


@register.filter
def day(value: datetime | None) -> SafeString | str:
    """A moment (aware) as a date, where a table has no room for more; exact on hovering."""
    if value is None:
        return "–"
    shown = formats.date_format(timezone.localtime(value), "SHORT_DATE_FORMAT")
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', value.isoformat(timespec="seconds"), f"{value:%Y-%m-%d %H:%M:%S} UTC", shown
    )


@register.filter
def readable_domain(domain: str) -> str:
    """A domain in its own letters; as it stands where that cannot be (RFC 5891)."""
    try:
        return idna.decode(domain) if "xn--" in domain else domain
    except idna.IDNAError:
        return domain


@register.filter
def address(email: str) -> SafeString:
    """An e-mail address as people write it: the domain in its own letters (RFC 5890 U-label), a line may break before the @."""
    local, at, domain = email.rpartition("@")
    return format_html('<span title="{}">{}<wbr>{}{}</span>', email, local, at, readable_domain(domain))


@register.filter
def said(text: str) -> str:
    """A word of our own (navigation, states) in the reader's language."""
    return translate(text)


@register.filter
def attribute(field: Any, pair: str) -> Any:
    """A form field with one more HTML attribute: `{{ field|attribute:"rows=4" }}`."""
    name, _equals, value = pair.partition("=")
    return field.as_widget(attrs={name: value})


@register.filter
def is_kind(field: Any, kind: str) -> bool:
    """Whether the widget of a form field is of this class: `{% if field|is_kind:"CheckboxInput" %}`."""
    return type(field.field.widget).__name__ == kind
