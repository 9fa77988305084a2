"""django-allauth's second factors, with our key and our address."""

import base64
import secrets
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext_lazy as _

from siegelpost.accounts.reads import Person
from siegelpost.base.settings import process_settings
from siegelpost.sign.keys import unwrap, wrap
from siegelpost.tenancy.installation import operator_db

PRODUCT = "Siegelpost"


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth brings no types
    """Secrets lie encrypted; a passkey is bound to the address of SIEGELPOST_STAFF_URL, whatever name a request says."""

    error_messages = {**DefaultMFAAdapter.error_messages, "incorrect_code": _("This was not right. Try again.")}

    def encrypt(self, text: str) -> str:
        """Locked with the operator's key, which the master key locks."""
        return base64.b64encode(wrap(_key(), text.encode(), random=secrets.token_bytes)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises KeyRefused with another master key, or where somebody changed it."""
        return unwrap(_key(), base64.b64decode(encrypted_text)).decode()

    def get_totp_issuer(self) -> str:
        """The name in the app: product and host, for people with several."""
        return f"{PRODUCT} {site()}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """To whom a passkey belongs (WebAuthn section 5.4.2): our own name, never that of a header."""
        return {"id": site(), "name": PRODUCT}

    def get_public_key_credential_user_entity(self, user: Person) -> dict[str, Any]:
        """Whose it is; as identifier travels the number alone (WebAuthn section 14.6.1: nothing personal in it)."""
        return {**super().get_public_key_credential_user_entity(user), "display_name": user.name or user.email, "name": user.email}


def site() -> str:
    """The host of the staff's address."""
    return urlsplit(process_settings().staff_url).hostname or ""


def _key() -> bytes:
    return operator_db().keys.factors
