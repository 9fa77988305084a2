"""Test and production apart: a home folder and its master key say which of the two they are, and serve no process of the other kind.

The word stands twice. In the home folder a small file carries it with a proof that only the master key can make: a copy of the folder
takes it along, and nobody changes it unnoticed. Behind the key itself it stands as the second line of the key's file: a key of one kind
that comes to lie beside a home folder of the other is refused, too. Homes and keys of before this version say nothing; a home is asked
what it is at its next start (`flows.apart`).
"""

import hmac
import json
from pathlib import Path
from typing import Final

from siegelpost.base.errors import Refused
from siegelpost.base.i18n import marked as _
from siegelpost.base.whole_file import whole_file
from siegelpost.sign.keys import derive

PRODUCTION: Final = "production"
TEST: Final = "test"
KINDS: Final = frozenset((PRODUCTION, TEST))
FILE: Final = "environment.json"


class EnvironmentOther(Refused):
    """A process of one kind was started on a home folder or with a master key of the other."""

    code = "environment.other"
    message = _("This home folder or its master key is of the environment “{found}”, and this process was started as “{wanted}”.")
    hint = _(
        "Set SIEGELPOST_ENVIRONMENT={found} to work with it. For “{wanted}” make another home folder with a key of its own: "
        "SIEGELPOST_HOME and `siegelpost init`. Test systems get made-up people (`siegelpost testdata`), never a copy of real ones."
    )
    nothing = _("Nothing was opened and nothing was sent.")


class EnvironmentForged(Refused):
    """The word was changed by hand, or the file came from another home folder."""

    code = "environment.forged"
    message = _("The file environment.json of this home folder was not written by this system: its proof does not fit the master key.")
    hint = _("Put the file back from your copy, together with the master key that belongs to it.")
    nothing = _("Nothing was opened and nothing was sent.")


def write_environment(root: Path, key: bytes, kind: str) -> None:
    """Say in the home folder at `root` which environment it is of; whole or not at all. Raises OSError."""
    with whole_file(root / FILE) as file:
        file.write(json.dumps({"environment": kind, "proof": _proof(key, kind)}).encode())


def environment_of(root: Path, key: bytes) -> str:
    """What the home folder says, "" for one of before. Raises EnvironmentForged."""
    try:
        said = json.loads((root / FILE).read_bytes())
        kind, proof = str(said["environment"]), str(said["proof"])
    except FileNotFoundError:
        return ""
    except (OSError, ValueError, LookupError, TypeError) as reason:
        raise EnvironmentForged from reason
    if kind not in KINDS or not hmac.compare_digest(proof.encode(), _proof(key, kind).encode()):
        raise EnvironmentForged
    return kind


def need_environment(wanted: str, *said: str) -> None:
    """Raise EnvironmentOther where home or key said something else than what this process was started as."""
    for found in said:
        if found and found != wanted:
            raise EnvironmentOther(found=found, wanted=wanted)


def _proof(key: bytes, kind: str) -> str:
    return hmac.digest(derive(key, "environment"), kind.encode(), "sha256").hex()
