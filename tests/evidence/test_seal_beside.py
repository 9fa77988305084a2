"""Several processes sign one log at once: one of them is first, the others go on from there, and none tries for ever."""

import os
import threading
from collections.abc import Callable

import pytest

from siegelpost.evidence import notes, seal
from siegelpost.evidence.errors import SealingStuck
from siegelpost.evidence.export import whole_log
from siegelpost.evidence.models import Checkpoint, Entry, Leaf
from siegelpost.evidence.verify import verify
from siegelpost.tenancy.handle import TenantDB
from tests.evidence.logs import NOW, past_the_system, write

WAIT = 40.0


def at_once(tenant: TenantDB, *works: Callable[[], str]) -> tuple[list[str], list[BaseException]]:
    """Run each in a thread with a connection of its own; what they return, and what they raise."""
    came, faults = list[str](), list[BaseException]()

    def run(work: Callable[[], str]) -> None:
        try:
            came.append(work())
        except Exception as fault:  # noqa: BLE001 - judged by the test
            faults.append(fault)
        finally:
            tenant.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
        assert not thread.is_alive(), "somebody tries for ever"
    return came, faults


@pytest.mark.slow
def test_four_that_seal_at_once_give_each_entry_one_place(alpha: TenantDB) -> None:
    write(alpha, 1_050)
    alpha.close()
    together = threading.Barrier(4)

    def work() -> str:
        together.wait(WAIT)
        return seal.seal(alpha, now=NOW)

    came, faults = at_once(alpha, *[work] * 4)
    assert faults == [] and len(came) == 4
    places = list(alpha.objects(Leaf).order_by("id").values_list("id", flat=True))
    assert places == list(range(1, alpha.objects(Entry).count() + 1))
    assert {notes.read(one).size for one in came} <= set(alpha.objects(Checkpoint).values_list("size", flat=True))
    found = verify(whole_log(alpha).lines)
    assert (found.counts, found.entries) == ({}, len(places))


@pytest.mark.postgresql
def test_whoever_comes_second_to_the_same_place_goes_on_from_there(alpha: TenantDB) -> None:
    """PostgreSQL lets both read before either writes; on SQLite the second one waits from the beginning."""
    write(alpha, 3)
    alpha.close()
    both_have_read, asked = threading.Barrier(2), threading.local()

    def random(n: int) -> bytes:
        if not getattr(asked, "before", False):  # the first place of each
            asked.before = True
            both_have_read.wait(WAIT)
        return os.urandom(n)

    came, faults = at_once(alpha, *[lambda: seal.seal(alpha, now=NOW, random=random)] * 2)
    assert faults == [] and len(came) == 2
    assert alpha.objects(Leaf).count() == alpha.objects(Entry).count()
    assert verify(whole_log(alpha).lines).counts == {}


def test_where_nobody_gets_further_it_ends_with_an_error_and_signs_nothing(alpha: TenantDB) -> None:
    """A trigger that somebody put in refuses every place."""
    write(alpha, 3)
    if alpha.vendor == "sqlite":
        past_the_system(alpha, "CREATE TRIGGER stop BEFORE INSERT ON evidence_leaf BEGIN SELECT RAISE(ABORT, 'no'); END")
    else:
        body = "BEGIN RAISE unique_violation; END"
        past_the_system(
            alpha,
            f"CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
            "CREATE TRIGGER stop BEFORE INSERT ON evidence_leaf FOR EACH ROW EXECUTE FUNCTION stop()",
        )
    alpha.close()
    came, faults = at_once(alpha, lambda: seal.seal(alpha, now=NOW))
    assert came == [] and [type(one) for one in faults] == [SealingStuck]
    assert alpha.objects(Leaf).count() == alpha.objects(Checkpoint).count() == 0
