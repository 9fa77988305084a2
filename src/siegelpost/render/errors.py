"""What can be wrong with the source of a mailing.

BadInput
└── SourceUnusable       render.*           the source cannot be made into a message; {part} says where
    ├── NotText          render.not_text            control characters or broken Unicode
    ├── TooBig           render.too_big
    ├── TooDeep          render.too_deep            elements nested beyond reason
    ├── FormatUnknown    render.format_unknown
    ├── LiquidBroken     render.liquid_broken       cannot be parsed
    ├── SlotFailed       render.liquid_failed       parsed, but fails or runs too long
    ├── LiquidMisplaced  render.liquid_misplaced    stands between attributes or in a tag name
    ├── LiquidAcross     render.liquid_across       begins in one element and ends in another
    ├── LiquidAroundMjml render.liquid_around_mjml  stands where MJML takes nothing of the kind
    ├── MjmlBroken       render.mjml_broken
    ├── MjmlUnknownTag   render.mjml_unknown_tag
    ├── MjmlInclude      render.mjml_include
    ├── MjmlIconMissing  render.mjml_icon_missing   would be loaded from somebody else's server
    └── HtmlBroken       render.html_broken
"""

from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _


class SourceUnusable(BadInput):
    """The source cannot be made into a message. Facts: part ("subject", "preheader", "body" or "text") and mostly line (1..)."""

    nothing = _("Nothing was rendered or sent.")


class NotText(SourceUnusable):
    """Control characters, NUL or half of a surrogate pair."""

    code = "render.not_text"
    message = _("The {part} holds a control character in line {line}.")
    hint = _("Delete it there, or save the file again as UTF-8 text.")


class TooBig(SourceUnusable):
    """More than anyone would send."""

    code = "render.too_big"
    message = _("The {part} is too big: {size} of at most {limit} {unit}.")
    hint = _("Shorten it; put long texts and pictures on a page and link to it.")


class TooDeep(SourceUnusable):
    """Elements nested beyond reason; the parsers below would run out of stack."""

    code = "render.too_deep"
    message = _("The {part} nests elements more than {limit} deep in line {line}.")
    hint = _("Close elements where they end; some are probably never closed.")


class FormatUnknown(SourceUnusable):
    """Neither mjml, html, md nor txt."""

    code = "render.format_unknown"
    message = _("“{format}” is not a format of a mailing.")
    hint = _("Use mjml, html, md or txt.")


class LiquidBroken(SourceUnusable):
    """Liquid that cannot be parsed."""

    code = "render.liquid_broken"
    message = _("The Liquid in the {part} cannot be read, line {line}: {reason}.")
    hint = _("Close what was opened and use only the tags and filters that are listed in the help.")


class SlotFailed(SourceUnusable):
    """Liquid that fails when it is rendered, or would run too long."""

    code = "render.liquid_failed"
    message = _("The Liquid in line {line} fails when it is filled in: {reason}.")
    hint = _("Use shorter loops and give empty values a default.")


class LiquidMisplaced(SourceUnusable):
    """A Liquid tag among the attributes of an element or in its name."""

    code = "render.liquid_misplaced"
    message = _("The Liquid tag “{tag}” in line {line} stands inside an element, but outside the value of an attribute.")
    hint = _("Put it inside the quotes of one attribute or around the whole element.")


class LiquidAcross(SourceUnusable):
    """A block that begins inside one element and ends in another."""

    code = "render.liquid_across"
    message = _("The Liquid block “{tag}” of line {line} begins in one element and ends in another.")
    hint = _("Begin and end it inside the same element.")


class LiquidAroundMjml(SourceUnusable):
    """Liquid where MJML takes only components."""

    code = "render.liquid_around_mjml"
    message = _("The Liquid tag “{tag}” in line {line} cannot stand directly in <{parent}>.")
    hint = _("Put it into an mj-text or mj-raw, or around whole sections, columns or components.")


class MjmlBroken(SourceUnusable):
    """MJML that does not parse."""

    code = "render.mjml_broken"
    message = _("The MJML cannot be read, line {line}: {reason}.")
    hint = _("Close each tag that you opened, in the right order.")


class MjmlUnknownTag(SourceUnusable):
    """A tag that MJML or this place does not know."""

    code = "render.mjml_unknown_tag"
    message = _("The tag <{tag}> in line {line} is unknown here.")
    hint = _("Use MJML components; HTML belongs into mj-text, mj-table, mj-button or mj-raw.")


class MjmlInclude(SourceUnusable):
    """mj-include reads other files."""

    code = "render.mjml_include"
    message = _("mj-include in line {line} is not allowed: a mailing is one file.")
    hint = _("Copy the included part into the mailing.")


class MjmlIconMissing(SourceUnusable):
    """A component whose pictures MJML would take from a server of its own choice."""

    code = "render.mjml_icon_missing"
    message = _("<{tag}> in line {line} has no picture of its own: {attribute} is missing.")
    hint = _("Name the address of a picture in {attribute}, or use text links.")


class HtmlBroken(SourceUnusable):
    """HTML or CSS that the inliner cannot read."""

    code = "render.html_broken"
    message = _("The HTML or its style sheet cannot be read: {reason}.")
    hint = _("Check the <style> elements and the style attributes.")
