"""What can be wrong with staff and roles."""

from siegelpost.base.errors import BadInput, NotFound, Refused
from siegelpost.base.i18n import marked as _


class PersonUnknown(NotFound):
    """Nobody of the staff has this address."""

    code = "staff.unknown"
    message = _("Nobody of the staff has this address.")
    hint = _("`siegelpost staff list` shows who there is.")


class RoleUnknown(BadInput):
    """A word that is no role."""

    code = "staff.role_unknown"
    message = _("There is no such role.")
    hint = _("Choose one of: {roles}.")


class RightMissing(Refused):
    """The role of this person does not allow it."""

    code = "staff.right_missing"
    message = _("Your role does not allow this.")
    hint = _("Ask somebody who administers this tenant.")


class NotYoursToGive(Refused):
    """Nobody gives or takes rights that they do not have themselves."""

    code = "staff.not_yours_to_give"
    message = _("You cannot give or take rights that you do not have yourself.")
    hint = _("Ask somebody who has them.")


class RoleNameUnusable(BadInput):
    """The name of a role is empty, too long or no single line."""

    code = "staff.role_name_unusable"
    message = _("A role needs a name of one line, with at most {limit} characters.")
    hint = _("Shorten it, or write one.")


class RoleNameTaken(BadInput):
    """Two roles of one tenant with the same name could not be told apart."""

    code = "staff.role_name_taken"
    message = _("There is a role with this name already.")
    hint = _("Choose another name, or change the role that is there.")


class RoleWithoutRights(BadInput):
    """A role that allows nothing."""

    code = "staff.role_without_rights"
    message = _("This role would allow nothing.")
    hint = _("Choose at least one right that you have yourself.")


class RoleWithoutLists(BadInput):
    """A role that is limited to nothing."""

    code = "staff.role_without_lists"
    message = _("This role would reach no list.")
    hint = _("Choose at least one list or folder, or let it reach all lists.")


class RoleInUse(Refused):
    """Whoever has a role would lose its rights without anybody saying so."""

    code = "staff.role_in_use"
    message = _("Somebody has this role.")
    hint = _("Give them another role first.")


class ReviewRuns(Refused):
    """Two reviews of the same people would both be half done."""

    code = "staff.review_runs"
    status = 409
    message = _("A review of the roles runs already.")
    hint = _("Close that one first.")


class ReviewMissing(Refused):
    """There is no review to confirm in, or to close."""

    code = "staff.review_missing"
    status = 409
    message = _("No review of the roles runs.")
    hint = _("Begin one, or look whether somebody has closed it.")


class RolesMoved(Refused):
    """What was on the page is not what the person has by now."""

    code = "staff.roles_moved"
    status = 409
    message = _("The roles of this person have been changed in the meantime.")
    hint = _("Look at them again.")


class ConfirmedByAnother(Refused):
    """Whoever looks at their own rights finds them right."""

    code = "staff.confirmed_by_another"
    message = _("Your own roles are confirmed by somebody else.")
    hint = _("Ask another person who may do this.")


class RowsOpen(Refused):
    """A review that leaves people out is none."""

    code = "staff.rows_open"
    status = 409
    message = _("People whom nobody has looked at yet: {n}.")
    hint = _("Confirm or change their roles, then close the review.")


class LastAdmin(Refused):
    """Without this person nobody could administer the tenant."""

    code = "staff.last_admin"
    message = _("This is the last person who administers this tenant.")
    hint = _("Make somebody else an administrator first.")


class LastOperator(Refused):
    """Without this person nobody could run the installation from the pages."""

    code = "staff.last_operator"
    message = _("This is the last person who runs the installation and may log in.")
    hint = _("Make somebody else an operator first: `siegelpost staff create --role operator`.")


class HereAlready(BadInput):
    """Somebody with this address has a role in the tenant."""

    code = "staff.here_already"
    message = _("This person has a role here already.")
    hint = _("Change the role in the table instead.")


class WorksAbove(Refused):
    """Nobody of the account above gets into the one below by standing above."""

    code = "staff.works_above"
    message = _("This person works in the account above.")
    hint = _("Name somebody of the sub-account.")


class NobodyWrites(Refused):
    """An invitation or a link goes by mail alone, and no sender may send."""

    code = "staff.nobody_writes"
    status = 409
    message = _("Invitations and links go out by mail, and no sender can write one.")
    hint = _("Set up a sender first, or ask the operator: `siegelpost staff create` lets somebody in without a mail.")
    nothing = _("Nothing was sent, and nobody was let in.")


class InvitationUnknown(NotFound):
    """No invitation of this tenant that waits has this number."""

    code = "staff.invitation_unknown"
    message = _("This invitation was accepted, withdrawn, or is over.")
    hint = _("The page of the staff shows those that wait.")


class InvitationOver(NotFound):
    """An invitation that was used, is too old, was taken back, or that whoever made it could not make any more."""

    code = "staff.invitation_over"
    message = _("This invitation has been used or withdrawn, or is older than three days.")
    hint = _("Ask whoever invited you for a new one.")
    nothing = _("You were let in nowhere.")


class InvitationNotYours(Refused):
    """It is accepted by the owner of the account with that address."""

    code = "staff.invitation_not_yours"
    message = _("This invitation is for another account than the one that you are logged in with.")
    hint = _("Log out, and open the link of the mail again.")
    nothing = _("It can still be accepted.")


class OperatorInvited(Refused):
    """Whoever runs the installation enters tenants another way."""

    code = "staff.operator_invited"
    message = _("You run this installation: you have a role in its own tenants already, and enter those of others as an operator.")
    hint = _("Ask for access on the page of the tenants.")
    nothing = _("You were let in nowhere.")


class LinkOver(NotFound):
    """A one-time link that was used, has expired, or that we did not make."""

    code = "staff.link_over"
    message = _("This link has been used or has expired.")
    hint = _("Ask for a new one: an administrator sends it from the page of the staff, the operator makes it with `siegelpost staff link`.")
    nothing = _("Nobody was logged in.")


class ResetOver(NotFound):
    """A link for a new password that was used, is too old, or that we did not make."""

    code = "staff.reset_over"
    message = _("This link has been used, or is older than 15 minutes.")
    hint = _("Ask for a new one on the page of the login.")
    nothing = _("Your password is as it was.")


class ResetTooOften(Refused):
    """More requests than anybody needs who has forgotten a password; the same for addresses that we do not know."""

    code = "staff.reset_too_often"
    message = _("A link has been asked for too often, from here or for this address.")
    hint = _("Look into your mail, also among what was filtered out, and try again in an hour.")
    nothing = _("No mail was sent.")
    status = 429


class FactorNeeded(Refused):
    """The last second factor of somebody who must have one."""

    code = "staff.factor_needed"
    message = _("You need a second factor here, and this is the last one.")
    hint = _("Set up another one first, then remove this one.")
    nothing = _("It is still there.")


class FactorUnknown(NotFound):
    """No second factor of this person."""

    code = "staff.factor_unknown"
    message = _("This second factor does not exist any more.")
    hint = _("Load the page anew.")


class PasswordShortAlone(Refused):
    """A password that is long enough beside a second factor only."""

    code = "staff.password_short_alone"
    message = _("Without a second factor your password needs {least} characters, and yours was not asked for so many.")
    hint = _("Set up another second factor first, or set a longer password before you remove this one.")
    nothing = _("It is still there.")


class TokenUnknown(NotFound):
    """No token of this tenant has this number."""

    code = "token.unknown"
    message = _("There is no such token.")
    hint = _("`siegelpost token list` and the page “API tokens” show those that exist.")


class TokenRightUnknown(BadInput):
    """A word that is no right of a program, or none at all."""

    code = "token.right_unknown"
    message = _("A token needs at least one right, and can have no others than: {rights}.")
    hint = _("Give it no more than the program needs.")
    nothing = _("No token was made.")


class TokenRightTooMuch(Refused):
    """Nobody gives away what they do not have."""

    code = "token.right_too_much"
    message = _("A token cannot have more rights than the person it belongs to.")
    hint = _("Choose fewer rights, or somebody who has them.")
    nothing = _("No token was made.")


class TokenAreaUnknown(BadInput):
    """A word that is no area of a program's rights, or one in which the token would have none."""

    code = "token.area_unknown"
    message = _("A token can be kept to these areas, if it has a right in them: {areas}.")
    hint = _("Name none for all of them.")
    nothing = _("No token was made.")


class TokenReachTooFar(Refused):
    """Lists or fields that whoever the token belongs to does not see."""

    code = "token.reach_too_far"
    message = _("A token cannot reach lists or fields beyond those of the person it belongs to.")
    hint = _("Name lists that this person's role names; a list inside a folder of the role must be named there, too.")
    nothing = _("No token was made.")


class TokenEndWrong(BadInput):
    """A day that is over or too far away."""

    code = "token.end_wrong"
    message = _("A token ends after today and within {days} days.")
    hint = _("Choose an earlier day; make a new token when it ends.")
    nothing = _("No token was made.")


class TokenOwnerUnknown(BadInput):
    """Whoever answers for a token works in its tenant."""

    code = "token.owner_unknown"
    message = _("Nobody with a role in this tenant who may log in has this address.")
    hint = _("Give them a role first: `siegelpost staff create`.")
    nothing = _("No token was made.")


class TokenOwnerMissing(Refused):
    """The operator has no rights of its own in a tenant of others (Art. 28(3) GDPR)."""

    code = "token.owner_missing"
    message = _("In a tenant of another controller a token needs somebody of that tenant to whom it belongs.")
    hint = _("Name one: --owner ADDRESS.")
    nothing = _("No token was made.")


class IdentityRefused(Refused):
    """What came back from an identity provider is not enough; why stands in the log alone."""

    code = "identity.refused"
    message = _("What your identity provider answered opens nothing here.")
    hint = _("Log in again. It lets in who works here already, by an address that the provider has verified.")
    nothing = _("Nobody was logged in.")


class IdentityUnreachable(BadInput):
    """It does not answer, or not as itself."""

    code = "identity.unreachable"
    message = _("The identity provider {provider} does not answer as it should.")
    hint = _("Try again in a minute, or log in with your password or passkey.")
    nothing = _("Nobody was logged in.")
    status = 502
