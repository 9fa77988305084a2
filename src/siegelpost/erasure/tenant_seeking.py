"""Has the second program look for a tenant that should be gone: in the home folder but for other tenants, and in the control database."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from siegelpost.erasure.errors import SearchFailed
from siegelpost.erasure.seeking import PROGRAM
from siegelpost.tenancy.compact import empty_wal, rewrite
from siegelpost.tenancy.home import home
from siegelpost.tenancy.installation import operator_store
from siegelpost.tenancy.places import CONTROL_PLACE, control_conninfos

CONTROL: Final = "control.sqlite3"
OTHERS: Final = frozenset({"accounts_person", "accounts_invitation"})
"""Tables in which an address may stand for another reason: somebody of the operator, or of another tenant, or invited there."""


@dataclass(frozen=True, slots=True)
class LookedForTenant:
    """What was read, and the places where something of the tenant still lies."""

    files: int
    bytes: int
    left: tuple[str, ...]


def look_for_tenant(slug: str, texts: Sequence[str]) -> LookedForTenant:
    """Search; where forgotten bytes are left in the control database, write it anew and search again. Raises SearchFailed."""
    store = operator_store()
    empty_wal(store)
    found = _judged(_run(slug, texts))
    if CONTROL in found.left and store.vendor == "sqlite":
        rewrite(store)
        found = _judged(_run(slug, texts))
    return found


def _run(slug: str, texts: Sequence[str]) -> dict[str, Any]:
    root = home().root.resolve()
    skip = [str(one) for one in (root / "tenants").glob("*") if one.name != slug]
    order = {"root": str(root), "skip": skip, "needles": list(texts), "postgres": control_conninfos()}
    done = subprocess.run([sys.executable, "-I", str(PROGRAM)], input=json.dumps(order), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SearchFailed
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _judged(answer: dict[str, Any]) -> LookedForTenant:
    left = {
        one["place"]
        for one in answer["hits"]
        if not (one["place"] in (CONTROL, CONTROL_PLACE) and one["tables"] and set(one["tables"]) <= OTHERS)
    }
    return LookedForTenant(answer["files"], answer["bytes"], tuple(sorted(left)))
