"""The work: sending processes, and what has to be done every second, minute or hour beside them."""

import fcntl
import os
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import structlog

from siegelpost.accounts.approvals.counting import forget_readings
from siegelpost.accounts.approvals.requests import expire as expire_requests
from siegelpost.accounts.invitations import forget_over as forget_invitations
from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.settings import Settings
from siegelpost.consent.asked import forget_asked
from siegelpost.consent.inherited import ParentAway, heed_parent
from siegelpost.consent.opt_outs import anonymise
from siegelpost.consent.sign_ups import expire
from siegelpost.delivery.outgoing import forget_sent
from siegelpost.delivery.purse import forget_gauges
from siegelpost.delivery.recover import recover
from siegelpost.feedback.domain_reports import forget_reports
from siegelpost.feedback.hooks.services import forget_posts
from siegelpost.feedback.replies import forget_replies
from siegelpost.feedback.texts import forget_texts
from siegelpost.flows.access_log import keep_access_logs
from siegelpost.flows.brake import BrakeRounds
from siegelpost.flows.certificates import watch
from siegelpost.flows.controls.rounds import Rounds
from siegelpost.flows.delete_list import clear_lists
from siegelpost.flows.domain_rounds import DomainRounds
from siegelpost.flows.dormant import heed_dormant
from siegelpost.flows.end_rounds import heed_ends
from siegelpost.flows.erasure_rounds import ErasureRounds
from siegelpost.flows.hand_over_rounds import HandOverRounds
from siegelpost.flows.identity_login import heed_providers
from siegelpost.flows.input_log import Comparing
from siegelpost.flows.listed import go_on as compare_lists
from siegelpost.flows.notice_rounds import NoticeRounds
from siegelpost.flows.off_board_rounds import heed_leavers
from siegelpost.flows.old_news import hold
from siegelpost.flows.operator_access import settle
from siegelpost.flows.public_hosts import look_again
from siegelpost.flows.receive_hook import work_off
from siegelpost.flows.receiver_rounds import ReceiverRounds
from siegelpost.flows.relayed import note_open
from siegelpost.flows.renew_consents import heed_silence
from siegelpost.flows.reset_password import mail_resets
from siegelpost.flows.routing import routing
from siegelpost.flows.sealing import Sealing
from siegelpost.flows.sender_config import sending_processes
from siegelpost.flows.singly import sweep_singly
from siegelpost.flows.starting import Starter
from siegelpost.flows.steer import sweep_cancelled
from siegelpost.flows.supervise import Child, Family, own_pid
from siegelpost.governance.disclosures.services import forget as forget_marks
from siegelpost.intake.kept import sweep as sweep_uploads
from siegelpost.measure.aggregate import aggregate
from siegelpost.measure.singly.take_in import take_in
from siegelpost.tenancy.errors import HomeReplaced
from siegelpost.tenancy.handle import TenantDB
from siegelpost.tenancy.home import Home, home, is_original, place_of, read_mark, stamp_home
from siegelpost.tenancy.registry import all_tenants, open_by_number
from siegelpost.tenancy.relays import forget_others

TICK: Final = 0.5  # seconds between two looks at children and spool
SWEEP: Final = 2.0  # seconds between two looks at leavers, cancelled mailings and deleted lists: these ask the database of every tenant
HOURLY: Final = 3600.0  # seconds between two sweeps of what has expired

log = structlog.get_logger(__name__)


class Worker:
    """Runs the work until it is told to stop. Several may run: claims and locks keep them apart."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._stop = threading.Event()
        count = sending_processes(settings)
        self._family = Family([Child(f"sender {n}", "siegelpost.flows.sender_process", own_pid([n])) for n in range(count)])
        if settings.mailbox_url:
            self._family.children.append(Child("mailbox", "siegelpost.flows.mailbox_process", own_pid([])))
        self._hourly_at = self._swept_at = float("-inf")
        self._domains = DomainRounds(settings)
        self._brakes = BrakeRounds(settings)
        self._receivers = ReceiverRounds(settings)
        self._sealing = Sealing(settings.timestamp_url)
        self._controls = Rounds(settings)
        self._comparing = Comparing(settings.staff_url)
        self._hand_overs = HandOverRounds(settings)
        self._erasures = ErasureRounds()
        self._notices = NoticeRounds(settings)

    def stop(self) -> None:
        """Make `run` return; from another thread."""
        self._stop.set()

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Work until `stop` is called or `until` says so, looked at twice a second.

        Raises HomeReplaced where an older copy of the folder is put back meanwhile, HomeMissing while that is being done: whoever
        starts the work again begins anew.
        """
        with _Alive(home()):
            heed_copy(home())
            begun_in = place_of(home())
            starter = Starter(self.settings)
            starter.begin()
            forget_others(tuple(one.name for one in routing(self.settings).relays))
            try:
                while not self._stop.is_set() and not until():
                    if place_of(home()) != begun_in:
                        raise HomeReplaced
                    self._family.look()
                    self._upkeep()
                    self._stop.wait(TICK)
            finally:
                starter.end()
                self._family.end()
                self._upkeep(last=True)

    def _upkeep(self, *, last: bool = False) -> None:
        try:
            aggregate(home().root, open_by_number, now=clock.now(), at_once=self.settings.environment == "test")
            take_in(home().root, open_by_number)
            work_off(limit=self.settings.hard_bounces, seconds=TICK, now=clock.now())
            tenants = all_tenants()
            mail_resets(tenants, staff_url=self.settings.staff_url, now=clock.now())
            if last or time.monotonic() - self._swept_at > SWEEP:
                heed_leavers(now=clock.now())
                heed_ends(staff_url=self.settings.staff_url, now=clock.now())
                gone = [_sweep(tenant, self.settings) for tenant in tenants]
                self._swept_at = time.monotonic() if all(gone) else float("-inf")
            settle(tenants, now=clock.now())
            self._brakes.look(tenants, now=clock.now())
            self._comparing.look(tenants, now=clock.now())  # before sealing: what differs is signed at once
            self._hand_overs.look(tenants, now=clock.now())
            self._erasures.look(tenants, now=clock.now())
            self._notices.look(tenants, now=clock.now())
            self._sealing.look(tenants, now=clock.now())
            if time.monotonic() - self._hourly_at > HOURLY:
                self._hourly_at = time.monotonic()
                forget_gauges(time.time_ns(), clock.now().toordinal())
                forget_posts(now=clock.now())
                forget_invitations(now=clock.now())
                for tenant in tenants:
                    _hourly(tenant)
                keep_access_logs(tenants, now=clock.now())
                heed_dormant(tenants, staff_url=self.settings.staff_url, now=clock.now())
                heed_providers(self.settings.providers, now=clock.now())
                self._domains.refill(tenants, now=clock.now())
                self._receivers.refill(tenants, now=clock.now())
                if not last:
                    watch(self.settings, tenants, now=clock.now())
                    look_again(self.settings, tenants, now=clock.now())
            if not last:  # whoever waits for the end does not wait for name servers
                self._domains.check_one(tenants, now=clock.now())
                self._receivers.look(now=clock.now())
                self._controls.look(tenants, now=clock.now())
            for tenant in tenants:
                tenant.close()
        except Exception as reason:  # noqa: BLE001 - the next tick tries again; sending must not wait for this
            log.error("worker.upkeep_failed", kind=type(reason).__name__)


def _sweep(tenant: TenantDB, settings: Settings) -> bool:
    """Go on with what was cancelled or deleted, and with lists of others; False where something of it is left."""
    with suppress(ParentAway):  # whoever asks there is told; nothing is sent until it can be read
        heed_parent(tenant)
    sweep_cancelled(tenant, now=clock.now())
    compared = compare_lists(tenant, settings, now=clock.now())
    return clear_lists(tenant, now=clock.now(), seconds=TICK) and compared


def _hourly(tenant: TenantDB) -> None:
    expire(tenant, actor=Actor.system("worker"), now=clock.now())
    anonymise(tenant, actor=Actor.system("worker"), now=clock.now())
    forget_asked(tenant, now=clock.now())
    heed_silence(tenant, actor=Actor.system("worker"), now=clock.now())
    forget_sent(tenant, now=clock.now())
    forget_texts(tenant, now=clock.now())
    forget_replies(tenant, now=clock.now())
    forget_reports(tenant, now=clock.now())
    note_open(tenant, now=clock.now())
    sweep_singly(tenant, now=clock.now())
    expire_requests(tenant, actor=Actor.system("worker"), now=clock.now())
    forget_readings(tenant, now=clock.now())
    forget_marks(tenant, actor=Actor.system("worker"), now=clock.now())
    sweep_uploads(tenant, home().tenant(tenant.slug), clock.now())


def heed_copy(place: Home) -> None:
    """A folder that was copied or put back knows old news: what it says is due may have gone out long ago.

    Mailings that run or would start are paused until a person resumes them, claimed rows without an answer become unsure, and system
    mails that wait are held. Then the folder counts as the original.
    """
    if is_original(place):
        return
    log.warning("worker.home_copied")
    tenants = all_tenants()
    recover(tenants, place, now=int(time.time()))
    for tenant in tenants:
        hold(tenant, now=clock.now())
    stamp_home(place, read_mark(place)["installation"])


class _Alive:
    """Says to other processes that a worker runs on this home, by a shared lock that dies with us."""

    def __init__(self, place: Home) -> None:
        self._path = place.root / "worker.lock"
        self._fd = -1

    def __enter__(self) -> None:
        self._fd = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._fd, fcntl.LOCK_SH)

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)


def somebody_works(place: Home) -> bool:
    """Whether a worker runs on this home."""
    fd = os.open(place.root / "worker.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(fd)
    return False
