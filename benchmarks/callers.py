"""Callers that cost little themselves: raw sockets, kept alive, each asking again when answered."""

import selectors
import socket
import time
from dataclasses import dataclass, field


@dataclass
class Caller:
    """One connection that always has one request under way."""

    port: int
    request: bytes
    answered: int = 0
    pending: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        self.socket = socket.create_connection(("127.0.0.1", self.port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> None:
        """Send the request."""
        self.socket.sendall(self.request)

    def hear(self) -> bool:
        """Take in what came; whether the answer is complete."""
        part = self.socket.recv(65_536)
        if not part:
            raise ConnectionError("the service closed the connection")
        self.pending += part
        head, found, body = bytes(self.pending).partition(b"\r\n\r\n")
        if not found or len(body) < _length(head):
            return False
        if b" 200 " not in head.split(b"\r\n", 1)[0]:
            raise AssertionError(bytes(self.pending[:2000]))
        self.pending.clear()
        self.answered += 1
        return True


def answers_per_second(port: int, request: bytes, *, connections: int, seconds: float) -> float:
    """How many answers `connections` callers get in a second."""
    callers = [Caller(port, request) for _ in range(connections)]
    selector = selectors.DefaultSelector()
    for caller in callers:
        selector.register(caller.socket, selectors.EVENT_READ, caller)
        caller.ask()
    begun = time.perf_counter()
    while time.perf_counter() - begun < seconds:
        for key, _ in selector.select(timeout=1):
            if key.data.hear():
                key.data.ask()
    took = time.perf_counter() - begun
    for caller in callers:
        caller.socket.close()
    return sum(caller.answered for caller in callers) / took


def ask_in_turn(port: int, request: bytes, *, times: int) -> None:
    """One caller that asks `times` times."""
    caller = Caller(port, request)
    for _ in range(times):
        caller.ask()
        while not caller.hear():
            pass
    caller.socket.close()


def post(path: str, body: bytes, *, key: str) -> bytes:
    """The bytes of a request."""
    return (
        f"POST {path} HTTP/1.1\r\nHost: here\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    ).encode() + body


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    raise AssertionError(head)
