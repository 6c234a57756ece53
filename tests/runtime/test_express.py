"""The short way answers as the long one does, and leaves it what it does not take."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from uvicorn import Server

from runtime.model import Model
from tests.runtime import graphs
from tests.runtime.overloads import Slow
from tests.runtime.processes import RunningService, exchange, read_to_end, running, wait_for
from tests.runtime.servers import ask_in_one_turn, connected, serving

HEAD = (
    "POST /v1/classify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
    "content-length: {}\r\n{}\r\n"
)
QUESTION = b'{"text":"rose"}'
CLOSE = "connection: close\r\n"


def ask(service: RunningService, body: bytes, headers: str = "", *, in_parts: bool) -> bytes:
    """Ask with a body that comes with its head (short way), or after it (long way)."""
    head = HEAD.format(len(body), CLOSE + headers).encode()
    with service.connect() as connection:
        connection.sendall(head if in_parts else head + body)
        if in_parts:
            time.sleep(0.1)
            connection.sendall(body)
        return read_to_end(connection)


@pytest.mark.parametrize(
    "body",
    [
        b'{"text":"Profit rose"}',
        '{"text":"Törnvall – 5 %"}'.encode(),
        b'{"text":"%s"}' % (b"rose " * 1000),
        b'{"texts":["rose","fell"]}',
        b'{"text":"rose","texts":["fell"]}',
        b'{"text":" "}',
        b'{"text":"\\ud800"}',
        b'{"text":7}',
        b"no JSON",
        b"{}",
        b"",
    ],
)
def test_both_ways_answer_alike(service: RunningService, body: bytes):
    own_id = "x-request-id: {}\r\n"
    answers = [
        ask(service, body, own_id.format(way), in_parts=way == "long").replace(way.encode(), b"")
        for way in ("short", "long")
    ]
    short, long = (
        [*head.split(b"\r\n"), rest]
        for head, _, rest in (a.partition(b"\r\n\r\n") for a in answers)
    )
    without_date = [
        {line for line in each if not line.startswith(b"date:")} for each in (short, long)
    ]
    assert without_date[0] == without_date[1]


def test_both_ways_are_logged_alike(service: RunningService):
    lines = []
    for way in ("express", "asgi"):
        name = f"logged-{way}"
        ask(service, QUESTION, f"x-request-id: {name}\r\n", in_parts=way == "asgi")
        line = service.line_of(name)
        lines.append({key: line[key] for key in line.keys() - {"time", "ms", "request_id"}})
    assert lines[0] == lines[1]


def test_texts_that_come_at_once_get_their_own_answers(client: httpx.Client):
    texts = ["profit rose", "sales fell", "profit", "the board met today"] * 8
    alone = [client.post("/v1/classify", json={"text": text}).json() for text in texts]
    found: dict[int, object] = {}

    def post(number: int) -> None:
        found[number] = client.post("/v1/classify", json={"text": texts[number]}).json()

    threads = [threading.Thread(target=post, args=(number,)) for number in range(len(texts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number, answer in enumerate(alone):
        together = found[number]
        assert isinstance(together, dict)
        assert together["result"]["label"] == answer["result"]["label"]
        assert together["result"]["score"] == pytest.approx(answer["result"]["score"], abs=1e-6)


def test_the_key_is_asked_for(model_path: Path, tmp_path: Path):
    with running(tmp_path, MODEL=model_path, API_KEY="x" * 32) as service:
        assert ask(service, QUESTION, in_parts=False).startswith(b"HTTP/1.1 401 ")
        key = f"x-api-key: {'x' * 32}\r\n"
        assert ask(service, QUESTION, key, in_parts=False).startswith(b"HTTP/1.1 200 ")
        assert ask(service, QUESTION, key + key, in_parts=False).startswith(b"HTTP/1.1 401 ")


def test_a_chunked_body_is_held_against_the_limit(model_path: Path, tmp_path: Path):
    head = HEAD.replace("content-length: {}", "transfer-encoding: chunked")
    statuses = []
    with running(tmp_path, MODEL=model_path, MAX_BODY_BYTES=40) as service:
        for padding in (20, 30):
            body = QUESTION + b" " * padding
            chunk = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
            answer = exchange(service, head.format(CLOSE).encode() + chunk)
            statuses.append(answer.split()[1])
    assert statuses == [b"200", b"413"]


def test_a_body_that_nobody_waits_to_be_asked_for_is_answered_at_once(service: RunningService):
    whole = HEAD.format(len(QUESTION), "expect: 100-continue\r\n" + CLOSE).encode() + QUESTION
    assert exchange(service, whole).startswith(b"HTTP/1.1 200 OK\r\n")


def test_a_client_of_http_1_0_gets_its_answer_and_the_end(service: RunningService):
    whole = HEAD.replace("1.1", "1.0").format(len(QUESTION), "").encode() + QUESTION
    answer = exchange(service, whole)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nconnection: close\r\n" in answer


def test_a_pipelined_request_whose_body_waits_to_be_asked_for_is_asked(service: RunningService):
    first = HEAD.format(len(QUESTION), "").encode() + QUESTION
    second = HEAD.format(len(QUESTION), "expect: 100-continue\r\n" + CLOSE).encode()
    with service.connect() as connection:
        connection.sendall(first + second)
        answers = b""
        while b"100 Continue" not in answers:
            answers += connection.recv(4096)
        connection.sendall(QUESTION)
        answers += read_to_end(connection)
    assert answers.count(b"HTTP/1.1 200 OK\r\n") == 2


# In this process, so that requests can be sent while the server's loop does something else


@pytest.fixture
def server(model: Model) -> Iterator[tuple[Server, int]]:
    with serving(model) as (server, port):
        yield server, port


def whole(text: str) -> bytes:
    body = b'{"text":"%s"}' % text.encode()
    return HEAD.format(len(body), CLOSE).encode() + body


def test_more_than_go_into_one_run_are_all_answered(server: tuple[Server, int]):
    with connected(server[1], 100) as connections:
        ask_in_one_turn(server[0], [(each, whole("rose")) for each in connections])
        for connection in connections:
            assert b'"label":"bullish"' in read_to_end(connection)
    assert server[0].config.worker.admission._counts.in_flight == 0


def test_what_fails_together_goes_the_long_way(tmp_path: Path):
    """This graph gives one answer for all texts of a run, so that it only fails two of them."""
    model = Model.load(graphs.write(tmp_path, graphs.model_bytes(squeeze=True)))
    with serving(model) as (server, port), connected(port, 2) as connections:
        ask_in_one_turn(server, [(each, whole("rose")) for each in connections])
        for connection in connections:
            assert b'"label":"bullish"' in read_to_end(connection)


def test_who_goes_away_takes_no_answer_from_others(server: tuple[Server, int]):
    with connected(server[1], 48) as connections:
        staying, leaving = connections[:28], connections[28:]

        def leave() -> None:
            for connection in leaving:
                connection.close()

        ask_in_one_turn(server[0], [(each, whole("rose")) for each in connections], then=leave)
        for connection in staying:
            assert b'"label":"bullish"' in read_to_end(connection)
        wait_for(lambda: counted(server[0], 200) + counted(server[0], 499) == 48 or None)


def test_who_is_cut_off_before_the_answer_gets_none(server: tuple[Server, int]):
    with connected(server[1], 1) as (connection,):
        head = HEAD.format(len(QUESTION), "").encode()
        connection.sendall(head + QUESTION + b"no HTTP\r\n\r\n")
        assert b'"label"' not in read_to_end(connection)
        wait_for(lambda: counted(server[0], 499) == 1 or None)


def test_who_has_waited_for_long_is_shed_when_it_gets_an_overload(model: Model):
    slow = Slow(model)
    with serving(model, slow.prepare) as (server, port), connected(port, 60) as connections:
        admission = server.config.worker.admission

        def overload() -> None:
            admission._few = 0
            admission._begin_overload()
            time.sleep(0.05)

        slow.meanwhile = overload
        ask_in_one_turn(server, [(each, whole("rose")) for each in connections])
        answers = [read_to_end(connection) for connection in connections]
        assert admission._counts.in_flight == 0
    shed = [answer for answer in answers if answer.startswith(b"HTTP/1.1 503 ")]
    assert all(b"retry-after: 1\r\n" in answer for answer in shed)
    assert len(shed) == admission._counts.shed == 60 - 16  # all but those of the first run


def test_who_has_waited_for_others_to_be_read_is_answered_in_an_overload(
    overloaded: tuple[Server, int], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("runtime.shedding._LATE", 0.0)
    with connected(overloaded[1], 1) as (connection,):
        connection.sendall(whole("rose"))
        assert read_to_end(connection).startswith(b"HTTP/1.1 200 ")


def counted(server: Server, status: int) -> int:
    """Return how many requests are counted that ended so."""
    found = server.config.worker.admission._counts.requests
    return int(sum(found.get(("/v1/classify", "POST", status), [])[:-1]))


def test_who_does_not_read_gets_no_more_until_it_does(server: tuple[Server, int]):
    with connected(server[1], 1) as (connection,):
        (protocol,) = wait_for(lambda: server[0].server_state.connections or None)
        protocol.loop.call_soon_threadsafe(protocol.pause_writing)  # as its transport would
        wait_for(lambda: protocol.flow.write_paused or None)
        connection.sendall(whole("rose"))
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            connection.recv(1)
        protocol.loop.call_soon_threadsafe(protocol.resume_writing)
        assert b'"label":"bullish"' in read_to_end(connection)
