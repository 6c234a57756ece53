"""A reverse proxy that puts a path before the service's own."""

import contextlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

_PASSED_ON = ("content-type", "content-security-policy", "etag", "cache-control", "vary")


@contextlib.contextmanager
def prefixed(service: str, prefix: str) -> Iterator[str]:
    """Serve what a service serves below a path; yield the address of its first page."""

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass_on(b"")

        def do_POST(self) -> None:
            self._pass_on(self.rfile.read(int(self.headers["content-length"])))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _pass_on(self, body: bytes) -> None:
            if not self.path.startswith(f"{prefix}/"):
                self.send_error(404)
                return
            url = service + self.path.removeprefix(prefix)
            headers = {"content-type": self.headers.get("content-type", "")}
            answer = httpx.request(self.command, url, content=body, headers=headers)
            self.send_response(answer.status_code)
            for name in _PASSED_ON:
                if name in answer.headers:
                    self.send_header(name, answer.headers[name])
            self.send_header("content-length", str(len(answer.content)))
            self.end_headers()
            self.wfile.write(answer.content)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{prefix}/"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
