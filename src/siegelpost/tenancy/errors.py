"""What can go wrong between a name and a database."""

from siegelpost.base.errors import BadInput, DoneInPart, NotFound, Refused
from siegelpost.base.i18n import marked as _


class TenantNotNamed(RuntimeError):
    """Code touched a tenant's model without saying whose. A bug, and loud."""

    def __init__(self, model: str) -> None:
        super().__init__(f"{model}: no tenant was named; use tenant.objects({model})")


class TransactionNotNamed(RuntimeError):
    """Code wrote to a tenant outside `tenant.atomic()`. A bug: another database's transaction would not protect it."""

    def __init__(self, alias: str) -> None:
        super().__init__(f"write to {alias} outside tenant.atomic()")


class TenantUnknown(NotFound):
    """No tenant has this slug or number."""

    code = "tenancy.unknown"
    message = _("There is no tenant of that name.")
    hint = _("`siegelpost tenant list` shows those that exist.")


class BeyondLimits(NotFound):
    """What was asked for cannot be shown within the limits of whoever asks, or is not there: nobody learns which."""

    code = "tenancy.beyond_limits"
    message = _("This is not there, or your roles do not show it.")
    hint = _("Check the address, or ask whoever gives the roles.")


class TenantGone(NotFound):
    """A link in an old mail of a tenant that was erased."""

    code = "tenancy.gone"
    status = 410
    message = _("Whoever sent this message does not use this system any more.")
    hint = _(
        "All data of that sender were erased here, also your address: you need not unsubscribe, nothing more is sent to you from here."
    )
    nothing = _("If messages go on coming, they come from elsewhere: ask the sender named in the message.")


class SlugWrong(BadInput):
    """A slug names folders and databases, so it is kept narrow."""

    code = "tenancy.slug_wrong"
    message = _("This is not a short name for a tenant.")
    hint = _("Take 1 to 30 small letters, digits and hyphens; the first is a letter, the last is no hyphen.")
    nothing = _("No tenant was created.")


class TenantExists(BadInput):
    """The slug is taken."""

    code = "tenancy.exists"
    message = _("A tenant of that name exists already.")
    hint = _("Choose another short name.")
    nothing = _("No tenant was created.")


class SlugResting(BadInput):
    """Whoever had this name goes at the moment, or went a moment ago: other processes may still hold something of it."""

    code = "tenancy.slug_resting"
    message = _("The tenant of that name is being erased, or was a moment ago.")
    hint = _("Wait for two minutes after its certificate, or choose another short name.")
    nothing = _("No tenant was created.")


class PlaceTaken(BadInput):
    """A folder, database or role of that name exists, but no tenant: what is in it is not ours to remove."""

    code = "tenancy.place_taken"
    message = _("A folder, database or role of that name exists already, although no tenant of that name is known.")
    hint = _("Move it away, put it back with the control database that knew it, or choose another short name.")
    nothing = _("No tenant was created, and what is there was left alone.")


class KeyMissing(Refused):
    """The data folder was set up with a master key that is not there any more."""

    code = "tenancy.key_missing"
    message = _("The master key of this data folder is missing.")
    hint = _("Put the file back from your copy, or set SIEGELPOST_MASTER_KEY_FILE to it.")
    nothing = _("No new key was made: it would open nothing that is here.")


class FieldRefused(BadInput):
    """A name or imprint that cannot stand in a header or on a page."""

    code = "tenancy.field_refused"
    message = _("The {field} is empty, too long or holds control characters.")
    hint = _("Enter plain text of at most {limit} characters.")
    nothing = _("No tenant was created.")


class TenantStale(BadInput):
    """Two people change the settings; the second has not seen what the first did."""

    code = "tenancy.stale"
    status = 409
    message = _("Somebody else has changed these settings in the meantime.")
    hint = _("Look at what they are now, then save yours again or take over theirs.")


class NotOwn(Refused):
    """Made-up people in production are the operator's own to play with."""

    code = "tenancy.agreement_missing"
    message = _("The tenant is another controller's, and no agreement under Art. 28 GDPR is recorded.")
    hint = _("Use a tenant that was created with --own.")


class AccessNotOpen(Refused):
    """The operator is in nobody else's data unless the tenant, or in an emergency two people, opened them (Art. 28(3)(a) GDPR)."""

    code = "access.not_open"
    message = _("This is another controller's data, and no access of the operator to it is open.")
    hint = _("Ask the tenant to let you in, then enter: by the page “Enter a tenant”, or `siegelpost access open`.")
    nothing = _("Nothing was read or changed.")


class AccessNotNeeded(Refused):
    """The operator is itself the controller."""

    code = "access.not_needed"
    message = _("In this tenant the operator is itself the controller: nobody needs to let it in.")
    hint = _("Whoever runs the installation may work here at any time.")
    nothing = _("Nothing was opened.")


class AdmissionUnknown(NotFound):
    """No such approval in this tenant."""

    code = "access.approval_unknown"
    message = _("This tenant has given no such approval.")
    hint = _("`siegelpost access list` shows those that there are, and until when.")
    nothing = _("Nothing was opened.")


class AdmissionClosed(Refused):
    """Not agreed to, ended or over; or that of another person."""

    code = "access.approval_closed"
    message = _("This approval opens nothing: it waits for a second person, it is over, or the tenant ended it.")
    hint = _("Ask the tenant for a new one.")
    nothing = _("Nothing was opened.")
    status = 409


class AdmissionOfAnother(Refused):
    """An emergency is that of whoever asked for it."""

    code = "access.approval_of_another"
    message = _("This access was opened for another person.")
    hint = _("Ask for one of your own.")
    nothing = _("Nothing was opened.")


class ReasonUnusable(BadInput):
    """No reason, too long a one, or one with an address in it."""

    code = "access.reason_unusable"
    message = _("A reason has {least} to {most} characters and names no e-mail address.")
    hint = _("Say what is to be done; it goes into the tenant's log, which forgets nothing.")
    nothing = _("Nothing was opened.")


class EndUnusable(BadInput):
    """In the past, or too far away."""

    code = "access.end_unusable"
    message = _("The operator is let in until a time that is still to come, at most {days} days from now.")
    hint = _("Choose an earlier time; let it in once more when it takes longer.")
    nothing = _("Nobody was let in.")


class HomeMissing(Refused):
    """`init` was not run yet."""

    code = "tenancy.home_missing"
    message = _("The data folder is not set up yet.")
    hint = _("Run `siegelpost init` first, or set SIEGELPOST_HOME to the right folder.")
    nothing = _("Nothing was done.")


class HomeReplaced(DoneInPart):
    """An older copy of the data folder was put back under a process that works in it."""

    code = "tenancy.home_replaced"
    message = _("The data folder was put back while the work ran.")
    hint = _("Start `siegelpost serve` or `siegelpost worker` again.")
    nothing = _("Nothing more was sent.")


class MigrationsFailed(DoneInPart):
    """Some tenants could not be brought to the current version; the others are done."""

    code = "tenancy.migrations_failed"
    message = _("{failed} of {all} tenants could not be brought up to date: {slugs}.")
    hint = _("Mend the cause named above and run `siegelpost tenant migrate --all` again; what is done is not done twice.")
    nothing = _("The tenants named keep their old version.")


class RelayNameWrong(BadInput):
    """A relay's name is typed in commands, so it is kept narrow."""

    code = "relay.name_wrong"
    message = _("This is no name for a relay.")
    hint = _("Take 1 to 40 small letters, digits and hyphens, and not `default`: that is the relay of SIEGELPOST_RELAY_URL.")


class RelayUrlWrong(BadInput):
    """Not an address of a relay, or one that a test system must not reach."""

    code = "relay.url_wrong"
    message = _("This is no address of a relay that may be used.")
    hint = _("Write smtp://user:password@host:port?tls=required or smtps://…; a test system reaches this machine alone.")


class RelayUnknown(BadInput):
    """No relay has this name."""

    code = "relay.unknown"
    message = _("There is no relay {name}.")
    hint = _("`siegelpost relay list` shows those that exist.")


class RelayInUse(Refused):
    """Mail goes by it."""

    code = "relay.in_use"
    message = _("Mail of a tenant goes by the relay {name}.")
    hint = _("Choose other relays with `siegelpost relay use` first.")


class RelayProfileUnknown(BadInput):
    """No kind of relay is known under this name."""

    code = "relay.profile_unknown"
    message = _("No profile of a relay has this name.")
    hint = _("Known are: {known}. What differs is said with --unsigned-header and --signatures.")


class HeaderMustBeSigned(BadInput):
    """A header without which a signature would prove nothing, or none of ours."""

    code = "relay.header_signed"
    message = _("This header is always signed, or our mail does not carry it.")
    hint = _("These may go unsigned: {known}.")


class NestedTooDeep(BadInput):
    """A sub-account was to get one below it."""

    code = "tenancy.nested_too_deep"
    message = _("A sub-account has no sub-accounts of its own.")
    hint = _("Make it beside that one, below the account above both.")
    nothing = _("No tenant was created.")


class SubAccountsFull(Refused):
    """An account makes as many sub-accounts by itself as the operator allows."""

    code = "tenancy.sub_accounts_full"
    message = _("This account may not make another sub-account by itself; it may have {most}.")
    hint = _("Ask the operator: `siegelpost tenant sub-accounts`.")
    nothing = _("No tenant was created.")


class TenantEnded(Refused):
    """Its time is over (Art. 28(3)(g) GDPR: what follows is for administrators to take home)."""

    code = "tenancy.ended"
    message = _("The time of this account is over.")
    hint = _("Its administrators can still read and export; the operator, or the account above it, can extend it.")
    nothing = _("Nothing was sent or changed.")


class OnlyTrying(Refused):
    """It only tries things out."""

    code = "tenancy.test"
    message = _("This account is a test: it does everything but sending.")
    hint = _("The operator can make it a normal one: `siegelpost tenant status`.")
    nothing = _("Nothing was sent.")


class PeopleStored(Refused):
    """A tenant changes between test and normal only where nobody would be on the wrong side."""

    code = "tenancy.people_stored"
    message = _("A test becomes a normal account only while nobody is stored in it, and a normal one a test only while nobody real is.")
    hint = _("Delete the made-up people first, or make another account.")


class EndImplausible(BadInput):
    """A last day in the past, or one that nobody can have meant."""

    code = "tenancy.end_implausible"
    message = _("The last day is today or later, and within five years.")
    hint = _("To end it now, say so.")


class AdministeredAlready(Refused):
    """The account above gives the first administrator, and no other."""

    code = "tenancy.administered"
    message = _("This account has an administrator who lets people in.")
    hint = _("Ask that person, or the operator.")
