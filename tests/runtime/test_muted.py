"""Who asks on after a 503 is not read for a while, but told in the end, and not cut off."""

import asyncio
import socket
import threading
import time
from dataclasses import dataclass, field

import httpx
from uvicorn import Server

from runtime.admission import Admission
from runtime.metrics import Counts
from runtime.model import Model
from runtime.muted import Muted
from tests.runtime.overloads import WHOLE, answer_of
from tests.runtime.processes import read_to_end, wait_for
from tests.runtime.servers import ask_in_one_turn, connected, serving


def test_clients_that_ask_again_at_once_wait_but_are_told(overloaded: tuple[Server, int]):
    server, port = overloaded
    with connected(port, 100) as connections:
        for _ in range(4):
            ask_in_one_turn(server, [(each, WHOLE) for each in connections])
            statuses = [answer_of(connection).status_code for connection in connections]
            # Those that were muted are told again; of the others, some are answered in each turn.
            assert set(statuses) == {200, 503}
            assert statuses.count(200) <= 20


def test_a_request_that_waits_unread_is_not_cut_off_as_if_nothing_had_come(model: Model):
    with serving(model) as (server, port):
        server.config.timeout_keep_alive = 1.0  # type: ignore[assignment]  # uvicorn says whole seconds
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(WHOLE)
            assert answer_of(connection).status_code == 200
            protocol = next(iter(server.server_state.connections))
            protocol.loop.call_soon_threadsafe(protocol.mute)
            wait_for(lambda: protocol.flow.read_paused or None)
            connection.sendall(WHOLE)
            time.sleep(1.5)
            protocol.loop.call_soon_threadsafe(protocol.unmute)
            assert answer_of(connection).status_code == 200
            connection.sendall(WHOLE[:-1])
            wait_for(lambda: protocol.cycle.more_body or None)
            protocol.loop.call_soon_threadsafe(protocol.unmute)
            time.sleep(1.5)  # what has come in part is not idle either
            connection.sendall(WHOLE[-1:])
            assert answer_of(connection).status_code == 200
            protocol.loop.call_soon_threadsafe(protocol.mute)
            protocol.loop.call_soon_threadsafe(protocol.unmute)
            assert read_to_end(connection) == b""  # from here on it is idle


def test_who_is_not_read_goes_on_at_once_where_the_worker_keeps_up(model: Model):
    with serving(model) as (server, port):
        muted = server.config.worker.muted
        with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
            connection.sendall(WHOLE)
            assert answer_of(connection).status_code == 200
            protocol = next(iter(server.server_state.connections))
            is_muted = threading.Event()

            def mute() -> None:
                muted.add(protocol)
                is_muted.set()

            protocol.loop.call_soon_threadsafe(mute)
            is_muted.wait()
            wait_for(lambda: not (muted._waiting or protocol.flow.read_paused) or None)
            connection.sendall(WHOLE)
            assert answer_of(connection).status_code == 200


def test_a_connection_that_ended_while_it_waited_is_left_alone(overloaded: tuple[Server, int]):
    server, port = overloaded
    muted = server.config.worker.muted
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        wait_for(lambda: server.server_state.connections or None)
        protocol = next(iter(server.server_state.connections))

        def mute_and_close() -> None:
            muted.add(protocol)
            protocol.transport.close()

        protocol.loop.call_soon_threadsafe(mute_and_close)
        assert read_to_end(connection) == b""
    wait_for(lambda: not muted._waiting or None)
    assert httpx.get(f"http://127.0.0.1:{port}/health/live").status_code == 200


@dataclass
class Client:
    """A connection that notes what becomes of it."""

    noted: list[str] = field(default_factory=list)
    was_muted: bool = False

    def mute(self) -> None:
        self.noted.append("muted")

    def unmute(self) -> None:
        assert self.was_muted
        self.noted.append("goes on")


def test_those_who_were_muted_first_go_on_first():
    async def wait_for_all() -> None:
        admission.overloaded = True
        admission._costs.shedding = 1000.0  # so that one at a time may go on
        muted = Muted(admission)
        for number, client in enumerate(clients, start=1):
            muted.add(client)
            assert admission.muted == number
        for number, client in enumerate(clients, start=1):
            while len(client.noted) == 1:
                await asyncio.sleep(0)
            assert admission.muted == len(clients) - number
        while any(client.was_muted for client in clients):
            await asyncio.sleep(0)

    admission = Admission(1, Counts(), lambda _: None)
    clients = [Client() for _ in range(5)]
    asyncio.run(wait_for_all())
    assert all(client.noted == ["muted", "goes on"] for client in clients)
