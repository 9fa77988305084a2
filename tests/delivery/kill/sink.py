"""A relay that keeps what it takes: each message is written down with fsync before the server says 250.

It can be told to stand still at any stage of the talk, so that a sender is killed exactly there:

    connect   before the greeting
    mail      MAIL was read, its answer is withheld
    data      DATA was read, the 354 is withheld
    text      354 was said, nothing of the text is read
    dot       the final dot was read, the message is not written down
    kept      the message is written down, the answer is withheld

Each sending process comes in by a door (a port) of its own, so that the sink knows whose message it holds.
"""

import os
import re
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from tests.ports import free_port

HELLO = b"250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 ENHANCEDSTATUSCODES\r\n"
MESSAGE_ID = re.compile(rb"^Message-ID:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
SPACE, SEGMENT = 4_096, 1400
"""Bytes of a receive buffer and of a TCP segment, as on an Ethernet: the loopback alone would swallow a text of a megabyte, dot
and all, before anybody reads a byte of it."""


@dataclass
class Gate:
    """Where the connections of one door stand still, and how many may still pass there."""

    stage: str = ""
    passes: int = 0


@dataclass(frozen=True)
class Kept:
    """One line of the record."""

    door: int
    recipient: str
    message_id: str


@dataclass(eq=False)
class Visitor:
    """One connection as the sink sees it."""

    door: int
    line: BinaryIO
    socket: socket.socket
    recipient: str = ""
    stands_at: str = ""
    dropped: bool = False

    def say(self, words: bytes) -> None:
        self.socket.sendall(words)


@dataclass
class Sink:
    """`doors` ports on the loopback; the record is the file `record`."""

    record: Path
    doors: list[socket.socket]
    ports: list[int] = field(init=False)
    answered: Counter[int] = field(default_factory=Counter)
    """Answers to final dots that have left, by door."""
    broken: Counter[int] = field(default_factory=Counter)
    """Texts whose end never came, by door."""
    _gates: dict[int, Gate] = field(default_factory=dict)
    _visitors: set[Visitor] = field(default_factory=set)
    _change: threading.Condition = field(default_factory=threading.Condition)

    def __post_init__(self) -> None:
        self.ports = [int(door.getsockname()[1]) for door in self.doors]

    def hold(self, stage: str, *doors: int, passes: int = 0) -> None:
        """From now on who comes to this stage waits, after `passes` have gone through; who waits elsewhere goes on."""
        with self._change:
            for door in doors:
                self._gates[door] = Gate(stage, passes)
            self._change.notify_all()

    def release(self, *doors: int) -> None:
        """Let everybody go on."""
        self.hold("", *(doors or range(len(self.doors))))

    def drop(self, door: int) -> None:
        """Cut all connections of a door without another word."""
        with self._change:
            for visitor in self._visitors:
                if visitor.door == door:
                    visitor.dropped = True
                    with suppress(OSError):  # the sender was first
                        visitor.socket.shutdown(socket.SHUT_RDWR)
            self._change.notify_all()

    def shut(self, door: int) -> None:
        """Nobody can connect by this door until it is opened again, and whoever is connected is cut off."""
        _close(self.doors[door])
        self.drop(door)

    def open(self, door: int) -> None:
        """Undo `shut`; the port is the same."""
        self.doors[door] = _door(self.ports[door])
        threading.Thread(target=self._listen, args=(self.doors[door], door), daemon=True).start()

    def standing(self, stage: str, door: int = 0) -> list[str]:
        """Whose messages stand at a stage; "" for those who have named nobody yet."""
        with self._change:
            return [one.recipient for one in self._visitors if one.stands_at == stage and one.door == door]

    def kept(self) -> list[Kept]:
        """The record, read from the file."""
        lines = self.record.read_text(encoding="ascii").splitlines() if self.record.exists() else []
        return [Kept(int(door), recipient, name) for door, recipient, name in map(str.split, lines)]

    def start_anew(self) -> None:
        """Forget everything, for the next test."""
        self.release()
        self.record.unlink(missing_ok=True)
        self.answered.clear()
        self.broken.clear()

    # what follows runs in the threads of the connections

    def _pass(self, stage: str, visitor: Visitor) -> None:
        """Wait here while the gate of the door is shut. Raises ConnectionError where the connection was dropped meanwhile."""
        with self._change:
            visitor.stands_at = stage
            while not self._may_pass(stage, visitor):
                self._change.wait()
            visitor.stands_at = ""

    def _may_pass(self, stage: str, visitor: Visitor) -> bool:
        if visitor.dropped:
            raise ConnectionAbortedError
        gate = self._gates.setdefault(visitor.door, Gate())
        if gate.stage != stage:
            return True
        gate.passes -= 1
        return gate.passes >= 0

    def _listen(self, door: socket.socket, number: int) -> None:
        while True:
            try:
                connection, _ = door.accept()
            except OSError:
                return  # it was shut
            threading.Thread(target=self._receive, args=(number, connection), daemon=True).start()

    def _receive(self, door: int, connection: socket.socket) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with connection, connection.makefile("rb") as line:
            visitor = Visitor(door, line, connection)
            with self._change:
                self._visitors.add(visitor)
            try:
                self._talk(visitor)
            except OSError:
                pass  # the sender died, or we dropped it
            finally:
                with self._change:
                    self._visitors.discard(visitor)
                    self._change.notify_all()

    def _talk(self, visitor: Visitor) -> None:
        self._pass("connect", visitor)
        visitor.say(b"220 sink.example ESMTP\r\n")
        while command := visitor.line.readline():
            word = command[:4].upper()
            if word == b"EHLO":
                visitor.say(HELLO)
            elif word == b"MAIL":
                visitor.recipient = ""
                self._pass("mail", visitor)
                visitor.say(b"250 2.1.0 Ok\r\n")
            elif word == b"RCPT":
                visitor.recipient = command.partition(b"<")[2].partition(b">")[0].decode()
                visitor.say(b"250 2.1.5 Ok\r\n")
            elif word == b"DATA":
                self._take(visitor)
            elif word == b"QUIT":
                visitor.say(b"221 2.0.0 bye\r\n")
                return
            else:
                visitor.say(b"500 5.5.2 what?\r\n")

    def _take(self, visitor: Visitor) -> None:
        self._pass("data", visitor)
        visitor.say(b"354 go ahead\r\n")
        self._pass("text", visitor)
        head = self._read_text(visitor)
        self._pass("dot", visitor)
        found = MESSAGE_ID.search(head)
        assert found is not None, "a message without a Message-ID"
        self._write_down(f"{visitor.door} {visitor.recipient} {found[1].decode()}\n")
        self._pass("kept", visitor)
        visitor.say(b"250 2.0.0 Ok: kept\r\n")
        with self._change:
            self.answered[visitor.door] += 1

    def _read_text(self, visitor: Visitor) -> bytes:
        """The beginning of a text, read to its final dot. Raises OSError where that never comes."""
        head, whole = b"", False
        try:
            while (line := visitor.line.readline()) != b".\r\n":
                if not line.endswith(b"\n"):
                    raise ConnectionAbortedError
                if len(head) < 8000:
                    head += line
            whole = True
        finally:
            with self._change:
                self.broken[visitor.door] += not whole
        return head

    def _write_down(self, line: str) -> None:
        fd = os.open(self.record, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            os.write(fd, line.encode("ascii"))
            os.fsync(fd)
        finally:
            os.close(fd)


def _door(port: int = 0) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SPACE)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, SEGMENT)
    made.bind(("127.0.0.1", port or free_port()))
    made.listen(64)
    return made


def _close(door: socket.socket) -> None:
    with suppress(OSError):
        door.shutdown(socket.SHUT_RDWR)  # `accept` in the other thread does not notice a mere close
    door.close()


@contextmanager
def sink(record: Path, doors: int = 2) -> Iterator[Sink]:
    """A sink for the length of a module."""
    made = Sink(record, [_door() for _ in range(doors)])
    for number, door in enumerate(made.doors):
        threading.Thread(target=made._listen, args=(door, number), daemon=True).start()
    try:
        yield made
    finally:
        made.release()
        for door in made.doors:
            _close(door)
