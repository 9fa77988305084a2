"""The listener in a thread of this process, on a free port."""

import asyncio
import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from siegelpost.inbound.server import THREADS, listen
from siegelpost.inbound.session import Desk, Door
from tests.patience import PATIENCE

HOST = "127.0.0.1"


@contextmanager
def listening(desk: Desk, tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Yield the port on which `desk` answers; with `tls` it offers STARTTLS."""
    ports: list[int] = []
    ready = threading.Event()
    loops: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def up(port: int) -> None:
        ports.append(port)
        ready.set()

    async def run() -> None:
        stop = asyncio.Event()
        loops.append((asyncio.get_running_loop(), stop))
        with ThreadPoolExecutor(THREADS) as threads:
            await listen(HOST, 0, Door(desk, threads, tls), stop, up)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    assert ready.wait(PATIENCE)
    try:
        yield ports[0]
    finally:
        loop, stop = loops[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join(PATIENCE)
        assert not thread.is_alive()
