"""What is shed without being parsed is a plain request, and whole, as the parser sees it."""

import httptools
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from runtime.unparsed import path_of_whole

BODY = b'{"text":"rose"}'


def request(*headers: str, line: str = "POST /v1/classify HTTP/1.1", body: bytes = BODY) -> bytes:
    head = "\r\n".join([line, "Host: x", *headers, f"Content-Length: {len(body)}"])
    return head.encode("latin-1") + b"\r\n\r\n" + body


@pytest.mark.parametrize(
    "headers",
    [
        (),
        ("Connection: keep-alive", "Accept: */*"),
        ("connection:Keep-Alive", "x-api-key: y"),
        ("X-Note: content type",),
    ],
)
def test_a_plain_request_is_known_by_its_path(headers: tuple[str, ...]):
    assert path_of_whole(request(*headers)) == "/v1/classify"


@pytest.mark.parametrize(
    "data",
    [
        request()[:-1],
        request()[:40],
        request() + b"POST",
        request() * 2,
        request("Connection: close"),
        request("Connection: keep-alive, close"),
        request("Connection: upgrade", "Upgrade: h2c"),
        request("Expect: 100-continue"),
        request("Transfer-Encoding: chunked"),
        request("Content-Length: 15"),
        request("X-Folded: a", " content-length: 3"),
        request("X-Sly: content-length: 3"),
        request(line="GET /v1/classify HTTP/1.1"),
        request(line="HEAD / HTTP/1.1"),
        request(line="POST /v1/classify HTTP/1.0"),
        request(line="POST /v1/classify?x=1 HTTP/1.1"),
        request(line="POST /v1/%63lassify HTTP/1.1"),
        b"POST /v1/classify HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST /v1/classify HTTP/1.1\r\ncontent-length: 1x\r\n\r\n1",
        b"\x00",
        b"",
    ],
)
def test_anything_else_is_left_to_the_parser(data: bytes):
    assert path_of_whole(data) is None


class Parsed:
    """What httptools makes of some bytes: how many requests begin and end in them."""

    def __init__(self, data: bytes) -> None:
        self.urls: list[bytes] = []
        self.begun = self.complete = 0
        parser = httptools.HttpRequestParser(self)
        parser.feed_data(data)
        self.keep_alive = parser.should_keep_alive()

    def on_message_begin(self) -> None:
        self.begun += 1

    def on_url(self, url: bytes) -> None:
        self.urls.append(url)

    def on_message_complete(self) -> None:
        self.complete += 1


NAMES = st.sampled_from(
    ["accept", "Connection", "Content-Length", "content-length", "Transfer-Encoding", "X-A", "TE"]
)
VALUES = st.sampled_from(["keep-alive", "close", "15", "0", "chunked", "identity", "a b", "", "é"])
SEPARATORS = st.sampled_from([": ", ":", " : ", ":\t"])
HEADERS = st.lists(st.builds("{}{}{}".format, NAMES, SEPARATORS, VALUES), max_size=4)


@given(headers=HEADERS, body=st.binary(max_size=40), end=st.sampled_from([b"", b"\r\n", b"x"]))
@example(headers=[], body=BODY, end=b"")
def test_what_is_taken_for_a_whole_request_the_parser_takes_for_one(
    headers: list[str], body: bytes, end: bytes
):
    data = request(*headers, body=body) + end
    path = path_of_whole(data)
    if path is None:
        return
    try:
        parsed = Parsed(data)
    except httptools.HttpParserError:
        return  # what is no HTTP is answered with 503 now, and may be sent again
    assert (parsed.begun, parsed.complete, parsed.keep_alive) == (1, 1, True)
    assert parsed.urls == [path.encode()]
