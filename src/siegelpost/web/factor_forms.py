"""What is brought as a second factor: a code, or what a passkey signed. Put into django-allauth's views by MFA_FORMS."""

import json
from typing import Any

from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, AuthenticateWebAuthnForm, LoginWebAuthnForm
from django import forms
from django.contrib.auth.signals import user_login_failed
from django.utils.translation import gettext as _
from fido2.utils import websafe_decode
from fido2.webauthn import AuthenticationResponse

from siegelpost.accounts.factors import bring
from siegelpost.accounts.reads import Person
from siegelpost.accounts.totp import Judged
from siegelpost.base import clock
from siegelpost.base.settings import process_settings
from siegelpost.flows import second_factor as flow
from siegelpost.web.entry_log import note_stopped
from siegelpost.web.forms import dress

A_MINUTE = 60


class CodeForm(AuthenticateForm):  # type: ignore[misc]  # allauth brings no types
    """Six digits of an app, or a recovery code."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = _("Code")
        self.fields["code"].widget.attrs |= {"inputmode": "numeric", "autofocus": True, "placeholder": ""}
        dress(self)

    def clean_code(self) -> str:
        """Used up by this; failures count per account."""
        code = str(self.cleaned_data["code"])
        self.authenticator = taken(self.user, code)
        return code


def taken(person: Person, code: str) -> Authenticator:
    """What a code of the app, or a recovery code, belongs to; used up by this. Wrong ones count per account, wherever they are brought.

    Raises ValidationError, with words for whoever brought it.
    """
    try:
        forget_failures = check_rate_limit(person)
    except forms.ValidationError:
        note_stopped(context.request)
        raise
    judged, authenticator = bring(person, code, now=clock.now())
    if authenticator is None:
        user_login_failed.send(sender=CodeForm, credentials={}, request=context.request)
        raise forms.ValidationError(why_not(judged))
    forget_failures()
    return authenticator


def why_not(judged: Judged) -> str:
    """What to say of a code that does not count."""
    if judged.used:
        return _("This code was used already. Wait for the next one: the app shows it within 30 seconds.")
    if judged.off:
        facts = {"n": max(1, round(abs(judged.off) / A_MINUTE))}
        ahead, behind = (
            _("The clock of your device is ahead of ours by %(n)d min."),
            _("The clock of your device is behind ours by %(n)d min."),
        )
        wrong = (ahead if judged.off > 0 else behind) % facts
        return f"{wrong} " + _("Let it set its time by itself, then take the next code. Nobody was logged in.")
    return _("This code is not right. Take the one that the app shows now.")


def is_ours(credential: Any) -> bool:
    """Whether what a passkey signed was asked for by our own pages: exactly our origin, no other port or name beside it."""
    try:
        said = json.loads(websafe_decode(credential["response"]["clientDataJSON"]))
        return bool(said["origin"] == process_settings().staff_url and not said.get("crossOrigin"))
    except (KeyError, TypeError, ValueError):
        return False


class Ours(forms.Form):
    """Refuses what was signed for another page (WebAuthn section 7.2, steps 13 and 14) before the signature is looked at.

    After it, what a copy of the passkey has signed.
    """

    def clean_credential(self) -> Any:
        """The credential, or the authenticator that it belongs to."""
        credential = self.cleaned_data["credential"]
        if not is_ours(credential):
            raise self._refused(_("This passkey answered another page than ours."))
        further = getattr(super(), "clean_credential", None)
        if further is None:
            return credential
        passkey = further()
        if not flow.count_on(passkey, _counter(credential), now=clock.now()):
            raise self._refused(_("There is a second one of this passkey. Remove it from your account, and make a new one."))
        return passkey

    def _refused(self, why: str) -> forms.ValidationError:
        user_login_failed.send(sender=type(self), credentials={}, request=context.request)
        return forms.ValidationError(why)


def _counter(credential: Any) -> int:
    """How often it says that it has signed; covered by the signature, which was checked."""
    return int(AuthenticationResponse.from_dict(credential).response.authenticator_data.counter)


class PasskeyForm(Ours, AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the password."""


class PasskeyLoginForm(Ours, LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey instead of everything else."""


class NewPasskeyForm(Ours, AddWebAuthnForm):  # type: ignore[misc]
    """A passkey that is to be kept; it proves its person by itself (PIN or finger), so that it also opens without a password."""

    name = forms.CharField(required=False, max_length=100)
    passwordless = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def clean_passwordless(self) -> bool:
        """Always."""
        return True
