"""`python -m runtime`: where it listens, how it stops, and what stops it from starting."""

import importlib
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from tests.runtime import graphs
from tests.runtime.processes import ROOT, run_to_its_end, running, wait_for

QUESTION = b'{"text":"rose"}'


def test_importing_the_command_starts_nothing():
    assert callable(importlib.import_module("runtime.__main__").main)


def test_the_libraries_start_no_threads_of_their_own():
    """Numpy's BLAS would start one for each core."""
    environment = {name: value for name, value in os.environ.items() if "BLAS" not in name}
    threads = subprocess.run(
        [sys.executable, "-c", "import os, runtime.model; print(os.listdir('/proc/self/task'))"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert threads.count(",") == 0


def test_help_lists_the_settings():
    shown = subprocess.run(
        [sys.executable, "-m", "runtime", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "FINTONE_PORT (default 8080)" in shown


def test_it_says_once_where_it_listens(model_path: Path, tmp_path: Path):
    with running(tmp_path, MODEL=model_path) as service:
        assert httpx.get(f"{service.url}/health/ready").status_code == 200
        said = service.messages_file.read_text()
        expected = f"fintone listens on {service.url} (1 worker, model 0123456789ab)\n"
        assert said == expected
        assert service.stop() == 0
        assert service.messages_file.read_text() == expected


def test_a_port_in_use_is_one_sentence(model_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = run_to_its_end(MODEL=model_path, HOST="127.0.0.1", PORT=port)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Cannot listen on 127.0.0.1:{port} (Address already in use)")
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("host", ["203.0.113.1", "no such host", "x" * 70])
def test_a_host_that_is_not_this_machine_is_one_sentence(model_path: Path, host: str):
    ended = run_to_its_end(MODEL=model_path, HOST=host, PORT=0)
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"Cannot listen on {host}:0 (")
    assert ended.stderr.count("\n") == 1


def test_ipv6_is_spoken_and_shown_in_brackets(model_path: Path, tmp_path: Path):
    with running(tmp_path, MODEL=model_path, HOST="::1") as service:
        assert httpx.get(f"http://[::1]:{service.port}/health/ready").status_code == 200
        assert f"http://[::1]:{service.port} " in service.messages_file.read_text()


@pytest.mark.parametrize("workers", [1, 2])
def test_sigterm_lets_a_request_under_way_finish(model_path: Path, tmp_path: Path, workers: int):
    with running(tmp_path, MODEL=model_path, WORKERS=workers) as service:
        with service.connect() as connection:
            connection.sendall(
                b"POST /v1/classify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
                b"expect: 100-continue\r\ncontent-length: %d\r\n\r\n" % len(QUESTION)
            )
            assert connection.recv(100).startswith(b"HTTP/1.1 100")  # it is being served
            service.process.send_signal(signal.SIGTERM)
            time.sleep(1)  # both supervisors look for signals more often than that
            connection.sendall(QUESTION)
            answer = connection.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200 OK")
        assert service.process.wait(30) == 0


def test_a_stop_does_not_wait_for_ever(model_path: Path, tmp_path: Path):
    with (
        running(tmp_path, MODEL=model_path, DRAIN_SECONDS=1) as service,
        service.connect() as connection,
    ):
        connection.sendall(
            b"POST /v1/classify HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n"
            b"expect: 100-continue\r\ncontent-length: 9\r\n\r\n"
        )
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        assert service.stop() == 0


def test_a_stop_before_it_serves_is_no_error(model_path: Path):
    """SIGTERM meets our own handler, which stands before and after uvicorn's."""
    script = (
        "import os, signal, sys; from runtime import server;"
        "server._announce = lambda *_: os.kill(os.getpid(), signal.SIGTERM);"
        "from runtime.settings import Settings;"
        "server.serve(Settings.from_environment(os.environ))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=os.environ | {"FINTONE_MODEL": str(model_path), "FINTONE_PORT": "0"},
        timeout=60,
        check=False,
    )
    assert ended.returncode == 0


def test_several_workers_serve_and_one_that_dies_is_replaced(model_path: Path, tmp_path: Path):
    with running(tmp_path, MODEL=model_path, WORKERS=2) as service:
        assert "(2 workers, " in service.messages_file.read_text()
        ask = {"json": {"text": "rose"}, "timeout": 30}
        assert httpx.post(f"{service.url}/v1/classify", **ask).status_code == 200
        victim = _children(service.process.pid)[-1]
        os.kill(victim, signal.SIGKILL)
        wait_for(lambda: any("died" in x.get("message", "") for x in service.log()) or None)
        assert httpx.post(f"{service.url}/v1/classify", **ask).status_code == 200
        assert service.stop() == 0


def test_workers_that_find_another_model_end_the_service(model_path: Path, tmp_path: Path):
    path = graphs.write(tmp_path, graphs.model_bytes())
    with running(tmp_path, MODEL=path, WORKERS=2) as service:
        httpx.get(f"{service.url}/health/ready", timeout=30)
        path.write_bytes(b"changed")
        os.kill(_children(service.process.pid)[-1], signal.SIGKILL)
        assert service.process.wait(60) == 1
        critical = [line["message"] for line in service.log() if line["level"] == "critical"]
        assert critical
        assert all("does not have the SHA-256" in message for message in critical)


def _children(process_id: int) -> list[int]:
    """The worker processes, told from multiprocessing's own by their command line."""
    children = Path(f"/proc/{process_id}/task/{process_id}/children").read_text().split()
    return [
        int(child)
        for child in children
        if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]
