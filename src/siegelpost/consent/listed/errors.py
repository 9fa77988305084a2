"""What can be wrong with a list of others, and why sending waits for it."""

from siegelpost.base.errors import BadInput, Refused
from siegelpost.base.i18n import marked as _


class ListFileCut(BadInput):
    """It ends in the middle of an entry."""

    code = "suppression.list_cut"
    message = _("This file was cut off: its {bytes} bytes are no whole number of entries of {record} bytes.")
    hint = _("Fetch the list again from whoever keeps it, and bring the whole file.")
    nothing = _("Nothing was taken over; the list that was there still counts.")


class ListFileWrong(BadInput):
    """It is something else."""

    code = "suppression.list_wrong"
    message = _("This is not a list of this kind: {why}.")
    hint = _(
        "The ECG list is the file “ecg-liste.hash” of RTR: nothing but SHA-1 values of 20 bytes. A Robinson list has one address or hash "
        "of the kind that was named in the first column of each line, or bare hashes one behind the other."
    )
    nothing = _("Nothing was taken over; the list that was there still counts.")


class ListFileOld(BadInput):
    """Older than its limit, or than the one that is there."""

    code = "suppression.list_old"
    message = _("This list is of {dated}, and counts for {days} days.")
    hint = _("Fetch today's list from whoever keeps it, and bring that one.")
    nothing = _("Nothing was taken over; the list that was there still counts.")


class ListDateWrong(BadInput):
    """No day, or one that is still to come."""

    code = "suppression.list_date_wrong"
    message = _("This is not the day of a list: it is no day, or still to come.")
    hint = _("Give the day on which the list was fetched, for example 2026-03-31.")
    nothing = _("Nothing was taken over; the list that was there still counts.")


class ListShrunk(BadInput):
    """Less than half of what it was: it looks cut off."""

    code = "suppression.list_shrunk"
    message = _("This list has {entries} entries, the one before had {before}: it looks cut off.")
    hint = _("Fetch the list again. If it is really so short now, say so (`--shorter`, or the box on the page).")
    nothing = _("Nothing was taken over; the list that was there still counts.")


class ListUnnamed(BadInput):
    """A Robinson list without its licence, or of an unknown kind."""

    code = "suppression.list_unnamed"
    message = _("A Robinson list needs its licence, and what its entries are: plain, md5, sha1, sha256 or sha512.")
    hint = _("Name the contract by which you may use it, and the kind of its entries as whoever keeps it says.")
    nothing = _("Nothing was taken over; the list that was there still counts.")


class ListMeanwhile(Refused):
    """Somebody else took over the same list at the same time."""

    code = "suppression.list_meanwhile"
    status = 409
    message = _("Somebody else took over this list at the same moment.")
    hint = _("Look which one counts now, and bring yours again if need be.")
    nothing = _("Yours was not taken over.")


class ListHolds(Refused):
    """Deliveries wait for a list of others."""

    code = "suppression.list_holds"
    status = 503
    message = _("A list of people who want no advertising is too old, or has not been compared with everybody yet.")
    hint = _("Bring a newer list on the page “Lists of others”; sending then goes on by itself.")
    nothing = _("Nothing is sent until then.")

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why
