"""What a sign-up form asks beside the address, and what belongs to it: stored as one document with the form.

Source: Art. 5(1)(c) GDPR (whoever must fill in a field is told what it is needed for), Art. 7(1) and 13 GDPR (which privacy notice the
person could read); control 4.3-06 (how long somebody may wait).
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _

LONGEST_LIFETIME: Final = 30
USUAL_LIFETIME: Final = 14
"""Days that a sign-up may wait for its confirmation, and those that are enough for a holiday."""
LONGEST_ADDRESS: Final = 500
LONGEST_VERSION: Final = 40
_WEB: Final = re.compile(r"https?://[^\s<>\"'\\]+")


class SetupWrong(BadInput):
    """Something about a form that cannot be; `where` names its field."""

    nothing = _("The form was not saved.")
    where = ""


class PurposeMissing(SetupWrong):
    """A field must be filled in, and nobody says why."""

    code = "form.purpose_missing"
    message = _("The field “{field}” shall be mandatory, but nothing says what it is needed for.")
    hint = _("Write its purpose on the page “Fields”: people read it beside the field. Or let them leave it empty.")
    where = "required"


class FieldNotAsked(SetupWrong):
    """Mandatory, but not on the form."""

    code = "form.field_not_asked"
    message = _("The field “{field}” shall be mandatory, but the form does not ask for it.")
    hint = _("Choose it among the fields, or let it be.")
    where = "required"


class LifetimeWrong(SetupWrong):
    """Longer than a sign-up may wait."""

    code = "form.lifetime_wrong"
    message = _("A sign-up may wait 1 to 30 days for its confirmation.")
    hint = _("14 days are long enough for a holiday.")
    where = "lifetime"


class NoticeWrong(SetupWrong):
    """A privacy notice without address or version."""

    code = "form.notice_wrong"
    message = _("The privacy notice needs a web address (https://…) and the name of its version, or neither.")
    hint = _("Name the version as the notice itself does, for example 2026-05. It is kept with each consent.")
    where = "privacy_url"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSetup:
    """All but the words, lists and fields of a form.

    choosable      visitors choose among the lists; otherwise they get all of them
    required       aliases of the fields that must be filled in beside the address
    lifetime       days that a sign-up waits, 1 to 30
    privacy_url, privacy_version   the privacy notice that is linked, kept with each consent; "" where none is
    confirmation_mail, welcome_mail   numbers of dialog mailings; None for our own words, and for no mail
    """

    choosable: bool = False
    required: tuple[str, ...] = ()
    lifetime: int = USUAL_LIFETIME
    privacy_url: str = ""
    privacy_version: str = ""
    confirmation_mail: int | None = None
    welcome_mail: int | None = None

    def check(self, asked: Collection[str], purposes: Mapping[str, str]) -> None:
        """Raises SetupWrong for what cannot be.

        asked     aliases of the fields that the form asks for
        purposes  alias -> what the tenant says that each field is needed for
        """
        for alias in self.required:
            if alias not in asked:
                raise FieldNotAsked(field=alias)
            if not purposes.get(alias, "").strip():
                raise PurposeMissing(field=alias)
        if not 1 <= self.lifetime <= LONGEST_LIFETIME:
            raise LifetimeWrong
        sound = bool(_WEB.fullmatch(self.privacy_url)) and len(self.privacy_url) <= LONGEST_ADDRESS
        named = bool(self.privacy_version.strip()) and len(self.privacy_version) <= LONGEST_VERSION and self.privacy_version.isprintable()
        if (self.privacy_url or self.privacy_version) and not (sound and named):
            fault = NoticeWrong()
            fault.where = "privacy_version" if sound else "privacy_url"
            raise fault

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {**asdict(self), "required": list(self.required)}

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "FormSetup":
        """From JSON; what is not there is as it was before there was a choice."""
        known = {name: value for name, value in stored.items() if name in cls.__dataclass_fields__}
        return cls(**{**known, "required": tuple(known.get("required", ()))})
