"""What can be wrong with an instruction."""

from siegelpost.base.errors import BadInput, NotFound, Refused
from siegelpost.base.i18n import marked as _


class InstructionUnknown(NotFound):
    """No instruction has this number."""

    code = "instructions.unknown"
    message = _("There is no instruction {id}.")
    hint = _("`siegelpost instruction list` and the page “Instructions” show all of them.")


class NotEntitled(Refused):
    """Whoever gave it may not instruct for this tenant."""

    code = "instructions.not_entitled"
    message = _("Whoever gave this instruction is not entitled to give any for this tenant.")
    hint = _("Once the controller has named this person in writing: `siegelpost tenant entitle SLUG --name NAME`.")
    nothing = _("Nothing was recorded.")


class NameUnusable(BadInput):
    """A name of a person is missing or too long."""

    code = "instructions.name_unusable"
    message = _("This is no name of a person: it must have 1 to {limit} characters, on one line.")
    hint = _("Write the name as it stands under the document.")
    nothing = _("Nothing was recorded.")


class DocumentUnusable(BadInput):
    """The document cannot be read, is empty or too large."""

    code = "instructions.document_unusable"
    message = _("The document cannot be used: {why}.")
    hint = _("Name a file with the wording of the instruction: text, or a scan up to 10 MB.")
    nothing = _("Nothing was recorded.")


class KindUnknown(BadInput):
    """No such kind of instruction."""

    code = "instructions.kind_unknown"
    message = _("There is no such kind of instruction. There are: {kinds}.")
    hint = _("Choose one of these; “other” is for everything else.")
    nothing = _("Nothing was recorded.")


class TermWrong(BadInput):
    """It would end before it begins, or came in the future."""

    code = "instructions.term_wrong"
    message = _("These dates cannot be: an instruction ends after it begins, and it came today or before.")
    hint = _("Correct the dates; without an end it holds until somebody ends it.")
    nothing = _("Nothing was recorded.")


class StepTaken(Refused):
    """It was answered or ended already."""

    code = "instructions.step_taken"
    message = _("This was done before: instruction {id} has its answer, or has ended.")
    hint = _("What is recorded stays; a change of mind is a new instruction.")
    status = 409


class InstructionMissing(Refused):
    """A switch that leaves the private default rests on nothing."""

    code = "instructions.missing"
    message = _("This needs a valid instruction of the kind “{kind}”.")
    hint = _("Record it with `siegelpost instruction record SLUG --kind {kind} --text-file FILE --by NAME`, or on the page “Instructions”.")
    nothing = _("Nothing was switched.")


class FormRefused(Refused):
    """It did not come in writing, or not by whom it should."""

    code = "instructions.form_refused"
    message = _("An instruction comes in writing: {forms}. A chat, a call or a plain mail is none.")
    hint = _("Ask for the document; in electronic form the person gives it on the page “Instructions”, right after showing the password.")
    nothing = _("Nothing was recorded.")


class CheckRefused(Refused):
    """Nothing to check, or not by this person."""

    code = "instructions.check_refused"
    message = _("The signature of instruction {id} cannot be checked like this.")
    hint = _("Somebody else than whoever recorded it checks a signature, once, and says how. What was given in electronic form has none.")
    nothing = _("Nothing was recorded.")
