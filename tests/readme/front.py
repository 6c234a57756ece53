"""Stands before a server, and sheds the first request as an overloaded service does."""

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

_BUSY = b'{"type":"about:blank","title":"Service Unavailable","status":503,"detail":"Busy."}'


@dataclass
class Front:
    """Where it listens, and what it has answered when."""

    port: int
    statuses: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)

    def waited(self) -> float:
        """Seconds between the first answer and the second request."""
        return self.times[1] - self.times[0]


@contextlib.contextmanager
def before(server: str) -> Iterator[Front]:
    """Listen before a server, named by its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            front.times.append(time.monotonic())
            body = self.rfile.read(int(self.headers["content-length"]))
            if front.statuses:
                headers = {"content-type": self.headers["content-type"]}
                answer = httpx.post(f"{server}{self.path}", content=body, headers=headers)
                self.answer(answer.status_code, answer.headers["content-type"], answer.content)
            else:
                self.answer(503, "application/problem+json", _BUSY, ("retry-after", "1"))

        def answer(self, status: int, kind: str, body: bytes, *headers: tuple[str, str]) -> None:
            front.statuses.append(status)
            self.send_response(status)
            for header in (("content-type", kind), ("content-length", str(len(body))), *headers):
                self.send_header(*header)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        front = Front(listener.server_port)
        thread = threading.Thread(target=listener.serve_forever)
        thread.start()
        try:
            yield front
        finally:
            listener.shutdown()
            thread.join()
