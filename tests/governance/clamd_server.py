"""A small clamd on 127.0.0.1 that speaks the protocol of the real one: VERSION and INSTREAM, each over a connection of its own."""

import socketserver
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

MALWARE = b"malware-for-tests"
"""What it finds; no real scanner knows it."""
LARGEST = 20_000_000


class Scanner(socketserver.ThreadingTCPServer):
    """Says how old its signatures are, and what it was given to scan."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, signatures: datetime) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.signatures = signatures
        self.finds: tuple[bytes, ...] = (MALWARE,)
        self.scanned: list[bytes] = []

    @property
    def place(self) -> str:
        """As it stands in SIEGELPOST_CLAMAV."""
        return f"127.0.0.1:{self.server_address[1]}"


class _Talk(socketserver.StreamRequestHandler):
    server: Scanner

    def handle(self) -> None:
        command = b""
        while not command.endswith(b"\0"):
            piece = self.rfile.read(1)
            if not piece:
                return
            command += piece
        if command == b"zVERSION\0":
            self.wfile.write(f"ClamAV 1.4.3/27831/{self.server.signatures.astimezone():%a %b %d %H:%M:%S %Y}\0".encode())
        elif command == b"zINSTREAM\0":
            self.wfile.write(self._scan() + b"\0")
        else:
            self.wfile.write(b"UNKNOWN COMMAND\0")

    def _scan(self) -> bytes:
        data = bytearray()
        while length := struct.unpack("!I", self.rfile.read(4))[0]:
            data += self.rfile.read(length)
            if len(data) > LARGEST:
                return b"INSTREAM size limit exceeded. ERROR"
        self.server.scanned.append(bytes(data))
        return b"stream: Test.Malware-1 FOUND" if any(one in data for one in self.server.finds) else b"stream: OK"


@contextmanager
def scanning(signatures: datetime) -> Iterator[Scanner]:
    """A scanner whose signatures are from then."""
    with Scanner(signatures) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
