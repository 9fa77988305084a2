"""This machine: the data folder and who may read it, the key, disk space, the clock."""

import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from siegelpost.base.errors import SiegelpostError
from siegelpost.base.i18n import marked as _
from siegelpost.base.kernel_clock import kernel_clock
from siegelpost.flows.doctor.finding import FAULT, FINE, WARNING, Finding, Looking, of_error
from siegelpost.flows.own_tls import fault_of
from siegelpost.tenancy.home import Home, master_key, read_mark

OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
PATTERNS: Final = ("control.sqlite3*", "keys", "keys/*", "tenants", "tenants/*", "tenants/*/*.sqlite3*", "spool", "journals")
NAMED: Final = 5
LITTLE: Final = 2 * 1024**3
"""Bytes: a backup, an import and the logs of a busy day fit in."""
NONE: Final = 256 * 1024**2
"""Bytes: SQLite's log and a spool grow by so much in an hour; what cannot be written stops the sending."""


def data_folder(look: Looking) -> Iterator[Finding]:
    """There, ours, and closed to others."""
    place = Home(look.settings.home)
    try:
        read_mark(place)
        master_key()
    except SiegelpostError as fault:
        yield of_error("doctor.home", fault)
        return
    found = {one for pattern in PATTERNS for one in place.root.glob(pattern)}
    keys = {one for one in (look.settings.master_key_file, look.settings.tls_key) if one}
    wide = sorted(str(one) for one in found | keys if _open_to_others(one))
    if wide:
        facts = {"n": len(wide), "names": ", ".join(wide[:NAMED])}
        what = _("Others on this machine can read what is ours ({n} files or folders): {names}")
        yield Finding("doctor.home_open", FAULT, what, _("Take their rights away: chmod -R go-rwx, on each of them."), facts)
    else:
        yield Finding("doctor.home", FINE, _("The data folder is there, its key fits, and nobody else can read it."))


def disk(look: Looking) -> Iterator[Finding]:
    """Space where the data lie."""
    if not look.settings.home.exists():
        return
    free = shutil.disk_usage(look.settings.home).free
    facts = {"free": f"{free / 1024**3:.1f}"}
    if free >= LITTLE:
        yield Finding("doctor.disk", FINE, _("{free} GB are free where the data lie."), facts=facts)
    else:
        state = FAULT if free < NONE else WARNING
        what = _("Only {free} GB are free where the data lie.")
        yield Finding("doctor.disk", state, what, _("Make room, or give the data more of it."), facts)


def clock(look: Looking) -> Iterator[Finding]:
    """Whether somebody keeps it."""
    if kernel_clock().kept:
        yield Finding("doctor.clock", FINE, _("The clock of this machine is kept in step with others."))
    else:
        do = _("Set up chrony or systemd-timesyncd: signatures, codes of apps and links go by the clock.")
        yield Finding("doctor.clock", WARNING, _("Nobody keeps the clock of this machine in step with others."), do)


def certificate_files(look: Looking) -> Iterator[Finding]:
    """Those of our own TLS, where the settings name them."""
    if look.settings.tls_certificate is None:
        return
    if fault := fault_of(look.settings, now=look.now):
        do = _("docs/errors.md explains it; a server that runs keeps the certificate from before.")
        yield Finding("doctor.certificate_files", FAULT, _("The files of our own certificate cannot be used: {code}"), do, {"code": fault})
    else:
        yield Finding("doctor.certificate_files", FINE, _("The files of our own certificate fit together and are valid today."))


def _open_to_others(path: Path) -> bool:
    try:
        return bool(path.stat().st_mode & OTHERS)
    except OSError:
        return False
