"""What can be wrong with a release that is recorded, or with a risk that is accepted."""

from siegelpost.base.errors import BadInput, NotFound, Refused
from siegelpost.base.i18n import marked as _


class ReleaseUnproven(Refused):
    """The signature is not of this key, or one of the files is another."""

    code = "release.unproven"
    message = _("The signature of the release does not fit: another key signed it, or the manifest or the bill of materials was changed.")
    hint = _("Get manifest, signature and bill of materials again, and the public key from whoever made the release, by another way.")
    nothing = _("Nothing was recorded.")


class ReleaseFileUnusable(BadInput):
    """A file cannot be read."""

    code = "release.file_unusable"
    message = _("The file {file} cannot be read, or holds something else.")
    hint = _("Name the manifest, its signature, the bill of materials and the public key of one release.")
    nothing = _("Nothing was recorded.")


class ReleaseNotRunning(Refused):
    """What runs is not what was signed."""

    code = "release.not_running"
    message = _(
        "What is installed here is not this release: of its files {changed} differ, {missing} are missing, {unsigned} are unsigned."
    )
    hint = _("Install the wheel of the release, then record it.")
    nothing = _("Nothing was recorded.")


class NotAnOperator(Refused):
    """Only people who run the installation deploy and approve."""

    code = "release.not_an_operator"
    message = _("This is nobody who runs the installation, or is blocked.")
    hint = _("`siegelpost staff list` shows who does.")
    nothing = _("Nothing was recorded.")


class HoleUnknown(NotFound):
    """No open hole of this number."""

    code = "release.hole_unknown"
    message = _("No known hole of this number is in what runs here.")
    hint = _("`siegelpost release holes` shows those that are.")
    nothing = _("Nothing was accepted.")


class AcceptanceWrong(BadInput):
    """A risk is accepted for a while, and for a reason."""

    code = "release.acceptance_wrong"
    message = _("A risk is accepted for a reason and until a day within {days} days.")
    hint = _("Give --reason and a nearer day with --until; when it is over, decide anew.")
    nothing = _("Nothing was accepted.")
