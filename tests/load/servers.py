"""Servers that answer what a test wants, and remember what they were asked."""

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import cycle
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

from load.labels import METRICS, read_labels

LABELS = sorted(read_labels(METRICS))
PROBLEM = "application/problem+json"
FAULT = (500, {"content-type": PROBLEM}, b"{}")
SHED = (503, {"content-type": PROBLEM, "retry-after": "0"}, b"{}")

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Asked:
    """A server, and the requests it has had: bodies and headers, names in lower case."""

    url: str
    bodies: list[Any] = field(default_factory=list)
    headers: list[Mapping[str, str]] = field(default_factory=list)


def right(asked: Mapping[str, Any]) -> Answer:
    """An answer as the service gives it."""
    if "text" in asked:
        return ok({"model": "m", "result": result()})
    return ok({"model": "m", "results": [result() for _ in asked["texts"]]})


def result(**changes: object) -> dict[str, Any]:
    share = 0.25 / (len(LABELS) - 1)
    probabilities = dict.fromkeys(LABELS, share) | {LABELS[0]: 0.75}
    return {"label": LABELS[0], "score": 0.75, "probabilities": probabilities} | changes


def ok(document: object) -> Answer:
    return 200, {"content-type": "application/json"}, json.dumps(document).encode()


def in_turn(*answers: Answer | None) -> Callable[[Mapping[str, Any]], Answer]:
    """Answer with each of these, from the first again after the last; None is right."""
    turn = cycle(answers)
    return lambda asked: next(turn) or right(asked)


class _Server(ThreadingHTTPServer):
    request_queue_size = 256  # its own, 5, has the others try again after a second


@contextmanager
def server(answer: Callable[[Mapping[str, Any]], Answer]) -> Iterator[Asked]:
    """Answer each POST with what a function says to its JSON."""
    asked = Asked("")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            asked.bodies.append(body)
            asked.headers.append({name.lower(): value for name, value in self.headers.items()})
            status, headers, content = answer(body)
            self.send_response(status)
            for name, value in {**headers, "content-length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Stay silent."""

    with _Server(("127.0.0.1", 0), Handler) as listening:
        asked.url = f"http://127.0.0.1:{listening.server_address[1]}"
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield asked
        finally:
            listening.shutdown()
            thread.join()


@contextmanager
def speaking(content: bytes) -> Iterator[str]:
    """Listen to something, say this, and hang up; yield the URL."""

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)
            self.request.sendall(content)

    class Server(ThreadingTCPServer):
        request_queue_size = 256

    with Server(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.server_address[1]}"
        finally:
            listening.shutdown()
            thread.join()
