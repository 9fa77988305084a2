"""What can go wrong when an address for posts is set up."""

from siegelpost.base.errors import BadInput, NotFound
from siegelpost.base.i18n import marked as _


class ProviderUnknown(BadInput):
    """No such provider."""

    code = "hooks.provider_unknown"
    message = _("Posts of this provider are not understood.")
    hint = _("Name one of: {known}.")


class SecretWrong(BadInput):
    """What is to prove posts cannot be used."""

    code = "hooks.secret_wrong"
    message = _("What is to prove the posts of this provider is missing or cannot be used.")
    hint = _(
        "--secret-file holds, for mailgun the signing key for webhooks, for sendgrid the verification key of signed event webhooks,"
        " for ses the certificate of Amazon SNS (PEM, in force); ses also takes --topic with the ARN of the topic."
    )


class HookUnknown(NotFound):
    """No such address."""

    code = "hooks.unknown"
    message = _("There is no address for posts of this number.")
    hint = _("`siegelpost webhook list` shows those that exist.")
