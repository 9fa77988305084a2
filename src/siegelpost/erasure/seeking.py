"""Has the second program look for people who should be gone, and says what its answer means."""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from siegelpost.erasure.errors import SearchFailed
from siegelpost.erasure.rules import Hit, Judgement, Needle, judge
from siegelpost.tenancy.compact import empty_wal, rewrite
from siegelpost.tenancy.handle import Store, TenantDB
from siegelpost.tenancy.home import home
from siegelpost.tenancy.places import OTHER_PLACES, conninfos, databases_of
from siegelpost.tenancy.signups import open_sign_ups

PROGRAM: Final = Path(__file__).with_name("seek.py")


@dataclass(frozen=True, slots=True)
class Looked:
    """What a search found: how much it read, and what its hits mean; `rewritten` databases had forgotten bytes."""

    files: int
    bytes: int
    tables: int
    judged: Judgement
    rewritten: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """Nothing of these people is there any more, but for what is kept about them for another purpose."""
        return not (self.judged.live or self.judged.stale or self.judged.lying)


def look(tenant: TenantDB, wanted: list[Needle], others: frozenset[str]) -> Looked:
    """Search the home folder, and on PostgreSQL the tenant's database; where forgotten bytes are left, write the databases anew
    and search again.

    others  tables of people who are no subscribers

    Other tenants' folders are left out: whether the same person is stored there is none of this tenant's business.
    """
    stores: tuple[Store, ...] = (tenant, open_sign_ups(tenant))
    for store in stores:
        empty_wal(store)
    found = _judged(tenant, _run(tenant, wanted), wanted, others)
    if not found.judged.stale:
        return found
    for store in stores:
        rewrite(store)
    again = _judged(tenant, _run(tenant, wanted), wanted, others)
    left = frozenset() if again.judged.elsewhere else again.judged.stale  # after that only those rows hold the bytes
    fresh = Judgement(again.judged.live, left, again.judged.lying, again.judged.elsewhere)
    return Looked(again.files, again.bytes, again.tables, fresh, tuple(sorted(found.judged.stale)))


def _run(tenant: TenantDB, wanted: Sequence[Needle]) -> dict[str, Any]:
    """Start the program, isolated from ours; what to look for goes through a pipe, for arguments can be seen by everybody.

    Raises SearchFailed.
    """
    root = home().root.resolve()
    own = root / "tenants" / tenant.slug
    skip = [str(one) for one in (root / "tenants").glob("*") if one != own] + [str(root / one) for one in OTHER_PLACES]
    order = {"root": str(root), "skip": skip, "needles": [one.text for one in wanted], "postgres": conninfos(tenant)}
    done = subprocess.run([sys.executable, "-I", str(PROGRAM)], input=json.dumps(order), capture_output=True, text=True, check=False)
    if done.returncode:
        raise SearchFailed  # what it said may hold what it looked for
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _judged(tenant: TenantDB, answer: dict[str, Any], wanted: list[Needle], others: frozenset[str]) -> Looked:
    hits = [Hit(one["needle"], one["place"], tuple(one["tables"])) for one in answer["hits"]]
    judged = judge(hits, wanted, databases=databases_of(tenant), others=others)
    return Looked(answer["files"], answer["bytes"], answer["tables"], judged)
