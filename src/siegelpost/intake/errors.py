"""What can be wrong with a whole import. What is wrong with single rows are reasons, see `reasons.py`.

NotFound    ImportUnknown
BadInput    FileEmpty  FileBinary  FileUnreadable  ColumnMissing  ColumnInDoubt  HeadingsMissing  RefusedFileUnusable
WrongUsage  GroundMissing  SourceMissing  OrderTooLong  ModeUnknown
Refused     ModeNotYet
DoneInPart  ImportStopped
"""

from typing import Final

from siegelpost.base.errors import BadInput, DoneInPart, NotFound, Refused, WrongUsage
from siegelpost.base.i18n import marked as _

_NOTHING = _("Nothing was imported.")


class ImportUnknown(NotFound):
    """No import has this number, or its upload is gone."""

    code = "import.unknown"
    message = _("There is no such import, or its file has been removed.")
    hint = _("Files that are not imported within a day are removed; upload it again.")


class FileEmpty(BadInput):
    """No rows below the headings, or no bytes at all."""

    code = "import.file_empty"
    message = _("The file holds no rows.")
    hint = _("Export it again; the first line must hold the headings, each further line one person.")
    nothing = _NOTHING


class FileBinary(BadInput):
    """A workbook, a picture, an archive."""

    code = "import.file_binary"
    message = _("The file is not text, it looks like {kind}.")
    hint = _("Save it as CSV; in a spreadsheet: “Save as”, file type “CSV UTF-8”.")
    nothing = _NOTHING


class FileRenamed(BadInput):
    """Its name says that it is a workbook, a picture, an archive, and it is text."""

    code = "import.file_renamed"
    message = _("The file is text, but its name ends in {ending} like that of another kind of file.")
    hint = _("Look whether it is the right file, and give it the ending .csv.")
    nothing = _NOTHING


class FileUnreadable(BadInput):
    """The operating system does not let us read it."""

    code = "import.file_unreadable"
    message = _("The file cannot be read: {why}.")
    hint = _("Check the path and the rights of the file.")
    nothing = _NOTHING


class ColumnMissing(BadInput):
    """No column holds the address."""

    code = "import.column_missing"
    message = _("The file has no column “{wanted}”. It has: {found}.")
    hint = _("Name the column of the e-mail address with --email-column.")
    nothing = _NOTHING


class ColumnInDoubt(BadInput):
    """Several columns look alike."""

    code = "import.column_in_doubt"
    message = _("Several columns could hold the e-mail address: {found}.")
    hint = _("Name the right one with --email-column.")
    nothing = _NOTHING


class HeadingsMissing(BadInput):
    """The first line is a person."""

    code = "import.headings_missing"
    message = _("The first line of the file holds data instead of headings.")
    hint = _("Put a line with headings on top, e.g. E-Mail;Vorname;Nachname.")
    nothing = _NOTHING


CONDITIONS: Final = {
    "sale": _("received with a sale"),
    "goods": _("own similar goods"),
    "not_objected": _("nobody objected"),
    "told": _("told of the right to object"),
}
"""Condition of § 7(3) UWG -> what it is about."""


class ConditionsMissing(Refused):
    """§ 7(3) UWG: all four at once."""

    code = "import.conditions_missing"
    message = _("The ground of existing customers (§ 7(3) UWG) holds under four conditions only. Not declared: {missing}.")
    hint = _(
        "Import them on the page, or with --sale, --goods, --nobody-objected and --told; if one of the conditions does not hold, these "
        "people must agree first."
    )
    nothing = _NOTHING


class GroundMissing(WrongUsage):
    """GDPR Art. 6: no processing without a ground."""

    code = "import.ground_missing"
    message = _("The legal ground of the import is missing.")
    hint = _('Say with --ground why these people may be written to, e.g. "consent at the fair of May 2026".')
    nothing = _NOTHING


class SourceMissing(WrongUsage):
    """GDPR Art. 14(2)(f): people may ask where their data came from."""

    code = "import.source_missing"
    message = _("The source of the data is missing.")
    hint = _('Say with --source where the data come from, e.g. "shop, customers of 2025".')
    nothing = _NOTHING


class OrderTooLong(WrongUsage):
    """Ground and source are one line each."""

    code = "import.order_too_long"
    message = _("Ground and source must each be one line of at most {limit} characters.")
    hint = _("Shorten them; a longer document can be kept elsewhere and named here.")
    nothing = _NOTHING


class ModeUnknown(WrongUsage):
    """Not one of the modes."""

    code = "import.mode_unknown"
    message = _("There is no import mode “{mode}”.")
    hint = _("Choose add, update or update_add.")
    nothing = _NOTHING


class ModeNotYet(Refused):
    """Replacing deletes people, which needs more care than this version has."""

    code = "import.mode_not_yet"
    message = _("The import mode “{mode}” is not available yet.")
    hint = _("Choose add, update or update_add.")
    nothing = _NOTHING


class RefusedFileUnusable(BadInput):
    """The caller's file for refused rows exists or cannot be written."""

    code = "import.refused_file_unusable"
    message = _("The file for refused rows cannot be made: {why}.")
    hint = _("Name a new file in a folder that you may write to.")
    nothing = _NOTHING


class ImportStopped(DoneInPart):
    """A fault half-way."""

    code = "import.stopped"
    message = _(
        "The import {id} stopped behind line {line} of the file ({why}). Of {rows} rows {added} were added, {updated} updated, "
        "{unchanged} were unchanged and {refused} refused."
    )
    hint = _("Run the same import again: rows that are in already are counted as unchanged.")
    nothing = _("Nothing behind that line was imported.")


class RefusedRowsMissing(NotFound):
    """No refused rows are kept of this import."""

    code = "import.refused_missing"
    message = _("Import {id} keeps no refused rows.")
    hint = _("It refused none, or wrote them into a file with --refused.")
    nothing = _("Nothing was written.")


class ProofMissing(Refused):
    """People were imported whose consent nobody has shown yet."""

    code = "import.proof_missing"
    message = _("Consent of people on these lists is not shown yet: import {imports}, open {open} of {drawn} who were drawn.")
    hint = _("Show it on the page of the import, or with `siegelpost proof record SLUG {first} --file FILE`.")
    nothing = _("Nothing was sent.")


class ProofUnusable(BadInput):
    """The document cannot be read, is empty or too large."""

    code = "import.proof_unusable"
    message = _("The document cannot be used: {why}.")
    hint = _("Name a file that shows how these people agreed, up to 20 MB.")
    nothing = _("Nothing was recorded.")


class NobodyDrawn(NotFound):
    """Nothing has to be shown, or all of it was."""

    code = "import.nobody_drawn"
    message = _("Of import {id} nobody is drawn whose consent is still to be shown.")
    hint = _("`siegelpost proof show SLUG {id}` says who was drawn, and what was shown.")
    nothing = _("Nothing was recorded.")


class DrawnUnknown(BadInput):
    """No such place in the sample, or it has its answer."""

    code = "import.drawn_unknown"
    message = _("Of those who were drawn, nobody is open under {numbers}.")
    hint = _("`siegelpost proof show SLUG {id}` says who is open.")
    nothing = _("Nothing was recorded.")


class ImportNotOver(Refused):
    """People may still come in, for whom nobody was drawn."""

    code = "import.not_over"
    message = _("Import {id} has not come to its end.")
    hint = _("Let it end, or start it again; an upload that nobody starts is gone after a day.")
    nothing = _("Nothing was recorded.")
    status = 409


class SampleLimitWrong(BadInput):
    """A number beyond reason."""

    code = "import.sample_limit_wrong"
    message = _("The number of people must be 0 (never) or up to {most}.")
    hint = _("Proof is asked for above 1,000 people unless somebody says something else.")
    nothing = _("Nothing was changed.")
