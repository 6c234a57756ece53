"""A locustfile: users of a local fleet who ask, wait for the answer, and pause for a random time.

Writes when each request was sent (s), how long it took (s) and its status to the file that
CAPACITY_RECORD names; CAPACITY_PAUSE is the mean pause (s).
"""

import os
import random
from pathlib import Path
from typing import Any

import msgspec
from locust import FastHttpUser, events, task

_PAUSE = float(os.environ["CAPACITY_PAUSE"])
_RECORD = Path(os.environ["CAPACITY_RECORD"])
_BODY = {"payload": "Operating profit rose to EUR 13.1 mn from EUR 8.7 mn"}

_seen: list[tuple[float, float, int]] = []


class Reader(FastHttpUser):
    """One user; a 429 is an answer like others, and the next request follows a pause after it."""

    @task
    def classify(self) -> None:
        """Ask once."""
        self.client.post("/process_text", json=_BODY)

    def wait_time(self) -> float:
        """Return the next pause (s)."""
        return random.expovariate(1 / _PAUSE)


def _note(start_time: float, response_time: float, response: Any, **_: Any) -> None:  # noqa: ANN401  # as Locust calls it
    _seen.append((start_time, response_time / 1e3, response.status_code if response else 0))


def _write(**_: Any) -> None:  # noqa: ANN401  # as Locust calls it
    _RECORD.write_bytes(msgspec.json.encode(_seen))


events.request.add_listener(_note)
events.quitting.add_listener(_write)
