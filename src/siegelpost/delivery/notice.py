"""What stands under the first mail to somebody who came by an import: where the address is from, and that they can object. Pure.

Source: Art. 14(2)(f), 14(3)(b) GDPR (the source, at the latest with the first mail), Art. 21(4) GDPR (the right to object, with it).
"""

from dataclasses import replace
from html import escape
from typing import Final

from siegelpost.delivery.plan import FrozenVariant, Notice

SLOT: Final = "data_source"
"""What an import declared as the source of its people, read by the notice alone."""
_ENDS: Final = {"mjml": "</mj-body>", "html": "</body>"}


def with_notice(variant: FrozenVariant, notice: Notice) -> FrozenVariant:
    """The variant with the notice at its end, in each part: nobody reads both."""
    text = variant.text and f"{variant.text.rstrip()}\n\n{_plain(notice)}\n"
    return replace(variant, source=_into(variant, notice), text=text)


def _into(variant: FrozenVariant, notice: Notice) -> str:
    if variant.format not in _ENDS:  # md and txt end with their text
        said = _linked(notice) if variant.format == "md" else _plain(notice)
        return f"{variant.source.rstrip()}\n\n{said}\n"
    at = variant.source.lower().rfind(_ENDS[variant.format])
    at = len(variant.source) if at < 0 else at
    return variant.source[:at] + _markup(variant.format, notice) + variant.source[at:]


def _plain(notice: Notice) -> str:
    return f"{notice.source} {{{{ {SLOT} }}}}. {notice.objection} {{{{ unsubscribe_url }}}}"


def _linked(notice: Notice) -> str:
    return f"{notice.source} {{{{ {SLOT} }}}}. {notice.objection} [{notice.link}]({{{{ unsubscribe_url }}}})"


def _markup(format: str, notice: Notice) -> str:
    link = f'<a href="{{{{ unsubscribe_url }}}}">{escape(notice.link)}</a>'
    said = f"{escape(notice.source)} {{{{ {SLOT} }}}}. {escape(notice.objection)} {link}"
    if format == "mjml":
        return f'<mj-section><mj-column><mj-text font-size="13px">{said}</mj-text></mj-column></mj-section>'
    return f'<p style="font-size:13px">{said}</p>'
