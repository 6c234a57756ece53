"""Execution environments on this machine: a Runtime Interface Emulator each, with our function."""

import asyncio
import socket
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cold_launch import Launcher
from bench.cold_limits import Limit
from bench.cold_place import emulator_path, venv_place

INVOCATIONS = "/2015-03-31/functions/function/invocations"


@dataclass(frozen=True, slots=True)
class LocalEnvironment:
    """An emulator that listens, or is about to. It starts its function at the first invocation.

    It takes one invocation at a time, and ends on two.
    """

    port: int
    output: Path

    @property
    def url(self) -> str:
        """Where invocations are posted to."""
        return f"http://127.0.0.1:{self.port}{INVOCATIONS}"


@contextmanager
def local_environments(
    count: int, python: Path, handler: str, limit: Limit | None = None, **variables: str
) -> Iterator[list[LocalEnvironment]]:
    """Start emulators, and end them and their functions with the block.

    Args:
        count: how many.
        python: of the environment that has awslambdaric.
        handler: of the function; modules of bench/functions are found.
        limit: what each may use; None: everything.
        variables: more of the function's environment variables.
    """
    place = venv_place(python, emulator_path(), **variables)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        launcher = Launcher(Path(folder), runc=None)
        found = []
        for number in range(count):
            port, runtime_port = _free_ports()
            output = Path(folder) / f"output-{number}"
            command = (
                *(place.emulator, "--log-level", "info"),
                *("--runtime-interface-emulator-address", f"127.0.0.1:{port}"),
                *("--runtime-api-address", f"127.0.0.1:{runtime_port}"),
                *(*place.start, handler),
            )
            file = stack.enter_context(output.open("wb"))
            stack.enter_context(launcher.launch(place, limit or Limit("free"), command, file))
            found.append(LocalEnvironment(port, output))
        asyncio.run(_wait_for_all(found))
        yield found


async def _wait_for_all(environments: list[LocalEnvironment]) -> None:
    async with asyncio.timeout(30):
        for environment in environments:
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", environment.port)
                except ConnectionRefusedError:
                    await asyncio.sleep(0.01)
                else:
                    writer.close()
                    break


def _free_ports() -> tuple[int, int]:
    with socket.socket() as first, socket.socket() as second:
        for each in (first, second):
            each.bind(("127.0.0.1", 0))
        return first.getsockname()[1], second.getsockname()[1]
