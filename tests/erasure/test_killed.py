"""Whoever erases is killed at each step in turn: nothing is half done in a database, and the next one goes on and says so."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connections

from siegelpost.audience.models import Subscriber
from siegelpost.base.privacy import Store, Subject
from siegelpost.erasure.models import Erasure
from siegelpost.flows import erase_person as flow
from siegelpost.flows.person_stores import STORES
from siegelpost.tenancy.handle import TenantDB
from tests.erasure.scene import EMAIL, NOW, WHO, a_scene

BEFORE, AFTER = "before", "after"
POINTS = (
    (BEFORE, "delivery.Delivery"), (AFTER, "audience.Subscriber"), (BEFORE, "signups.SignUp"), (AFTER, "signups.SignUp"),
    (AFTER, "intake.ImportJob"), (BEFORE, "look"), (BEFORE, "certify"), (AFTER, "certify"),
)  # fmt: skip


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def deadly(store: Store, when: str) -> Store:
    """The same store; whoever strips it dies before or after."""
    remove = store.remove
    assert remove is not None

    def removing(tenant: TenantDB, who: Subject, now: datetime) -> int:
        if when == BEFORE:
            die()
        done = remove(tenant, who, now)
        die()
        return done

    return replace(store, remove=removing)


@contextmanager
def child() -> Iterator[bool]:
    """True in a process of its own, whose end is waited for; both open connections of their own."""
    connections.close_all()
    number = os.fork()
    if number == 0:
        try:
            yield True
        finally:
            os._exit(1)
    yield False
    assert os.waitstatus_to_exitcode(os.waitpid(number, 0)[1]) == -signal.SIGKILL, "it was killed at its point"


def erase_and_die(tenant: TenantDB, when: str, where: str) -> None:
    """In the child."""
    if "." in where:
        setattr(flow, "STORES", tuple(deadly(one, when) if one.code == where else one for one in STORES))  # noqa: B010 - it is final
    else:
        real: Callable[..., object] = getattr(flow, where)

        def step(*parts: object, **named: object) -> None:
            if when == AFTER:
                real(*parts, **named)
            die()

        setattr(flow, where, step)
    flow.erase_person(tenant, EMAIL, actor=WHO, now=NOW)


@pytest.mark.wire
@pytest.mark.parametrize(("when", "where"), POINTS, ids=[f"{when} {where}" for when, where in POINTS])
def test_it_goes_on_where_it_was_killed(alpha: TenantDB, tmp_path: Path, when: str, where: str) -> None:
    scene = a_scene(alpha, tmp_path)
    with child() as here:
        if here:
            erase_and_die(alpha, when, where)
    inside = where in ("delivery.Delivery", "audience.Subscriber")
    assert alpha.objects(Erasure).exists() is not inside, "what lies in the database goes in one piece or not at all"
    assert alpha.objects(Subscriber).filter(pk=scene.person).exists() is inside
    done = flow.erase_person(alpha, EMAIL, actor=WHO, now=NOW)
    certified = (when, where) == (AFTER, "certify")
    assert (done.continued, done.before) == (not inside and not certified, certified)
    removed = {one["store"]: one["removed"] for one in done.certificate["stores"] if one["removed"]}
    assert removed["audience.Membership"] == 3 and removed["consent.Consent"] == 3
    assert (removed["signups.SignUp"], removed["intake.ImportJob"]) == (1, 1)
    assert scene.bytes_left() == set() and alpha.objects(Erasure).count() == 1
