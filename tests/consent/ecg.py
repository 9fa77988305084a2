"""Files of the Austrian list as RTR gives them out, made here."""

import hashlib
from datetime import date, timedelta

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.settings import process_settings
from siegelpost.flows.listed import ListFile, take_ecg
from siegelpost.tenancy.handle import TenantDB

WHO = Actor.operator()


def ecg(*texts: str, more: int = 20) -> bytes:
    """The file with these texts ("ann@example.org", "@example.org"), and some strangers."""
    strangers = (f"stranger{n}@strange.example" for n in range(more))
    return b"".join(hashlib.sha1(text.encode(), usedforsecurity=False).digest() for text in (*texts, *strangers))


def bring(tenant: TenantDB, *texts: str, days_old: int = 0, shorter: bool = False, more: int = 20) -> int:
    """Take such a file over; returns its entries."""
    day: date = (clock.now() - timedelta(days=days_old)).date()
    file = ListFile(data=ecg(*texts, more=more), dated=day, shorter=shorter)
    return take_ecg(tenant, file, settings=process_settings(), actor=WHO, now=clock.now())
