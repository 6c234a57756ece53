"""The page on which a run is set up and watched."""

import signal

import httpx

from tests.images.containers import free_port
from tests.load.locust import Locust, last_words
from tests.runtime.processes import wait_for


def page(url: str) -> str | None:
    try:
        return httpx.get(url).raise_for_status().text
    except httpx.TransportError:
        return None


def requests_of(url: str) -> int:
    (total,) = (
        each for each in httpx.get(f"{url}/stats/requests").json()["stats"] if not each["method"]
    )
    return total["num_requests"]


def test_a_run_is_started_on_the_page_and_judged_at_the_end(locust: Locust):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    options = ("--web-host", "127.0.0.1", "--web-port", str(port))
    with locust.running(*options) as process:
        assert "batch_size" in wait_for(lambda: page(url))
        form = {"user_count": 3, "spawn_rate": 3, "requests": 40, "think_max": 0.01}
        assert httpx.post(f"{url}/swarm", data=form).json()["success"]
        wait_for(lambda: True if requests_of(url) == 40 else None)
        process.send_signal(signal.SIGTERM)
        _, told = process.communicate(timeout=30)
    assert process.returncode == 0, told
    assert last_words(told)[0].startswith("40 answered, 0 shed")
