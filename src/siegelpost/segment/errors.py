"""What can be wrong with a segment. Facts are words of the language, names of fields and numbers, never somebody's value."""

from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _


class NotUnderstood(BadInput):
    """The text is not in the language."""

    code = "segment.not_understood"
    message = _("The condition cannot be understood at character {at}: {wanted} was expected there.")
    hint = _("See the examples beside the field, or build the condition with the boxes.")


class TooMuch(BadInput):
    """Longer or deeper than anybody writes by hand."""

    code = "segment.too_much"
    message = _("The condition is too long or nested too deeply: at most {length} characters, {conditions} conditions and {depth} levels.")
    hint = _("Make a segment of a part of it, and use that one here.")


class SegmentFieldUnknown(BadInput):
    """A field that there is not, or not any more, or not for whoever asks."""

    code = "segment.field_unknown"
    message = _("There is no field “{field}”.")
    hint = _("It may have been deleted. Change the condition; until then nobody is in this segment, and nothing is sent to it.")


class SegmentListUnknown(BadInput):
    """A list that there is not, or not any more, or not for whoever asks."""

    code = "segment.list_unknown"
    message = _("There is no list “{list}”.")
    hint = _("It may have been deleted. Change the condition; until then nobody is in this segment, and nothing is sent to it.")


class SegmentMailingUnknown(BadInput):
    """A mailing that was never launched."""

    code = "segment.mailing_unknown"
    message = _("No mailing with the number {mailing} was launched.")
    hint = _("The report of a mailing has its number in the address.")


class SegmentPartUnknown(BadInput):
    """Another segment that there is not."""

    code = "segment.part_unknown"
    message = _("There is no segment “{segment}”.")
    hint = _("It may have been deleted. Change the condition; until then nobody is in this segment, and nothing is sent to it.")


class SegmentCircle(BadInput):
    """A segment that is part of itself, perhaps by way of others."""

    code = "segment.circle"
    message = _("The segment would be a part of itself.")
    hint = _("Take out one of the segments that it is made of.")


class ConditionUnfit(BadInput):
    """An operator or a value that the type of the field does not know."""

    code = "segment.unfit"
    message = _("“{operator}” with this value does not fit the field “{field}” ({kind}).")
    hint = _("Texts can be compared, dates and numbers ordered, yes and no only be equal; of addresses the end after the @ alone.")
