"""The process that takes mail in: a loop for the sockets, threads for the database."""

import asyncio
import logging
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final

import structlog
from django.db import close_old_connections

from siegelpost.base import clock
from siegelpost.base.actor import Actor
from siegelpost.base.errors import BadInput
from siegelpost.base.i18n import marked as _
from siegelpost.base.settings import process_settings
from siegelpost.flows import receive_mail
from siegelpost.flows.own_addresses import bounce_domain, complaint_address
from siegelpost.flows.own_tls import own_pair
from siegelpost.flows.receive_mail import Outcome, Receiving
from siegelpost.flows.renewal import Renewal, keep_renewed
from siegelpost.flows.tls_pair import Pair, server_context
from siegelpost.inbound.session import Conversation, Desk, Door

THREADS: Final = 4  # SQLite has one writer at a time; on PostgreSQL each holds a connection
STOP_SECONDS: Final = 10  # for messages that are being stored

log = structlog.get_logger()


class InboundPortTaken(BadInput):
    """Another program listens there."""

    code = "inbound.port_taken"
    message = _("The port {port} cannot be used for inbound mail: {reason}.")
    hint = _("Stop the other program, or choose another port with --inbound-port.")
    nothing = _("Nothing was started.")


def serve_inbound(host: str, port: int, ready: Callable[[int], None] | None = None) -> None:
    """Take bounces, complaints and unsubscribes on `host`:`port` (SMTP and LMTP) until SIGTERM or SIGINT.

    port   0 takes a free one
    ready  is called once with the port, when connections are welcome

    Must be called in the main thread of a process that has set Django up. Raises InboundPortTaken, and what `own_pair` raises.
    """
    settings = process_settings()
    pair = own_pair(settings, (), now=clock.now())  # which name others know us by is theirs; the scan looks at it
    rules = Receiving(complaint_address=complaint_address(settings), limit=settings.hard_bounces)
    close_old_connections()
    with ThreadPoolExecutor(THREADS, thread_name_prefix="inbound") as threads:
        door = Door(desk(rules, bounce_domain(settings)), threads)
        if pair is not None:
            _offer_tls(door, pair)
            keep_renewed(Renewal(settings, (), pair), settings, partial(_offer_tls, door))
        asyncio.run(_until_signal(host, port, door, ready))


def _offer_tls(door: Door, pair: Pair) -> None:
    door.tls = server_context(pair)


async def _until_signal(host: str, port: int, door: Door, ready: Callable[[int], None] | None) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await listen(host, port, door, stop, ready)


async def listen(host: str, port: int, door: Door, stop: asyncio.Event, ready: Callable[[int], None] | None = None) -> None:
    """Take mail until `stop` is set; messages that are being stored then get their answer. Raises InboundPortTaken."""
    logging.getLogger("mail.log").disabled = True  # aiosmtpd writes addresses into it
    try:
        server = await asyncio.get_running_loop().create_server(lambda: Conversation(door), host, port, backlog=128)
    except OSError as fault:
        raise InboundPortTaken(port=port, reason=os.strerror(fault.errno or 0)) from fault
    if ready:
        ready(server.sockets[0].getsockname()[1])
    await stop.wait()
    server.close()
    await _settle(door)


async def _settle(door: Door) -> None:
    if door.busy:
        await asyncio.wait(door.busy, timeout=STOP_SECONDS)
        await asyncio.sleep(0.1)  # the conversations that waited for them have their turn to answer
    log.info("inbound.stopped", **door.outcomes)


def desk(rules: Receiving, hostname: str) -> Desk:
    """Put the flow behind the conversations; each question gives its thread's database connections back."""

    def accepts(address: str) -> bool:
        try:
            return receive_mail.accepts(address, rules)
        finally:
            close_old_connections()

    def receive(address: str, content: bytes) -> Outcome:
        try:
            return receive_mail.receive(address, content, rules, actor=Actor.system("inbound"), now=clock.now())
        finally:
            close_old_connections()

    return Desk(accepts, receive, hostname)
