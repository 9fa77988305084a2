"""Time stamps that lie beside the checkpoints of a log."""

from dataclasses import dataclass
from datetime import datetime

from siegelpost.evidence.models import Checkpoint, Stamp
from siegelpost.tenancy.handle import Logged


@dataclass(frozen=True, slots=True)
class Unstamped:
    """A checkpoint without a time stamp: over how many entries, its text, when it was signed."""

    size: int
    note: str
    at: datetime


def unstamped(log: Logged) -> Unstamped | None:
    """The newest checkpoint, where it has no time stamp: an older one needs none any more."""
    newest = log.objects(Checkpoint).order_by("-size").values_list("size", "note", "at").first()
    if newest is None or log.objects(Stamp).filter(size=newest[0]).exists():
        return None
    return Unstamped(*newest)


def keep(log: Logged, size: int, answer: bytes, *, now: datetime) -> None:
    """Lay a time stamp beside the checkpoint over `size` entries; where there is one already, that stays."""
    with log.atomic():
        log.objects(Stamp).bulk_create([Stamp(size=size, at=now, answer=answer)], ignore_conflicts=True)


def stamps(log: Logged) -> dict[int, bytes]:
    """Length of a checkpoint -> its time stamp."""
    return {size: bytes(answer) for size, answer in log.objects(Stamp).values_list("size", "answer")}
