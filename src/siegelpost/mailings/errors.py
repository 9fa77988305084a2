"""What can be wrong about a mailing or its sender.

Codes start with "mailing."; each class says what is wrong, what to do, and what did not happen.
"""

from typing import Final

from siegelpost.base.errors import BadInput, NotFound, Refused
from siegelpost.base.i18n import marked as _
from siegelpost.base.i18n import translate


class MailingUnknown(NotFound):
    """No mailing of this tenant has this id."""

    code = "mailing.unknown"
    message = _("There is no mailing {id}.")
    hint = _("`siegelpost mailing create` prints the id of a new one.")


class SenderUnknown(NotFound):
    """No sender of this tenant has this id, or this name and address."""

    code = "mailing.sender_unknown"
    message = _("There is no such sender.")
    hint = _("Add it first: siegelpost sender add SLUG 'Name <address>'.")


class DomainUnknown(NotFound):
    """No sender of this tenant uses this domain."""

    code = "mailing.domain_unknown"
    message = _("No sender uses this domain.")
    hint = _("Add a sender first: siegelpost sender add SLUG 'Name <address>'.")


STATES: Final = (
    _("draft"),
    _("in_review"),
    _("approved"),
    _("scheduled"),
    _("preparing"),
    _("sending"),
    _("paused"),
    _("finished"),
    _("cancelled"),
)


class OfState(Refused):
    """States stand in the sentence: as codes in `facts`, in the reader's language in the text."""

    def _say(self, text: str, language: str | None) -> str:
        codes = {name: str(value).split(" / ") for name, value in self.facts.items() if name in ("state", "wanted")}
        words = {name: " / ".join(translate(one, language) for one in found) for name, found in codes.items()}
        return translate(text, language).format(**{**self.facts, **words}) if text else ""


class StateRefused(OfState):
    """The mailing is in another state than the step needs."""

    code = "mailing.state_refused"
    message = _("Mailing {id} is {state}; this step needs one that is {wanted}.")
    hint = _("`siegelpost mailing status` shows where it stands.")


class NotDraft(OfState):
    """What was launched stays as it was sent."""

    code = "mailing.not_draft"
    message = _("Mailing {id} is {state}; only a draft can be changed.")
    hint = _("Copy it and change the copy.")


class MailingChanged(Refused):
    """Two people wrote at the same time; the second one must see what the first one did."""

    code = "mailing.changed_meanwhile"
    message = _("Mailing {id} was changed by somebody else while you were writing.")
    hint = _("Look at what was saved, then save yours again or take over theirs.")
    nothing = _("Nothing was overwritten.")
    status = 409


class StartWrong(BadInput):
    """No moment, or one that the clocks jump over."""

    code = "mailing.start_wrong"
    message = _("This is no date and time.")
    hint = _("Write it like 2026-12-01T09:00; it counts in the time zone {zone}.")


class StartRefused(BadInput):
    """A moment that is over, or further away than anybody plans."""

    code = "mailing.start_refused"
    message = _("A mailing can start from now on and within {days} days.")
    hint = _("Name a later time, or send it now.")


class HeaderRefused(BadInput):
    """Text that would break out of its header line, or name no address (RFC 5322 section 2.2)."""

    code = "mailing.header_refused"
    message = _("The {field} is empty, too long or holds line breaks or control characters.")
    hint = _("Enter plain text on one line, at most {limit} characters.")


class AddressRefused(BadInput):
    """A sender or reply address that is none."""

    code = "mailing.address_refused"
    message = _("The {field} holds no usable e-mail address.")
    hint = _("Write it like 'Name <news@example.org>'.")


class NoLists(BadInput):
    """A mailing to nobody."""

    code = "mailing.no_lists"
    message = _("No list was named.")
    hint = _("Name at least one list.")


class HostRefused(BadInput):
    """A host name to load images from that is none."""

    code = "mailing.host_refused"
    message = _("This is no host name to load images from.")
    hint = _("Write it like images.example.org, without https:// and without a path.")


class FileMissing(BadInput):
    """There is nothing to read."""

    code = "mailing.file_missing"
    message = _("The file does not exist or cannot be read.")
    hint = _("Check the path and the rights of the file.")


class FormatUnknown(BadInput):
    """The end of the file's name says what it is."""

    code = "mailing.format_unknown"
    message = _("The format of the mailing is not known.")
    hint = _("Use a file whose name ends in .mjml, .html, .md or .txt.")


class SourceEmpty(BadInput):
    """Nothing to send."""

    code = "mailing.source_empty"
    message = _("The mailing is empty.")
    hint = _("Write something into the file.")


class SourceTooLarge(BadInput):
    """Far above what mail programs show; Gmail cuts at 102 KB."""

    code = "mailing.source_too_large"
    message = _("The mailing is larger than {limit} bytes.")
    hint = _("Put images on a web server instead of into the text.")


class SourceNotText(BadInput):
    """Binary, or text in another encoding."""

    code = "mailing.source_not_text"
    message = _("The mailing is not text in UTF-8.")
    hint = _("Save it as UTF-8 text; pictures and office documents do not work.")


class SenderUnverified(Refused):
    """Mail from a domain whose DNS is not in order lands in spam, or is somebody else's domain."""

    code = "mailing.sender_unverified"
    message = _("The DNS of {domain} has not passed the check, and nobody permitted sending without that.")
    hint = _("`siegelpost sender check` says what to publish; the operator can permit it: siegelpost sender add … --unverified-ok.")
    nothing = _("Nothing was sent.")


class DomainUnchecked(SenderUnverified):
    """Nobody knows: the DNS gave no answer, and the last check that passed is too old or never was."""

    code = "mailing.domain_unchecked"
    message = _("The DNS of {domain} could not be checked, and no check of the last seven days has passed.")
    hint = _("Try again when the name servers answer; the operator can permit it: siegelpost sender add … --unverified-ok.")


class NextKeysUnseen(Refused):
    """A signature that nobody can verify is worse than an old key."""

    code = "mailing.next_keys_unseen"
    message = _("The next keys of {domain} are not published yet.")
    hint = _("Publish the records and try again; the operator can permit the change with --unverified-ok.")
    nothing = _("Signing goes on with the present keys.")


class FormerKeysNeeded(Refused):
    """A name in the DNS holds one key; mail on its way still needs the former one."""

    code = "mailing.former_keys_needed"
    message = _("Mail on its way needs the former keys of {domain} until {until}.")
    hint = _("Change the keys after that day.")
    nothing = _("No new keys were made.")


class SenderMissing(Refused):
    """A mailing without a sender cannot be sent."""

    code = "mailing.sender_missing"
    message = _("Mailing {id} has no sender.")
    hint = _("Create it again with --sender.")
    nothing = _("Nothing was sent.")


class ContentMissing(Refused):
    """A mailing without a variant has nothing to send."""

    code = "mailing.content_missing"
    message = _("Mailing {id} has no content.")
    hint = _("Create it again with --file.")
    nothing = _("Nothing was sent.")
