"""Send a mailing as somebody wishes: now or later, at what pace, in which hours."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.delivery.errors import WindowWrong
from siegelpost.delivery.plan import Pace
from siegelpost.delivery.window_rules import read_window
from siegelpost.flows.launch import Agreed, launch
from siegelpost.flows.schedule import schedule
from siegelpost.tenancy.handle import TenantDB


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """How to send: at once or from `start_at` (UTC) on, and at what pace.

    call  hashes of the key of a program's call and of what it wants, to know it again; None for people
    """

    start_at: datetime | None = None
    pace: Pace = field(default_factory=Pace)
    call: tuple[str, str] | None = None


def pace_typed(settings: Settings, *, per_hour: int = 0, per_day: int = 0, windows: Sequence[str] = ()) -> Pace:
    """A pace as people type it; windows count in the time zone of the installation. Raises WindowWrong."""
    try:
        read = tuple(read_window(one) for one in windows)
    except ValueError:
        raise WindowWrong from None
    return Pace(per_hour=per_hour, per_day=per_day, windows=read, zone=settings.time_zone)


def send(tenant: TenantDB, mailing_id: int, wish: Wish, *, settings: Settings, actor: Actor, now: datetime, version: str = "") -> None:
    """Launch a mailing, or schedule it. Raises as `launch` and `schedule`.

    version  what `version_of` said of the mailing that somebody agreed to send; "" for as it is now
    """
    agreed = Agreed(version=version, pace=wish.pace, call=wish.call)
    if wish.start_at:
        schedule(tenant, mailing_id, wish.start_at, settings=settings, actor=actor, now=now, agreed=agreed)
    else:
        launch(tenant, mailing_id, settings=settings, actor=actor, now=now, agreed=agreed)
